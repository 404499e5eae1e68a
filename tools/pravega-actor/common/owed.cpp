#include "common/owed.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "common/safe_text.hpp"
#include "common/waiting.hpp"

namespace pravega_actor::tool {

namespace {

constexpr std::size_t failure_bytes_max = 300;

// While the client recovers from a failure, the failure says more than the connection's state.
std::string mending(const std::string& failure, std::int64_t silent_ms,
                    std::int64_t recovery_ms) {
  auto text = "still trying: " + shown(failure, failure_bytes_max);
  if (recovery_ms > silent_ms)
    text += fmt::format("; at most {} more", seconds_text(recovery_ms - silent_ms));
  return text;
}

// What the library itself knows to be owed for longest; "" if nothing is.
std::string oldest_of(const std::vector<owed_line>& owed) {
  const owed_line* oldest = nullptr;
  for (const auto& each : owed)
    if (each.certain && (oldest == nullptr || each.since < oldest->since)) oldest = &each;
  if (oldest == nullptr) return {};
  return fmt::format("; {} owes {} of {} for {}", shown(oldest->by), shown(oldest->what),
                     shown(oldest->segment),
                     seconds_text(to_ms(clock_type::now() - oldest->since)));
}

}  // namespace

std::string owed_text(const writer_status& writer, duration silent, std::int64_t recovery_ms) {
  std::size_t events = 0;
  const writer_status::segment_line* most = nullptr;
  for (const auto& each : writer.segments) {
    events += each.events_pending;
    if (most == nullptr || each.events_pending > most->events_pending) most = &each;
  }
  auto text = fmt::format("{} events are not acknowledged, no answer for {}", events,
                          seconds_text(to_ms(silent)));
  if (auto owed = oldest_of(writer.owed); !owed.empty())
    text += owed;
  else if (most != nullptr && most->events_pending > 0)
    text += most->connected ? fmt::format("; {} owes {} of {} ({} blocks)", shown(most->peer),
                                          most->events_pending, shown(most->segment),
                                          most->blocks_in_flight)
                            : fmt::format("; {} is not connected", shown(most->segment));
  if (!writer.last_failure.empty())
    text += "; " + mending(writer.last_failure, to_ms(silent), recovery_ms);
  return text;
}

std::string owed_text(const reader_status& reader, duration silent, std::int64_t recovery_ms) {
  auto text = fmt::format("no event for {}", seconds_text(to_ms(silent)));
  const auto missing = std::find_if(reader.segments.begin(), reader.segments.end(),
                                    [](const auto& each) { return !each.connected; });
  if (auto owed = oldest_of(reader.owed); !owed.empty())
    text += owed;
  else if (missing != reader.segments.end())
    text += fmt::format("; {} is not connected", shown(missing->segment));
  else if (!reader.segments.empty())
    text += fmt::format("; {} owes {} from offset {}", shown(reader.segments.front().peer),
                        shown(reader.segments.front().segment), reader.segments.front().offset);
  if (reader.segments.size() > 1)
    text += fmt::format(" (and {} more segments)", reader.segments.size() - 1);
  if (!reader.last_failure.empty())
    text += "; " + mending(reader.last_failure, to_ms(silent), recovery_ms);
  return text;
}

}  // namespace pravega_actor::tool
