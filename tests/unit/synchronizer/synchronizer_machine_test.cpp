#include "synchronizer/synchronizer_machine.hpp"

#include <functional>

#include "support/catch.hpp"
#include "support/memory_log.hpp"

using namespace pravega_actor;
using namespace pravega_actor::internal;
using test::bytes_of;
using test::memory_log;
using test::text_model;
using words = text_model::state_type;
using machine = synchronizer_machine;
namespace operations = state_operations;
using requests = std::vector<std::string>;

namespace {

struct synchronizing {
  memory_log log;
  machine m{std::make_unique<model_replica<text_model>>()};
  /// Changes the answer to the n-th request, from 0.
  std::function<std::optional<error>(std::size_t, bool& after)> disturb =
      [](std::size_t, bool&) -> std::optional<error> { return std::nullopt; };

  result<state_outcome> run(state_operation what) {
    log.asked.clear();
    auto next = m.start(std::move(what));
    for (std::size_t n = 0; !std::holds_alternative<machine::finish>(next); ++n) {
      bool after = false;
      const auto fault = disturb(n, after);
      result<log_answer> got = errc::internal_error;
      if (!fault || after) got = answer(next);
      if (fault) got = *fault;
      next = got || !(got.error() == errc::actor_terminated) ? m.on_answer(got)
                                                             : m.on_actor_lost();
    }
    return std::get<machine::finish>(next).outcome;
  }
  result<log_answer> answer(const machine::action& what) {
    return std::visit(
        [this](const auto& request) -> result<log_answer> {
          if constexpr (std::is_same_v<decltype(request), const machine::finish&>)
            return errc::internal_error;
          else
            return log(request);
        },
        what);
  }
  result<state_outcome> fetch() { return run(operations::fetch{}); }
  result<state_outcome> propose(const std::vector<std::string>& updates) {
    operations::propose what{m.copy().at(), {}};
    for (const auto& each : updates)
      what.updates.push_back(bytes_of(each));
    return run(what);
  }
  result<state_outcome> initialize(std::string_view state) {
    return run(operations::initialize{bytes_of(state)});
  }
};

words state(const result<state_outcome>& of) {
  return *std::static_pointer_cast<const words>(of.value().state);
}

}  // namespace

TEST_CASE("synchronizer: the first one initializes, the others fetch") {
  synchronizing s;
  CHECK(s.fetch()->state == nullptr);
  const auto first = s.initialize("a,.");
  CHECK(first->accepted);
  CHECK(state(first) == words{"a"});
  CHECK(first->at == revision{s.log.end(), 0});
  synchronizing other;
  other.log = s.log;
  const auto second = other.initialize("b,.");
  CHECK_FALSE(second->accepted);
  CHECK(state(second) == words{"a"});
  CHECK(second->at == first->at);
  CHECK(s.initialize("b,.")->at == first->at);
}

TEST_CASE("synchronizer: another is faster with the first state") {
  synchronizing s;
  s.disturb = [&](std::size_t n, bool&) -> std::optional<error> {
    if (n == 2) s.log.add_initial("faster,.");
    return std::nullopt;
  };
  const auto outcome = s.initialize("a,.");
  CHECK_FALSE(outcome->accepted);
  CHECK(state(outcome) == words{"faster"});
  CHECK(s.log.asked[2] == "append at 0");
}

TEST_CASE("synchronizer: updates before any state do not keep it from being initialized") {
  synchronizing s;
  const auto end = s.log.add_updates({"early"});
  const auto outcome = s.initialize("a,.");
  CHECK(outcome->accepted);
  CHECK(state(outcome) == words{"a"});
  CHECK(s.log.asked.back() == "append at " + std::to_string(end));
}

TEST_CASE("synchronizer: a proposal is written at the revision that it is based on") {
  synchronizing s;
  CHECK(s.propose({"a"}).error() == errc::precondition_failed);
  CHECK(s.log.asked.empty());
  REQUIRE(s.initialize("."));
  const auto first = s.propose({"a", "b"});
  CHECK(first->accepted);
  CHECK(state(first) == words{"a", "b"});
  CHECK(first->at == revision{s.log.end(), 1});
  CHECK(s.log.asked.size() == 1);
  CHECK(s.propose({})->accepted);
  CHECK(s.log.asked.empty());
  synchronizing other;
  other.log = s.log;
  CHECK(state(other.fetch()) == words{"a", "b"});
  CHECK(other.m.copy().at() == first->at);
}

