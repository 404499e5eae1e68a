// What is drawn on a terminal while work goes on.
#pragma once

#include <string>
#include <vector>

#include "pravega_actor/time.hpp"

namespace pravega_actor::tool {

[[nodiscard]] bool is_terminal(int descriptor) noexcept;
/// Columns, 80 if unknown.
[[nodiscard]] std::size_t terminal_width(int descriptor) noexcept;

/// A bar of `width` columns, `part` of it filled (0 to 1).
[[nodiscard]] std::string bar(double part, std::size_t width);

/// Some lines that are drawn again and again at the same place. Draws nothing if the descriptor
/// is not a terminal.
class live_lines {
 public:
  live_lines(int descriptor, bool wanted)
      : descriptor_{descriptor}, on_{wanted && is_terminal(descriptor)} {}
  ~live_lines() { clear(); }
  live_lines(const live_lines&) = delete;
  live_lines& operator=(const live_lines&) = delete;

  [[nodiscard]] bool on() const noexcept { return on_; }
  /// Whether it is time to draw again (at most ten times a second).
  [[nodiscard]] bool due() noexcept;
  void draw(const std::vector<std::string>& lines);
  /// Takes them away.
  void clear();

 private:
  void write(const std::string& text) const;

  const int descriptor_;
  const bool on_;
  std::size_t drawn_ = 0;
  time_point next_{};
};

}  // namespace pravega_actor::tool
