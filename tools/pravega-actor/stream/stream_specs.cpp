#include "stream/stream_specs.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <limits>
#include <optional>

namespace pravega_actor::tool {

namespace {

struct unit {
  std::string_view name;
  std::int64_t factor;
};
constexpr std::array<unit, 5> time_units{
    {{"ms", 1}, {"s", 1'000}, {"m", 60'000}, {"h", 3'600'000}, {"d", 86'400'000}}};
constexpr std::array<unit, 10> size_units{{{"", 1},
                                           {"B", 1},
                                           {"kB", 1'000},
                                           {"MB", 1'000'000},
                                           {"GB", 1'000'000'000},
                                           {"TB", 1'000'000'000'000},
                                           {"KiB", std::int64_t{1} << 10},
                                           {"MiB", std::int64_t{1} << 20},
                                           {"GiB", std::int64_t{1} << 30},
                                           {"TiB", std::int64_t{1} << 40}}};

error refused(std::string_view text, std::string_view expected) {
  return {errc::invalid_argument, fmt::format("\"{}\": write {}", text, expected)};
}

template <class Number>
std::optional<Number> number_of(std::string_view text) {
  Number value = 0;
  const auto [end, failure] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (failure != std::errc{} || end != text.data() + text.size() || text.empty())
    return std::nullopt;
  return value;
}

template <std::size_t N>
std::optional<std::int64_t> with_unit(std::string_view text, const std::array<unit, N>& units) {
  const auto letters = std::find_if(text.begin(), text.end(),
                                    [](char c) { return (c < '0' || c > '9') && c != '-'; });
  const auto digits = static_cast<std::size_t>(letters - text.begin());
  const auto value = number_of<std::int64_t>(text.substr(0, digits));
  const auto at = std::find_if(units.begin(), units.end(), [&](const unit& each) {
    return each.name == text.substr(digits);
  });
  if (!value || at == units.end() || *value < 0) return std::nullopt;
  if (*value > std::numeric_limits<std::int64_t>::max() / at->factor) return std::nullopt;
  return *value * at->factor;
}

std::vector<std::string_view> split(std::string_view text, char separator) {
  std::vector<std::string_view> parts;
  for (;;) {
    const auto end = text.find(separator);
    parts.push_back(text.substr(0, end));
    if (end == std::string_view::npos) return parts;
    text.remove_prefix(end + 1);
  }
}

}  // namespace

std::string name_of(segment_id id) {
  return fmt::format("{}.{}", id.number, id.epoch);
}

result<scaling_policy> parse_scaling(std::string_view text) {
  constexpr std::string_view expected =
      "fixed:SEGMENTS, events:RATE,FACTOR,SEGMENTS or kilobytes:RATE,FACTOR,SEGMENTS";
  const auto colon = text.find(':');
  if (colon == std::string_view::npos) return refused(text, expected);
  std::vector<std::int32_t> numbers;
  for (const auto part : split(text.substr(colon + 1), ',')) {
    const auto number = number_of<std::int32_t>(part);
    if (!number) return refused(text, expected);
    numbers.push_back(*number);
  }
  const auto kind = text.substr(0, colon);
  if (kind == "fixed" && numbers.size() == 1) return fixed_segments(numbers[0]).scaling;
  if (kind == "events" && numbers.size() == 3)
    return scale_by_events(numbers[0], numbers[1], numbers[2]);
  if (kind == "kilobytes" && numbers.size() == 3)
    return scale_by_kilobytes(numbers[0], numbers[1], numbers[2]);
  return refused(text, expected);
}

result<retention_policy> parse_retention(std::string_view text) {
  if (text == "none") return retention_policy{};
  const auto colon = text.find(':');
  const auto kind = text.substr(0, colon);
  const auto rest = colon == std::string_view::npos ? "" : text.substr(colon + 1);
  if (kind == "time")
    if (const auto age_ms = with_unit(rest, time_units))
      return retain_time(milliseconds{*age_ms});
  if (kind == "size")
    if (const auto bytes = with_unit(rest, size_units)) return retain_bytes(*bytes);
  return refused(text, "none, time:90m (ms, s, m, h, d) or size:10GB");
}

result<std::int64_t> parse_bytes(std::string_view text) {
  if (const auto bytes = with_unit(text, size_units)) return *bytes;
  return refused(text, "bytes, or with a unit: 64MB, 1GiB");
}

result<std::vector<segment_id>> parse_segments(std::string_view text,
                                               const std::vector<segment_with_range>& current) {
  std::vector<segment_id> found;
  for (const auto part : split(text, ',')) {
    auto plain = std::string{part};
    if (const auto mark = plain.find(".#epoch."); mark != std::string::npos)
      plain.replace(mark, std::string_view{".#epoch."}.size(), ".");
    const auto at = std::find_if(current.begin(), current.end(), [&](const auto& each) {
      return plain == std::to_string(each.id.number) || plain == name_of(each.id);
    });
    if (at == current.end()) {
      std::vector<std::string> names;
      for (const auto& each : current)
        names.push_back(name_of(each.id));
      return error{errc::segment_not_found,
                   fmt::format("\"{}\" is not a current segment; the current ones are {}", part,
                               fmt::join(names, ", "))};
    }
    found.push_back(at->id);
  }
  return found;
}

}  // namespace pravega_actor::tool
