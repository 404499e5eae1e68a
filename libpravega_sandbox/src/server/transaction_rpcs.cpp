#include <limits>

#include "server/rpc_messages.hpp"

namespace pravega_sandbox {

namespace {

using controller::ping_status;
using pravega_actor::error;
using pravega_actor::transaction_id;
using pravega_actor::transaction_state;

constexpr auto no_time = std::numeric_limits<std::int64_t>::min();

transaction_id id_of(const proto::TxnId& from) {
  return {{static_cast<std::uint64_t>(from.highbits()),
           static_cast<std::uint64_t>(from.lowbits())}};
}

void put(const transaction_id& from, proto::TxnId& out) {
  out.set_highbits(static_cast<std::int64_t>(from.value.msb));
  out.set_lowbits(static_cast<std::int64_t>(from.value.lsb));
}

/// The real server's codes, which do not say what they mean.
Status refusal(const error& why, const scoped_stream& stream) {
  if (why.code() == errc::stream_sealed)
    return {::grpc::StatusCode::INTERNAL, "Stream: " + stream.stream + " State: SEALED"};
  if (why.code() == errc::invalid_argument) return {::grpc::StatusCode::UNKNOWN, why.detail()};
  return failure(why);
}

Status write_status(const result<controller::done>& answer, proto::TxnStatus& out) {
  using status = proto::TxnStatus;
  if (!answer && answer.error() != errc::precondition_failed) return failure(answer.error());
  out.set_status(answer ? status::SUCCESS : status::FAILURE);
  return Status::OK;
}

}  // namespace

void read(const proto::CreateTxnRequest& from, controller::create_transaction& to) {
  to.stream = stream_of(from.streaminfo());
  to.lease_ms = from.lease();
}

Status write(const controller::create_transaction& call,
             const result<controller::create_transaction::reply>& answer,
             proto::CreateTxnResponse& out) {
  if (!answer) return refusal(answer.error(), call.stream);
  put(answer->id, *out.mutable_txnid());
  for (const auto& segment : answer->segments)
    put(call.stream, segment, *out.add_activesegments());
  out.set_delegationtoken(answer->delegation_token);
  return Status::OK;
}

void read(const proto::PingTxnRequest& from, controller::ping_transaction& to) {
  to.stream = stream_of(from.streaminfo());
  to.id = id_of(from.txnid());
  to.lease_ms = from.lease();
}

Status write(const controller::ping_transaction&,
             const result<controller::ping_transaction::reply>& answer,
             proto::PingTxnStatus& out) {
  if (!answer) return failure(answer.error());
  // Both sides have the same order.
  out.set_status(static_cast<proto::PingTxnStatus::Status>(answer->status));
  return Status::OK;
}

void read(const proto::TxnRequest& from, controller::commit_transaction& to) {
  to.stream = stream_of(from.streaminfo());
  to.id = id_of(from.txnid());
  to.writer = from.writerid();
  if (from.timestamp() != no_time) to.time = from.timestamp();
}

Status write(const controller::commit_transaction&,
             const result<controller::commit_transaction::reply>& answer,
             proto::TxnStatus& out) {
  return write_status(answer, out);
}

void read(const proto::TxnRequest& from, controller::abort_transaction& to) {
  to.stream = stream_of(from.streaminfo());
  to.id = id_of(from.txnid());
}

Status write(const controller::abort_transaction&,
             const result<controller::abort_transaction::reply>& answer,
             proto::TxnStatus& out) {
  return write_status(answer, out);
}

void read(const proto::TxnRequest& from, controller::check_transaction& to) {
  to.stream = stream_of(from.streaminfo());
  to.id = id_of(from.txnid());
}

Status write(const controller::check_transaction&,
             const result<controller::check_transaction::reply>& answer, proto::TxnState& out) {
  if (!answer) return failure(answer.error());
  // Both sides have the same order.
  out.set_state(static_cast<proto::TxnState::State>(answer->state));
  return Status::OK;
}

void read(const proto::ListCompletedTxnRequest& from,
          controller::list_completed_transactions& to) {
  to.stream = stream_of(from.streaminfo());
}

Status write(const controller::list_completed_transactions&,
             const result<controller::list_completed_transactions::reply>& answer,
             proto::ListCompletedTxnResponse& out) {
  using status = proto::TxnResponse;
  if (!answer) return failure(answer.error());
  for (const auto& each : answer->transactions) {
    auto& entry = *out.add_response();
    put(each.id, *entry.mutable_txnid());
    const bool committed = each.state == transaction_state::committed;
    entry.set_status(committed ? status::COMMITTED : status::ABORTED);
  }
  return Status::OK;
}

}  // namespace pravega_sandbox
