#include "pravega_actor/ports/transaction_calls.hpp"

#include <grpcpp/support/slice.h>

#include <functional>
#include <limits>

#include "all_requests.hpp"
#include "call_fixture.hpp"
#include "grpc_port/exchange.hpp"
#include "grpc_port/fields.hpp"
#include "pravega_actor/limits.hpp"

using namespace pravega_actor;
using namespace pravega_actor::internal;
using namespace pravega_actor::test;
using namespace pravega_actor::controller;

namespace {

const scoped_stream stream{"sc", "st"};
/// The id of `asked_transaction`, as a segment's epoch and number.
constexpr std::int64_t epoch_1 = std::int64_t{1} << 32;

pb::TxnId id_message() {
  return id_of(asked_transaction);
}

void add(pb::CreateTxnResponse& to, std::int64_t id, double low, double high) {
  auto& range = *to.add_activesegments();
  range.mutable_segmentid()->set_segmentid(id);
  range.set_minkey(low);
  range.set_maxkey(high);
}

/// Two segments of epoch 1.
pb::CreateTxnResponse begun() {
  pb::CreateTxnResponse to;
  *to.mutable_txnid() = id_message();
  add(to, epoch_1 + 4, 0.5, 1.0);
  add(to, epoch_1 + 3, 0.0, 0.5);
  to.set_delegationtoken("secret");
  return to;
}

template <class Message>
result<controller::reply> judge(const request& call, const Message& reply) {
  return decode_reply(call, bytes_of(reply));
}

result<controller::reply> judge_text(const request& call, const std::string& bytes) {
  const grpc::Slice slice{bytes};
  return decode_reply(call, {&slice, 1});
}

/// So many empty messages of field 2.
std::string entries(std::size_t count) {
  std::string all;
  all.reserve(2 * count);
  for (std::size_t i = 0; i < count; ++i)
    all.append({'\x12', '\0'});
  return all;
}

}  // namespace

