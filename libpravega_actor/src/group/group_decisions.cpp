#include "group/group_decisions.hpp"

#include <algorithm>

#include "group/group_shares.hpp"

namespace pravega_actor::internal {
namespace {

constexpr std::uint64_t compaction_bytes_min = 512u << 10;
constexpr double compaction_probability = 0.05;
// Peers write the times; a day is as good as any longer one, and cannot overflow.
constexpr std::int64_t interval_ms_max = 24LL * 60 * 60 * 1000;

// A peer may configure none at all.
constexpr duration refresh_least = milliseconds{10};

duration interval(std::int64_t ms) {
  return milliseconds{std::clamp<std::int64_t>(ms, 0, interval_ms_max)};
}

duration units(std::int64_t count) {
  return group_times::unit * std::max<std::int64_t>(0, count);
}

std::int64_t online(const group_state& state) {
  return static_cast<std::int64_t>(state.content().assigned.size());
}

// The least loaded reader takes first.
duration acquire_time(const group_state& state, const std::string& reader) {
  return units(online(state) - load_rank(state, reader));
}

// The most loaded reader gives back first.
duration release_time(const group_state& state, const std::string& reader) {
  return units(1 + load_rank(state, reader));
}

}  // namespace

group_decisions::group_decisions(std::string reader, const reader_group_config& settings,
                                 time_point now, duration delay, double random)
    : reader_{std::move(reader)} {
  const auto spread = std::min(delay, interval(settings.group_refresh_time_ms));
  timers_.fill(now + group_times::unit);
  timers_[fetch] = now;
  acquires_from_ =
      now + delay +
      duration{static_cast<duration::rep>(random * static_cast<double>(spread.count()))};
  timers_[acquire] = acquires_from_;
}

void group_decisions::on_fetched(const group_state& state, time_point now) {
  timers_[fetch] =
      now + std::max(refresh_least, interval(state.config().group_refresh_time_ms));
}

bool group_decisions::should_compact(std::uint64_t bytes_since_compaction,
                                     double random) noexcept {
  return bytes_since_compaction > compaction_bytes_min && random < compaction_probability;
}

bool group_decisions::should_check_config(time_point now) {
  if (!is_over(config, now)) return false;
  timers_[config] = now + group_times::config_window;
  return true;
}

bool group_decisions::is_config_outdated(const group_state& state,
                                         std::int64_t generation) noexcept {
  return state.config_is_changing() && generation > state.config().generation;
}

bool group_decisions::should_create_checkpoint(const group_state& state, time_point now) const {
  return state.config().automatic_checkpoint_interval_ms > 0 && is_over(checkpoint_due, now) &&
         !state.has_ongoing_checkpoint();
}

void group_decisions::on_checkpoint(const group_state& state, time_point now) {
  timers_[checkpoint_due] = now + interval(state.config().automatic_checkpoint_interval_ms);
}

bool group_decisions::may_acquire(const group_state& state, time_point now) {
  if (!is_over(acquire, now) || !state.is_online(reader_) || state.checkpoint_for(reader_))
    return false;
  if (state.unassigned().empty()) {
    timers_[acquire] = now + acquire_time(state, reader_);
    return false;
  }
  timers_[acquire] = timers_[release] = now + group_times::update_window;
  rebalancing_ = true;
  return true;
}

bool group_decisions::may_release(const group_state& state, time_point now) {
  if (!is_over(release, now) || state.checkpoint_for(reader_) ||
      !holds_too_many(state, reader_))
    return false;
  timers_[acquire] = timers_[release] = now + group_times::update_window;
  rebalancing_ = true;
  return true;
}

void group_decisions::on_outraced(time_point now, double random) noexcept {
  rebalancing_ = false;
  const auto spread = static_cast<double>((group_times::unit / 4).count());
  timers_[acquire] = now + duration{static_cast<duration::rep>(random * spread)};
}

void group_decisions::on_segments_freed(time_point now) noexcept {
  if (!rebalancing_)
    timers_[acquire] = std::min(timers_[acquire], std::max(now, acquires_from_));
}

void group_decisions::on_rebalanced(const group_state& state, time_point now) {
  rebalancing_ = false;
  timers_[release] = now + release_time(state, reader_);
  timers_[acquire] = now + acquire_time(state, reader_);
  timers_[lag] = now + lag_time(state);
}

duration group_decisions::lag_time(const group_state& state) const {
  return units(online(state) + 1);
}

void group_decisions::on_distance_reported(const group_state& state, time_point now) {
  timers_[lag] = now + lag_time(state);
}

time_point group_decisions::next_due(const group_state& state) const {
  auto due = std::min({timers_[fetch], timers_[acquire], timers_[lag], timers_[config]});
  if (state.config().automatic_checkpoint_interval_ms > 0)
    due = std::min(due, timers_[checkpoint_due]);
  return due;
}

}  // namespace pravega_actor::internal