TEST_CASE("synchronizer: an outdated proposal is not written") {
  synchronizing s;
  REQUIRE(s.initialize("."));
  s.log.add_updates({"other"});
  const auto outcome = s.propose({"mine"});
  CHECK_FALSE(outcome->accepted);
  CHECK(state(outcome) == words{"other"});
  const auto before = s.log.end();
  // What was computed from an older state than the present one needs no request.
  const auto stale = s.run(operations::propose{{1, 0}, {bytes_of("mine")}});
  CHECK_FALSE(stale->accepted);
  CHECK(s.log.asked.empty());
  CHECK(s.log.end() == before);
}

TEST_CASE("synchronizer: updates that do not fit are not written") {
  synchronizing s;
  REQUIRE(s.initialize("."));
  const auto before = s.log.end();
  CHECK(s.propose({"a", "bad"}).error() == errc::precondition_failed);
  CHECK(s.propose({"throw"}).error() == errc::invalid_argument);
  CHECK(s.run(operations::reset{s.m.copy().at(), bytes_of("x")}).error() ==
        errc::invalid_argument);
  CHECK(s.log.end() == before);
  CHECK(state(s.fetch()).empty());
  CHECK(s.propose({"good"})->accepted);
}

TEST_CASE("synchronizer: an unconditional update counts when it is fetched") {
  synchronizing s;
  REQUIRE(s.initialize("."));
  s.log.add_updates({"other"});
  const auto outcome = s.run(operations::append{{bytes_of("mine")}});
  CHECK(outcome->accepted);
  CHECK(outcome->state == nullptr);
  CHECK(s.log.asked == requests{"append"});
  CHECK(state(s.fetch()) == words{"other", "mine"});
}

TEST_CASE("synchronizer: a reset writes a new first state at the revision") {
  synchronizing s;
  REQUIRE(s.initialize("a,."));
  REQUIRE(s.propose({"b"}));
  const auto outcome = s.run(operations::reset{s.m.copy().at(), bytes_of("z,.")});
  CHECK(outcome->accepted);
  CHECK(state(outcome) == words{"z"});
  s.log.add_updates({"y"});
  const auto second = s.run(operations::reset{s.m.copy().at(), bytes_of("q,.")});
  CHECK_FALSE(second->accepted);
  CHECK(state(second) == words{"z", "y"});
}

TEST_CASE(
    "synchronizer: compaction writes the state, moves the mark and drops one generation") {
  synchronizing s;
  CHECK(s.run(operations::compact{}).error() == errc::precondition_failed);
  REQUIRE(s.initialize("."));
  REQUIRE(s.propose({"a"}));
  const auto first = s.log.end();
  const auto outcome = s.run(operations::compact{});
  CHECK(outcome->accepted);
  CHECK_FALSE(outcome->not_dropped);
  CHECK(outcome->bytes_since_compaction == s.log.end() - first);
  CHECK(s.log.mark == first);
  CHECK(s.log.start == 0);
  s.log.add_updates({"b"});
  CHECK(state(s.run(operations::compact{})) == words{"a", "b"});
  CHECK(s.log.start == first);
  CHECK(*s.log.mark > first);
  synchronizing other;
  other.log = s.log;
  CHECK(state(other.fetch()) == words{"a", "b"});
  CHECK(other.propose({"c"})->accepted);
}

TEST_CASE("synchronizer: a compaction whose mark was set unseen goes on") {
  synchronizing s;
  REQUIRE(s.initialize("."));
  REQUIRE(s.run(operations::compact{}));
  s.disturb = [](std::size_t n, bool& after) -> std::optional<error> {
    after = n == 2;
    return n == 2 ? std::optional{error{errc::outcome_unknown}} : std::nullopt;
  };
  const auto begin = s.log.end();
  const auto outcome = s.run(operations::compact{});
  CHECK_FALSE(outcome->not_dropped);
  CHECK(s.log.mark == begin);
  CHECK(s.log.asked.back().starts_with("truncate"));
}

TEST_CASE("synchronizer: another compaction is further") {
  synchronizing s;
  REQUIRE(s.initialize("."));
  s.disturb = [&](std::size_t n, bool&) -> std::optional<error> {
    if (n == 2) s.log.mark = 5000;
    return std::nullopt;
  };
  const auto outcome = s.run(operations::compact{});
  CHECK(outcome->accepted);
  CHECK_FALSE(outcome->not_dropped);
  CHECK(s.log.mark == 5000);
  CHECK(s.log.asked.back() == "mark");
}

