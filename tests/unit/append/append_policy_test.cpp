// What is different for the segments of transactions: no successors, shared connections, and
// none before the first event.
#include "append/append_policy.hpp"

#include "support/catch.hpp"
#include "unit/append/append_machine_support.hpp"
#include "unit/append/append_support.hpp"

using namespace pravega_actor;
using namespace pravega_actor::internal;
using namespace pravega_actor::test;
using phase = append_machine::phase;

namespace {

struct transaction_fixture : append_fixture {
  transaction_fixture() {
    machine = append_machine{
        {retry_policy{milliseconds{100}, 2.0, seconds{1}, 0.0}, seconds{5}, seconds{30}},
        transaction_segments};
  }
  lines started() { return text_of(machine.start()); }
  void open() { lead_to(phase::open); }
};

struct owner_of_transaction final : append_owner {
  checked_mutex held;
  int delivered = 0;
  std::vector<std::string> first_events;
  checked_mutex& mutex() override { return held; }
  void on_durable(const append_log::blocks&) override {}
  void deliver() override { ++delivered; }
  void replace_segment(append_channel&, const std::vector<controller::successor>&,
                       const std::string&) override {}
  void on_gave_up(append_channel&, const error&, bool) override {}
  void on_first_event(append_channel& channel) override {
    std::lock_guard lock{held};  // it must not be held by the caller
    first_events.push_back(channel.name());
  }
  void on_trouble(const error&) override {}
};

struct transaction_channel {
  const segment of{{"scope", "stream"}, {4, 1}};
  const uuid transaction{std::uint64_t{1} << 32, 7};
  const uuid writer_id{5, 6};
  const std::int64_t request_id = std::int64_t{9} << 32;
  append_peer peer;
  std::shared_ptr<owner_of_transaction> owner = std::make_shared<owner_of_transaction>();
  std::shared_ptr<append_channel> channel = std::make_shared<append_channel>(
      owner, of, of.transaction_name(transaction),
      append_log{writer_id, request_id, std::make_shared<buffer_pool>(),
                 append_limits{100, 3, 50}},
      transaction_segments);
  std::uint64_t generation = 0;

  void attach() {
    generation = channel->attach([](std::uint64_t, const channel_notice&) {});
  }
  void write(const std::string& payload) {
    append_channel::turn turn;
    {
      std::lock_guard lock{owner->held};
      channel->log().append({0.5, 1}, as_bytes(payload));
      turn = channel->begin_turn();
    }
    turn.run(*owner);
  }
  bool comes_by() {
    std::lock_guard lock{owner->held};
    return !channel->begin_turn().empty();
  }
};

}  // namespace

TEST_CASE("the seal of a transaction's segment ends its machine in every phase",
          "[append_policy]") {
  const lines over{"disconnect segment_sealed", "publish failed", "give_up segment_sealed"};
  for (const auto at :
       {phase::locating, phase::connecting, phase::setting_up, phase::open, phase::waiting}) {
    transaction_fixture f;
    f.lead_to(at);
    CHECK(f.sealed() == over);
    CHECK(f.machine.at() == phase::ended);
    CHECK(f.sealed().empty());
  }
}

TEST_CASE("a transaction's segment that is gone ends its machine, in doubt or not",
          "[append_policy]") {
  for (const bool in_doubt : {true, false}) {
    transaction_fixture f;
    f.open();
    f.in_doubt = in_doubt;
    CHECK(f.missing() ==
          lines{"disconnect segment_not_found", "publish failed", "give_up segment_not_found"});
    CHECK(f.machine.at() == phase::ended);
  }
}

TEST_CASE("after connections in vain the store of a transaction is asked, not the controller",
          "[append_policy]") {
  for (const bool sealed : {true, false}) {
    transaction_fixture f;
    CHECK(f.started() == lines{"locate"});
    for (std::uint64_t attempt = 1; attempt <= 2; ++attempt) {
      (void)f.located();
      (void)f.connected();
      (void)f.setup(0);
      (void)f.fails();
      CHECK(f.backoff_over(attempt) == lines{"locate"});
    }
    (void)f.located();
    CHECK(f.connected() == lines{"inspect", "arm_handshake #3 5000ms"});
    if (sealed) {
      CHECK(f.inspected(true) ==
            lines{"disconnect segment_sealed", "publish failed", "give_up segment_sealed"});
    } else {
      CHECK(f.inspected(false) == lines{"send_setup"});
      CHECK(f.setup(0) == lines{"publish reconnected", "resume 0"});
    }
  }
}

TEST_CASE("failures of a transaction's segment are repeated as those of others",
          "[append_policy]") {
  transaction_fixture f;
  f.open();
  CHECK(f.fails() ==
        lines{"publish disconnected", "disconnect connection_lost", "arm_backoff #1 100ms"});
  CHECK(f.backoff_over(1) == lines{"locate"});
  f.now += seconds{31};
  CHECK(f.fails() ==
        lines{"disconnect retries_exhausted", "publish failed", "give_up retries_exhausted"});
}

TEST_CASE("a transaction's segment reports its first event once, and only then",
          "[append_policy]") {
  transaction_channel c;
  CHECK(c.channel->name() ==
        "scope/stream/4.#epoch.1#transaction.00000001000000000000000000000007");
  CHECK_FALSE(c.comes_by());
  CHECK(c.owner->first_events.empty());
  c.write("one");
  CHECK(c.owner->first_events == lines{c.channel->name()});
  c.write("two");
  CHECK_FALSE(c.comes_by());
  CHECK(c.owner->first_events.size() == 1);
  // Its segment writer attaches, and everything is sent.
  c.attach();
  REQUIRE(c.channel->use(c.generation, c.peer.open_session()));
  REQUIRE(c.channel->resume(c.generation, nothing_stored));
  const auto block = c.peer.take();
  REQUIRE(block);
  CHECK(block->events() == lines{"one", "two"});
  CHECK(c.owner->first_events.size() == 1);
}

TEST_CASE("a shared session is left open, and not used again", "[append_policy]") {
  transaction_channel c;
  c.attach();
  CHECK_FALSE(c.channel->needs_own_session());
  const auto shared = c.peer.open_session(false);
  REQUIRE(c.channel->use(c.generation, shared));
  CHECK(shared->flows() == 1);
  CHECK_FALSE(c.channel->needs_own_session());
  c.channel->disconnect(c.generation, errc::deadline_exceeded);
  CHECK_FALSE(shared->closed());
  CHECK(shared->flows() == 0);
  CHECK(c.channel->needs_own_session());
  // Its own session ends when it is left.
  const auto own = c.peer.open_session(true);
  REQUIRE(c.channel->use(c.generation, own));
  c.channel->disconnect(c.generation, errc::deadline_exceeded);
  CHECK(own->closed());
  CHECK(c.channel->needs_own_session());
  shared->close(errc::connection_lost);
  CHECK_FALSE(c.channel->needs_own_session());
}

TEST_CASE("a shared session that ends by itself may be followed by another",
          "[append_policy]") {
  transaction_channel c;
  c.attach();
  const auto shared = c.peer.open_session(false);
  REQUIRE(c.channel->use(c.generation, shared));
  shared->on_closed(errc::connection_lost);
  CHECK_FALSE(c.channel->needs_own_session());
}
