// Scaling without waiting, and the lineage that results.
#include "scenario/stream_manager_world.hpp"

using namespace pravega_actor;
using namespace pravega_actor::internal;
using namespace pravega_actor::scenario;

namespace {

/// The sandbox's controller, which takes its time with scales and may lose answers.
class slow_scaler final : public controller_port {
 public:
  int checks_in_progress = 0;
  bool loses_first_answer = false;
  int checks = 0;
  int scales = 0;

  explicit slow_scaler(std::shared_ptr<controller_port> inner) : inner_{std::move(inner)} {}
  void start(const controller::request& call, duration timeout, callback done) override {
    if (call.holds<controller::check_scale>() && ++checks <= checks_in_progress)
      return inner_->start(call, timeout, [done](const result<controller::reply>&) {
        done(controller::reply{controller::scale_state::in_progress});
      });
    if (call.holds<controller::scale_stream>() && ++scales == 1 && loses_first_answer)
      return inner_->start(call, timeout, [done](const result<controller::reply>&) {
        done(error{errc::controller_unreachable, "the answer was lost"});
      });
    inner_->start(call, timeout, std::move(done));
  }
  void shut_down() override { inner_->shut_down(); }
  std::string address() const override { return inner_->address(); }

 private:
  const std::shared_ptr<controller_port> inner_;
};

struct slow_world {
  simulation world{1, {}};
  const scoped_stream stream{"scope", "stream"};
  std::shared_ptr<slow_scaler> controller;
  std::optional<client> user;
  std::optional<result<stream_scaled>> outcome;

  slow_world() {
    world.create_stream(stream, 1);
    auto ports = world.ports();
    controller = std::make_shared<slow_scaler>(ports.controller);
    ports.controller = controller;
    user = *make_client(world.system(), {}, std::move(ports));
  }
  ~slow_world() {
    user->close_async(seconds{1}, [](const client_close_report&) {});
    world.run_for(seconds{60});
    user.reset();
  }
  void split(duration timeout) {
    user->streams().split_segment_async(
        {stream, {0, 0}}, 2, timeout,
        [this](const result<stream_scaled>& got) { outcome.emplace(got); });
    REQUIRE(world.run_until([&] { return outcome.has_value(); }, seconds{300}));
  }
};

}  // namespace

TEST_CASE("stream manager: split, merge and count, and the lineage that results") {
  manager_world w;
  w.write(10);
  const auto halves = w.split({0, 0}, 2);
  REQUIRE(halves);
  CHECK(halves->epoch == 1);
  CHECK(halves->opened ==
        std::vector<segment_with_range>{{{1, 1}, {0.0, 0.5}}, {{2, 1}, {0.5, 1.0}}});
  const auto merged = w.merge({{2, 1}, {1, 1}});
  REQUIRE(merged);
  CHECK(merged->opened == std::vector<segment_with_range>{{{3, 2}, {0.0, 1.0}}});
  const auto three = w.ask<stream_scaled>(
      [&](auto done) { w.streams().scale_to_async(w.stream, 3, seconds{60}, done); });
  REQUIRE(three);
  CHECK(three->epoch == 3);
  CHECK(three->opened.size() == 3);
  const auto seen = w.lineage();
  REQUIRE(seen);
  CHECK(seen->epochs == 4);
  CHECK_FALSE(seen->sealed);
  REQUIRE(seen->segments.size() == 7);
  const auto& first = seen->segments[0];
  CHECK(first.opened == 0);
  CHECK(first.closed == 1);
  CHECK(first.successors == ids{{1, 1}, {2, 1}});
  CHECK(first.predecessors.empty());
  REQUIRE(first.stored);
  CHECK(first.stored->bytes() == 180);
  const auto& joined_again = seen->segments[3];
  CHECK(joined_again.id == segment_id{3, 2});
  CHECK(joined_again.predecessors == ids{{1, 1}, {2, 1}});
  CHECK(joined_again.successors.size() == 3);
  for (std::size_t i = 4; i < 7; ++i) {
    CHECK(seen->segments[i].live());
    CHECK(seen->segments[i].predecessors == ids{{3, 2}});
  }
  w.finish();
}

