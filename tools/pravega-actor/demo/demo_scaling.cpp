#include "demo/demo_scaling.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

namespace pravega_actor::tool {

namespace {

constexpr milliseconds scale_look_interval{10};
/// Where in its part of the time a step lies: off the middle, where connections are cut.
constexpr double place_in_part = 0.4;

double width(const key_range& range) {
  return range.high - range.low;
}

std::string names_of(std::vector<segment_with_range> all) {
  std::vector<std::string> names;
  for (const auto& each : all)
    names.push_back(fmt::format("{}", each.id.number));
  return fmt::format("{}", fmt::join(names, ", "));
}

}  // namespace

std::vector<double> due_times(const scaling_plan& plan) {
  const auto steps = plan.splits + plan.merges;
  std::vector<double> times;
  for (std::size_t i = 0; i < steps; ++i)
    times.push_back(plan.seconds * (static_cast<double>(i) + place_in_part) /
                    static_cast<double>(steps));
  return times;
}

segment_id widest(const std::vector<segment_with_range>& current) {
  const auto less = [](const segment_with_range& a, const segment_with_range& b) {
    const auto more = width(a.range) - width(b.range);
    // Widths that are computed differ in their last bits.
    if (std::abs(more) > 1e-9) return more < 0;
    return a.range.low > b.range.low;
  };
  return std::max_element(current.begin(), current.end(), less)->id;
}

std::vector<segment_id> narrowest_pair(std::vector<segment_with_range> current) {
  std::sort(current.begin(), current.end(),
            [](const auto& a, const auto& b) { return a.range.low < b.range.low; });
  std::vector<segment_id> best;
  double least = 2;
  for (std::size_t i = 1; i < current.size(); ++i) {
    const auto both = current[i].range.high - current[i - 1].range.low;
    if (both >= least - 1e-9) continue;
    least = both;
    best = {current[i - 1].id, current[i].id};
  }
  return best;
}

demo_scaling::demo_scaling(stream_manager streams, scoped_stream stream,
                           const scaling_plan& plan, told sink)
    : streams_{std::move(streams)},
      stream_{std::move(stream)},
      plan_{plan},
      sink_{std::move(sink)} {}

demo_scaling::~demo_scaling() {
  stop();
  if (thread_.joinable()) thread_.join();
}

void demo_scaling::start() {
  thread_ = std::thread{[this] { run(); }};
}

result<void> demo_scaling::outcome() {
  if (thread_.joinable()) thread_.join();
  return outcome_;
}

void demo_scaling::run() {
  const auto begin = clock_type::now();
  const auto times = due_times(plan_);
  for (std::size_t step = 0; step < times.size() && outcome_; ++step) {
    const auto due = begin + std::chrono::duration_cast<duration>(
                                 std::chrono::duration<double>{times[step]});
    while (!stopped_ && clock_type::now() < due)
      std::this_thread::sleep_for(scale_look_interval);
    if (stopped_) break;
    outcome_ = step < plan_.splits ? split() : merge();
  }
  ended_ = true;
}

result<std::vector<segment_with_range>> demo_scaling::current() const {
  auto seen = streams_.call(controller::get_current_segments{stream_});
  if (!seen) return seen.error();
  if (!seen->segments.empty()) return seen->segments;
  return error{errc::stream_sealed, "another program sealed the demo's stream"}.with_subject(
      stream_.to_string());
}

result<void> demo_scaling::split() {
  auto seen = current();
  if (!seen) return seen.error();
  const auto which = widest(*seen);
  sink_(fmt::format("splitting segment {}", which.number));
  auto made = streams_.split_segment({stream_, which}, 2);
  if (!made) return made.error();
  ++splits_;
  sink_(fmt::format("split segment {} into {}", which.number, names_of(made->opened)));
  return {};
}

result<void> demo_scaling::merge() {
  auto seen = current();
  if (!seen) return seen.error();
  const auto which = narrowest_pair(*seen);
  if (which.empty())
    return error{errc::precondition_failed, "there are no two segments to merge"}.with_subject(
        stream_.to_string());
  sink_(fmt::format("merging segments {}, {}", which[0].number, which[1].number));
  auto made = streams_.merge_segments(stream_, which);
  if (!made) return made.error();
  ++merges_;
  sink_(fmt::format("merged segments {}, {} into {}", which[0].number, which[1].number,
                    names_of(made->opened)));
  return {};
}

}  // namespace pravega_actor::tool
