#include "connection/connection_machine.hpp"

#include "pravega_actor/limits.hpp"
#include "support/catch.hpp"

using namespace pravega_actor;
using namespace pravega_actor::internal;
using machine_type = connection_machine;

namespace {

const time_point begin{seconds{500}};

connection_timing timing() {
  return {seconds{5}, seconds{4}, seconds{2}, seconds{6}};
}

template <class T>
const T& only(const machine_type::actions& all) {
  REQUIRE(all.size() == 1);
  REQUIRE(std::holds_alternative<T>(all[0]));
  return std::get<T>(all[0]);
}

// With what a session would tell: what the peer owes, and how much of it arrived.
struct ready_machine {
  machine_type machine{timing()};
  time_point now = begin;
  std::uint64_t received = 0;
  std::uint64_t sent_bytes = 0;
  std::uint64_t unsent_bytes = 0;
  owed_answer owed;

  ready_machine() {
    (void)machine.start();
    (void)machine.on_connected();
    say();  // Hello, both ways
    hear();
    const auto todo = machine.on_hello(begin, 16, 5);
    REQUIRE(todo.size() == 2);
    REQUIRE(std::holds_alternative<machine_type::report_ready>(todo[0]));
    CHECK(std::get<machine_type::arm_tick>(todo[1]).delay == seconds{2});
  }
  // What waits holds up what comes after it.
  void say(std::uint64_t bytes = 8) {
    sent_bytes += bytes;
    if (unsent_bytes > 0) unsent_bytes += bytes;
    owed.said([this] { return now; }, sent_bytes);
  }
  void hear() {
    ++received;
    owed.heard();
  }
  machine_type::actions tick(duration later = seconds{2}) {
    now += later;
    auto todo = machine.on_tick(now, {received, sent_bytes - unsent_bytes, owed.owed()});
    for (const auto& each : todo)
      if (std::holds_alternative<machine_type::send_keep_alive>(each)) say();
    return todo;
  }
  // Whether the tick only arms the next one.
  bool quiet() { return tick().size() == 1; }
  bool asks(duration later = seconds{2}) {
    const auto todo = tick(later);
    return todo.size() == 2 && std::holds_alternative<machine_type::send_keep_alive>(todo[0]) &&
           std::holds_alternative<machine_type::arm_tick>(todo[1]);
  }
  // How long the peer was silent when it was given up, with a tick whenever the machine wants.
  duration given_up_after() {
    const auto since = now;
    duration delay = seconds{2};
    for (int ticks = 0; ticks < 100; ++ticks) {
      const auto todo = tick(delay);
      if (std::holds_alternative<machine_type::close>(todo[0])) return now - since;
      delay = std::get<machine_type::arm_tick>(todo.back()).delay;
      if (on_tick) on_tick();
    }
    return duration::max();
  }
  std::function<void()> on_tick;
};

}  // namespace

TEST_CASE("a connection greets before it is ready", "[connection_machine]") {
  machine_type m{timing()};
  CHECK(m.on_connected().empty());
  CHECK(m.on_hello(begin, 16, 5).empty());
  only<machine_type::connect>(m.start());
  CHECK(m.on_hello(begin, 16, 5).empty());
  CHECK(m.on_tick(begin, {1, 1, {}}).empty());
  CHECK(m.on_deadline().empty());
  CHECK(only<machine_type::arm_deadline>(m.on_connected()).delay == seconds{4});
  CHECK(m.on_connected().empty());
  CHECK_FALSE(m.ready());
  CHECK(m.on_hello(begin, 16, 5).size() == 2);
  CHECK(m.ready());
  CHECK(m.on_hello(begin, 16, 5).empty());
  CHECK(m.on_deadline().empty());
}

TEST_CASE("Hello: only versions that overlap with ours", "[connection_machine]") {
  const auto greet = [](std::int32_t high, std::int32_t low) {
    machine_type m{timing()};
    (void)m.start();
    (void)m.on_connected();
    return m.on_hello(begin, high, low);
  };
  CHECK(greet(limits::wire_version_oldest, 1).size() == 2);
  CHECK(greet(100, limits::wire_version).size() == 2);
  for (const auto& todo : {greet(limits::wire_version_oldest - 1, 1),
                           greet(100, limits::wire_version + 1), greet(0, 0)}) {
    const auto& reason = only<machine_type::close>(todo).reason;
    CHECK(reason == errc::incompatible_version);
    CHECK(reason.at() == stage::handshake);
  }
  CHECK(only<machine_type::close>(greet(20, 18)).reason.detail() ==
        "the peer speaks versions 18 to 20");
}

