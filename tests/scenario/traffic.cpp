#include "scenario/traffic.hpp"

#include <algorithm>

namespace pravega_actor::scenario {

collecting_reader::collecting_reader(client_world& of, const scoped_stream& stream,
                                     const reader_options& options) {
  bool opened = false;
  of.user->create_reader_async(stream, options, [&, held = kept_](result<stream_reader> got) {
    if (got)
      held->handle = std::move(*got);
    else
      held->over = got.error();
    opened = true;
  });
  REQUIRE(of.world.run_until([&] { return opened; }, seconds{100}));
  if (!kept_->over) drain(kept_);
}

void collecting_reader::resume() {
  kept_->paused = false;
  drain(kept_);
}

void collecting_reader::drain(const std::shared_ptr<kept>& held) {
  while (!held->paused) {
    auto item = held->handle.try_next();
    if (!item) {
      held->over = item.error();
      return;
    }
    if (!*item)
      return held->handle.when_readable([weak = std::weak_ptr{held}] {
        if (auto again = weak.lock()) drain(again);
      });
    if (const auto* slice = std::get_if<event_slice>(&**item))
      for (const auto& each : *slice)
        held->events.emplace_back(as_text(each.payload));
    if (const auto* gap = std::get_if<segment_gap>(&**item)) held->gaps.push_back(*gap);
    if (const auto* end = std::get_if<segment_end>(&**item)) held->ends.push_back(*end);
  }
}

steady_writer::steady_writer(client_world& of, event_writer writer, duration between, int keys)
    : of_{of} {
  kept_->handle = std::move(writer);
  kept_->between = between;
  kept_->keys = keys;
  write_next(of, kept_);
}

void steady_writer::write_next(client_world& of, const std::shared_ptr<kept>& held) {
  if (held->stopped) return;
  const auto number = held->written.size();
  const auto key = std::to_string(number % static_cast<std::size_t>(held->keys));
  const auto event = key + "-" + std::to_string(number);
  // Outcomes may come later than this object's owner lives.
  const auto tell = [held](const write_result& outcome) { held->outcomes.sink()(outcome); };
  if (held->handle.try_write(key, as_bytes(event), tell)) held->written.push_back(event);
  of.world.after(held->between, [&of, held] { write_next(of, held); });
}

void steady_writer::finish(duration limit) {
  stop();
  REQUIRE(of_.world.run_until([this] { return durable() == written().size(); }, limit));
}

std::size_t number_of(const std::string& event) {
  return static_cast<std::size_t>(std::stoul(event.substr(event.rfind('-') + 1)));
}

void check_exactly_once(const texts& written, const texts& read) {
  std::map<std::string, std::size_t> next;
  std::size_t disordered = 0;
  for (const auto& event : read) {
    auto& least = next[event.substr(0, event.find('-'))];
    if (number_of(event) < least) ++disordered;
    least = number_of(event) + 1;
  }
  CHECK(disordered == 0);
  auto wanted = written;
  auto got = read;
  std::sort(wanted.begin(), wanted.end());
  std::sort(got.begin(), got.end());
  CHECK((wanted == got));
  CHECK(wanted.size() == got.size());
}

}  // namespace pravega_actor::scenario
