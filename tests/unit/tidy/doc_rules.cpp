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

}  // namespace pravega_actor::tidy
