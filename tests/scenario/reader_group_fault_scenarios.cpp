// Calls about reader groups while actors die, connections are cut and answers are lost.
#include "scenario/reader_group_world.hpp"

using namespace pravega_actor;
using namespace pravega_actor::scenario;

namespace {

/// Repeats a call until it succeeds; only errors that a repetition may mend are in order.
template <class F>
auto until_done(group_world& w, F call, texts& errors) {
  for (int attempt = 0;; ++attempt) {
    auto got = call();
    if (got) return got;
    errors.push_back(got.error().to_string());
    INFO(got.error().to_string());
    REQUIRE((got.error().retriable() || got.error() == errc::outcome_unknown));
    REQUIRE(attempt < 20);
    w.world.run_for(seconds{1});
  }
}

}  // namespace

TEST_CASE("reader group: calls come through while everything fails now and then") {
  for (std::uint64_t seed = 1; seed <= 12; ++seed) {
    auto plan = fault_plan::from_seed(seed);
    plan.kill = 0.03;
    plan.heal_after = seconds{300};
    CAPTURE(seed);
    group_world w{2, {2}, plan};
    texts errors;
    const auto made = until_done(
        w, [&] { return w.ensure(w.settings()); }, errors);
    CHECK(made->outcome != ensured::differs);
    CHECK(until_done(
              w, [&] { return w.describe(); }, errors)
              ->unassigned.size() == 2);
    int attempt = 0;
    const auto at = until_done(
        w, [&] { return w.make_checkpoint("cp" + std::to_string(++attempt)); }, errors);
    CHECK(at->cuts.at(w.stream).offsets.size() == 2);
    const auto before = w.world.control(controller::get_reader_group_config{w.group});
    REQUIRE(before);
    const auto config = until_done(
        w, [&] { return w.reset(reset_to::given_checkpoint{*at}); }, errors);
    CHECK(config->generation > before->get<reader_group_config>().generation);
    const auto found = until_done(
        w, [&] { return w.describe(); }, errors);
    CHECK(found->config == *config);
    CHECK_FALSE(found->resetting);
    CHECK(found->unassigned.size() == 2);
    CHECK(until_done(
              w, [&] { return w.generate_cuts(); }, errors)
              ->at(w.stream) == at->cuts.at(w.stream));
    CHECK(until_done(
              w, [&] { return w.unread(unread_since::last_checkpoint); }, errors)
              ->total == 0);
    w.world.heal();
    w.finish();
  }
}

// A death may lose the answer to a write that was carried out.
TEST_CASE("reader group: a checkpoint and a reset outlive the synchronizer at any action") {
  std::size_t deaths = 0;
  for (std::uint64_t action = 1;; ++action) {
    fault_plan plan;
    plan.kill_at = action;
    plan.kill_visibly = true;
    CAPTURE(action);
    group_world w{1, {1}, plan};
    const auto made = w.ensure(w.settings());
    const auto at = w.make_checkpoint("cp");
    const auto config = w.reset(reset_to::last_checkpoint{});
    if (w.world.struck().empty()) break;
    const auto& place = *w.world.struck().begin();
    CAPTURE(place);
    // The client's own supervisors are not what this is about.
    if (!place.starts_with("synchronizer ")) continue;
    ++deaths;
    REQUIRE(made);
    CHECK(made->outcome == ensured::created);
    REQUIRE(at);
    REQUIRE(config);
    CHECK(config->generation == 1);
    CHECK(w.describe()->config == *config);
    w.finish();
  }
  CHECK(deaths >= 20);
}
