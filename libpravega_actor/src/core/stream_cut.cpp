#include "pravega_actor/stream_cut.hpp"

#include <array>
#include <charconv>
#include <optional>

#include "core/base64.hpp"
#include "core/gzip.hpp"
#include "core/numbers.hpp"
#include "core/stream_cut_format.hpp"
#include "pravega_actor/limits.hpp"

namespace pravega_actor {

using namespace internal;

namespace {

// Java writes version 1; in version 0 offsets had no sign.
constexpr std::uint8_t cut_format_version = 1;
constexpr std::size_t entry_bytes_min = 2;
constexpr std::string_view text_version = "0";
constexpr std::string_view unbounded = "UNBOUNDED";

void append_number(std::string& to, std::int64_t value) {
  std::array<char, 20> digits{};
  const auto end = std::to_chars(digits.data(), digits.data() + digits.size(), value).ptr;
  to.append(digits.data(), end);
}

bool valid_entry(segment_id id, std::int64_t offset) {
  return id.number >= 0 && id.epoch >= 0 && id.value() <= compact_long_max && offset >= -1 &&
         offset <= compact_signed_long_max;
}

// "0:scope/stream:numbers:epochs:offsets", the lists with commas.
std::string compact_text(const stream_cut& cut) {
  std::string text{text_version};
  text.append(":").append(cut.stream.to_string()).append(":");
  const auto list = [&](auto&& value_of, char end) {
    bool first = true;
    for (const auto& [id, offset] : cut.offsets) {
      if (!first) text += ',';
      first = false;
      append_number(text, value_of(id, offset));
    }
    if (end != '\0') text += end;
  };
  list([](segment_id id, std::int64_t) -> std::int64_t { return id.number; }, ':');
  list([](segment_id id, std::int64_t) -> std::int64_t { return id.epoch; }, ':');
  list([](segment_id, std::int64_t offset) { return offset; }, '\0');
  return text;
}

error malformed_cut(std::string_view reason) {
  return {errc::invalid_argument, std::string{"stream cut text: "}.append(reason)};
}

// Takes the front of a list up to the next comma; nothing if that is not a number.
template <class T>
std::optional<T> next_number(std::string_view& list) {
  const auto comma = list.find(',');
  const auto number = parse_number<T>(list.substr(0, comma));
  list = comma == std::string_view::npos ? std::string_view{} : list.substr(comma + 1);
  return number;
}

// The five fields between colons; nothing if there are more or fewer.
std::optional<std::array<std::string_view, 5>> split_fields(std::string_view text) {
  std::array<std::string_view, 5> fields;
  for (std::size_t i = 0; i < fields.size(); ++i) {
    const auto colon = text.find(':');
    if ((colon == std::string_view::npos) != (i + 1 == fields.size())) return std::nullopt;
    fields[i] = text.substr(0, colon);
    if (colon != std::string_view::npos) text.remove_prefix(colon + 1);
  }
  return fields;
}

std::size_t list_size(std::string_view list) {
  if (list.empty()) return 0;
  std::size_t size = 1;
  for (const char c : list)
    size += c == ',' ? 1 : 0;
  return size;
}

result<stream_cut> parse_compact_text(std::string_view text) {
  const auto fields = split_fields(text);
  if (!fields) return malformed_cut("there must be five fields");
  auto [version, name, numbers, epochs, offsets] = *fields;
  if (version != text_version) return malformed_cut("the version is not known");
  auto stream = scoped_stream::parse(name);
  if (!stream) return malformed_cut("the stream's name is not valid");
  const std::size_t entries = list_size(numbers);
  if (entries != list_size(epochs) || entries != list_size(offsets))
    return malformed_cut("the lists differ in length");
  if (entries > limits::cut_entries_max)
    return error{errc::limit_exceeded, "stream cut text: more entries than cut_entries_max"};
  stream_cut cut{std::move(*stream), {}};
  for (std::size_t i = 0; i < entries; ++i) {
    const auto number = next_number<std::int32_t>(numbers);
    const auto epoch = next_number<std::int32_t>(epochs);
    const auto offset = next_number<std::int64_t>(offsets);
    if (!number || !epoch || !offset) return malformed_cut("a list has what is not a number");
    if (!valid_entry({*number, *epoch}, *offset))
      return malformed_cut("a number is out of range");
    if (!cut.offsets.try_emplace({*number, *epoch}, *offset).second)
      return malformed_cut("a segment stands there twice");
  }
  return cut;
}

}  // namespace

result<void> stream_cut::check() const {
  if (auto checked = check_stream_name(stream.scope); !checked) return checked.error();
  if (auto checked = check_stream_name(stream.stream); !checked) return checked.error();
  if (offsets.size() > limits::cut_entries_max)
    return error{errc::limit_exceeded, "a stream cut has more entries than cut_entries_max"};
  for (const auto& [id, offset] : offsets)
    if (!valid_entry(id, offset))
      return error{errc::invalid_argument,
                   "a segment or offset is out of range in a cut of " + stream.to_string()};
  return {};
}

std::string stream_cut::to_text() const {
  if (!check()) return {};
  const std::string plain = compact_text(*this);
  const auto packed = gzip(as_bytes(plain));
  return packed ? to_base64(*packed) : std::string{};
}

result<stream_cut> stream_cut::from_text(std::string_view text) {
  if (text == unbounded) return malformed_cut("UNBOUNDED names no stream");
  if (text.size() > limits::cut_text_bytes_max)
    return error{errc::limit_exceeded, "stream cut text: longer than cut_text_bytes_max"};
  const auto packed = from_base64(text);
  if (!packed) return malformed_cut("it is not base64");
  const auto plain = gunzip(*packed, limits::cut_text_bytes_max);
  if (!plain) return plain.error();
  return parse_compact_text(*plain);
}

}  // namespace pravega_actor

