#include "simulation/world_driver.hpp"

#include <algorithm>
#include <caf/actor_cast.hpp>
#include <caf/local_actor.hpp>
#include <caf/send.hpp>
#include <utility>
#include <vector>

namespace pravega_sandbox {

namespace {

/// The last steps of an instant, which say who is busy.
constexpr std::uint64_t remembered_steps_max = 1000;
/// Names in the sentence about a standstill.
constexpr std::size_t names_max = 5;

bool lives(const caf::actor_addr& address) {
  const auto actor = caf::actor_cast<caf::strong_actor_ptr>(address);
  return actor && !actor->get()->getf(caf::abstract_actor::is_cleaned_up_flag);
}

}  // namespace

bool world_driver::step_before(time_point limit) {
  const auto jobs = scheduler_.jobs.size();
  const auto due = world_.due_count();
  if (jobs + due > 0) {
    if (!may_step()) return false;
    ++world_.counters.steps;
    const auto choice = static_cast<std::size_t>(world_.random() % (jobs + due));
    if (choice < jobs)
      run_job(choice);
    else
      world_.run_due(choice - jobs);
    return true;
  }
  time_point next{};
  bool any = world_.next_time(next);
  const auto& timers = scheduler_.clock().schedule();
  if (!timers.empty() && (!any || timers.begin()->first < next)) {
    next = timers.begin()->first;
    any = true;
  }
  const bool none = !any || next > limit;
  if (none && limit == time_point::max()) return false;
  if (none) next = limit;
  scheduler_.clock().advance_time(std::max<duration>(next - world_.now(), duration{0}));
  return !none;
}

bool world_driver::may_step() {
  if (stands_still_) return false;
  if (const auto now = world_.now(); now != instant_) {
    instant_ = now;
    steps_at_instant_ = 0;
    busy_.clear();
  }
  if (++steps_at_instant_ > steps_max_) stop();
  return !stands_still_;
}

void world_driver::run_job(std::size_t choice) {
  auto& jobs = scheduler_.jobs;
  if (choice > 0) {
    const auto at = jobs.begin() + static_cast<std::ptrdiff_t>(choice);
    auto* const job = *at;
    jobs.erase(at);
    jobs.push_front(job);
  }
  remember(*jobs.front());
  scheduler_.try_run_once();
}

void world_driver::remember(const caf::resumable& job) {
  const auto* const actor = dynamic_cast<const caf::local_actor*>(&job);
  if (actor == nullptr) return;
  if (!actors_.contains(actor->id())) {
    if (actors_.size() >= forget_at_) forget_ended_actors();
    actors_.emplace(actor->id(), seen_actor{actor->name(), actor->address()});
  }
  if (steps_at_instant_ + remembered_steps_max > steps_max_) ++busy_[actor->name()];
}

void world_driver::forget_ended_actors() {
  std::erase_if(actors_, [](const auto& each) { return !lives(each.second.address); });
  forget_at_ = std::max(forget_at_, 2 * actors_.size());
}

void world_driver::stop() {
  stands_still_ = true;
  if (!standstill_.empty()) return;
  std::vector<std::pair<std::uint64_t, std::string>> names;
  for (const auto& [name, steps] : busy_)
    names.emplace_back(steps, name);
  std::stable_sort(names.begin(), names.end(),
                   [](const auto& a, const auto& b) { return a.first > b.first; });
  std::string list;
  for (std::size_t i = 0; i < std::min(names.size(), names_max); ++i)
    list += (i == 0 ? ". In the last steps: " : ", ") + names[i].second + " (" +
            std::to_string(names[i].first) + ")";
  standstill_ =
      "virtual time stands still: after " + std::to_string(steps_max_) +
      " steps at the same instant, " +
      (names.empty() ? "callbacks still follow each other" : "actors still exchange messages") +
      list;
  world_.note(standstill_);
}

void world_driver::kill_actors() {
  forget_ended_actors();
  std::string names;
  for (const auto& [id, actor] : actors_) {
    names += (names.empty() ? "" : ", ") + actor.name;
    caf::anon_send_exit(actor.address, caf::exit_reason::kill);
  }
  world_.note("the end of the world kills " + names);
  stands_still_ = false;
  steps_at_instant_ = 0;
  busy_.clear();
}

void world_driver::drop_jobs() {
  auto& jobs = scheduler_.jobs;
  while (!jobs.empty()) {
    auto* const job = jobs.front();
    jobs.pop_front();
    job->intrusive_ptr_release_impl();
  }
}

}  // namespace pravega_sandbox
