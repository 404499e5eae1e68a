#include "controller/transaction_registry.hpp"

#include <algorithm>
#include <vector>

#include "controller/controller_limits.hpp"
#include "support/catch.hpp"

using namespace pravega_sandbox;
using controller::ping_status;
namespace limits = controller_limits;

namespace {

const scoped_stream stream{"scope", "stream"};
const scoped_stream other{"scope", "other"};
constexpr std::int64_t lease_ms = 30'000;
using state = transaction_state;
using ids = std::vector<transaction_id>;

struct fixture {
  transaction_registry all;

  stream_transaction begin(std::int32_t epoch = 0, std::int64_t lease = lease_ms,
                           std::int64_t now_ms = 0) {
    return {stream, all.begin(stream, epoch, lease, now_ms)};
  }
  /// A new transaction that is brought into this state.
  stream_transaction in_state(state wanted) {
    const auto made = begin();
    if (wanted == state::unknown) return {other, made.id};
    if (wanted == state::committing || wanted == state::committed) REQUIRE(all.commit(made));
    if (wanted == state::aborting || wanted == state::aborted) REQUIRE(all.abort(made));
    if (wanted == state::committed || wanted == state::aborted) all.end(made, 0);
    REQUIRE(all.state_of(made) == wanted);
    return made;
  }
};

constexpr state all_states[]{state::unknown,   state::open,     state::committing,
                             state::committed, state::aborting, state::aborted};

}  // namespace

TEST_CASE("transaction registry: an id has the epoch, and no other transaction has it") {
  fixture f;
  const auto first = f.begin(0);
  const auto second = f.begin(7);
  CHECK(first.id == transaction_id{{0, 1}});
  CHECK(second.id == transaction_id{{7ULL << 32, 2}});
  CHECK(second.id.epoch() == 7);
  f.all.forget(stream);
  CHECK(f.begin(0).id == transaction_id{{0, 3}});
}

// Each state x each call.
TEST_CASE("transaction registry: what each call does in each state") {
  for (const auto at : all_states) {
    CAPTURE(to_string(at));
    const bool live = at == state::open;
    const bool commits = at == state::committing || at == state::committed;
    const bool aborts = at == state::aborting || at == state::aborted;
    fixture f;
    auto which = f.in_state(at);
    CHECK(f.all.commit(which) == (live || commits));
    CHECK(f.all.state_of(which) == (live ? state::committing : at));
    which = f.in_state(at);
    CHECK(f.all.abort(which) == (live || aborts));
    CHECK(f.all.state_of(which) == (live ? state::aborting : at));
    which = f.in_state(at);
    const auto expected = live      ? ping_status::open
                          : commits ? ping_status::committed
                          : aborts  ? ping_status::aborted
                                    : ping_status::unknown;
    CHECK(f.all.ping(which, lease_ms, 0) == expected);
    CHECK(f.all.state_of(which) == at);
    which = f.in_state(at);
    f.all.end(which, 0);
    const auto after = at == state::committing ? state::committed
                       : at == state::aborting ? state::aborted
                                               : at;
    CHECK(f.all.state_of(which) == after);
    f.all.abort_open(stream);
    CHECK(f.all.state_of(which) == (live ? state::aborting : after));
  }
}

TEST_CASE("transaction registry: a lease ends once, and a ping renews it") {
  fixture f;
  const auto pinged = f.begin();
  const auto silent = f.begin();
  CHECK_FALSE(f.all.expires(lease_ms - 1));
  CHECK(f.all.expire(lease_ms - 1) == 0);
  CHECK(f.all.ping(pinged, lease_ms, lease_ms - 1) == ping_status::open);
  CHECK(f.all.expires(lease_ms));
  CHECK(f.all.expire(lease_ms) == 1);
  CHECK(f.all.expire(lease_ms) == 0);
  CHECK(f.all.state_of(silent) == state::aborting);
  CHECK(f.all.state_of(pinged) == state::open);
  CHECK(f.all.expire(2 * lease_ms - 2) == 0);
  CHECK(f.all.expire(2 * lease_ms - 1) == 1);
  CHECK(f.all.state_of(pinged) == state::aborting);
}

TEST_CASE("transaction registry: what was told to commit keeps no lease") {
  fixture f;
  const auto committing = f.in_state(state::committing);
  const auto aborting = f.in_state(state::aborting);
  CHECK_FALSE(f.all.expires(10 * lease_ms));
  CHECK(f.all.state_of(committing) == state::committing);
  CHECK(f.all.state_of(aborting) == state::aborting);
}