TEST_CASE("stream manager: a segment that lives through several epochs is one") {
  manager_world w{2};
  REQUIRE(w.split({1, 0}, 2));
  REQUIRE(w.split({2, 1}, 2));
  const auto seen = w.lineage();
  REQUIRE(seen);
  CHECK(seen->epochs == 3);
  REQUIRE(seen->segments.size() == 6);
  CHECK(seen->segments[0].live());
  CHECK(seen->segments[0].successors.empty());
  CHECK(seen->segments[1].closed == 1);
  CHECK(seen->segments[2].successors == ids{{4, 2}, {5, 2}});
  CHECK(seen->segments[3].live());
  w.finish();
}

TEST_CASE("stream manager: scales that do not fit are refused before they are sent") {
  manager_world w{2};
  const auto before = w.controller->calls;
  CHECK(refusal(w.split({0, 0}, 1)) ==
        "a segment is split into 2 to split_parts_max (1000) parts");
  CHECK(refusal(w.split({7, 0}, 2)) ==
        "segment 7.#epoch.0 is not a current one; these are 0.#epoch.0, 1.#epoch.0");
  CHECK(refusal(w.merge({{0, 0}})) == "at least two segments are merged");
  CHECK(refusal(w.merge({{0, 0}, {0, 0}})) == "segment 0.#epoch.0 is named twice");
  CHECK(refusal(w.scale({}, {{0.0, 0.5}})) == "no segments to seal");
  CHECK(refusal(w.scale({{0, 0}}, {})) == "no new ranges");
  CHECK(refusal(w.scale({{0, 0}}, {{0.0, 0.2}, {0.25, 0.5}})) ==
        "the new ranges cover [0, 0.2), the sealed segments [0, 0.5)");
  CHECK(refusal(w.scale({{1, 0}}, {{0.5, 1.5}})) ==
        "the new ranges: [0.5, 1.5) is empty or not within [0, 1]");
  CHECK(refusal(w.scale({{0, 0}}, {{0.0, 0.3}, {0.2, 0.5}})) ==
        "the new ranges overlap at [0.2, 0.3)");
  // Nine questions for the current segments, and nothing else.
  CHECK(w.controller->calls == before + 9);
  const auto few = w.merge({{0, 0}, {1, 0}});
  REQUIRE_FALSE(few);
  CHECK(few.error() == errc::precondition_failed);
  CHECK(few.error().subject() == "scope/stream");
  CHECK(few.error().detail() ==
        "1 segments are fewer than the 2 that the configuration wants at least; update it "
        "first");
  w.finish();
}

TEST_CASE("stream manager: merging what are no neighbours") {
  manager_world w{4};
  CHECK(refusal(w.merge({{0, 0}, {2, 0}})) ==
        "the segments are not neighbours: nothing covers [0.25, 0.5)");
  w.finish();
}

TEST_CASE("stream manager: a scale is waited for") {
  slow_world w;
  w.controller->checks_in_progress = 5;
  w.split(seconds{60});
  REQUIRE(*w.outcome);
  CHECK((*w.outcome)->opened.size() == 2);
  CHECK(w.controller->checks == 6);
  CHECK(w.controller->scales == 1);
}

TEST_CASE("stream manager: a scale that takes too long was started all the same") {
  slow_world w;
  w.controller->checks_in_progress = 1'000'000;
  const auto began = w.world.now();
  w.split(seconds{10});
  CHECK(w.world.now() - began <= seconds{11});
  REQUIRE_FALSE(*w.outcome);
  CHECK(w.outcome->error() == errc::deadline_exceeded);
  CHECK(w.outcome->error().at() == stage::controller_call);
  CHECK(w.outcome->error().detail().starts_with(
      "the scale from epoch 0 was started, but is not known to be complete"));
  const auto now = w.world.control(controller::get_current_segments{w.stream});
  CHECK(now->get<controller::segment_ranges>().segments.size() == 2);
}

TEST_CASE("stream manager: a scale whose answer is lost is not a failure") {
  slow_world w;
  w.controller->loses_first_answer = true;
  w.split(seconds{60});
  REQUIRE(*w.outcome);
  CHECK((*w.outcome)->opened ==
        std::vector<segment_with_range>{{{1, 1}, {0.0, 0.5}}, {{2, 1}, {0.5, 1.0}}});
  CHECK((*w.outcome)->epoch == 1);
  CHECK(w.controller->scales == 2);
}
