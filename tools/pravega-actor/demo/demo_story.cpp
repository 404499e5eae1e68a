#include "demo/demo_story.hpp"

#include <fmt/format.h>

#include <charconv>

#include <fmt/format.h>

namespace pravega_actor::tool {

namespace {

constexpr std::size_t happenings_max = 64;
constexpr double together_s = 0.25;

}  // namespace

std::string happening::text() const {
  if (segments.empty()) return what;
  return fmt::format("{} segment{} {}", what, segments.size() == 1 ? "" : "s",
                     fmt::join(segments, ", "));
}

void demo_story::add(double at_s, tone meaning, std::string what) {
  std::lock_guard lock{mutex_};
  keep({at_s, meaning, std::move(what), {}});
}

void demo_story::add_to(double at_s, tone meaning, const std::string& what,
                        std::int64_t segment) {
  std::lock_guard lock{mutex_};
  for (auto each = happenings_.rbegin(); each != happenings_.rend(); ++each) {
    if (at_s - each->at_s > together_s) break;
    if (each->what != what) continue;
    each->segments.insert(segment);
    return;
  }
  keep({at_s, meaning, what, {segment}});
}

std::vector<happening> demo_story::all() const {
  std::lock_guard lock{mutex_};
  return {happenings_.begin(), happenings_.end()};
}

void demo_story::keep(happening latest) {
  happenings_.push_back(std::move(latest));
  if (happenings_.size() > happenings_max) happenings_.pop_front();
}

std::int64_t segment_of(const std::string& path) {
  const auto* begin =
      path.data() + (path.rfind('/') == std::string::npos ? 0 : path.rfind('/') + 1);
  std::int64_t number = -1;
  std::from_chars(begin, path.data() + path.size(), number);
  return number;
}

const char* role_of(const std::string& path) {
  return path.find("/writer") != std::string::npos ? "writer" : "reader";
}

std::string actor_of(const std::string& path) {
  const auto number = path.find("/segment:") == std::string::npos ? -1 : segment_of(path);
  return number < 0 ? path : fmt::format("segment {} {}", role_of(path), number);
}

}  // namespace pravega_actor::tool
