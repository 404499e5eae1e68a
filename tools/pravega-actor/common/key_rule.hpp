// How a line of text gets its routing key.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "pravega_actor/result.hpp"

namespace pravega_actor::tool {

struct verb_row;

/// What the user asked for; at most one of `regex` and `field` is set.
struct key_options {
  /// RE2 syntax; the key is the first capture group, or the whole match if there is none.
  std::string regex;
  /// 1 is the first field; 0: no rule.
  int field = 0;
  /// What separates fields; empty: runs of spaces and tabs.
  std::string delimiter;
  /// What the key is, in words; may be empty.
  std::string label;

  [[nodiscard]] bool given() const noexcept { return !regex.empty() || field > 0; }
};

/// --key-regex, --key-field and --delimiter.
void add_key_options(verb_row& verb, key_options& into);

/// A rule, ready for use.
class key_rule {
 public:
  /// invalid_argument if the expression or the delimiter is not valid.
  [[nodiscard]] static result<key_rule> make(const key_options& options);
  /// The key, a part of `line`; nothing if the line has none.
  [[nodiscard]] std::optional<std::string_view> key_of(std::string_view line) const;
  [[nodiscard]] bool given() const noexcept { return options_.given(); }
  /// For people: "field 3", "the first group of ...", "none".
  [[nodiscard]] std::string to_string() const;

 private:
  struct expression;
  key_options options_;
  std::shared_ptr<const expression> expression_;
};

/// The n-th field (from 1) of a line.
[[nodiscard]] std::optional<std::string_view> field_of(std::string_view line, int field,
                                                       std::string_view delimiter);

}  // namespace pravega_actor::tool
