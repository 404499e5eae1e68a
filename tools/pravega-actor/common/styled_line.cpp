#include "common/styled_line.hpp"

#include <algorithm>

#include "common/safe_text.hpp"

namespace pravega_actor::tool {

namespace {

constexpr const char* reset_sequence = "\x1b[0m";

const char* sequence_of(tone meaning) {
  switch (meaning) {
    case tone::faint:
      return "\x1b[2m";
    case tone::active:
      return "\x1b[36m";
    case tone::good:
      return "\x1b[32m";
    case tone::warning:
      return "\x1b[33m";
    case tone::bad:
      return "\x1b[31m";
    case tone::plain:
      break;
  }
  return "";
}

bool begins_character(char byte) noexcept {
  return (byte & 0xC0) != 0x80;
}

// The first `columns` characters.
std::string_view head_of(std::string_view text, std::size_t columns) {
  std::size_t seen = 0;
  for (std::size_t i = 0; i < text.size(); ++i)
    if (begins_character(text[i]) && seen++ == columns) return text.substr(0, i);
  return text;
}

}  // namespace

std::size_t columns_of(std::string_view text) noexcept {
  return static_cast<std::size_t>(std::count_if(text.begin(), text.end(), begins_character));
}

std::string toned(tone meaning, std::string_view text, bool colours) {
  if (!colours || meaning == tone::plain || text.empty()) return std::string{text};
  return std::string{sequence_of(meaning)}.append(text).append(reset_sequence);
}

styled_line& styled_line::add(tone meaning, std::string text) {
  if (!text.empty()) parts_.push_back({meaning, std::move(text)});
  return *this;
}

styled_line& styled_line::add(styled_line more) {
  for (auto& each : more.parts_)
    parts_.push_back(std::move(each));
  return *this;
}

std::string styled_line::text() const {
  std::string text;
  for (const auto& each : parts_)
    text += each.text;
  return text;
}

std::size_t styled_line::columns() const {
  return columns_of(text());
}

std::string styled_line::shown(std::size_t columns_max, bool colours) const {
  std::vector<std::string> texts;
  std::size_t whole = 0;
  for (const auto& each : parts_) {
    texts.push_back(tool::shown(each.text));
    whole += columns_of(texts.back());
  }
  const bool cut = whole > columns_max;
  auto left = cut && columns_max > 0 ? columns_max - 1 : std::min(whole, columns_max);
  std::string line;
  for (std::size_t i = 0; i < texts.size() && left > 0; ++i) {
    const auto kept = head_of(texts[i], left);
    line += toned(parts_[i].meaning, kept, colours);
    left -= columns_of(kept);
  }
  return cut && columns_max > 0 ? line + "…" : line;
}

std::string folded(std::string_view text, std::size_t columns, std::size_t indent) {
  if (columns == 0 || columns_of(text) <= columns) return std::string{text};
  std::string lines;
  std::size_t used = 0;
  // Spaces at the begin are words of no letter, and stay.
  for (bool first = true; !text.empty(); first = false) {
    const auto space = text.find(' ');
    const auto word = text.substr(0, space);
    text.remove_prefix(space == std::string_view::npos ? text.size() : space + 1);
    if (!first && used + 1 + columns_of(word) > columns) {
      lines += "\n" + std::string(indent, ' ');
      used = indent;
    } else if (!first) {
      lines += ' ';
      ++used;
    }
    lines += word;
    used += columns_of(word);
  }
  return lines;
}

}  // namespace pravega_actor::tool
