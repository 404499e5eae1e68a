#include "reader/open_machine.hpp"

#include "core/alternative_names.hpp"
#include "support/catch.hpp"

using namespace pravega_actor;
using namespace pravega_actor::internal;
using machine = open_machine;

namespace {

using list = std::vector<std::string>;
using offsets = std::map<segment_id, std::int64_t>;
using answer = result<controller::reply>;

const scoped_stream stream{"scope", "stream"};
constexpr segment_id zero{0, 0};
constexpr segment_id one{1, 0};
constexpr segment_id left{2, 1};
constexpr segment_id right{3, 1};
const error lost{errc::actor_terminated, "the client ended"};

list names(const machine::actions& todo) {
  list out;
  for (const auto& each : todo)
    out.emplace_back(alternative_name(each));
  return out;
}

/// The name of the call that is the only action.
std::string call_of(const machine::actions& todo) {
  REQUIRE(names(todo) == list{"ask"});
  return std::string{name_of(std::get<machine::ask>(todo[0]).what)};
}

const machine::refuse& refusal_of(const machine::actions& todo) {
  REQUIRE_FALSE(todo.empty());
  return std::get<machine::refuse>(todo.back());
}

std::vector<machine::ask_info> questions_in(const machine::actions& todo) {
  std::vector<machine::ask_info> out;
  for (const auto& each : todo)
    if (const auto* question = std::get_if<machine::ask_info>(&each)) out.push_back(*question);
  return out;
}

answer head(const offsets& at) {
  return controller::reply{controller::segment_offsets{at, "t"}};
}
answer ranges(const std::vector<segment_with_range>& all) {
  return controller::reply{controller::segment_ranges{all, "t"}};
}
const std::vector<segment_with_range> both{{zero, {0.0, 0.5}}, {one, {0.5, 1.0}}};

segment_info info(std::int64_t write_offset) {
  segment_info made;
  made.write_offset = write_offset;
  return made;
}

struct opening {
  time_point now{seconds{100}};
  time_point deadline{seconds{110}};
  reader_options options;
  machine m;
  machine::actions begin() {
    m = machine{{stream, options, seconds{5}}};
    return m.begin(deadline);
  }
  machine::actions answered(const answer& got) { return m.on_answer(got, now); }
  machine::actions informed(const machine::ask_info& question,
                            const result<segment_info>& got) {
    return m.on_info(question.ticket, got, now);
  }
};

}  // namespace

TEST_CASE("opening at the head asks for it and for the ranges of its epoch", "[open_machine]") {
  opening f;
  CHECK(call_of(f.begin()) == "getSegments");
  CHECK(call_of(f.answered(head({{zero, 0}, {one, 7}}))) == "getEpochSegments");
  CHECK(names(f.answered(ranges(both))) == list{"open"});
  const auto start = f.m.take_start();
  CHECK(start.offsets == offsets{{zero, 0}, {one, 7}});
  CHECK(start.delegation_token == "t");
  CHECK(start.unreached.empty());
  // Nothing is left to be said.
  CHECK(f.answered(ranges(both)).empty());
  CHECK(f.m.on_pause_over().empty());
}

TEST_CASE("a head without segments, or with a hole, is the controller's fault",
          "[open_machine]") {
  opening f;
  (void)f.begin();
  SECTION("no segments") {
    const auto end = f.answered(head({}));
    CHECK(refusal_of(end).why == errc::protocol_violation);
    CHECK(refusal_of(end).by_controller);
  }
  SECTION("a hole") {
    (void)f.answered(head({{zero, 0}}));
    const auto end = f.answered(ranges(both));
    CHECK(refusal_of(end).why == errc::protocol_violation);
    CHECK(refusal_of(end).by_controller);
  }
  SECTION("a segment that the stream never had") {
    (void)f.answered(head({{zero, 0}, {one, 0}}));
    const auto end = f.answered(ranges({both[0]}));
    CHECK(refusal_of(end).why == errc::protocol_violation);
    CHECK(refusal_of(end).by_controller);
  }
}