namespace pravega_actor::internal {

void write_stream_cut(binary_writer& to, const stream_cut& cut) {
  to.header(cut_format_version, 1);
  to.revision(0, [&] {
    to.text(cut.stream.to_string());
    to.compact_int(static_cast<std::int64_t>(cut.offsets.size()));
    for (const auto& [id, offset] : cut.offsets) {
      if (id.number < 0 || id.epoch < 0) to.fail();
      to.compact_long(id.value());
      to.compact_signed_long(offset);
    }
  });
}

stream_cut read_stream_cut(binary_reader& from) {
  stream_cut cut;
  std::uint8_t version = 0;
  const std::uint8_t revisions = from.header(version);
  if (version > cut_format_version) from.fail("the version is not known");
  if (revisions == 0) from.fail("there is no revision");
  from.revisions(revisions, [&](binary_reader& data) {
    auto stream = scoped_stream::parse(data.text());
    if (!stream) return data.fail("the stream's name is not valid");
    cut.stream = std::move(*stream);
    const std::size_t entries = data.count(entry_bytes_min);
    for (std::size_t i = 0; i < entries; ++i) {
      const auto id = segment_id::from_value(data.compact_long());
      const auto offset = version == 0 ? data.compact_long() : data.compact_signed_long();
      if (!data.ok()) return;
      if (!valid_entry(id, offset)) return data.fail("a segment or offset is out of range");
      if (!cut.offsets.try_emplace(id, offset).second)
        return data.fail("a segment stands there twice");
    }
  });
  return cut;
}

}  // namespace pravega_actor::internal

namespace pravega_actor {

std::vector<std::byte> stream_cut::to_bytes() const {
  if (!check()) return {};
  binary_writer to;
  write_stream_cut(to, *this);
  return std::move(to).take();
}

result<stream_cut> stream_cut::from_bytes(byte_view bytes) {
  binary_reader from{bytes};
  auto cut = read_stream_cut(from);
  from.expect_end();
  if (!from.ok()) return from.to_error("stream cut");
  return cut;
}

std::string stream_cut::to_string() const {
  std::string text = stream.to_string();
  char separator = ':';
  for (const auto& [id, offset] : offsets) {
    text += separator;
    if (separator == ',') text += ' ';
    append_number(text, id.value());
    text += '=';
    append_number(text, offset);
    separator = ',';
  }
  if (offsets.empty()) text += ':';
  return text;
}

}  // namespace pravega_actor
