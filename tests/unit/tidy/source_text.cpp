#include "unit/tidy/source_text.hpp"

#include <cctype>

namespace pravega_actor::tidy {
namespace {

bool word_character(char c) {
  return std::isalnum(static_cast<unsigned char>(c)) != 0 || c == '_';
}

// Blanks from `at` to before `end`, but for line ends.
std::size_t blank(std::string& text, std::size_t at, std::size_t end) {
  for (end = std::min(end, text.size()); at < end; ++at)
    if (text[at] != '\n') text[at] = ' ';
  return end;
}

// The place behind the literal that begins with the quote at `at`.
std::size_t end_of_literal(std::string_view text, std::size_t at) {
  const char quote = text[at++];
  while (at < text.size() && text[at] != quote && text[at] != '\n')
    at += text[at] == '\\' ? 2 : 1;
  return at + 1;
}

// The place behind the raw string whose quote is at `at`.
std::size_t end_of_raw_literal(std::string_view text, std::size_t at) {
  const auto open = text.find('(', at);
  if (open == std::string_view::npos) return text.size();
  std::string close{")"};
  close.append(text.substr(at + 1, open - at - 1)).append("\"");
  const auto end = text.find(close, open);
  return end == std::string_view::npos ? text.size() : end + close.size();
}

}  // namespace

std::string to_string(const findings& found) {
  std::string text;
  for (const auto& each : found)
    text.append(each.path)
        .append(":")
        .append(std::to_string(each.line))
        .append(": ")
        .append(each.what)
        .append("\n");
  return text;
}

std::vector<std::string_view> lines_of(std::string_view text) {
  std::vector<std::string_view> lines;
  while (!text.empty()) {
    const auto end = text.find('\n');
    lines.push_back(text.substr(0, end));
    text = end == std::string_view::npos ? std::string_view{} : text.substr(end + 1);
  }
  return lines;
}

std::string code_only(std::string_view text) {
  std::string code{text};
  std::size_t at = 0;
  while (at < text.size()) {
    const auto here = text.substr(at, 2);
    if (here == "//") {
      at = blank(code, at, text.find('\n', at));
    } else if (here == "/*") {
      const auto end = text.find("*/", at + 2);
      at = blank(code, at, end == std::string_view::npos ? end : end + 2);
    } else if (text[at] == '"') {
      const bool raw = at > 0 && text[at - 1] == 'R';
      const auto end = raw ? end_of_raw_literal(text, at) : end_of_literal(text, at);
      blank(code, at + 1, end - 1);
      at = end;
    } else if (text[at] == '\'' && (at == 0 || !word_character(text[at - 1]))) {
      const auto end = end_of_literal(text, at);
      blank(code, at + 1, end - 1);
      at = end;
    } else {
      ++at;
    }
  }
  return code;
}

std::string without_directives(std::string_view code) {
  std::string text;
  bool continued = false;
  for (const auto line : lines_of(code)) {
    const bool directive = continued || line.starts_with('#');
    if (!directive) text += line;
    text += '\n';
    continued = directive && line.ends_with('\\');
  }
  return text;
}

std::vector<include_line> includes_of(std::string_view text) {
  constexpr std::string_view directive = "#include ";
  std::vector<include_line> found;
  std::size_t number = 0;
  for (const auto line : lines_of(text)) {
    ++number;
    if (!line.starts_with(directive)) continue;
    const auto rest = line.substr(directive.size());
    const bool angled = rest.starts_with('<');
    const auto end = rest.find(angled ? '>' : '"', 1);
    if (end == std::string_view::npos) continue;
    found.push_back({number, std::string{rest.substr(1, end - 1)}, angled});
  }
  return found;
}

bool has_word(std::string_view line, std::string_view word) {
  for (auto at = line.find(word); at != std::string_view::npos; at = line.find(word, at + 1)) {
    const auto end = at + word.size();
    const bool free_before =
        at == 0 || !word_character(line[at - 1]) || !word_character(word.front());
    const bool free_after =
        end == line.size() || !word_character(line[end]) || !word_character(word.back());
    if (free_before && free_after) return true;
  }
  return false;
}

}  // namespace pravega_actor::tidy
