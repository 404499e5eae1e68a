#include "common/help_text.hpp"

#include <algorithm>
#include <sstream>
#include <string_view>
#include <vector>

#include "common/styled_line.hpp"

namespace pravega_actor::tool {

namespace {

bool too_long(const std::string& line) {
  return columns_of(line) > help_columns_max;
}

// A command, and not a sentence that names one in quotes.
bool is_example(const std::string& line) {
  const auto at = line.find("pravega-actor ");
  return at != std::string::npos && line.starts_with("  ") && line[at - 1] == ' ' &&
         !line.starts_with("  -");
}

// "  name   explanation": where the explanation begins.
std::size_t column_of_explanation(const std::string& line) {
  const auto name = line.find_first_not_of(' ');
  const auto gap = line.find("  ", name);
  const auto text = gap == std::string::npos ? gap : line.find_first_not_of(' ', gap);
  return text == std::string::npos || text > help_column ? help_column : text;
}

bool is_prose(const std::string& line) {
  return !line.empty() && line[0] != ' ';
}

// Whether a line goes on with what the line before it says.
bool continues(const std::string& line, const std::string& first) {
  if (is_prose(first)) return is_prose(line);
  const auto text = line.find_first_not_of(' ');
  return first.starts_with("  ") && text != std::string::npos &&
         text == column_of_explanation(first);
}

std::string without_indent(const std::string& line) {
  return line.substr(line.find_first_not_of(' '));
}

/// Stands for the space in "(default: 0)", which stays on one line.
constexpr char held_space = '\x01';
constexpr std::string_view default_begin = "(default: ";

std::string with_defaults_held(std::string line) {
  const auto at = line.find(default_begin);
  if (at != std::string::npos) line[at + default_begin.size() - 1] = held_space;
  return line;
}

// Lines that belong together: a paragraph, or an explanation.
std::vector<std::string> paragraphs_of(const std::string& text) {
  std::vector<std::string> lines;
  std::istringstream in{text};
  for (std::string line; std::getline(in, line);)
    lines.push_back(line);
  std::vector<std::string> found;
  for (std::size_t i = 0; i < lines.size();) {
    auto end = i + 1;
    while (end < lines.size() && continues(lines[end], lines[i]))
      ++end;
    const auto begin = lines.begin() + static_cast<std::ptrdiff_t>(i);
    const auto behind = lines.begin() + static_cast<std::ptrdiff_t>(end);
    if (std::any_of(begin, behind, too_long)) {
      std::string all = *begin;
      std::for_each(begin + 1, behind,
                    [&](const auto& each) { all += " " + without_indent(each); });
      found.push_back(std::move(all));
    } else {
      found.insert(found.end(), begin, behind);
    }
    i = end;
  }
  return found;
}

}  // namespace

std::string fitted_help(const std::string& text) {
  std::string fitted;
  bool empty_before = true;
  for (const auto& each : paragraphs_of(text)) {
    if (each.empty() && empty_before) continue;
    empty_before = each.empty();
    const auto indent = each.starts_with(' ') ? column_of_explanation(each) : 0;
    fitted +=
        is_example(each) ? each : folded(with_defaults_held(each), help_columns_max, indent);
    fitted += '\n';
  }
  std::replace(fitted.begin(), fitted.end(), held_space, ' ');
  return fitted;
}

}  // namespace pravega_actor::tool
