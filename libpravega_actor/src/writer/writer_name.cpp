#include "writer/writer_name.hpp"

#include <algorithm>

#include "pravega_actor/limits.hpp"
#include "pravega_actor/routing.hpp"

namespace pravega_actor::internal {

namespace {

bool in_writer_names(char each) {
  return (each >= 'a' && each <= 'z') || (each >= 'A' && each <= 'Z') ||
         (each >= '0' && each <= '9') || each == '.' || each == '-' || each == '_';
}

}  // namespace

result<void> check_writer_name(std::string_view name) {
  const bool valid = !name.empty() && name.size() <= limits::writer_name_characters_max &&
                     std::all_of(name.begin(), name.end(), in_writer_names);
  if (valid) return {};
  return error{errc::invalid_name, "a writer's name has 1 to " +
                                       std::to_string(limits::writer_name_characters_max) +
                                       " letters, digits, '.', '-' and '_'"}
      .with_stage(stage::configuration);
}

uuid named_writer_id(std::string_view name, const segment& of) {
  std::string text{"1:"};
  text.append(name).append("@").append(of.to_string());
  const auto first = routing_hash(text);
  text.front() = '2';
  const auto second = routing_hash(text);
  // Version 8, variant 1: ids that Pravega reserves, and random ones, are different.
  return {(first & ~0xF000ULL) | 0x8000ULL, (second & ~0xC000000000000000ULL) | 1ULL << 63};
}

double position_of_number(std::int64_t number) noexcept {
  auto z = static_cast<std::uint64_t>(number) * 0x9E3779B97F4A7C15ULL;
  z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9ULL;
  z = (z ^ (z >> 27)) * 0x94D049BB133111EBULL;
  return position_of(z ^ (z >> 31));
}

}  // namespace pravega_actor::internal