TEST_CASE("options that are not valid are refused before anything is asked", "[open_machine]") {
  opening f;
  f.options.prefetch_slices = 0;
  const auto end = f.begin();
  CHECK(names(end) == list{"refuse"});
  CHECK(refusal_of(end).why == errc::invalid_argument);
  CHECK_FALSE(refusal_of(end).by_controller);
}

TEST_CASE("opening begins again while the controller client is away, until the deadline",
          "[open_machine]") {
  opening f;
  (void)f.begin();
  (void)f.answered(head({{zero, 0}, {one, 0}}));
  const auto again = f.answered(lost);
  REQUIRE(names(again) == list{"arm_pause"});
  CHECK(std::get<machine::arm_pause>(again[0]).how_long == machine::pause);
  // A late answer is nothing to it.
  CHECK(f.answered(ranges(both)).empty());
  CHECK(call_of(f.m.on_pause_over()) == "getSegments");
  CHECK(f.m.on_pause_over().empty());
  f.now = f.deadline - machine::pause;
  CHECK(refusal_of(f.answered(lost)).why == errc::actor_terminated);
}

TEST_CASE("what the controller says is final", "[open_machine]") {
  opening f;
  (void)f.begin();
  const auto end = f.answered(errc::stream_not_found);
  CHECK(names(end) == list{"refuse"});
  CHECK(refusal_of(end).why == errc::stream_not_found);
  CHECK_FALSE(refusal_of(end).by_controller);
}

TEST_CASE("opening at the tail asks where the segments end", "[open_machine]") {
  opening f;
  f.options.start = read_from_tail{};
  CHECK(call_of(f.begin()) == "getCurrentSegments");
  const auto asked = f.answered(ranges(both));
  CHECK(names(asked) == list{"start_infos", "ask_info", "ask_info"});
  const auto questions = questions_in(asked);
  CHECK(questions[0].timeout == seconds{5});
  CHECK(questions[0].delegation_token == "t");
  f.now += seconds{1};
  CHECK(f.informed(questions[0], info(10)).empty());
  // The ranges came with the segments.
  CHECK(names(f.informed(questions[1], info(20))) == list{"stop_infos", "open"});
  const auto found = f.m.take_start().offsets;
  CHECK(found.at(questions[0].ticket.of) == 10);
  CHECK(found.at(questions[1].ticket.of) == 20);
}

TEST_CASE("a sealed stream has no tail", "[open_machine]") {
  opening f;
  f.options.start = read_from_tail{};
  (void)f.begin();
  const auto end = f.answered(ranges({}));
  CHECK(refusal_of(end).why == errc::stream_sealed);
  CHECK(refusal_of(end).by_controller);
}

TEST_CASE("the machine asks for a tail of many segments bit by bit", "[open_machine]") {
  opening f;
  f.options.start = read_from_tail{};
  (void)f.begin();
  std::vector<segment_with_range> many;
  for (std::int32_t i = 0; i < static_cast<std::int32_t>(machine::infos_max) + 1; ++i)
    many.push_back({{i, 0}, {-1.0, -1.0}});
  const auto asked = f.answered(ranges(many));
  const auto questions = questions_in(asked);
  REQUIRE(questions.size() == machine::infos_max);
  CHECK(names(f.informed(questions[0], info(1))) == list{"ask_info"});
  CHECK(f.informed(questions[1], info(1)).empty());
}

TEST_CASE("a tail that moved is looked for again, and late answers do not count",
          "[open_machine]") {
  opening f;
  f.options.start = read_from_tail{};
  (void)f.begin();
  const auto first = questions_in(f.answered(ranges(both)));
  CHECK(names(f.informed(first[0], errc::segment_not_found)) ==
        list{"stop_infos", "arm_pause"});
  CHECK(call_of(f.m.on_pause_over()) == "getCurrentSegments");
  const auto second = questions_in(f.answered(ranges(both)));
  CHECK(f.informed(first[0], info(99)).empty());
  CHECK(f.informed(first[1], errc::segment_not_found).empty());
  SECTION("and found") {
    CHECK(f.informed(second[0], info(1)).empty());
    CHECK(names(f.informed(second[1], info(2))) == list{"stop_infos", "open"});
  }
  SECTION("and not for ever") {
    f.now = f.deadline;
    const auto end = f.informed(second[0], errc::segment_not_found);
    CHECK(names(end) == list{"stop_infos", "refuse"});
    CHECK(refusal_of(end).why == errc::segment_not_found);
  }
}

