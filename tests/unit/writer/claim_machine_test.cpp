#include "writer/claim_machine.hpp"

#include "core/alternative_names.hpp"
#include "pravega_actor/limits.hpp"
#include "pravega_actor/routing.hpp"
#include "support/catch.hpp"
#include "wire/command_fields.hpp"

using namespace pravega_actor;
using namespace pravega_actor::internal;

namespace {

constexpr auto unset = wire::null_attribute_value;
constexpr segment_id first_id{0, 0};
constexpr segment_id second_id{1, 0};
constexpr segment_id merged_id{2, 1};

constexpr std::int64_t held(std::int64_t number, std::int64_t claim) {
  return claimed_number{number, claim}.value();
}

struct claim_fixture {
  claim_machine machine{{retry_policy{}, seconds{120}}};
  time_point now{};
  using actions = claim_machine::actions;

  static std::vector<std::string> names(const actions& todo) {
    std::vector<std::string> out;
    for (const auto& each : todo)
      out.emplace_back(alternative_name(each));
    return out;
  }
  template <class Action>
  static Action only(const actions& todo) {
    REQUIRE(todo.size() == 1);
    const auto* found = std::get_if<Action>(&todo.front());
    REQUIRE(found != nullptr);
    return *found;
  }
  static claim_machine::outcome done(const actions& todo) {
    const auto last = only<claim_machine::finish>(todo);
    REQUIRE(last.what);
    return *last.what;
  }
  static errc failed(const actions& todo) {
    const auto last = only<claim_machine::finish>(todo);
    REQUIRE_FALSE(last.what);
    return last.what.error().code();
  }
  static controller::segment_ranges two() {
    return {{{first_id, {0.0, 0.5}}, {second_id, {0.5, 1.0}}}, "token"};
  }
  static controller::segment_ranges merged() { return {{{merged_id, {0.0, 1.0}}}, "token"}; }

  actions value(segment_id of, std::int64_t what) { return machine.on_value(of, what, now, 0); }
  actions value(segment_id of, errc why) { return machine.on_value(of, error{why}, now, 0); }
  actions claimed(segment_id of) { return machine.on_claimed(of, {}, now, 0); }
  actions claimed(segment_id of, errc why) {
    return machine.on_claimed(of, error{why}, now, 0);
  }
  actions inspected(segment_id of, bool sealed) {
    return machine.on_inspected(of, sealed, now, 0);
  }
  actions pause_over(const actions& paused) {
    return machine.on_pause_over(only<claim_machine::arm_pause>(paused).attempt);
  }
  /// To the look back behind the claim of the merged segment.
  actions open_merged(std::int64_t value_of_merged) {
    only<claim_machine::ask_current>(machine.open(now));
    only<claim_machine::read_value>(machine.on_current(merged(), now, 0));
    only<claim_machine::claim_value>(value(merged_id, value_of_merged));
    return claimed(merged_id);
  }
  actions past_of_merged() {
    const auto epoch = only<claim_machine::ask_epoch>(machine.on_head(
        controller::segment_offsets{{{first_id, 0}, {second_id, 0}}, ""}, now, 0));
    CHECK(epoch.epoch == 0);
    return machine.on_epoch(two(), now, 0);
  }
};

using names = std::vector<std::string>;

}  // namespace

TEST_CASE("claim: the segments of a new stream") {
  claim_fixture f;
  claim_fixture::only<claim_machine::ask_current>(f.machine.open(f.now));
  CHECK(claim_fixture::names(f.machine.on_current(claim_fixture::two(), f.now, 0)) ==
        names{"read_value", "read_value"});
  const auto claim = claim_fixture::only<claim_machine::claim_value>(f.value(first_id, unset));
  CHECK(claim.expected == unset);
  CHECK(claim.to == held(0, 1));
  // The second was there before.
  const auto next =
      claim_fixture::only<claim_machine::claim_value>(f.value(second_id, held(7, 3)));
  CHECK(next.expected == held(7, 3));
  CHECK(next.to == held(7, 4));
  CHECK(f.claimed(second_id).empty());
  const auto all = claim_fixture::done(f.claimed(first_id));
  CHECK(all.stored.of("x") == all.stored.at(routing_position("x")));
  CHECK(all.stored.at(0.2) == 0);
  CHECK(all.stored.at(0.9) == 7);
  CHECK(all.segments.at(first_id).value.value() == held(0, 1));
  CHECK(all.segments.at(second_id).value.value() == held(7, 4));
  CHECK(all.current.delegation_token == "token");
}

