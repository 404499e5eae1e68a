#include "group/group_decisions.hpp"

#include <algorithm>

#include "group/group_shares.hpp"

namespace pravega_actor::internal {
namespace {

constexpr std::uint64_t compaction_bytes_min = 512u << 10;
constexpr double compaction_probability = 0.05;
// Peers write the times; a day is as good as any longer one, and cannot overflow.
constexpr std::int64_t interval_ms_max = 24LL * 60 * 60 * 1000;

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
  timers_[acquire] =
      now + delay +
      duration{static_cast<duration::rep>(random * static_cast<double>(spread.count()))};
}

void group_decisions::on_fetched(const group_state& state, time_point now) {
  timers_[fetch] = now + interval(state.config().group_refresh_time_ms);
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

void group_decisions::restart_checkpoints(const group_state& state, time_point now) {
  timers_[checkpoint_due] = now + interval(state.config().automatic_checkpoint_interval_ms);
}

group_decisions::step group_decisions::next_step(const group_state& state, time_point now) {
  checkpoint_.clear();
  if (phase_ != phase::rebalancing) phase_ = phase::reading;
  if (!state.is_online(reader_)) return step::reader_is_offline;
  if (auto pending = state.checkpoint_for(reader_)) {
    restart_checkpoints(state, now);
    checkpoint_ = *std::move(pending);
    if (is_silent_checkpoint(checkpoint_)) return step::confirm_silently;
    phase_ = phase::at_checkpoint;
    return step::deliver_checkpoint;
  }
  const bool automatic = state.config().automatic_checkpoint_interval_ms > 0;
  if (!automatic || !is_over(checkpoint_due, now) || state.has_ongoing_checkpoint())
    return step::read;
  return step::create_checkpoint;
}

void group_decisions::on_checkpoint_created(const group_state& state, time_point now) {
  restart_checkpoints(state, now);
}

bool group_decisions::on_checkpoint_processed(const group_state& state) {
  if (phase_ != phase::at_checkpoint) return false;
  const bool owed = state.is_online(reader_) && state.checkpoint_for(reader_) == checkpoint_;
  phase_ = owed ? phase::after_checkpoint : phase::reading;
  return owed;
}

bool group_decisions::may_acquire(const group_state& state, time_point now) {
  if (phase_ != phase::reading || !is_over(acquire, now) || !state.is_online(reader_) ||
      state.checkpoint_for(reader_))
    return false;
  if (state.unassigned().empty()) {
    timers_[acquire] = now + acquire_time(state, reader_);
    return false;
  }
  timers_[acquire] = timers_[release] = now + group_times::update_window;
  phase_ = phase::rebalancing;
  return true;
}

std::optional<group_segment> group_decisions::may_release(const group_state& state,
                                                          time_point now) {
  if (phase_ != phase::after_checkpoint) return std::nullopt;
  phase_ = phase::reading;
  if (!is_over(release, now) || state.checkpoint_for(reader_) ||
      !holds_too_many(state, reader_))
    return std::nullopt;
  timers_[acquire] = timers_[release] = now + group_times::update_window;
  phase_ = phase::rebalancing;
  return segment_to_release(state, reader_);
}

void group_decisions::on_rebalanced(const group_state& state, time_point now) {
  if (phase_ == phase::rebalancing) phase_ = phase::reading;
  timers_[release] = now + release_time(state, reader_);
  timers_[acquire] = now + acquire_time(state, reader_);
  timers_[lag] = now + lag_time(state);
}

duration group_decisions::lag_time(const group_state& state) const {
  return units(online(state) + 1);
}

bool group_decisions::should_report_distance(time_point now) const {
  return phase_ == phase::reading && is_over(lag, now);
}

void group_decisions::on_distance_reported(const group_state& state, time_point now) {
  timers_[lag] = now + lag_time(state);
}

}  // namespace pravega_actor::internal
