// The golden frames as commands: fields are found by name, so nothing here knows wire order.
#pragma once

#include <array>
#include <map>
#include <optional>
#include <stdexcept>
#include <string>
#include <utility>
#include <vector>

#include "pravega_actor/uuid.hpp"
#include "support/json_data.hpp"
#include "wire/codec.hpp"

namespace pravega_actor::test {

using namespace internal;

using nlohmann::json;

/// Where the vectors have another name than the snake_case one: they use Java's field names.
inline std::optional<std::string> java_field_name(std::string_view command,
                                                  std::string_view field) {
  static constexpr std::array<std::array<std::string_view, 3>, 13> others{{
      {"get_stream_segment_info", "segment", "segmentName"},
      {"stream_segment_info", "segment", "segmentName"},
      {"get_segment_attribute", "segment", "segmentName"},
      {"update_segment_attribute", "segment", "segmentName"},
      {"get_table_segment_info", "segment", "segmentName"},
      {"table_segment_info", "segment", "segmentName"},
      {"truncate_segment", "offset", "truncationOffset"},
      {"merge_segments", "updates", "attributeUpdates"},
      {"merge_segments_batch", "target", "targetSegmentId"},
      {"merge_segments_batch", "sources", "sourceSegmentIds"},
      {"update_table_entries", "entries", "tableEntries"},
      {"attribute_update", "update_type", "attributeUpdateType"},
      {"table_key", "version", "keyVersion"},
  }};
  for (const auto& [in, ours, theirs] : others) {
    if (in == command && ours == field) return std::string{theirs};
  }
  return std::nullopt;
}

inline std::string json_name(std::string_view command, std::string_view field) {
  if (auto other = java_field_name(command, field)) return *other;
  std::string camel;
  for (std::size_t i = 0; i < field.size(); ++i) {
    const bool upper = field[i] == '_';
    if (upper) ++i;
    camel += upper ? static_cast<char>(field[i] - 'a' + 'A') : field[i];
  }
  return camel;
}

/// A visitor that sets each field from a JSON object.
class json_filler {
 public:
  json_filler(std::string_view command, const json& from) : command_{command}, from_{from} {}

  template <class Presence, class T>
  bool operator()(Presence, std::string_view name, T& value) {
    set(from_.at(json_name(command_, name)), value);
    return true;
  }
  // The vectors keep sources and offsets in two lists.
  bool operator()(wire::field::must, std::string_view, wire::merged_sources& value) {
    const auto& sources = from_.at("sources");
    const auto& offsets = from_.at("newTargetWriteOffset");
    for (std::size_t i = 0; i < sources.size(); ++i) {
      value.push_back({sources[i].get<std::string>(), offsets.at(i).get<std::int64_t>()});
    }
    return true;
  }
  bool operator()(wire::field::framed_event, std::string_view name, wire::blob& value) {
    set(from_.at(std::string{name}).at("data"), value);
    return true;
  }

 private:
  template <class T>
  static void set(const json& from, T& value) {
    if constexpr (wire::record<T>) {
      const bool is_update = std::is_same_v<T, wire::attribute_update>;
      T::fields(value, json_filler{is_update ? "attribute_update" : "storage_chunk", from});
    } else {
      value = from.get<T>();
    }
  }
  static void set(const json& from, uuid& value) {
    value = uuid::parse(from.get<std::string>()).value();
  }
  static void set(const json& from, wire::blob& value) {
    value = from_hex(from.get<std::string>());
  }
  static void set(const json& from, wire::token_error& value) {
    static const std::map<std::string, wire::token_error> names{
        {"UNSPECIFIED", wire::token_error::unspecified},
        {"TOKEN_CHECK_FAILED", wire::token_error::token_check_failed},
        {"TOKEN_EXPIRED", wire::token_error::token_expired}};
    value = names.at(from.get<std::string>());
  }
  static void set(const json& from, wire::message_error& value) {
    static const std::map<std::string, wire::message_error> names{
        {"UNSPECIFIED", wire::message_error::unspecified},
        {"ILLEGAL_ARGUMENT_EXCEPTION", wire::message_error::illegal_argument}};
    value = names.at(from.get<std::string>());
  }
  static void set(const json& from, wire::table_key& value) {
    set(from.at("data"), value.data);
    value.version = from.at("keyVersion").get<std::int64_t>();
  }
  static void set(const json& from, wire::table_entries& value) {
    for (const auto& entry : from.at("entries")) {
      wire::table_entry one;
      set(entry.at("key"), one.key);
      set(entry.at("value").at("data"), one.value);
      value.push_back(std::move(one));
    }
  }
  static void set(const json& from, wire::table_iterator_args& value) {
    set(from.at("continuationToken"), value.continuation_token);
    set(from.at("fromKey"), value.from_key);
    set(from.at("toKey"), value.to_key);
  }
  template <class T>
  static void set(const json& from, std::vector<T>& value) {
    for (const auto& one : from)
      set(one, value.emplace_back());
  }

  std::string_view command_;
  const json& from_;
};

/// One golden frame.
struct command_vector {
  std::string name;
  std::int32_t code = 0;
  std::vector<std::byte> frame;
  json fields;   // what was encoded
  json decoded;  // what Java decodes from it; differs from `fields` in a few
  [[nodiscard]] byte_view payload() const { return byte_view{frame}.subspan(8); }
};

inline std::vector<command_vector> command_vectors() {
  std::vector<command_vector> all;
  for (const auto& each : golden().at("wire_commands")) {
    command_vector one;
    one.name = each.at("name").get<std::string>();
    one.code = each.at("code").get<std::int32_t>();
    one.frame = from_hex(each.at("frame").get<std::string>());
    one.fields = json::object();
    for (const auto& field : each.at("fields")) {
      one.fields[field.at("name").get<std::string>()] = field.at("value");
    }
    one.decoded = each.contains("decoded") ? each.at("decoded") : one.fields;
    all.push_back(std::move(one));
  }
  return all;
}

/// The command with a code, from its fields by name.
inline wire::command command_from(std::int32_t code, const json& fields) {
  const auto filled = [&fields](auto value) -> wire::command {
    using candidate = decltype(value);
    candidate::fields(value, json_filler{candidate::name, fields});
    return value;
  };
  switch (code) {
#define X(name)          \
  case wire::name::code: \
    return filled(wire::name{});
    PRAVEGA_ACTOR_WIRE_COMMANDS(X)
#undef X
    default:
      throw std::runtime_error{"no command " + std::to_string(code)};
  }
}

}  // namespace pravega_actor::test
