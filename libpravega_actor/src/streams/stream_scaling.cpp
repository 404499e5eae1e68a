// `scale_there`: what a scale shall do, checked, started and waited for.
#include <algorithm>
#include <set>

#include "core/alternative_names.hpp"
#include "streams/key_ranges.hpp"
#include "streams/stream_changes.hpp"

namespace pravega_actor::internal {

namespace {

using current_segments = std::vector<segment_with_range>;

error refused_scale(std::string why) {
  return {errc::invalid_argument, std::move(why)};
}

std::string name_of(segment_id id) {
  return std::to_string(id.number) + ".#epoch." + std::to_string(id.epoch);
}

// The ranges of current segments; each may be named once.
result<std::vector<key_range>> ranges_of(const std::vector<segment_id>& ids,
                                         const current_segments& current) {
  std::vector<key_range> found;
  std::set<segment_id> seen;
  for (const auto id : ids) {
    if (!seen.insert(id).second)
      return refused_scale("segment " + name_of(id) + " is named twice");
    const auto at = std::find_if(current.begin(), current.end(),
                                 [id](const auto& each) { return each.id == id; });
    if (at == current.end()) {
      std::string now;
      for (const auto& each : current)
        now += (now.empty() ? "" : ", ") + name_of(each.id);
      return refused_scale("segment " + name_of(id) + " is not a current one; these are " +
                           now);
    }
    found.push_back(at->range);
  }
  return found;
}

struct planner {
  const current_segments& current;

  result<scale_by_ranges> operator()(const scale_by_ranges& wish) const {
    if (wish.sealed.empty()) return refused_scale("no segments to seal");
    if (wish.ranges.empty()) return refused_scale("no new ranges");
    const auto before = ranges_of(wish.sealed, current);
    if (!before) return before.error();
    const auto old_cover = joined(*before, "the sealed segments' ranges");
    if (!old_cover) return old_cover.error();
    const auto new_cover = joined(wish.ranges, "the new ranges");
    if (!new_cover) return new_cover.error();
    if (auto same = check_same_cover(*old_cover, *new_cover); !same) return same.error();
    auto plan = wish;
    std::sort(plan.ranges.begin(), plan.ranges.end(),
              [](const key_range& a, const key_range& b) { return a.low < b.low; });
    return plan;
  }
  result<scale_by_ranges> operator()(const scale_by_split& wish) const {
    if (wish.parts < 2 || wish.parts > limits::split_parts_max)
      return refused_scale("a segment is split into 2 to split_parts_max (1000) parts");
    const auto range = ranges_of({wish.which}, current);
    if (!range) return range.error();
    return scale_by_ranges{{wish.which}, divided(range->front(), wish.parts)};
  }
  result<scale_by_ranges> operator()(const scale_by_merge& wish) const {
    if (wish.which.size() < 2) return refused_scale("at least two segments are merged");
    const auto ranges = ranges_of(wish.which, current);
    if (!ranges) return ranges.error();
    const auto cover = joined(*ranges, "the merged segments' ranges");
    if (!cover) return cover.error();
    if (cover->size() > 1)
      return refused_scale("the segments are not neighbours: nothing covers " +
                           to_text(key_range{(*cover)[0].high, (*cover)[1].low}));
    return scale_by_ranges{wish.which, *cover};
  }
  result<scale_by_ranges> operator()(const scale_to_count& wish) const {
    const auto most = static_cast<std::int64_t>(limits::split_parts_max) *
                      static_cast<std::int64_t>(current.size());
    if (wish.segments < 1 || wish.segments > most)
      return refused_scale("the number of segments is 1 to " + std::to_string(most) +
                           " (split_parts_max times as many as now)");
    scale_by_ranges plan;
    for (const auto& each : current)
      plan.sealed.push_back(each.id);
    plan.ranges = divided({0.0, 1.0}, wish.segments);
    return plan;
  }
};

class scaling final : public std::enable_shared_from_this<scaling> {
 public:
  scaling(scoped_stream stream, scale_wish wish, const scale_timing& timing,
          teller<stream_scaled> tell)
      : stream_{std::move(stream)},
        wish_{std::move(wish)},
        timing_{timing},
        tell_{std::move(tell)} {}

