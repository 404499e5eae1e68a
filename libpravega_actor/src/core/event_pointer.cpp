#include "pravega_actor/event_pointer.hpp"

#include "core/numbers.hpp"
#include "core/versioned.hpp"
#include "pravega_actor/limits.hpp"

namespace pravega_actor {

using namespace internal;

namespace {

constexpr std::uint8_t pointer_format_version = 0;

bool valid_numbers(std::int64_t offset, std::int32_t length) {
  return offset >= 0 && offset <= compact_long_max && length >= 0 && length <= compact_int_max;
}

error malformed_pointer(std::string_view reason) {
  return {errc::invalid_argument, std::string{"event pointer: "}.append(reason)};
}

}  // namespace

result<void> event_pointer::check() const {
  const auto name = in.to_string();
  const auto parsed = segment::parse(name);
  if (!parsed || *parsed != in || name.size() > limits::wire_text_bytes_max)
    return malformed_pointer("the segment is not valid");
  if (!valid_numbers(offset, length))
    return malformed_pointer("the offset or length is out of range");
  return {};
}

std::vector<std::byte> event_pointer::to_bytes() const {
  if (!check()) return {};
  binary_writer to;
  to.header(pointer_format_version, 1);
  to.revision(0, [&] {
    to.text(in.to_string());
    to.compact_long(offset);
    to.compact_int(length);
  });
  return std::move(to).take();
}

result<event_pointer> event_pointer::from_bytes(byte_view bytes) {
  event_pointer pointer;
  binary_reader from{bytes};
  std::uint8_t version = 0;
  const std::uint8_t revisions = from.header(version);
  if (version != pointer_format_version) from.fail("the version is not known");
  if (revisions == 0) from.fail("there is no revision");
  from.revisions(revisions, [&](binary_reader& data) {
    auto in = segment::parse(data.text());
    if (!in) return data.fail("the segment's name is not valid");
    pointer.in = std::move(*in);
    pointer.offset = data.compact_long();
    pointer.length = data.compact_int();
    if (!valid_numbers(pointer.offset, pointer.length))
      data.fail("the offset or length is out of range");
  });
  from.expect_end();
  if (!from.ok()) return from.to_error("event pointer");
  return pointer;
}

std::string event_pointer::to_string() const {
  return in.to_string()
      .append(":")
      .append(std::to_string(offset))
      .append("-")
      .append(std::to_string(length));
}

result<event_pointer> event_pointer::parse(std::string_view text) {
  const auto colon = text.rfind(':');
  if (colon == std::string_view::npos) return malformed_pointer("it lacks a ':'");
  const auto numbers = text.substr(colon + 1);
  const auto dash = numbers.find('-');
  if (dash == std::string_view::npos) return malformed_pointer("it lacks a '-'");
  auto in = segment::parse(text.substr(0, colon));
  if (!in) return malformed_pointer("the segment's name is not valid");
  const auto offset = parse_number<std::int64_t>(numbers.substr(0, dash));
  const auto length = parse_number<std::int32_t>(numbers.substr(dash + 1));
  if (!offset || !length || !valid_numbers(*offset, *length))
    return malformed_pointer("the offset or length is not a number in range");
  return event_pointer{std::move(*in), *offset, *length};
}

}  // namespace pravega_actor
