#include "unit/tidy/doc_rules.hpp"

namespace pravega_actor::tidy {
namespace {

bool starts_with_any(std::string_view line, const std::vector<std::string_view>& words) {
  for (const auto word : words)
    if (line.starts_with(word)) return true;
  return false;
}

// A definition in the first column; forward declarations and specialisations say nothing new.
bool defines_type(std::string_view line) {
  if (starts_with_any(line, {"struct ", "class ", "enum class ", "union "}))
    return line.find('{') != std::string_view::npos && line.find('<') == std::string_view::npos;
  return line.starts_with("using ") && line.find('=') != std::string_view::npos;
}

// What may stand between a type and its comment.
bool belongs_to_next(std::string_view line) {
  return starts_with_any(line, {"template", "requires", "[["});
}

bool is_file_name(std::string_view word) {
  return !word.empty() &&
         word.find_first_not_of("abcdefghijklmnopqrstuvwxyz0123456789_/") == word.npos;
}

// The file that a word in a table of scenarios stands for, or "".
std::string file_named_by(std::string_view before, std::string_view word) {
  // Folders are no tests.
  if (!is_file_name(word) || word.starts_with("tests/")) return {};
  if (before.ends_with("scenario: "))
    return "tests/scenario/" + std::string{word} + "_scenarios.cpp";
  const bool has_folder = word.find('/') != word.npos;
  return has_folder ? "tests/unit/" + std::string{word} + "_test.cpp" : std::string{};
}

}  // namespace

findings check_documented(const source_file& file) {
  const bool is_public = file.is_header() && (file.under("libpravega_actor/include/") ||
                                              file.under("libpravega_sandbox/include/"));
  if (!is_public) return {};
  findings found;
  const auto lines = lines_of(file.text);
  for (std::size_t i = 0; i < lines.size(); ++i) {
    if (!defines_type(lines[i])) continue;
    auto above = i;
    while (above > 0 && belongs_to_next(lines[above - 1]))
      --above;
    if (above > 0 && lines[above - 1].starts_with("//")) continue;
    found.push_back({file.path, i + 1, "a public type without a comment"});
  }
  return found;
}

findings check_named_scenarios(const source_file& file, const std::set<std::string>& paths) {
  if (file.path != "docs/scenarios.md") return {};
  findings found;
  const auto lines = lines_of(file.text);
  for (std::size_t i = 0; i < lines.size(); ++i) {
    const auto line = lines[i];
    if (!line.starts_with("| ")) continue;
    for (auto open = line.find('`'); open != line.npos;) {
      const auto close = line.find('`', open + 1);
      if (close == line.npos) break;
      const auto wanted =
          file_named_by(line.substr(0, open), line.substr(open + 1, close - open - 1));
      if (!wanted.empty() && !paths.contains(wanted))
        found.push_back({file.path, i + 1, "there is no " + wanted});
      open = line.find('`', close + 1);
    }
  }
  return found;
}

}  // namespace pravega_actor::tidy