TEST_CASE_METHOD(call_fixture, "beginning a transaction gives its id and its segments") {
  pb::CreateTxnRequest seen;
  server.on<pb::CreateTxnRequest, pb::CreateTxnResponse>("createTransaction",
                                                         [&](const auto& asked, auto& to) {
                                                           seen = asked;
                                                           to = begun();
                                                         });
  const auto made = ask(*port, create_transaction{stream, 30'000});
  REQUIRE(made);
  CHECK(made->id == asked_transaction);
  CHECK(made->segments ==
        std::vector<segment_with_range>{{{3, 1}, {0.0, 0.5}}, {{4, 1}, {0.5, 1.0}}});
  CHECK(made->delegation_token == "secret");
  CHECK(seen.streaminfo().scope() == "sc");
  CHECK(seen.streaminfo().stream() == "st");
  CHECK(seen.lease() == 30'000);
}

TEST_CASE("a transaction that cannot be is a violation") {
  using message = pb::CreateTxnResponse;
  const std::vector<std::function<void(message&)>> changes{
      [](auto& m) { m.Clear(); },
      [](auto& m) { m.clear_txnid(); },
      [](auto& m) { m.mutable_txnid()->Clear(); },
      [](auto& m) { m.mutable_txnid()->set_highbits(-1); },
      [](auto& m) { m.mutable_txnid()->set_highbits(2 * epoch_1); },
      [](auto& m) { m.mutable_txnid()->set_highbits(0); },
      [](auto& m) { m.clear_activesegments(); },
      [](auto& m) { m.mutable_activesegments()->RemoveLast(); },
      [](auto& m) { m.mutable_activesegments(0)->set_maxkey(0.9); },
      [](auto& m) { m.mutable_activesegments(0)->set_minkey(0.6); },
      [](auto& m) { m.mutable_activesegments(0)->set_minkey(0.4); },
      [](auto& m) { m.mutable_activesegments(1)->set_minkey(0.1); },
      [](auto& m) {
        m.mutable_activesegments(1)->set_minkey(std::numeric_limits<double>::quiet_NaN());
      },
      [](auto& m) {
        m.mutable_activesegments(0)->mutable_segmentid()->set_segmentid(epoch_1 + 3);
      },
      [](auto& m) { m.mutable_activesegments(0)->mutable_segmentid()->set_segmentid(4); },
      [](auto& m) { m.mutable_activesegments(0)->mutable_segmentid()->set_segmentid(-1); },
      [](auto& m) {
        m.mutable_activesegments(0)->mutable_segmentid()->mutable_streaminfo()->set_stream("x");
      }};
  const create_transaction call{stream, 30'000};
  REQUIRE(judge(call, begun()));
  for (std::size_t i = 0; i < changes.size(); ++i) {
    CAPTURE(i);
    auto changed = begun();
    changes[i](changed);
    CHECK(judge(call, changed).error() == errc::protocol_violation);
  }
  CHECK(judge_text(call, "\xff\xff").error() == errc::protocol_violation);
  CHECK(judge_text(call, entries(limits::stream_segments_max + 1)).error() ==
        errc::limit_exceeded);
}

TEST_CASE_METHOD(call_fixture, "a ping names the transaction and its lease") {
  pb::PingTxnRequest seen;
  pb::PingTxnStatus told;
  server.on<pb::PingTxnRequest, pb::PingTxnStatus>("pingTransaction",
                                                   [&](const auto& asked, auto& to) {
                                                     seen = asked;
                                                     to = told;
                                                   });
  const ping_transaction call{stream, asked_transaction, 20'000};
  using status = pb::PingTxnStatus;
  for (const auto& [said, means] : std::vector<std::pair<status::Status, ping_status>>{
           {status::OK, ping_status::open},
           {status::LEASE_TOO_LARGE, ping_status::lease_too_large},
           {status::MAX_EXECUTION_TIME_EXCEEDED, ping_status::max_execution_time_exceeded},
           {status::SCALE_GRACE_TIME_EXCEEDED, ping_status::scale_grace_time_exceeded},
           {status::DISCONNECTED, ping_status::disconnected},
           {status::COMMITTED, ping_status::committed},
           {status::ABORTED, ping_status::aborted},
           {status::UNKNOWN, ping_status::unknown}}) {
    told.set_status(said);
    const auto got = ask(*port, call);
    REQUIRE(got);
    CHECK(got->status == means);
  }
  CHECK(seen.streaminfo().stream() == "st");
  CHECK(seen.txnid().highbits() == epoch_1 + 5);
  CHECK(seen.txnid().lowbits() == 6);
  CHECK(seen.lease() == 20'000);
  for (const auto none : {8, -1, 99}) {
    told.set_status(static_cast<status::Status>(none));
    CHECK(judge(call, told).error() == errc::protocol_violation);
  }
  CHECK(judge_text(call, "\x08").error() == errc::protocol_violation);
}

TEST_CASE_METHOD(call_fixture, "a commit may tell the writer's time") {
  pb::TxnRequest seen;
  server.on<pb::TxnRequest, pb::TxnStatus>("commitTransaction",
                                           [&](const auto& asked, auto&) { seen = asked; });
  REQUIRE(ask(*port, commit_transaction{stream, asked_transaction, "", std::nullopt}));
  CHECK(seen.streaminfo().scope() == "sc");
  CHECK(seen.txnid().highbits() == epoch_1 + 5);
  CHECK(seen.txnid().lowbits() == 6);
  CHECK(seen.writerid().empty());
  CHECK(seen.timestamp() == std::numeric_limits<std::int64_t>::min());
  REQUIRE(ask(*port, commit_transaction{stream, asked_transaction, "writer", 0}));
  CHECK(seen.writerid() == "writer");
  CHECK(seen.timestamp() == 0);
}

TEST_CASE_METHOD(call_fixture, "a refused commit or abort is not repeated") {
  using message = pb::TxnStatus;
  const std::vector<std::pair<message::Status, errc>> expected{
      {message::FAILURE, errc::precondition_failed},
      {message::STREAM_NOT_FOUND, errc::stream_not_found},
      {message::TRANSACTION_NOT_FOUND, errc::transaction_not_found},
      {static_cast<message::Status>(no_such_status), errc::protocol_violation}};
  for (const auto& [status, code] : expected)
    CHECK_FALSE(is_retriable(code));
  check_statuses<message, message::Status>(
      "commitTransaction", commit_transaction{stream, asked_transaction, "", std::nullopt},
      expected);
  check_statuses<message, message::Status>(
      "abortTransaction", abort_transaction{stream, asked_transaction}, expected);
}

TEST_CASE_METHOD(call_fixture, "an abort names the transaction") {
  pb::TxnRequest seen;
  server.on<pb::TxnRequest, pb::TxnStatus>("abortTransaction",
                                           [&](const auto& asked, auto&) { seen = asked; });
  REQUIRE(ask(*port, abort_transaction{stream, asked_transaction}));
  CHECK(seen.txnid().lowbits() == 6);
  CHECK(seen.streaminfo().stream() == "st");
  CHECK(judge_text(abort_transaction{stream, asked_transaction}, "\x08").error() ==
        errc::protocol_violation);
}

TEST_CASE_METHOD(call_fixture, "the state of a transaction") {
  pb::TxnRequest seen;
  pb::TxnState told;
  server.on<pb::TxnRequest, pb::TxnState>("checkTransactionState",
                                          [&](const auto& asked, auto& to) {
                                            seen = asked;
                                            to = told;
                                          });
  const check_transaction call{stream, asked_transaction};
  using message = pb::TxnState;
  for (const auto& [said, means] : std::vector<std::pair<message::State, transaction_state>>{
           {message::UNKNOWN, transaction_state::unknown},
           {message::OPEN, transaction_state::open},
           {message::COMMITTING, transaction_state::committing},
           {message::COMMITTED, transaction_state::committed},
           {message::ABORTING, transaction_state::aborting},
           {message::ABORTED, transaction_state::aborted}}) {
    told.set_state(said);
    const auto got = ask(*port, call);
    REQUIRE(got);
    CHECK(got->state == means);
  }
  CHECK(seen.txnid().highbits() == epoch_1 + 5);
  for (const auto none : {6, -1, 99}) {
    told.set_state(static_cast<message::State>(none));
    CHECK(judge(call, told).error() == errc::protocol_violation);
  }
  // Nothing at all is no word of success.
  CHECK(judge(call, message{})->get<transaction_checked>().state == transaction_state::unknown);
}

TEST_CASE_METHOD(call_fixture, "the list of transactions that ended comes sorted") {
  pb::ListCompletedTxnResponse told;
  const auto put = [&](std::int64_t low, pb::TxnResponse::Status status) {
    auto& entry = *told.add_response();
    entry.mutable_txnid()->set_lowbits(low);
    entry.set_status(status);
  };
  put(9, pb::TxnResponse::ABORTED);
  put(7, pb::TxnResponse::COMMITTED);
  pb::ListCompletedTxnRequest seen;
  server.on<pb::ListCompletedTxnRequest, pb::ListCompletedTxnResponse>(
      "listCompletedTransactions", [&](const auto& asked, auto& to) {
        seen = asked;
        to = told;
      });
  const list_completed_transactions call{stream};
  const auto list = ask(*port, call);
  REQUIRE(list);
  CHECK(list->transactions ==
        std::vector<completed_transaction>{{{{0, 7}}, transaction_state::committed},
                                           {{{0, 9}}, transaction_state::aborted}});
  CHECK(seen.streaminfo().stream() == "st");
  CHECK(judge(call, pb::ListCompletedTxnResponse{})
            ->get<completed_transactions>()
            .transactions.empty());
  put(7, pb::TxnResponse::COMMITTED);
  CHECK(judge(call, told).error() == errc::protocol_violation);
  told.mutable_response(2)->mutable_txnid()->set_lowbits(0);
  CHECK(judge(call, told).error() == errc::protocol_violation);
  told.mutable_response(2)->mutable_txnid()->set_lowbits(8);
  told.mutable_response(2)->set_status(static_cast<pb::TxnResponse::Status>(2));
  CHECK(judge(call, told).error() == errc::protocol_violation);
  CHECK(judge_text(call, entries(limits::completed_transactions_max + 1)).error() ==
        errc::limit_exceeded);
}
