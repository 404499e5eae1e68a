#include <algorithm>
#include <array>
#include <limits>

#include "grpc_port/call_messages.hpp"
#include "grpc_port/fields.hpp"
#include "pravega_actor/limits.hpp"

namespace pravega_actor::internal {
namespace {

using namespace controller;  // NOLINT: the calls and replies

/// A commit's time that is none.
constexpr auto no_time = std::numeric_limits<std::int64_t>::min();

constexpr std::array begun_lists{
    list_limit{{2}, false, limits::stream_segments_max, "stream_segments_max"}};

constexpr std::array completed_lists{
    list_limit{{2}, false, limits::completed_transactions_max, "completed_transactions_max"}};

/// No controller gives the id that is all zeros: a reply without one has it.
result<transaction_id> transaction_of(const pb::TxnId& from) {
  const transaction_id to{{static_cast<std::uint64_t>(from.highbits()),
                           static_cast<std::uint64_t>(from.lowbits())}};
  if (to == transaction_id{}) return violation("a transaction without an id");
  if (to.epoch() < 0) return violation("transaction " + to.to_string() + " is of no epoch");
  return to;
}

// FAILURE says that the transaction is unknown, or in a state that does not allow the call:
// repeating does not help, but asking for the state does.
answer ended(const pb::TxnStatus& from) {
  const auto name = pb::TxnStatus::Status_Name(from.status());
  switch (from.status()) {
    case pb::TxnStatus::SUCCESS:
      return reply{done{}};
    case pb::TxnStatus::FAILURE:
      return refusal(plain_failure, name);
    case pb::TxnStatus::STREAM_NOT_FOUND:
      return refusal(errc::stream_not_found, name);
    case pb::TxnStatus::TRANSACTION_NOT_FOUND:
      return refusal(errc::transaction_not_found, name);
    default:
      return refusal(errc::protocol_violation, name);
  }
}

template <class Call>
pb::TxnRequest about(const Call& call) {
  pb::TxnRequest to;
  put(call.stream, *to.mutable_streaminfo());
  *to.mutable_txnid() = id_of(call.id);
  return to;
}

}  // namespace

pb::CreateTxnRequest encode(const create_transaction& call) {
  pb::CreateTxnRequest to;
  put(call.stream, *to.mutable_streaminfo());
  to.set_lease(call.lease_ms);
  return to;
}
answer decode(const create_transaction& call, const pb::CreateTxnResponse& from) {
  const auto id = transaction_of(from.txnid());
  if (!id) return id.error();
  auto sorted = ranges_of(from.activesegments(), call.stream);
  if (!sorted) return sorted.error();
  if (auto checked = check_neighbours(*sorted); !checked) return checked.error();
  if (sorted->empty() || !reach_both_ends(*sorted))
    return violation("the transaction's segments leave gaps");
  const bool foreign = std::any_of(sorted->begin(), sorted->end(), [&](const auto& each) {
    return each.id.epoch != id->epoch();
  });
  if (foreign) return violation("a segment is of another epoch than the transaction");
  return reply{created_transaction{*id, std::move(*sorted), from.delegationtoken()}};
}
std::span<const list_limit> lists_of(const create_transaction&) {
  return begun_lists;
}

pb::PingTxnRequest encode(const ping_transaction& call) {
  pb::PingTxnRequest to;
  put(call.stream, *to.mutable_streaminfo());
  *to.mutable_txnid() = id_of(call.id);
  to.set_lease(call.lease_ms);
  return to;
}
answer decode(const ping_transaction&, const pb::PingTxnStatus& from) {
  if (!pb::PingTxnStatus::Status_IsValid(from.status())) return refusal({}, {});
  // Both sides have the same order.
  return reply{transaction_pinged{static_cast<ping_status>(from.status())}};
}
std::span<const list_limit> lists_of(const ping_transaction&) {
  return {};
}

pb::TxnRequest encode(const commit_transaction& call) {
  auto to = about(call);
  to.set_writerid(call.writer);
  to.set_timestamp(call.time.value_or(no_time));
  return to;
}
answer decode(const commit_transaction&, const pb::TxnStatus& from) {
  return ended(from);
}
std::span<const list_limit> lists_of(const commit_transaction&) {
  return {};
}

pb::TxnRequest encode(const abort_transaction& call) {
  return about(call);
}
answer decode(const abort_transaction&, const pb::TxnStatus& from) {
  return ended(from);
}
std::span<const list_limit> lists_of(const abort_transaction&) {
  return {};
}

pb::TxnRequest encode(const check_transaction& call) {
  return about(call);
}
answer decode(const check_transaction&, const pb::TxnState& from) {
  if (!pb::TxnState::State_IsValid(from.state())) return refusal({}, {});
  // Both sides have the same order.
  return reply{transaction_checked{static_cast<transaction_state>(from.state())}};
}
std::span<const list_limit> lists_of(const check_transaction&) {
  return {};
}

pb::ListCompletedTxnRequest encode(const list_completed_transactions& call) {
  pb::ListCompletedTxnRequest to;
  put(call.stream, *to.mutable_streaminfo());
  return to;
}
answer decode(const list_completed_transactions&, const pb::ListCompletedTxnResponse& from) {
  completed_transactions to;
  to.transactions.reserve(static_cast<std::size_t>(from.response_size()));
  for (const auto& each : from.response()) {
    const auto id = transaction_of(each.txnid());
    if (!id) return id.error();
    if (!pb::TxnResponse::Status_IsValid(each.status())) return refusal({}, {});
    const bool committed = each.status() == pb::TxnResponse::COMMITTED;
    to.transactions.push_back(
        {*id, committed ? transaction_state::committed : transaction_state::aborted});
  }
  auto& all = to.transactions;
  std::sort(all.begin(), all.end(), [](const auto& a, const auto& b) { return a.id < b.id; });
  const auto twice = std::adjacent_find(
      all.begin(), all.end(), [](const auto& a, const auto& b) { return a.id == b.id; });
  if (twice != all.end())
    return violation("transaction " + twice->id.to_string() + " comes twice");
  return reply{std::move(to)};
}
std::span<const list_limit> lists_of(const list_completed_transactions&) {
  return completed_lists;
}

}  // namespace pravega_actor::internal
