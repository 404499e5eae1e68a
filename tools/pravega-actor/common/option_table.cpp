#include "common/option_table.hpp"

#include <charconv>

namespace pravega_actor::tool {

namespace {

template <class Number>
std::string text_of(const void* value) {
  char digits[32];
  const auto end =
      std::to_chars(digits, digits + sizeof digits, *static_cast<const Number*>(value)).ptr;
  return {digits, end};
}

std::string field(std::string_view text) {
  std::string safe{"\t"};
  for (const char each : text) {
    if (each == '\n')
      safe += "\\n";
    else if (each == '\t')
      safe += "\\t";
    else if (each == '\\')
      safe += "\\\\";
    else
      safe += each;
  }
  return safe;
}

void append(std::string& to, const std::string& path, const verb_row& verb) {
  to += "verb" + field(path) + field(verb.hidden ? "1" : "0") + field(verb.about) +
        field(verb.footer) + "\n";
  const auto option = [&](std::string_view names, std::string_view type, bool repeatable,
                          std::string_view value, std::string_view meaning) {
    to += "option" + field(path) + field(names) + field(type) + field(repeatable ? "1" : "0") +
          field(value) + field(meaning) + "\n";
  };
  option("--help,-h", "", false, "", "Print this help message and exit");
  if (path.empty()) option("--version", "", false, "", "Print the version");
  for (const auto& each : verb.options)
    option(each.names, each.shown_type(), each.kind == value_kind::texts, each.default_text(),
           each.meaning);
  for (const auto& each : verb.actions)
    append(to, path.empty() ? each.name : path + " " + each.name, each);
}

}  // namespace

option_row& option_row::type(std::string_view name) {
  type_name = name;
  return *this;
}
option_row& option_row::group(std::string_view name) {
  group_name = name;
  return *this;
}
option_row& option_row::needs(std::string_view name) {
  needed = name;
  return *this;
}
option_row& option_row::excludes(std::string_view name) {
  excluded.emplace_back(name);
  return *this;
}

std::string option_row::shown_type() const {
  if (kind == value_kind::flag) return {};
  if (!type_name.empty()) return type_name;
  return kind == value_kind::text || kind == value_kind::texts ? "TEXT" : "N";
}

std::string option_row::default_text() const {
  if (!shows_default) return {};
  switch (kind) {
    case value_kind::text:
      return *static_cast<const std::string*>(into);
    case value_kind::int_32:
      return text_of<std::int32_t>(into);
    case value_kind::unsigned_16:
      return text_of<std::uint16_t>(into);
    case value_kind::unsigned_32:
      return text_of<std::uint32_t>(into);
    case value_kind::int_64:
      return text_of<std::int64_t>(into);
    case value_kind::unsigned_64:
      return text_of<std::uint64_t>(into);
    case value_kind::real:
      return text_of<double>(into);
    case value_kind::flag:
    case value_kind::texts:
      break;
  }
  return {};
}

option_row& verb_row::add_row(const char* names, value_kind kind, void* into,
                              const char* meaning) {
  auto& row = options.emplace_back();
  row.names = names;
  row.kind = kind;
  row.into = into;
  row.meaning = meaning;
  return row;
}

option_row& verb_row::add(const char* names, bool& into, const char* meaning) {
  return add_row(names, value_kind::flag, &into, meaning);
}
option_row& verb_row::add(const char* names, std::string& into, const char* meaning) {
  return add_row(names, value_kind::text, &into, meaning);
}
option_row& verb_row::add(const char* names, std::vector<std::string>& into,
                          const char* meaning) {
  return add_row(names, value_kind::texts, &into, meaning);
}
option_row& verb_row::add(const char* names, std::int32_t& into, const char* meaning) {
  return add_row(names, value_kind::int_32, &into, meaning);
}
option_row& verb_row::add(const char* names, std::uint16_t& into, const char* meaning) {
  return add_row(names, value_kind::unsigned_16, &into, meaning);
}
option_row& verb_row::add(const char* names, std::uint32_t& into, const char* meaning) {
  return add_row(names, value_kind::unsigned_32, &into, meaning);
}
option_row& verb_row::add(const char* names, std::int64_t& into, const char* meaning) {
  return add_row(names, value_kind::int_64, &into, meaning);
}
option_row& verb_row::add(const char* names, std::uint64_t& into, const char* meaning) {
  return add_row(names, value_kind::unsigned_64, &into, meaning);
}
option_row& verb_row::add(const char* names, double& into, const char* meaning) {
  return add_row(names, value_kind::real, &into, meaning);
}

std::string machine_text_format() {
  return "Tabs separate fields; in a field \\n, \\t and \\\\ stand for a line end, a tab\n"
         "and a backslash. PATH is empty for the tool; else it is a verb, or a verb, a\n"
         "blank and its action.\n"
         "TYPE is empty for a flag. HIDDEN and REPEATABLE are 0 or 1.\n"
         "\n"
         "  verb    PATH  HIDDEN  ABOUT  FOOTER\n"
         "  option  PATH  NAMES  TYPE  REPEATABLE  DEFAULT  MEANING\n"
         "\n"
         "Example:\n  pravega-actor help --machine";
}

std::string machine_text(const verb_row& root) {
  std::string text;
  append(text, {}, root);
  return text;
}

}  // namespace pravega_actor::tool