  step begin() {
    return ask_or_fail(controller::get_current_segments{stream_}, tell_,
                       [me = shared_from_this()](const controller::segment_ranges& now) {
                         return me->on_current(now.segments);
                       });
  }

 private:
  step on_current(const current_segments& now) {
    const auto plan = plan_scale(wish_, now);
    if (!plan) return tell_(plan.error().with_subject(stream_.to_string()));
    const auto after = now.size() - plan->sealed.size() + plan->ranges.size();
    return ask_or_fail(
        controller::get_stream_config{stream_}, tell_,
        [me = shared_from_this(), plan = *plan, after](const stream_config& config) {
          return me->on_config(config, plan, after);
        });
  }
  step on_config(const stream_config& config, const scale_by_ranges& plan, std::size_t after) {
    const auto least = config.scaling.segments_min;
    if (after < static_cast<std::size_t>(std::max(least, 0)))
      return tell_(error{errc::precondition_failed,
                         std::to_string(after) + " segments are fewer than the " +
                             std::to_string(least) +
                             " that the configuration wants at least; update it first"}
                       .with_stage(stage::controller_call)
                       .with_subject(stream_.to_string()));
    machine_.emplace(
        controller::scale_stream{stream_, plan.sealed, plan.ranges, timing_.wall_clock_ms},
        timing_.pauses, timing_.deadline);
    return step{pause_step{duration{0}, [me = shared_from_this()](time_point now) {
                             return me->perform(me->machine_->start(now));
                           }}};
  }

  step perform(scale_machine::action todo) {
    const auto name = alternative_name(todo);
    return step{action_step{
        scale_machine::actor, name, [me = shared_from_this(), todo = std::move(todo)] {
          return std::visit([&me](const auto& each) { return me->carry_out(each); }, todo);
        }}};
  }
  step carry_out(const scale_machine::start_scale&) {
    return ask(machine_->what(),
               [me = shared_from_this()](const result<controller::scale_started>& got) {
                 return me->perform(me->machine_->on_started(got));
               });
  }
  step carry_out(const scale_machine::look&) {
    return ask(controller::get_current_segments{stream_},
               [me = shared_from_this()](const result<controller::segment_ranges>& got) {
                 return me->perform(me->machine_->on_current(got));
               });
  }
  step carry_out(const scale_machine::check& todo) {
    return ask(
        controller::check_scale{stream_, todo.epoch},
        [me = shared_from_this()](const result<controller::scale_state>& got, time_point now) {
          return me->perform(me->machine_->on_checked(got, now));
        });
  }
  step carry_out(const scale_machine::wait& todo) {
    return step{pause_step{todo.delay, [me = shared_from_this()](time_point now) {
                             return me->perform(me->machine_->on_wait_over(now));
                           }}};
  }
  step carry_out(const scale_machine::finish& todo) { return tell_(todo.outcome); }

  const scoped_stream stream_;
  const scale_wish wish_;
  const scale_timing timing_;
  const teller<stream_scaled> tell_;
  std::optional<scale_machine> machine_;
};

}  // namespace

result<scale_by_ranges> plan_scale(const scale_wish& wish,
                                   const std::vector<segment_with_range>& current) {
  if (current.empty()) return errc::stream_sealed;
  return std::visit(planner{current}, wish);
}

step scale_there(const scoped_stream& stream, const scale_wish& wish,
                 const scale_timing& timing, const teller<stream_scaled>& tell) {
  return std::make_shared<scaling>(stream, wish, timing, tell)->begin();
}

}  // namespace pravega_actor::internal
