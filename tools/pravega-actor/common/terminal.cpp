#include "common/terminal.hpp"

#include <sys/ioctl.h>
#include <unistd.h>

#include <algorithm>
#include <cmath>
#include <cstdlib>
#include <sstream>

namespace pravega_actor::tool {

namespace {

constexpr milliseconds terminal_redraw_interval{100};
constexpr std::size_t default_width = 80;
constexpr std::size_t default_height = 24;

winsize size_of(int descriptor) noexcept {
  winsize size = {};
  if (::ioctl(descriptor, TIOCGWINSZ, &size) != 0) size = {};
  return size;
}

}  // namespace

bool is_terminal(int descriptor) noexcept {
  return ::isatty(descriptor) == 1;
}

std::size_t terminal_width(int descriptor) noexcept {
  const auto size = size_of(descriptor);
  return size.ws_col > 0 ? size.ws_col : default_width;
}

std::size_t terminal_height(int descriptor) noexcept {
  const auto size = size_of(descriptor);
  return size.ws_row > 0 ? size.ws_row : default_height;
}

bool wants_colours(int descriptor) noexcept {
  const char* refused = std::getenv("NO_COLOR");
  if (refused != nullptr && *refused != '\0') return false;
  const char* kind = std::getenv("TERM");
  return is_terminal(descriptor) && (kind == nullptr || std::string_view{kind} != "dumb");
}

std::string one_line(std::string_view text, std::size_t columns) {
  return styled_line{std::string{text}}.shown(columns > 1 ? columns - 1 : 1, false);
}

styled_line bar(double part, std::size_t width) {
  const auto clamped = std::clamp(part, 0.0, 1.0);
  const auto full = static_cast<std::size_t>(std::lround(clamped * static_cast<double>(width)));
  const auto times = [](std::size_t count, const char* what) {
    std::string text;
    for (; count > 0; --count)
      text += what;
    return text;
  };
  return styled_line{}
      .add(tone::active, times(full, "█"))
      .add(tone::faint, times(width - full, "░"));
}

bool live_lines::due() noexcept {
  if (!on_) return false;
  const auto now = clock_type::now();
  if (now < next_) return false;
  next_ = now + terminal_redraw_interval;
  return true;
}

std::string live_lines::to_first_line(std::size_t width) const {
  // A line that is as wide as the terminal or wider takes more than one row of it.
  std::size_t rows = 0;
  for (const auto columns : drawn_)
    rows += columns == 0 ? 1 : (columns + width - 1) / width;
  rows = std::min(rows, terminal_height(descriptor_));
  return rows > 1 ? "\r\x1b[" + std::to_string(rows - 1) + "A" : "\r";
}

void live_lines::draw_sentence(const std::string& text) {
  if (!on_) return;
  const auto width = terminal_width(descriptor_);
  std::istringstream folds{folded(text, width > 1 ? width - 1 : 1, sentence_indent)};
  std::vector<styled_line> lines;
  for (std::string line; std::getline(folds, line);)
    lines.emplace_back(line);
  draw(lines);
}

void live_lines::draw(const std::vector<styled_line>& lines) {
  if (!on_ || lines.empty()) return;
  const auto width = terminal_width(descriptor_);
  const auto room = terminal_height(descriptor_);
  auto text = drawn_.empty() ? std::string{"\r"} : to_first_line(width);
  drawn_.clear();
  for (std::size_t i = 0; i < lines.size() && i < room; ++i) {
    const auto columns = width > 1 ? width - 1 : 1;
    text += (i > 0 ? "\r\n" : "") + lines[i].shown(columns, colours_) + "\x1b[K";
    drawn_.push_back(columns_of(lines[i].shown(columns, false)));
  }
  write(text + "\x1b[J");
}

void live_lines::clear() {
  if (drawn_.empty()) return;
  write(to_first_line(terminal_width(descriptor_)) + "\x1b[J");
  drawn_.clear();
}

void live_lines::write(const std::string& text) const {
  const auto written = ::write(descriptor_, text.data(), text.size());
  static_cast<void>(written);
}

}  // namespace pravega_actor::tool