TEST_CASE("synchronizer: what compaction leaves undone is said") {
  for (const std::size_t step : {1u, 2u, 3u}) {
    synchronizing s;
    REQUIRE(s.initialize("."));
    REQUIRE(s.run(operations::compact{}));
    s.disturb = [step](std::size_t n, bool&) -> std::optional<error> {
      return n == step ? std::optional{error{errc::deadline_exceeded}} : std::nullopt;
    };
    const auto outcome = s.run(operations::compact{});
    REQUIRE(outcome);
    CHECK(outcome->accepted);
    CHECK(outcome->not_dropped.value() == errc::deadline_exceeded);
  }
}

// A lost answer, or the death of the asked actor, at each request of a conversation.
TEST_CASE("synchronizer: whatever answer is lost, each update is written once") {
  for (const bool applied : {false, true})
    for (std::size_t step = 0; step < 12; ++step) {
      CAPTURE(applied, step);
      synchronizing s;
      std::size_t count = 0;
      s.disturb = [&](std::size_t, bool& after) -> std::optional<error> {
        after = applied;
        return count++ == step ? std::optional{error{errc::actor_terminated}} : std::nullopt;
      };
      REQUIRE(s.initialize("."));
      REQUIRE(s.propose({"a"})->accepted);
      REQUIRE(s.run(operations::append{{bytes_of("b")}}));
      REQUIRE(s.run(operations::compact{}));
      REQUIRE(s.run(operations::compact{}));
      REQUIRE(state(s.fetch()) == words{"a", "b"});
      synchronizing other;
      other.log = s.log;
      CHECK(state(other.fetch()) == words{"a", "b"});
    }
}

TEST_CASE("synchronizer: after an unknown outcome the log decides") {
  for (const bool stored : {false, true}) {
    synchronizing s;
    REQUIRE(s.initialize("."));
    // First the answer is lost, then the question for it.
    s.disturb = [stored](std::size_t n, bool& after) -> std::optional<error> {
      after = stored && n == 0;
      return n < 2 ? std::optional{error{errc::deadline_exceeded}} : std::nullopt;
    };
    CHECK(s.propose({"a"}).error() == errc::outcome_unknown);
    CHECK(s.m.may_have_written());
    s.disturb = [](std::size_t, bool&) { return std::nullopt; };
    const auto next = s.propose({"b"});
    CHECK(next->accepted == !stored);
    CHECK(state(s.fetch()) == (stored ? words{"a"} : words{"b"}));
  }
}

TEST_CASE("synchronizer: a log that it cannot understand stops it") {
  synchronizing s;
  REQUIRE(s.initialize("."));
  const auto at = s.log.end();
  s.log.add_updates({"bad"});
  CHECK(s.propose({"a"}).error() == errc::precondition_failed);
  const auto detail = "the entry at offset " + std::to_string(at) + ", update 0: a bad word";
  REQUIRE(s.m.failure());
  CHECK(s.m.failure()->detail() == detail);
  const auto end = s.log.end();
  CHECK(s.run(operations::append{{bytes_of("b")}}).error().detail() == detail);
  CHECK(s.fetch().error().detail() == detail);
  CHECK(s.run(operations::compact{}).error().detail() == detail);
  CHECK(s.log.end() == end);
  CHECK(s.log.asked.empty());
}

TEST_CASE("synchronizer: a deleted segment stops it, a sealed one can be read") {
  synchronizing s;
  REQUIRE(s.initialize("."));
  s.log.sealed = true;
  CHECK(s.propose({"a"}).error() == errc::segment_sealed);
  CHECK(s.run(operations::append{{bytes_of("b")}}).error() == errc::segment_sealed);
  CHECK(s.fetch());
  CHECK_FALSE(s.m.failure());
  s.disturb = [](std::size_t, bool&) { return std::optional{error{errc::segment_not_found}}; };
  CHECK(s.fetch().error() == errc::segment_not_found);
  s.disturb = [](std::size_t, bool&) { return std::nullopt; };
  CHECK(s.fetch().error() == errc::segment_not_found);
}

TEST_CASE("synchronizer: a request for which no time is left is not sent") {
  synchronizing s;
  REQUIRE(s.initialize("."));
  (void)s.m.start(operations::append{{bytes_of("b")}});
  CHECK(s.m.may_have_written());
  const auto over = s.m.on_too_late(errc::deadline_exceeded);
  CHECK(std::get<machine::finish>(over).outcome.error() == errc::deadline_exceeded);
  CHECK_FALSE(s.m.may_have_written());
  CHECK(std::holds_alternative<log_requests::get_info>(s.m.start(operations::fetch{})));
}
