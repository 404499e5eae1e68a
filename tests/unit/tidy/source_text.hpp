// A source file as text, and what the rules about source files share.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace pravega_actor::tidy {

struct source_file {
  /// Relative to the tree's root, with '/'.
  std::string path;
  std::string text;

  [[nodiscard]] bool under(std::string_view folder) const { return path.starts_with(folder); }
  [[nodiscard]] bool is_header() const { return path.ends_with(".hpp"); }
  [[nodiscard]] bool is_cpp() const { return is_header() || path.ends_with(".cpp"); }
};

struct finding {
  std::string path;
  std::size_t line;
  std::string what;
};
using findings = std::vector<finding>;

/// "path:line: what" for each.
[[nodiscard]] std::string to_string(const findings& found);

/// The lines without their ends.
[[nodiscard]] std::vector<std::string_view> lines_of(std::string_view text);

/// The same text with comments and the insides of literals made blank; lines stay in place.
[[nodiscard]] std::string code_only(std::string_view text);

/// Code without preprocessor directives and their continuation lines; lines stay in place.
[[nodiscard]] std::string without_directives(std::string_view code);

struct include_line {
  std::size_t line;
  std::string path;
  /// <...>, not "...".
  bool angled;
};
[[nodiscard]] std::vector<include_line> includes_of(std::string_view text);

/// Whether `word` stands in `line` with no letter, digit or '_' on either side.
[[nodiscard]] bool has_word(std::string_view line, std::string_view word);

}  // namespace pravega_actor::tidy