TEST_CASE("transaction registry: a ping does not go beyond the limits") {
  fixture f;
  constexpr auto longest = limits::execution_leases_max * limits::lease_ms_min;
  const auto which = f.begin(0, limits::lease_ms_min);
  CHECK(f.all.ping(which, limits::lease_ms_max + 1, 0) == ping_status::lease_too_large);
  CHECK(f.all.ping(which, limits::lease_ms_max, 0) == ping_status::open);
  // As on a real server, there is no least lease for a ping.
  CHECK(f.all.ping(which, 1, longest - 1) == ping_status::open);
  CHECK(f.all.ping(which, 2, longest - 1) == ping_status::max_execution_time_exceeded);
  CHECK(f.all.expire(longest - 1) == 0);
  CHECK(f.all.expire(longest) == 1);
  const auto day_long = f.begin(0, limits::lease_ms_max);
  CHECK(f.all.ping(day_long, 1000, limits::execution_ms_max) ==
        ping_status::max_execution_time_exceeded);
  CHECK(f.all.ping(day_long, 1000, limits::execution_ms_max - 1000) == ping_status::open);
}

TEST_CASE("transaction registry: commits come in their order, the lowest epoch first") {
  fixture f;
  const auto late = f.begin(2);
  const auto first = f.begin(0);
  const auto second = f.begin(0);
  CHECK(f.all.next_commits(stream).empty());
  CHECK(f.all.committing().empty());
  for (const auto& each : {late, second, first})
    REQUIRE(f.all.commit(each));
  REQUIRE(f.all.commit(second));
  CHECK(f.all.committing() == std::vector{stream});
  CHECK(f.all.any_committing());
  CHECK(f.all.next_commits(stream) == ids{second.id, first.id});
  f.all.end(second, 0);
  CHECK(f.all.next_commits(stream) == ids{first.id});
  f.all.end(first, 0);
  CHECK(f.all.next_commits(stream) == ids{late.id});
  f.all.end(late, 0);
  CHECK(f.all.next_commits(stream).empty());
  CHECK(f.all.committing().empty());
  CHECK_FALSE(f.all.any_committing());
}

TEST_CASE("transaction registry: a batch of commits has a limit") {
  fixture f;
  for (std::size_t i = 0; i <= limits::commit_batch_max; ++i)
    REQUIRE(f.all.commit(f.begin()));
  CHECK(f.all.next_commits(stream).size() == limits::commit_batch_max);
}

TEST_CASE("transaction registry: the last that ended are listed, and all for a day") {
  fixture f;
  const auto committed = f.in_state(state::committed);
  const auto aborted = f.in_state(state::aborted);
  using list = std::vector<controller::completed_transaction>;
  CHECK(f.all.completed(stream) ==
        list{{aborted.id, state::aborted}, {committed.id, state::committed}});
  CHECK(f.all.completed(other).empty());
  for (std::size_t i = 0; i < limits::listed_transactions_max; ++i)
    (void)f.in_state(state::committed);
  CHECK(f.all.completed(stream).size() == limits::listed_transactions_max);
  CHECK(f.all.state_of(aborted) == state::aborted);
  f.all.forget_old(limits::completed_kept_ms);
  CHECK(f.all.state_of(aborted) == state::aborted);
  f.all.forget_old(limits::completed_kept_ms + limits::completed_tick_ms);
  CHECK(f.all.state_of(aborted) == state::unknown);
  CHECK(f.all.completed(stream).empty());
  CHECK(f.all.bytes() == 0);
}

TEST_CASE("transaction registry: what ended is remembered up to a limit") {
  fixture f;
  const auto first = f.in_state(state::committed);
  for (std::size_t i = 1; i < limits::completed_transactions_max; ++i)
    (void)f.in_state(state::committed);
  CHECK(f.all.state_of(first) == state::committed);
  const auto full = f.all.bytes();
  (void)f.in_state(state::committed);
  CHECK(f.all.state_of(first) == state::unknown);
  CHECK(f.all.bytes() == full);
}

TEST_CASE("transaction registry: a stream has so many open transactions and no more") {
  fixture f;
  std::vector<stream_transaction> begun;
  while (f.all.check_room(stream))
    begun.push_back(f.begin());
  CHECK(begun.size() == limits::transactions_max);
  const auto full = f.all.check_room(stream).error();
  CHECK(full == errc::limit_exceeded);
  CHECK(full.detail().find("transactions_max") != std::string::npos);
  CHECK(f.all.check_room(other));
  REQUIRE(f.all.abort(begun.front()));
  CHECK_FALSE(f.all.check_room(stream));
  f.all.end(begun.front(), 0);
  CHECK(f.all.check_room(stream));
}

TEST_CASE("transaction registry: a deleted stream leaves nothing") {
  fixture f;
  for (const auto at : all_states)
    (void)f.in_state(at);
  CHECK(f.all.live(stream).size() == 4);
  CHECK(f.all.bytes() > 0);
  f.all.forget(stream);
  CHECK(f.all.bytes() == 0);
  CHECK(f.all.live(stream).empty());
  CHECK(f.all.aborting().empty());
  CHECK(f.all.committing().empty());
  CHECK_FALSE(f.all.any_committing());
  CHECK(f.all.completed(stream).empty());
  CHECK_FALSE(f.all.expires(limits::execution_ms_max));
}
