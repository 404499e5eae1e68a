#include "pravega_actor/events.hpp"

#include <utility>

namespace pravega_actor {

namespace {

// What stands in the path between `begin` and the next '/'.
std::string_view part_from(std::string_view path, std::size_t begin) {
  return path.substr(begin, path.find('/', begin) - begin);
}

bool is_feature(std::string_view part) {
  return part.starts_with("writer-") || part.starts_with("reader-");
}

}  // namespace

std::string_view to_string(event_kind kind) noexcept {
  switch (kind) {
    case event_kind::started:
      return "started";
    case event_kind::restarted:
      return "restarted";
    case event_kind::stopped:
      return "stopped";
    case event_kind::gave_up:
      return "gave up";
    case event_kind::connected:
      return "connected";
    case event_kind::disconnected:
      return "disconnected";
    case event_kind::reconnected:
      return "reconnected";
    case event_kind::sealed:
      return "sealed";
    case event_kind::split:
      return "split";
    case event_kind::merged:
      return "merged";
    case event_kind::replaced:
      return "replaced";
    case event_kind::moved:
      return "moved";
    case event_kind::callback_threw:
      return "callback threw";
    case event_kind::failed:
      return "failed";
    case event_kind::credentials_exposed:
      return "credentials exposed";
  }
  return "?";
}

log_level level_of(event_kind kind) noexcept {
  switch (kind) {
    case event_kind::gave_up:
    case event_kind::failed:
    case event_kind::callback_threw:
      return log_level::error;
    case event_kind::restarted:
    case event_kind::disconnected:
    case event_kind::credentials_exposed:
      return log_level::warning;
    case event_kind::started:
    case event_kind::stopped:
      return log_level::debug;
    default:
      return log_level::info;
  }
}

library_event with_places(library_event event) {
  constexpr std::string_view root = "client/";
  constexpr std::string_view segment = "/segment:";
  const std::string_view path{event.path};
  if (event.feature.empty() && path.starts_with(root))
    if (const auto part = part_from(path, root.size()); is_feature(part))
      event.feature = std::string{part};
  // A segment's name holds '/' itself, and nothing comes behind it.
  if (const auto at = path.find(segment); event.segment.empty() && at != std::string_view::npos)
    event.segment = std::string{path.substr(at + segment.size())};
  return event;
}

}  // namespace pravega_actor
