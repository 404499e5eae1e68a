#include "pravega_actor/names.hpp"

#include <algorithm>
#include <optional>

#include "core/numbers.hpp"
#include "pravega_actor/limits.hpp"

namespace pravega_actor {

using namespace internal;

namespace {

constexpr std::string_view epoch_delimiter = ".#epoch.";
constexpr std::string_view transaction_delimiter = "#transaction.";
constexpr std::string_view transient_delimiter = "#transient.";
constexpr std::string_view reader_group_prefix = "_RG";
constexpr std::string_view mark_prefix = "_MARK";
constexpr std::string_view table_suffix = "_kvtable/";
constexpr std::size_t hex_length = 32;
// Pravega's own prefix of at most five characters may come on top of a user's name.
constexpr std::size_t internal_name_characters_max = limits::name_characters_max + 5;

constexpr bool name_character(char c) {
  return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
         c == '.' || c == '-';
}

bool all_name_characters(std::string_view text) {
  return !text.empty() && std::all_of(text.begin(), text.end(), name_character);
}

bool all_hex(std::string_view text) {
  return std::all_of(text.begin(), text.end(), [](char c) { return hex_digit(c) >= 0; });
}

error bad_name(std::string_view name) {
  if (name.empty()) return {errc::invalid_name, "the name is empty"};
  constexpr std::size_t shown_max = 80;
  const bool cut = name.size() > shown_max;
  std::string detail{"\""};
  detail.append(name.substr(0, shown_max)).append(cut ? "...\"" : "\"");
  return {errc::invalid_name, std::move(detail)};
}

error bad_segment(std::string_view text, std::string_view reason) {
  constexpr std::size_t shown_max = 160;
  std::string detail{"segment name \""};
  detail.append(text.substr(0, shown_max)).append("\" ").append(reason);
  return {errc::invalid_argument, std::move(detail)};
}

// The parent's name of a transaction's or transient segment; nothing when the suffix is
// malformed.
std::optional<std::string_view> parent_of(std::string_view text) {
  if (const auto at = text.find(transaction_delimiter); at != std::string_view::npos) {
    const auto suffix = text.substr(at + transaction_delimiter.size());
    if (suffix.size() != hex_length || !all_hex(suffix)) return std::nullopt;
    return text.substr(0, at);
  }
  if (const auto at = text.find(transient_delimiter); at != std::string_view::npos) {
    const auto suffix = text.substr(at + transient_delimiter.size());
    if (suffix.size() != 2 * hex_length + 1 || suffix[hex_length] != '.' ||
        !all_hex(suffix.substr(0, hex_length)) || !all_hex(suffix.substr(hex_length + 1)))
      return std::nullopt;
    return text.substr(0, at);
  }
  return text;
}

// A number from 0 to 2^31 - 1 that is written with digits only.
std::optional<std::int32_t> parse_natural(std::string_view text) {
  if (text.starts_with('-')) return std::nullopt;
  return parse_number<std::int32_t>(text);
}

std::string number_and_epoch(segment_id id) {
  return std::to_string(id.number).append(epoch_delimiter).append(std::to_string(id.epoch));
}

}  // namespace

std::string scoped_stream::to_string() const {
  std::string text;
  text.reserve(scope.size() + 1 + stream.size());
  return text.append(scope).append("/").append(stream);
}

std::string scoped_group::to_string() const {
  return scoped_stream{scope, group}.to_string();
}

result<scoped_stream> scoped_stream::parse(std::string_view text) {
  const auto slash = text.find('/');
  if (slash == std::string_view::npos)
    return error{errc::invalid_name, "a stream is written as scope/stream"};
  const auto scope = text.substr(0, slash);
  const auto stream = text.substr(slash + 1);
  if (auto checked = check_stream_name(scope); !checked) return checked.error();
  if (auto checked = check_stream_name(stream); !checked) return checked.error();
  return scoped_stream{std::string{scope}, std::string{stream}};
}

std::string segment::to_string() const {
  std::string text;
  if (!stream.scope.empty()) text.append(stream.scope).append("/");
  return text.append(stream.stream).append("/").append(number_and_epoch(id));
}

result<segment> segment::parse(std::string_view text) {
  const auto parent = parent_of(text);
  if (!parent) return bad_segment(text, "has a malformed transaction or transient suffix");
  const auto last_slash = parent->rfind('/');
  if (last_slash == std::string_view::npos) return bad_segment(text, "lacks a '/'");
  const auto qualified = parent->substr(0, last_slash);
  auto number = parent->substr(last_slash + 1);
  segment parsed;
  if (const auto at = number.find(epoch_delimiter); at != std::string_view::npos) {
    const auto epoch = parse_natural(number.substr(at + epoch_delimiter.size()));
    if (!epoch) return bad_segment(text, "needs an epoch from 0 to 2147483647");
    parsed.id.epoch = *epoch;
    number = number.substr(0, at);
  }
  const auto value = parse_natural(number);
  if (!value) return bad_segment(text, "needs a number from 0 to 2147483647");
  parsed.id.number = *value;
  const auto slash = qualified.find('/');
  if (slash == std::string_view::npos) {
    parsed.stream.stream = qualified;
  } else {
    parsed.stream.scope = qualified.substr(0, slash);
    parsed.stream.stream = qualified.substr(slash + 1);
    if (parsed.stream.scope.empty()) return bad_segment(text, "has an empty scope");
  }
  if (parsed.stream.stream.empty()) return bad_segment(text, "has an empty stream");
  if (parsed.stream.stream.find('/') != std::string::npos)
    return bad_segment(text, "has too many parts");
  if (qualified.find('#') != std::string_view::npos)
    return bad_segment(text, "has a '#' in its scope or stream");
  return parsed;
}

std::string segment::transaction_name(const uuid& transaction) const {
  return to_string().append(transaction_delimiter).append(transaction.to_hex());
}

std::string segment::transient_name(const uuid& writer, const uuid& random) const {
  return to_string()
      .append(transient_delimiter)
      .append(writer.to_hex())
      .append(".")
      .append(random.to_hex());
}

result<void> check_name(std::string_view name) {
  if (name.size() > limits::name_characters_max || !all_name_characters(name))
    return bad_name(name);
  return {};
}

result<void> check_stream_name(std::string_view name) {
  if (!name.starts_with('_')) return check_name(name);
  // "_MARK_RGgroup": the marks of an internal stream.
  auto inner = name;
  if (name.starts_with(mark_prefix) && name.substr(mark_prefix.size()).starts_with('_'))
    inner.remove_prefix(mark_prefix.size());
  if (inner.size() > internal_name_characters_max || !all_name_characters(inner.substr(1)))
    return bad_name(name);
  return {};
}

result<void> check_names(const scoped_stream& stream) {
  auto valid = check_name(stream.scope);
  if (valid) valid = check_stream_name(stream.stream);
  if (valid) return valid;
  return valid.error().with_subject(stream.to_string());
}

result<void> check_names(const scoped_group& group) {
  auto valid = check_name(group.scope);
  if (valid) valid = check_name(group.group);
  if (valid) return valid;
  return valid.error().with_subject(group.to_string());
}

bool is_internal_stream(std::string_view stream) noexcept {
  return stream.starts_with('_');
}

std::string reader_group_stream(std::string_view group) {
  return std::string{reader_group_prefix}.append(group);
}

std::string mark_stream(std::string_view stream) {
  return std::string{mark_prefix}.append(stream);
}

std::string table_segment_name(const segment& in_table) {
  std::string text;
  if (!in_table.stream.scope.empty()) text.append(in_table.stream.scope).append("/");
  return text.append(in_table.stream.stream)
      .append(table_suffix)
      .append(number_and_epoch(in_table.id));
}

}  // namespace pravega_actor
