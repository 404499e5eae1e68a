#include "supervision/supervisor_machine.hpp"

#include <algorithm>

namespace pravega_actor::internal {

supervisor_machine::child* supervisor_machine::find(const std::string& id) {
  auto at = std::find_if(children_.begin(), children_.end(),
                         [&](const child& c) { return c.id == id; });
  return at == children_.end() ? nullptr : &*at;
}

void supervisor_machine::start(child& which, actions& out) {
  which.at = phase::running;
  ++which.generation;
  out.push_back(start_child{which.id, which.generation});
  const auto kind = which.generation == 1 ? event_kind::started : event_kind::restarted;
  out.push_back(publish{kind, which.id, which.last_cause, which.generation});
}

supervisor_machine::actions supervisor_machine::add(const std::string& id, restart_type type,
                                                    duration grace) {
  actions out;
  const bool later = mode_ == mode::restarting_all;
  if ((mode_ != mode::running && !later) || find(id) != nullptr) return out;
  child added;
  added.id = id;
  added.type = type;
  added.grace = grace;
  children_.push_back(std::move(added));
  if (!later) start(children_.back(), out);
  return out;
}

supervisor_machine::actions supervisor_machine::remove(const std::string& id) {
  actions out;
  child* which = find(id);
  if (which == nullptr) return out;
  if (which->at == phase::waiting) {
    forget(*which, out);
    return out;
  }
  which->forget = true;
  if (which->at == phase::running) {
    which->at = phase::stopping;
    out.push_back(stop_child{which->id, which->generation, which->grace});
  }
  return out;
}

void supervisor_machine::forget(child& which, actions& out) {
  out.push_back(publish{event_kind::stopped, which.id, which.last_cause, which.generation});
  children_.erase(children_.begin() + (&which - children_.data()));
  if (mode_ != mode::running) stop_last(out);
}

bool supervisor_machine::too_many(time_point now) {
  restarts_.push_back(now);
  while (now - restarts_.front() > policy_.period)
    restarts_.pop_front();
  return restarts_.size() > policy_.restarts_max;
}

supervisor_machine::actions supervisor_machine::on_down(const std::string& id,
                                                        std::uint64_t generation, exit_kind how,
                                                        const std::string& cause,
                                                        time_point now, std::uint64_t random) {
  actions out;
  child* which = find(id);
  if (which == nullptr || which->generation != generation || which->at == phase::waiting)
    return out;
  which->at = phase::waiting;
  which->last_cause = cause;
  const bool again = which->type == restart_type::permanent ||
                     (which->type == restart_type::transient && how == exit_kind::failure);
  const bool lost = mode_ == mode::restarting_all && which->type == restart_type::temporary;
  if (which->forget || lost || (!again && mode_ == mode::running)) {
    forget(*which, out);
    return out;
  }
  if (mode_ == mode::running) {
    begin_restart(*which, now, random, out);
  } else {
    stop_last(out);
  }
  return out;
}

void supervisor_machine::begin_restart(child& which, time_point now, std::uint64_t random,
                                       actions& out) {
  if (too_many(now)) {
    mode_ = mode::giving_up;
    give_up_cause_ = which.id + " ended too often, last with: " + which.last_cause;
    out.push_back(publish{event_kind::gave_up, which.id, which.last_cause, which.generation});
    stop_last(out);
    return;
  }
  ++which.restarts;
  if (policy_.strategy == restart_strategy::one_for_all) {
    mode_ = mode::restarting_all;
    stop_last(out);
    return;
  }
  // The first restart is immediate: most failures are single; only a series has to be slowed
  // down.
  const auto in_period = static_cast<std::uint32_t>(restarts_.size());
  const auto delay =
      in_period <= 1 ? duration{0} : policy_.backoff.delay(in_period - 1, random);
  out.push_back(arm_restart{which.id, which.generation, delay});
}

// Stops the last child that still runs; when none is left, the mode's end is reached.
void supervisor_machine::stop_last(actions& out) {
  for (auto at = children_.rbegin(); at != children_.rend(); ++at) {
    if (at->at == phase::stopping) return;
    if (at->at == phase::running) {
      at->at = phase::stopping;
      out.push_back(stop_child{at->id, at->generation, at->grace});
      return;
    }
  }
  all_down(out);
}

void supervisor_machine::all_down(actions& out) {
  switch (mode_) {
    case mode::restarting_all:
      mode_ = mode::running;
      for (auto& each : children_)
        start(each, out);
      break;
    case mode::stopping:
      mode_ = mode::ended;
      out.push_back(stopped{});
      break;
    case mode::giving_up:
      mode_ = mode::ended;
      out.push_back(escalate{give_up_cause_});
      break;
    case mode::running:
    case mode::ended:
      break;
  }
}

supervisor_machine::actions supervisor_machine::on_restart_due(const std::string& id,
                                                               std::uint64_t generation) {
  actions out;
  child* which = find(id);
  const bool due = which != nullptr && which->generation == generation &&
                   which->at == phase::waiting && mode_ == mode::running;
  if (due) start(*which, out);
  return out;
}

supervisor_machine::actions supervisor_machine::on_grace_over(const std::string& id,
                                                              std::uint64_t generation) {
  actions out;
  child* which = find(id);
  if (which != nullptr && which->generation == generation && which->at == phase::stopping)
    out.push_back(kill_child{id, generation});
  return out;
}

supervisor_machine::actions supervisor_machine::stop() {
  actions out;
  if (mode_ == mode::ended || mode_ == mode::stopping) return out;
  mode_ = mode::stopping;
  stop_last(out);
  return out;
}

std::vector<child_status> supervisor_machine::children() const {
  std::vector<child_status> all;
  all.reserve(children_.size());
  for (const auto& c : children_)
    all.push_back(status_of(c));
  return all;
}

std::optional<child_status> supervisor_machine::child_of(const std::string& id) const {
  const auto at = std::find_if(children_.begin(), children_.end(),
                               [&](const child& c) { return c.id == id; });
  if (at == children_.end()) return std::nullopt;
  return status_of(*at);
}

child_status supervisor_machine::status_of(const child& c) {
  return {c.id, c.generation, c.restarts, c.at == phase::running, c.last_cause};
}

}  // namespace pravega_actor::internal
