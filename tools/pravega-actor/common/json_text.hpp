// JSON as text, written member by member: what `--json` prints.
#pragma once

#include <concepts>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace pravega_actor::tool {

/// Appends a JSON string with its quotes. Bytes that are not UTF-8 become U+FFFD.
void append_json_string(std::string& to, std::string_view text);
/// The shortest text that reads back as the same number, with a point or an exponent; `null`
/// for what is not finite.
void append_json_number(std::string& to, double value);

class json_object;

/// An array. Values come in the order in which they are added.
class json_array {
 public:
  json_array& add(const json_object& value);
  json_array& add(std::string_view value);
  /// "[...]".
  [[nodiscard]] std::string text() const { return "[" + text_ + "]"; }

 private:
  void separate() {
    if (!text_.empty()) text_ += ',';
  }
  std::string text_;
};

/// An object. Members come in the order in which they are added; names are not compared.
class json_object {
 public:
  json_object& add(std::string_view name, std::string_view value) {
    append_json_string(begin(name), value);
    return *this;
  }
  json_object& add(std::string_view name, const std::string& value) {
    return add(name, std::string_view{value});
  }
  json_object& add(std::string_view name, const char* value) {
    return add(name, std::string_view{value});
  }
  json_object& add(std::string_view name, bool value) {
    begin(name) += value ? "true" : "false";
    return *this;
  }
  template <std::integral Number>
  json_object& add(std::string_view name, Number value) {
    begin(name) += std::to_string(value);
    return *this;
  }
  json_object& add(std::string_view name, double value) {
    append_json_number(begin(name), value);
    return *this;
  }
  json_object& add(std::string_view name, const json_object& value) {
    begin(name) += value.text();
    return *this;
  }
  json_object& add(std::string_view name, const json_array& value) {
    begin(name) += value.text();
    return *this;
  }
  json_object& add(std::string_view name, const std::vector<std::string>& values);
  /// All members of another one.
  json_object& add(const json_object& members);
  json_object& add_null(std::string_view name) {
    begin(name) += "null";
    return *this;
  }
  /// "{...}".
  [[nodiscard]] std::string text() const { return "{" + text_ + "}"; }

 private:
  std::string& begin(std::string_view name);
  std::string text_;
};

}  // namespace pravega_actor::tool
