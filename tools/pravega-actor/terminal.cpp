#include "terminal.hpp"

#include <sys/ioctl.h>
#include <unistd.h>

#include <algorithm>
#include <cmath>

namespace pravega_actor::tool {

namespace {

constexpr milliseconds redraw_interval{100};
constexpr std::size_t default_width = 80;

// The first `columns` characters of a line of UTF-8 without escape sequences.
std::string cut_to(const std::string& line, std::size_t columns) {
  std::size_t seen = 0;
  for (std::size_t i = 0; i < line.size(); ++i) {
    if ((line[i] & 0xC0) == 0x80) continue;
    if (seen++ == columns) return line.substr(0, i);
  }
  return line;
}

}  // namespace

bool is_terminal(int descriptor) noexcept {
  return ::isatty(descriptor) == 1;
}

std::size_t terminal_width(int descriptor) noexcept {
  winsize size = {};
  const bool known = ::ioctl(descriptor, TIOCGWINSZ, &size) == 0 && size.ws_col > 0;
  return known ? size.ws_col : default_width;
}

std::string bar(double part, std::size_t width) {
  const auto clamped = std::clamp(part, 0.0, 1.0);
  const auto full = static_cast<std::size_t>(std::lround(clamped * static_cast<double>(width)));
  std::string text;
  for (std::size_t i = 0; i < width; ++i)
    text += i < full ? "█" : "░";
  return text;
}

bool live_lines::due() noexcept {
  if (!on_) return false;
  const auto now = clock_type::now();
  if (now < next_) return false;
  next_ = now + redraw_interval;
  return true;
}

void live_lines::draw(const std::vector<std::string>& lines) {
  if (!on_) return;
  const auto width = terminal_width(descriptor_);
  std::string text;
  if (drawn_ > 0) text += "\x1b[" + std::to_string(drawn_) + "A";
  for (const auto& each : lines)
    text += "\r\x1b[K" + cut_to(each, width - 1) + "\n";
  if (lines.size() < drawn_) text += "\x1b[J";
  drawn_ = lines.size();
  write(text);
}

void live_lines::clear() {
  if (drawn_ == 0) return;
  write("\x1b[" + std::to_string(drawn_) + "A\r\x1b[J");
  drawn_ = 0;
}

void live_lines::write(const std::string& text) const {
  const auto written = ::write(descriptor_, text.data(), text.size());
  static_cast<void>(written);
}

}  // namespace pravega_actor::tool