TEST_CASE("another client takes the place of one that died", "[open_machine]") {
  opening f;
  f.options.start = read_from_tail{};
  (void)f.begin();
  const auto first = questions_in(f.answered(ranges(both)));
  f.now += seconds{2};
  const auto again = f.informed(first[0], lost);
  REQUIRE(names(again) == list{"start_infos", "ask_info"});
  CHECK(questions_in(again)[0].timeout == seconds{3});
  // The other question to the same client.
  const auto other = f.informed(first[1], lost);
  CHECK(names(other) == list{"ask_info"});
  f.now += seconds{3};
  const auto end = f.informed(questions_in(other)[0], lost);
  CHECK(names(end) == list{"stop_infos", "refuse"});
  CHECK(refusal_of(end).why == errc::actor_terminated);
}

TEST_CASE("a start cut must be of the stream", "[open_machine]") {
  opening f;
  f.options.start = stream_cut{stream, {{zero, 5}}};
  CHECK(call_of(f.begin()) == "getCurrentSegments");
  CHECK(call_of(f.answered(ranges(both))) == "getEpochSegments");
  SECTION("it is; a cut may leave something out") {
    CHECK(names(f.answered(ranges(both))) == list{"open"});
    CHECK(f.m.take_start().offsets == offsets{{zero, 5}});
  }
  SECTION("the stream never had its segment") {
    const auto end = f.answered(ranges({both[1]}));
    CHECK(refusal_of(end).why == errc::invalid_argument);
    CHECK_FALSE(refusal_of(end).by_controller);
  }
  SECTION("the stream never had its epoch") {
    CHECK(call_of(f.answered(errc::stream_not_found)) == "getCurrentSegments");
    CHECK(refusal_of(f.answered(ranges(both))).why == errc::invalid_argument);
  }
  SECTION("the stream is gone by now") {
    (void)f.answered(errc::stream_not_found);
    CHECK(refusal_of(f.answered(errc::stream_not_found)).why == errc::stream_not_found);
  }
}

TEST_CASE("what lies between the end and the start is asked for", "[open_machine]") {
  opening f;
  f.options.start = stream_cut{stream, {{left, 0}, {right, 0}}};
  f.options.end = stream_cut{stream, {{zero, 8}, {one, 0}}};
  (void)f.begin();
  (void)f.answered(ranges({{left, {0.0, 0.5}}, {right, {0.5, 1.0}}}));
  (void)f.answered(ranges({{left, {0.0, 0.5}}, {right, {0.5, 1.0}}}));
  const auto place = f.answered(ranges(both));
  REQUIRE(call_of(place) == "getSegmentsImmediatelyFollowing");
  const auto follows = [](segment_id next, segment_id before) {
    return controller::successor{{next, {-1.0, -1.0}}, {before}};
  };
  std::set<segment_id> asked;
  auto todo = place;
  while (names(todo) == list{"ask"}) {
    const auto of =
        std::get<machine::ask>(todo[0]).what.get<controller::get_successors>().of.id;
    REQUIRE(asked.insert(of).second);
    todo = f.answered(controller::reply{
        controller::successors{{follows(of == zero ? left : right, of)}, ""}});
  }
  CHECK(names(todo) == list{"open"});
  const auto start = f.m.take_start();
  CHECK(start.frontier.stops_in(left));
  CHECK(start.frontier.stops_in(right));
  CHECK(start.unreached == std::set<segment_id>{zero});
}

TEST_CASE("a stream of too many segments is refused", "[open_machine]") {
  opening f;
  (void)f.begin();
  offsets all;
  for (std::int32_t i = 0; i <= static_cast<std::int32_t>(limits::stream_segments_max); ++i)
    all[{i, 0}] = 0;
  const auto end = f.answered(head(all));
  CHECK(refusal_of(end).why == errc::limit_exceeded);
  CHECK(refusal_of(end).by_controller);
}