TEST_CASE("Hello: versions upside down", "[connection_machine]") {
  const auto [high, low] = GENERATE(std::pair{5, 16}, std::pair{15, 16}, std::pair{6, 5000});
  machine_type m{timing()};
  (void)m.start();
  (void)m.on_connected();
  const auto reason = only<machine_type::close>(m.on_hello(begin, high, low)).reason;
  CHECK(reason == errc::protocol_violation);
  CHECK(reason.at() == stage::handshake);
}

TEST_CASE("Hello that never comes ends the connection", "[connection_machine]") {
  machine_type m{timing()};
  (void)m.start();
  (void)m.on_connected();
  const auto reason = only<machine_type::close>(m.on_deadline()).reason;
  CHECK(reason == errc::segment_store_unreachable);
  CHECK(reason.at() == stage::handshake);
  CHECK(reason.detail().find("4000 ms") != std::string::npos);
  CHECK(m.on_deadline().empty());
  CHECK(m.on_hello(begin, 16, 5).empty());
}

TEST_CASE("an end is told once, in every phase", "[connection_machine]") {
  const error lost{errc::connection_lost, "peer"};
  for (int steps = 0; steps < 3; ++steps) {
    machine_type m{timing()};
    (void)m.start();
    if (steps > 0) (void)m.on_connected();
    if (steps > 1) (void)m.on_hello(begin, 16, 5);
    CHECK(only<machine_type::close>(m.on_closed(lost)).reason == errc::connection_lost);
    CHECK_FALSE(m.ready());
    CHECK(m.on_closed(lost).empty());
    CHECK(m.stop(errc::closed).empty());
    CHECK(m.on_connected().empty());
    CHECK(m.on_tick(begin + seconds{60}, {1, 1, {}}).empty());
  }
  machine_type m{timing()};
  (void)m.start();
  CHECK(only<machine_type::close>(m.stop(errc::cancelled)).reason == errc::cancelled);
  CHECK(m.on_closed(lost).empty());
}

TEST_CASE("liveness: a quiet connection is asked, and lives on answers",
          "[connection_machine]") {
  ready_machine r;
  CHECK(r.quiet());
  for (int i = 0; i < 50; ++i) {
    CHECK(r.asks());
    r.hear();
    CHECK(r.quiet());
  }
}

TEST_CASE("liveness: traffic both ways needs no question", "[connection_machine]") {
  ready_machine r;
  for (int i = 0; i < 50; ++i) {
    r.say();
    r.hear();
    CHECK(r.quiet());
  }
}

TEST_CASE("liveness: a peer that goes silent is given up in time", "[connection_machine]") {
  ready_machine r;
  CHECK(r.quiet());
  CHECK(r.asks());
  CHECK(r.asks());
  CHECK(r.asks());
  const auto reason = only<machine_type::close>(r.tick()).reason;
  CHECK(reason == errc::connection_lost);
  CHECK(reason.detail() == "the peer was silent for 6000 ms");
  CHECK(r.tick().empty());
}

TEST_CASE("liveness: silence is counted from the first word without an answer, to the end",
          "[connection_machine]") {
  ready_machine r;
  CHECK(r.quiet());
  r.now += milliseconds{1700};
  r.hear();
  r.now += milliseconds{1};
  r.say();
  r.on_tick = [&r] { r.say(); };
  CHECK(r.given_up_after() == seconds{6});
}

