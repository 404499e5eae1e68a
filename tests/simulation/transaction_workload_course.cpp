// The course of a run with transactions: what disturbs it, and the reader that reads along.
#include <algorithm>

#include "simulation/transaction_workload.hpp"

namespace simulation_tests {

using namespace pravega_actor;

// --- what disturbs --------------------------------------------------------------------------

// Splits one segment or merges two neighbours. Neither is possible while a commit makes epochs.
void transaction_workload::scale_sometimes() {
  if (over_ || sealed_ || all_done()) return;
  if (counters_.scales < size_.scales && world_.chance(0.4)) {
    const auto current = world_.current_segments(stream_);
    const auto at = static_cast<std::size_t>(world_.random() % current.size());
    const bool merges = at + 1 < current.size() && world_.chance(0.5);
    const bool scaled = merges ? world_.merge(stream_, {current[at].id, current[at + 1].id})
                               : world_.split(stream_, current[at].id);
    if (scaled) {
      ++counters_.scales;
      world_.note("scaled");
    }
  }
  world_.after(milliseconds{static_cast<std::int64_t>(100 + world_.random() % 1500)},
               [this] { scale_sometimes(); });
}

void transaction_workload::end_processes_sometimes() {
  if (over_ || all_done()) return;
  if (counters_.killed + counters_.closed < size_.ends && world_.chance(0.4)) {
    auto& who = *processes_[static_cast<std::size_t>(world_.random() % processes_.size())];
    if (world_.chance(0.6))
      kill(who);
    else
      close(who);
  }
  world_.after(milliseconds{static_cast<std::int64_t>(300 + world_.random() % 2000)},
               [this] { end_processes_sometimes(); });
}

void transaction_workload::break_links_sometimes() {
  if (over_ || all_done()) return;
  if (counters_.outages < size_.outages && world_.chance(0.4)) {
    using condition = breakable_link::condition;
    const auto& who =
        *processes_[static_cast<std::size_t>(world_.random() % processes_.size())];
    const auto link = who.link;
    world_.note(who.name + " does not reach the controller");
    ++counters_.outages;
    link->now = world_.chance(0.5) ? condition::refusing : condition::silent;
    world_.after(seconds{static_cast<std::int64_t>(1 + world_.random() % 30)}, [this, link] {
      // That of a process that was killed stays as it is.
      for (const auto& each : processes_)
        if (each->link == link) link->now = condition::whole;
    });
  }
  world_.after(milliseconds{static_cast<std::int64_t>(300 + world_.random() % 2000)},
               [this] { break_links_sometimes(); });
}

// The controller refuses to seal while commits are under way.
void transaction_workload::end_stream() {
  if (over_) return;
  if (!sealed_) sealed_ = world_.control(controller::seal_stream{stream_}).has_value();
  if (sealed_ && counters_.sealed == 0) {
    ++counters_.sealed;
    world_.note("sealed");
    if (size_.stream != transaction_size::fate::is_deleted) return;
  } else if (sealed_) {
    deleted_ = world_.control(controller::delete_stream{stream_}).has_value();
    world_.note(deleted_ ? "deleted" : "not deleted");
    return;
  }
  world_.after(milliseconds{static_cast<std::int64_t>(100 + world_.random() % 1000)},
               [this] { end_stream(); });
}

// --- the reader that reads along ------------------------------------------------------------

void transaction_workload::make_reading_client() {
  config settings;
  settings.restart_intensity_max = 100000;
  reading_ = std::make_unique<client>(world_.make_client(settings));
}

void transaction_workload::open_reader() {
  if (reading_over_) return;
  reading_->create_reader_async(stream_, reading_->default_reader_options(),
                                [this](const result<stream_reader>& got) {
                                  if (!got) return read_again();
                                  reader_ = *got;
                                  reader_failures_ = 0;
                                  read_available();
                                });
}

// From the head. An actor of the reader or of its client was killed.
void transaction_workload::read_again() {
  world_.after(milliseconds{500}, [this] {
    if (reading_over_ || deleted_) return;
    world_.note("the reader begins anew");
    reader_ = {};
    history_.forget("the reader");
    events_read_ = 0;
    if (++reader_failures_ >= 3) make_reading_client();
    open_reader();
  });
}

void transaction_workload::read_available() {
  while (!reading_over_) {
    auto next = reader_.try_next();
    if (!next && sealed_ && next.error() == errc::end_of_segment) return;
    if (!next) {
      if (size_.calm && !deleted_) complain("the reader: " + next.error().to_string());
      return read_again();
    }
    if (!*next) break;
    const auto* slice = std::get_if<event_slice>(&**next);
    if (slice == nullptr) continue;
    for (const auto& each : *slice) {
      history_.saw("the reader", std::string{as_text(each.payload)});
      ++events_read_;
    }
  }
  if (reading_over_) return;
  reader_.when_readable(
      [this] { world_.after(microseconds{1}, [this] { read_available(); }); });
}

// --- the run --------------------------------------------------------------------------------

bool transaction_workload::all_done() const {
  return std::all_of(lanes_.begin(), lanes_.end(), [](const auto& each) { return each.done; });
}

std::vector<std::string> transaction_workload::run() {
  actors_before_ = world_.live_actors();
  world_.create_stream(stream_, size_.segments);
  make_reading_client();
  open_reader();
  for (std::size_t i = 0; i < size_.processes; ++i) {
    processes_.push_back(std::make_unique<process>());
    processes_.back()->name = "process-" + std::to_string(i);
    for (std::size_t n = 0; n < size_.lanes; ++n)
      lanes_.push_back(lane_state{processes_.back().get(), size_.transactions});
  }
  for (const auto& each : processes_)
    start(*each);
  for (std::size_t i = 0; i < lanes_.size(); ++i)
    later(i);
  world_.after(milliseconds{500}, [this] {
    scale_sometimes();
    end_processes_sometimes();
    break_links_sometimes();
  });
  if (size_.stream != transaction_size::fate::lives)
    world_.after(milliseconds{static_cast<std::int64_t>(2000 + world_.random() % 8000)},
                 [this] { end_stream(); });
  if (!world_.run_until([this] { return all_done(); }, seconds{2000}))
    complain("not everything was done: no liveness");
  over_ = true;
  world_.heal();
  for (const auto& each : processes_)
    each->link->now = breakable_link::condition::whole;
  check_kept();
  close_writers();
  world_.run_for(seconds{60});
  check_reports();
  check_readers();
  end_world();
  return trouble_;
}

}  // namespace simulation_tests
