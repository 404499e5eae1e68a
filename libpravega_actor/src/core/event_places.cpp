#include <utility>

#include "pravega_actor/events.hpp"

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
