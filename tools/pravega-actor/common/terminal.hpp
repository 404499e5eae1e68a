// What is drawn on a terminal while work goes on.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "common/styled_line.hpp"
#include "pravega_actor/time.hpp"

namespace pravega_actor::tool {

[[nodiscard]] bool is_terminal(int descriptor) noexcept;
/// Columns, 80 if unknown.
[[nodiscard]] std::size_t terminal_width(int descriptor) noexcept;

/// Lines, 24 if unknown.
[[nodiscard]] std::size_t terminal_height(int descriptor) noexcept;
struct terminal_size {
  std::size_t columns = 80;
  std::size_t rows = 24;
};
[[nodiscard]] inline terminal_size size_of_terminal(int descriptor) noexcept {
  return {terminal_width(descriptor), terminal_height(descriptor)};
}
/// A terminal that knows colours, and NO_COLOR is not set.
[[nodiscard]] bool wants_colours(int descriptor) noexcept;
/// Escaped, and cut to fit into one line of a terminal of so many columns ("…" at its end).
[[nodiscard]] std::string one_line(std::string_view text, std::size_t columns);

/// A bar of `width` columns, `part` of it filled (0 to 1).
[[nodiscard]] styled_line bar(double part, std::size_t width);

/// Some lines that are drawn again and again at the same place. Draws nothing if the descriptor
/// is not a terminal. The cursor stays behind the last line, so that a terminal of any height
/// holds them; one that was made narrower since folds what stands there, which is counted.
class live_lines {
 public:
  live_lines(int descriptor, bool wanted)
      : descriptor_{descriptor},
        on_{wanted && is_terminal(descriptor)},
        colours_{wants_colours(descriptor)} {}
  ~live_lines() { clear(); }
  live_lines(const live_lines&) = delete;
  live_lines& operator=(const live_lines&) = delete;

  [[nodiscard]] bool on() const noexcept { return on_; }
  /// Whether it is time to draw again (at most ten times a second).
  [[nodiscard]] bool due() noexcept;
  /// As many of them as the terminal has room for; each is escaped and cut to its width. The
  /// size is asked for each time; colours are left out where they are not wanted.
  void draw(const std::vector<styled_line>& lines);
  /// The same with one text, which is broken between words into as many lines as it needs.
  void draw_sentence(const std::string& text);
  /// Takes them away.
  void clear();

 private:
  void write(const std::string& text) const;
  [[nodiscard]] std::string to_first_line(std::size_t width) const;

  const int descriptor_;
  const bool on_;
  const bool colours_;
  /// The columns of each line that stands there.
  std::vector<std::size_t> drawn_;
  time_point next_{};
};

}  // namespace pravega_actor::tool