TEST_CASE("liveness: what we go on to say does not keep a silent peer alive",
          "[connection_machine]") {
  ready_machine r;
  CHECK(r.quiet());
  r.say();
  r.on_tick = [&r] { r.say(100'000); };
  CHECK(r.given_up_after() == seconds{6});
}

TEST_CASE("liveness: a block that is still on its way excuses the peer, as long as it moves",
          "[connection_machine]") {
  ready_machine r;
  r.say(8'000'000);
  r.unsent_bytes = 8'000'000;
  CHECK(r.quiet());
  for (int i = 0; i < 30; ++i) {
    r.unsent_bytes -= 200'000;
    CHECK(r.asks());
  }
  // The link is stuck: neither we nor the peer come through.
  CHECK(r.given_up_after() == seconds{6});
}

TEST_CASE("liveness: the peer has its time from when a block has arrived",
          "[connection_machine]") {
  ready_machine r;
  r.say(400'000);
  r.unsent_bytes = 400'000;
  CHECK(r.quiet());
  r.unsent_bytes = 200'000;
  CHECK(r.asks());
  r.unsent_bytes = 0;
  CHECK(r.asks());
  CHECK(r.given_up_after() == seconds{6});
}

TEST_CASE("liveness: what fills the system of a peer that has stopped is no excuse",
          "[connection_machine]") {
  ready_machine r;
  CHECK(r.quiet());
  r.say();
  r.on_tick = [&r] {
    // A part of each block gets through, until there is no room.
    r.say(1'000'000);
    if (r.sent_bytes < 3'000'000) r.unsent_bytes += 500'000;
  };
  CHECK(r.given_up_after() == seconds{6});
}

TEST_CASE("liveness: an answer to what travelled does not excuse what was said after it",
          "[connection_machine]") {
  ready_machine r;
  r.say(400'000);
  r.unsent_bytes = 200'000;
  CHECK(r.quiet());
  r.unsent_bytes = 0;
  r.hear();
  r.say();
  CHECK(r.given_up_after() == seconds{6});
}

TEST_CASE("liveness: whatever the times are, a peer is asked before it is given up",
          "[connection_machine]") {
  for (const duration interval : {milliseconds{10}, milliseconds{900}, milliseconds{999}}) {
    machine_type m{{seconds{5}, seconds{5}, interval, seconds{1}}};
    (void)m.start();
    (void)m.on_connected();
    auto delay = std::get<machine_type::arm_tick>(m.on_hello(begin, 16, 5).back()).delay;
    // The debt begins just before a tick that saw something come.
    auto now = begin + delay;
    const debt owed{now - microseconds{1}, 8};
    std::optional<time_point> asked;
    for (;;) {
      const auto todo = m.on_tick(now, {2, 8, owed});
      if (std::holds_alternative<machine_type::close>(todo[0])) break;
      if (!asked && std::holds_alternative<machine_type::send_keep_alive>(todo[0])) asked = now;
      now += std::get<machine_type::arm_tick>(todo.back()).delay;
    }
    CHECK(now == owed.since + seconds{1});
    REQUIRE(asked);
    CHECK(now - *asked >= milliseconds{600});
  }
}

TEST_CASE("liveness: a pause shorter than the limit is tolerated", "[connection_machine]") {
  ready_machine r;
  CHECK(r.quiet());
  for (int i = 0; i < 20; ++i) {
    CHECK(r.asks());
    CHECK(r.asks());
    r.hear();
    CHECK(r.quiet());
  }
}

TEST_CASE("liveness: silence counts from the question, not from long ago",
          "[connection_machine]") {
  ready_machine r;
  CHECK(r.quiet());
  CHECK(r.asks());
  r.hear();
  CHECK(r.quiet());
  // The process itself stood still: nothing was owed, so the peer is asked first.
  CHECK(r.asks(seconds{100}));
  r.hear();
  CHECK(r.quiet());
}

TEST_CASE("liveness: the time in which we stood still ourselves is no silence of the peer",
          "[connection_machine]") {
  const auto stood_still = GENERATE(duration{seconds{7}}, duration{seconds{3600}});
  ready_machine r;
  CHECK(r.quiet());
  r.say();
  CHECK(r.asks(stood_still));
  SECTION("it answers when we are back") {
    r.hear();
    CHECK(r.quiet());
  }
  SECTION("it does not: then it has one interval, and what was left of its time") {
    CHECK(r.given_up_after() >= seconds{2});
    CHECK(r.now - begin <= seconds{2} + stood_still + seconds{4});
  }
}

TEST_CASE("liveness: a machine that is always late gives a silent peer up all the same",
          "[connection_machine]") {
  ready_machine r;
  r.say();
  int ticks = 1;
  while (!std::holds_alternative<machine_type::close>(r.tick(seconds{20})[0]))
    REQUIRE(++ticks < 10);
  CHECK(ticks == 2);
}