TEST_CASE("claim: a lost answer is resolved by reading, and by claiming once more") {
  for (const auto lost : {errc::outcome_unknown, errc::conditional_check_failed}) {
    claim_fixture f;
    (void)f.machine.open(f.now);
    (void)f.machine.on_current(claim_fixture::merged(), f.now, 0);
    (void)f.value(merged_id, held(5, 65535));
    claim_fixture::only<claim_machine::read_value>(f.claimed(merged_id, lost));
    // It was carried out, or another process did the same: who can tell?
    const auto again =
        claim_fixture::only<claim_machine::claim_value>(f.value(merged_id, held(5, 0)));
    CHECK(again.expected == held(5, 0));
    CHECK(again.to == held(5, 1));
  }
}

TEST_CASE("claim: sealed predecessors are read when their seal is stored") {
  claim_fixture f;
  claim_fixture::only<claim_machine::ask_head>(f.open_merged(held(8, 1)));
  CHECK(claim_fixture::names(f.past_of_merged()) == names{"inspect", "inspect"});
  CHECK(claim_fixture::names(f.inspected(first_id, true)) == names{"read_value"});
  CHECK(claim_fixture::names(f.inspected(second_id, true)) == names{"read_value"});
  CHECK(f.value(first_id, held(10, 2)).empty());
  const auto all = claim_fixture::done(f.value(second_id, held(7, 9)));
  CHECK(all.stored.at(0.2) == 10);
  CHECK(all.stored.at(0.9) == 8);
  CHECK(all.segments.size() == 1);
}

TEST_CASE("claim: a predecessor that is not sealed begins everything again") {
  claim_fixture f;
  (void)f.open_merged(unset);
  (void)f.past_of_merged();
  // What is asked is waited for.
  CHECK(f.inspected(first_id, false).empty());
  const auto paused = f.inspected(second_id, true);
  claim_fixture::only<claim_machine::ask_current>(f.pause_over(paused));
}

TEST_CASE("claim: a predecessor that is gone holds nothing") {
  claim_fixture f;
  (void)f.open_merged(held(3, 1));
  (void)f.past_of_merged();
  CHECK(f.machine.on_inspected(first_id, error{errc::segment_not_found}, f.now, 0).empty());
  CHECK(claim_fixture::names(f.inspected(second_id, true)) == names{"read_value"});
  const auto all = claim_fixture::done(f.value(second_id, errc::segment_not_found));
  CHECK(all.stored.everywhere() == 3);
  CHECK(all.stored.highest() == 3);
}

TEST_CASE("claim: a current segment that is sealed or gone begins everything again") {
  for (const auto why : {errc::segment_sealed, errc::segment_not_found}) {
    claim_fixture f;
    (void)f.machine.open(f.now);
    (void)f.machine.on_current(claim_fixture::two(), f.now, 0);
    (void)f.value(first_id, unset);
    CHECK(f.claimed(first_id, why).empty());
    const auto paused = f.value(second_id, unset);
    claim_fixture::only<claim_machine::ask_current>(f.pause_over(paused));
    CHECK(claim_fixture::names(f.machine.on_current(claim_fixture::merged(), f.now, 0)) ==
          names{"read_value"});
    // Of the first round.
    CHECK(f.claimed(second_id).empty());
  }
}

TEST_CASE("claim: a failure pauses, and only the failed are asked again") {
  claim_fixture f;
  (void)f.machine.open(f.now);
  (void)f.machine.on_current(claim_fixture::two(), f.now, 0);
  CHECK(f.value(first_id, errc::connection_lost).empty());
  (void)f.value(second_id, unset);
  const auto paused = f.claimed(second_id);
  CHECK(claim_fixture::only<claim_machine::read_value>(f.pause_over(paused)).of == first_id);
  CHECK(f.machine.on_pause_over(99).empty());
}

