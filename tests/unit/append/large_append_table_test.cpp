// The table of large events in docs/protocols/append.md, cell by cell.
#include <functional>

#include "requests/refusal_kind.hpp"
#include "support/catch.hpp"
#include "support/state_table.hpp"
#include "unit/append/large_append_support.hpp"

using namespace pravega_actor;
using namespace pravega_actor::internal;
using namespace pravega_actor::test;
using step = large_append::step;

namespace {

using large_event_happening = std::function<std::string(large_append_fixture&)>;

std::string name_of_kind(refusal_kind what) {
  static constexpr const char* names[] = {"sealed", "missing", "violation", "failure"};
  return std::string{"!"} + names[static_cast<std::size_t>(what)];
}

std::string meaning_of_answer(const result<large_append::answer>& got) {
  if (!got) return name_of_kind(kind_of_refusal(got.error().code()));
  return *got == large_append::answer::merged ? "!durable" : "";
}

template <class Reply>
large_event_happening refused(Reply (*of)(const large_append_fixture&)) {
  return [of](large_append_fixture& f) {
    // Nothing is owed any more.
    return f.large.at() == step::over ? std::string{} : meaning_of_answer(f.reply(of(f)));
  };
}

std::string answered(large_append_fixture& f) {
  switch (f.large.at()) {
    case step::creating:
      return meaning_of_answer(f.reply(f.created()));
    case step::setting_up:
      return meaning_of_answer(f.reply(f.set_up()));
    case step::storing:
      for (std::int64_t part = 0; part < 3; ++part) {
        REQUIRE(f.reply(f.stored(part)));
        CHECK(f.large.at() == step::storing);
        (void)f.sent();
      }
      return meaning_of_answer(f.reply(f.stored(3)));
    case step::merging:
      return meaning_of_answer(f.reply(f.merged()));
    case step::renewing:
      return meaning_of_answer(f.reply(f.renewed()));
    case step::over:
      break;
  }
  return {};
}

wire::segment_is_sealed sealed(const large_append_fixture& f) {
  const bool transient = f.large.at() == step::storing || f.large.at() == step::merging;
  return {f.request_id, transient ? f.transient : f.name, "", -1};
}
wire::no_such_segment missing(const large_append_fixture& f) {
  const bool transient = f.large.at() == step::storing || f.large.at() == step::merging;
  return {f.request_id, transient ? f.transient : f.name, "", -1};
}
wire::segment_attribute_updated condition_failed(const large_append_fixture& f) {
  return {f.request_id, false};
}

}  // namespace

TEST_CASE("the table of large events says what the steps do", "[append_table]") {
  const std::map<std::string, large_event_happening> stimuli{
      {"the answer, of the last part", answered},
      {"SegmentIsSealed", refused(sealed)},
      {"NoSuchSegment", refused(missing)},
  };
  const auto table = read_state_table("docs/protocols/append.md", "Large events");
  CHECK(table.states == std::vector<std::string>{"creating", "setting up", "storing", "merging",
                                                 "renewing", "over"});
  check_cells(table, stimuli, [&](const auto& state, const auto& cell, const auto& how) {
    const auto expected = meaning_of(table, cell, {});
    large_append_fixture f;
    for (const auto to : {step::creating, step::setting_up, step::storing, step::merging,
                          step::renewing, step::over})
      if (to_string(to) == state) f.lead_to(to);
    REQUIRE(to_string(f.large.at()) == state);
    CHECK(how(f) == expected.actions);
    CHECK(to_string(f.large.at()) == (expected.next.empty() ? state : expected.next));
  });
}

TEST_CASE("a condition that fails is a refusal of a merge only", "[append_table]") {
  large_append_fixture f;
  f.lead_to(step::merging);
  CHECK(meaning_of_answer(f.reply(condition_failed(f))) == "!failure");
  large_append_fixture other;
  other.lead_to(step::storing);
  CHECK(meaning_of_answer(other.reply(condition_failed(other))) == "!violation");
}
