#include "pravega_actor/position.hpp"

#include "core/versioned.hpp"
#include "pravega_actor/limits.hpp"

namespace pravega_actor {

using namespace internal;

namespace {

constexpr std::uint8_t position_format_version = 0;
constexpr std::size_t segment_text_bytes_min = 2;
constexpr std::size_t offset_bytes_min = 1;
constexpr std::size_t range_bytes = 16;
constexpr key_range unknown_range{-1.0, -1.0};
// On the wire "read to the end" is the largest compact number.
constexpr std::int64_t end_on_wire = compact_long_max;

bool valid_range(const key_range& range) {
  return range == unknown_range ||
         (range.low >= 0.0 && range.low <= range.high && range.high <= 1.0);
}

bool writable(const segment& in) {
  const auto name = in.to_string();
  const auto parsed = segment::parse(name);
  return parsed && *parsed == in && name.size() <= limits::wire_text_bytes_max;
}

segment read_segment(binary_reader& from) {
  auto parsed = segment::parse(from.text());
  if (!parsed) {
    from.fail("a segment's name is not valid");
    return {};
  }
  return std::move(*parsed);
}

void read_offsets(binary_reader& from, position& to) {
  const std::size_t entries = from.count(segment_text_bytes_min + offset_bytes_min);
  for (std::size_t i = 0; i < entries; ++i) {
    auto name = read_segment(from);
    const auto offset = from.compact_long();
    if (!from.ok()) return;
    if (offset > end_on_wire) return from.fail("an offset is out of range");
    const position::entry fresh{unknown_range, offset == end_on_wire ? -1 : offset};
    if (!to.segments.try_emplace(std::move(name), fresh).second)
      return from.fail("a segment stands there twice");
  }
}

void read_ranges(binary_reader& from, position& to) {
  const std::size_t entries = from.count(segment_text_bytes_min + range_bytes);
  for (std::size_t i = 0; i < entries; ++i) {
    const auto name = read_segment(from);
    key_range range{from.f64(), from.f64()};
    if (!from.ok()) return;
    if (range.low < 0.0 || range.high < 0.0) range = unknown_range;
    if (!valid_range(range)) return from.fail("a range is not within 0 and 1");
    const auto found = to.segments.find(name);
    if (found == to.segments.end()) return from.fail("a range has no offset");
    found->second.range = range;
  }
}

}  // namespace

result<void> position::check() const {
  if (segments.size() > limits::cut_entries_max)
    return error{errc::limit_exceeded, "a position has more entries than cut_entries_max"};
  for (const auto& [name, at] : segments) {
    if (!writable(name))
      return error{errc::invalid_argument, "a position's segment is not valid"};
    if (at.offset < -1 || at.offset >= end_on_wire || !valid_range(at.range))
      return error{errc::invalid_argument, "a position's offset or range is out of range"};
  }
  return {};
}

std::vector<std::byte> position::to_bytes() const {
  if (!check()) return {};
  binary_writer to;
  to.header(position_format_version, 2);
  const auto entries = static_cast<std::int64_t>(segments.size());
  to.revision(0, [&] {
    to.compact_int(entries);
    for (const auto& [name, at] : segments) {
      to.text(name.to_string());
      to.compact_long(at.offset < 0 ? end_on_wire : at.offset);
    }
  });
  to.revision(1, [&] {
    to.compact_int(entries);
    for (const auto& [name, at] : segments) {
      to.text(name.to_string());
      to.f64(at.range.low);
      to.f64(at.range.high);
    }
  });
  return std::move(to).take();
}

result<position> position::from_bytes(byte_view bytes) {
  position parsed;
  binary_reader from{bytes};
  std::uint8_t version = 0;
  const std::uint8_t revisions = from.header(version);
  if (version != position_format_version) from.fail("the version is not known");
  if (revisions == 0) from.fail("there is no revision");
  from.revisions(
      revisions, [&](binary_reader& data) { read_offsets(data, parsed); },
      [&](binary_reader& data) { read_ranges(data, parsed); });
  from.expect_end();
  if (!from.ok()) return from.to_error("position");
  return parsed;
}

std::string position::to_string() const {
  std::string text;
  for (const auto& [name, at] : segments) {
    if (!text.empty()) text.append(", ");
    text.append(name.to_string()).append("=").append(std::to_string(at.offset));
  }
  return text;
}

}  // namespace pravega_actor
