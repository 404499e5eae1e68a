#include "common/key_rule.hpp"

#include <re2/re2.h>

#include "common/option_table.hpp"

namespace pravega_actor::tool {

namespace {

constexpr std::string_view blanks = " \t";

std::optional<std::string_view> blank_separated(std::string_view line, int field) {
  for (int at = 1;; ++at) {
    const auto first = line.find_first_not_of(blanks);
    if (first == std::string_view::npos) return std::nullopt;
    line.remove_prefix(first);
    const auto end = line.find_first_of(blanks);
    if (at == field) return line.substr(0, end);
    if (end == std::string_view::npos) return std::nullopt;
    line.remove_prefix(end);
  }
}

}  // namespace

struct key_rule::expression {
  RE2 compiled;
  bool has_group;
  expression(const std::string& text, const RE2::Options& options)
      : compiled{text, options}, has_group{compiled.NumberOfCapturingGroups() > 0} {}
};

void add_key_options(verb_row& verb, key_options& into) {
  constexpr const char* group = "Routing key (events of one key stay in order)";
  verb.add("--key-regex", into.regex, "The first group of this RE2 expression is the key")
      .type("RE")
      .group(group);
  verb.add("--key-field", into.field, "The n-th field is the key; 1 is the first")
      .range(1, 1'000'000)
      .excludes("--key-regex")
      .group(group);
  verb.add("--delimiter", into.delimiter,
           "Separator of fields (default: spaces and tabs); \\t is a tab")
      .type("C")
      .needs("--key-field")
      .group(group);
}

std::optional<std::string_view> field_of(std::string_view line, int field,
                                         std::string_view delimiter) {
  if (delimiter.empty()) return blank_separated(line, field);
  for (int at = 1; at < field; ++at) {
    const auto end = line.find(delimiter);
    if (end == std::string_view::npos) return std::nullopt;
    line.remove_prefix(end + delimiter.size());
  }
  return line.substr(0, line.find(delimiter));
}

result<key_rule> key_rule::make(const key_options& options) {
  key_rule rule;
  rule.options_ = options;
  if (rule.options_.delimiter == "\\t") rule.options_.delimiter = "\t";
  if (options.regex.empty()) return rule;
  RE2::Options flags;
  flags.set_log_errors(false);
  auto compiled = std::make_shared<const expression>(options.regex, flags);
  if (!compiled->compiled.ok())
    return error{errc::invalid_argument,
                 "--key-regex \"" + options.regex + "\": " + compiled->compiled.error()};
  rule.expression_ = std::move(compiled);
  return rule;
}

std::optional<std::string_view> key_rule::key_of(std::string_view line) const {
  if (options_.field > 0) return field_of(line, options_.field, options_.delimiter);
  if (!expression_) return std::nullopt;
  re2::StringPiece groups[2];
  const int wanted = expression_->has_group ? 2 : 1;
  const re2::StringPiece text{line.data(), line.size()};
  if (!expression_->compiled.Match(text, 0, line.size(), RE2::UNANCHORED, groups, wanted))
    return std::nullopt;
  const auto& found = groups[wanted - 1];
  if (found.data() == nullptr) return std::nullopt;
  return std::string_view{found.data(), found.size()};
}

std::string key_rule::to_string() const {
  if (!options_.label.empty()) return options_.label;
  if (options_.field > 0) return std::string{"field "}.append(std::to_string(options_.field));
  return expression_ ? std::string{"the match of "}.append(options_.regex) : "none";
}

}  // namespace pravega_actor::tool