TEST_CASE("claim: what no other attempt can change ends it") {
  claim_fixture f;
  (void)f.machine.open(f.now);
  (void)f.machine.on_current(claim_fixture::two(), f.now, 0);
  CHECK(claim_fixture::failed(f.value(first_id, errc::token_rejected)) == errc::token_rejected);
  CHECK(f.value(second_id, unset).empty());

  claim_fixture sealed;
  (void)sealed.machine.open(sealed.now);
  CHECK(claim_fixture::failed(sealed.machine.on_current(controller::segment_ranges{},
                                                        sealed.now, 0)) == errc::stream_sealed);
  claim_fixture odd;
  (void)odd.machine.open(odd.now);
  (void)odd.machine.on_current(claim_fixture::merged(), odd.now, 0);
  CHECK(claim_fixture::failed(odd.value(merged_id, -7)) == errc::protocol_violation);
}

TEST_CASE("claim: it ends when its time is over, unless nothing waits") {
  claim_fixture f;
  (void)f.machine.claim({merged_id}, f.now);
  f.now += seconds{119};
  (void)f.machine.on_pause_over(
      claim_fixture::only<claim_machine::arm_pause>(f.value(merged_id, errc::connection_lost))
          .attempt);
  f.now += seconds{1};
  f.machine.on_nothing_waits(f.now);
  (void)f.machine.on_pause_over(
      claim_fixture::only<claim_machine::arm_pause>(f.value(merged_id, errc::connection_lost))
          .attempt);
  f.now += seconds{120};
  CHECK(claim_fixture::failed(f.value(merged_id, errc::connection_lost)) ==
        errc::retries_exhausted);
}

TEST_CASE("claim: a successor that another process has claimed fences the writer") {
  claim_fixture f;
  claim_fixture::only<claim_machine::read_value>(f.machine.claim({merged_id}, f.now));
  CHECK(claim_fixture::failed(f.value(merged_id, held(0, 1))) == errc::writer_fenced);

  // The own claim, whose answer was lost, does not.
  claim_fixture own;
  (void)own.machine.claim({merged_id}, own.now);
  (void)own.value(merged_id, unset);
  (void)own.claimed(merged_id, errc::outcome_unknown);
  claim_fixture::only<claim_machine::claim_value>(own.value(merged_id, held(0, 1)));
  const auto all = claim_fixture::done(own.claimed(merged_id));
  CHECK(all.segments.at(merged_id).value.value() == held(0, 2));
  CHECK_FALSE(all.segments.at(merged_id).sealed);
}

TEST_CASE("claim: an event in a successor that this process did not write fences it") {
  claim_fixture f;
  (void)f.machine.claim({merged_id}, f.now);
  (void)f.value(merged_id, unset);
  (void)f.claimed(merged_id, errc::conditional_check_failed);
  CHECK(claim_fixture::failed(f.value(merged_id, held(3, 1))) == errc::writer_fenced);
}

TEST_CASE("claim: a successor that is sealed meanwhile needs none") {
  claim_fixture f;
  (void)f.machine.claim({merged_id}, f.now);
  (void)f.value(merged_id, unset);
  claim_fixture::only<claim_machine::inspect>(f.claimed(merged_id, errc::segment_sealed));
  // The seal is on its way.
  const auto paused = f.inspected(merged_id, false);
  claim_fixture::only<claim_machine::inspect>(f.pause_over(paused));
  claim_fixture::only<claim_machine::read_value>(f.inspected(merged_id, true));
  const auto all = claim_fixture::done(f.value(merged_id, unset));
  CHECK(all.segments.at(merged_id).sealed);

  claim_fixture gone;
  (void)gone.machine.claim({merged_id}, gone.now);
  const auto none = claim_fixture::done(gone.value(merged_id, errc::segment_not_found));
  CHECK(none.segments.at(merged_id).sealed);
}

TEST_CASE("claim: questions to the stores have a limit, and so have a stream's segments") {
  claim_fixture f;
  std::vector<segment_id> many;
  for (std::int32_t i = 0; i < 100; ++i)
    many.push_back({i, 1});
  CHECK(f.machine.claim(many, f.now).size() == claim_machine::questions_max);
  CHECK(f.value(many.front(), errc::segment_not_found).size() == 1);

  claim_fixture old;
  (void)old.open_merged(unset);
  (void)old.machine.on_head(controller::segment_offsets{{{first_id, 0}}, ""}, old.now, 0);
  controller::segment_ranges all;
  for (std::int32_t i = 0; i <= static_cast<std::int32_t>(limits::writer_name_segments_max);
       ++i)
    all.segments.push_back({{i, 0}, {0.0, 1.0}});
  CHECK(claim_fixture::failed(old.machine.on_epoch(all, old.now, 0)) == errc::limit_exceeded);
}
