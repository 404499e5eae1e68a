// What a program does beside writing and reading: flushes, questions, the seal of the stream.
#include "simulation/writer_workload.hpp"

namespace simulation_tests {

using namespace pravega_actor;

void writer_workload::flush(participant& who) {
  event_ticket through = 0;
  for (const auto& each : history_.written)
    if (each.writer == who.name) through = std::max(through, each.ticket);
  ++flushes_open_;
  who.writer.flush_async([this, name = who.name, through](const result<void>& outcome) {
    --flushes_open_;
    world_.note(name + (outcome ? " flushed" : " did not flush"));
    for (const auto& each : history_.written)
      if (outcome && each.writer == name && each.ticket <= through &&
          !(each.told && each.outcome.outcome))
        trouble_.push_back(name + ": flushed, but event " + std::to_string(each.ticket) +
                           " is not durable");
  });
}

void writer_workload::ask_sometimes() {
  if (all_closed()) return;
  world_.after(milliseconds{static_cast<std::int64_t>(world_.random() % 1500)}, [this] {
    if (all_closed()) return;
    ++questions_open_;
    client_->streams().tail_cut_async(stream_, [this](const result<stream_cut>& got) {
      --questions_open_;
      world_.note(got ? "tail " + got->to_string() : "no tail: " + got.error().to_string());
    });
    ask_sometimes();
  });
}

void writer_workload::seal_sometime() {
  world_.after(milliseconds{static_cast<std::int64_t>(world_.random() % 3000)}, [this] {
    const auto done = world_.control(controller::seal_stream{stream_});
    if (!done) return trouble_.push_back("seal: " + done.error().to_string());
    sealed_ = true;
    world_.note("the stream is sealed");
  });
}

bool writer_workload::end_by_seal(const error& why) const {
  return sealed_ && why == errc::stream_sealed;
}

std::size_t writer_workload::events_refused() const {
  std::size_t count = 0;
  for (const auto& each : history_.written)
    if (sealed_ && !each.outcome.durable) ++count;
  return count;
}

void writer_workload::check_asides() {
  if (flushes_open_ > 0) trouble_.push_back("flushes were never answered");
  if (questions_open_ > 0) trouble_.push_back("questions were never answered");
  if (size_.seal && !sealed_) trouble_.push_back("the stream was not sealed");
}

}  // namespace simulation_tests
