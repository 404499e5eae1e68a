// Truncations under the writers and the reader of the workload.
#include <algorithm>

#include "simulation/writer_workload.hpp"

namespace simulation_tests {

using namespace pravega_actor;

void writer_workload::truncate_sometimes() {
  if (size_.truncations == 0) return;
  if (all_closed()) return check_reading_later();
  const auto pause = world_.chance(0.3) ? world_.random() % 30 : world_.random() % 700;
  world_.after(milliseconds{static_cast<std::int64_t>(pause)}, [this] {
    if (!all_closed() && truncations_done_ < size_.truncations) truncate_once();
    truncate_sometimes();
  });
}

void writer_workload::remember() {
  const auto first = head();
  for (const auto& name : world_.segments_of(stream_)) {
    const auto id = segment::parse(name)->id;
    const auto at = first.find(id);
    checker_.hold(id, at == first.end() ? 0 : at->second, world_.events_of(name));
  }
}

writer_workload::offsets writer_workload::head() {
  auto answer = world_.control(controller::get_head_segments{stream_});
  return answer ? answer->get<controller::segment_offsets>().offsets : offsets{};
}

writer_workload::offsets writer_workload::tail_cut() {
  offsets cut;
  auto answer = world_.control(controller::get_current_segments{stream_});
  if (!answer) return cut;
  for (const auto& each : answer->get<controller::segment_ranges>().segments)
    cut[each.id] = checker_.end_of(each.id);
  return cut;
}

// Any places between events in the segments of some epoch; perhaps before the head.
writer_workload::offsets writer_workload::any_cut() {
  offsets cut;
  const auto epoch = static_cast<std::int32_t>(world_.random() % (scales_done_ + 1));
  auto answer = world_.control(controller::get_epoch_segments{stream_, epoch});
  if (!answer) return cut;
  for (const auto& each : answer->get<controller::segment_ranges>().segments) {
    cut[each.id] = checker_.end_of(each.id);
    const auto held = checker_.held().find(each.id);
    if (held == checker_.held().end() || held->second.empty()) continue;
    const auto which = static_cast<std::ptrdiff_t>(world_.random() % held->second.size());
    cut[each.id] = std::next(held->second.begin(), which)->first;
  }
  return cut;
}

writer_workload::offsets writer_workload::some_cut() {
  const auto kind = world_.random() % 8;
  if (kind == 0) return tail_cut();
  if (kind < 3) return any_cut();
  if (kind == 3 && !old_cuts_.empty())
    return old_cuts_[static_cast<std::size_t>(world_.random() % old_cuts_.size())];
  if (world_.chance(0.5)) reader_.release();
  return reader_.position().offsets;
}

void writer_workload::truncate_once() {
  // What is gone before the reader begins at the head is nothing to it.
  if (!reader_.valid()) return;
  remember();
  const auto cut = some_cut();
  if (cut.empty()) return;
  old_cuts_.push_back(cut);
  const auto before = world_.segments_of(stream_);
  const auto done = world_.control(controller::truncate_stream{{stream_, cut}});
  if (!done) {
    // It lies before the head, as by chance it may.
    if (done.error() != errc::precondition_failed)
      trouble_.push_back("truncation: " + done.error().to_string());
    return;
  }
  ++truncations_done_;
  std::set<segment_id> gone;
  const auto after = world_.segments_of(stream_);
  for (const auto& name : before)
    if (std::find(after.begin(), after.end(), name) == after.end())
      gone.insert(segment::parse(name)->id);
  checker_.truncate(cut, gone);
  world_.note("truncated at " + stream_cut{stream_, cut}.to_string());
}

// Late bytes of lost connections may still be stored for a while.
void writer_workload::check_reading_later() {
  world_.after(seconds{20}, [this] {
    if (over_) return;
    remember();
    reading_complete_ = checker_.complete();
    if (!reading_complete_) check_reading_later();
  });
}

void writer_workload::replace_writer(participant& who) {
  world_.note(who.name + " failed: its segment is gone");
  failed_.insert(who.name);
  const auto name = who.name.substr(0, who.name.find('.'));
  who.writer.close_async(seconds{30}, [](const close_report&) {});
  who.writer = {};
  who.name = name + "." + std::to_string(++who.lost);
  open(who);
}

std::vector<std::string> writer_workload::truncation_verdict() {
  remember();
  auto found = checker_.check();
  std::map<std::string, std::vector<std::string>> segments;
  for (const auto& [id, events] : checker_.held())
    for (const auto& [offset, payload] : events)
      segments[segment{stream_, id}.to_string()].push_back(payload);
  for (auto& each : check_history(history_, segments, false))
    found.push_back(std::move(each));
  for (const auto& each : history_.written)
    if (!each.outcome.durable && failed_.count(each.writer) == 0)
      found.push_back(each.writer + " event " + std::to_string(each.ticket) + ": not durable");
  if (!failed_.empty() && truncations_done_ == 0)
    found.push_back("a writer lost its segment, though nothing was truncated");
  return found;
}

}  // namespace simulation_tests
