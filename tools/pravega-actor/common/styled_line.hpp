// A line of text whose parts have a meaning, which a terminal with colours shows.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace pravega_actor::tool {

enum class tone {
  plain,
  /// Labels, times, the empty part of a bar.
  faint,
  /// Work that goes on: the full part of a bar, splits and merges.
  active,
  /// A recovery, a connection, a check that held.
  good,
  /// A fault that was ordered.
  warning,
  /// What should not be.
  bad,
};

/// Of the lines after the first, where a sentence takes more than one.
inline constexpr std::size_t sentence_indent = 2;

/// Columns that UTF-8 text without escape sequences takes, each character counted as one.
[[nodiscard]] std::size_t columns_of(std::string_view text) noexcept;

/// The text as one part of a line with colours; unchanged without them.
[[nodiscard]] std::string toned(tone meaning, std::string_view text, bool colours);

/// The parts of a line, first to last. Text of others is escaped when it is shown.
class styled_line {
 public:
  styled_line() = default;
  /// A line without colours; implicit, so that it stands where lines are wanted.
  styled_line(std::string text) { add(std::move(text)); }  // NOLINT: see above

  styled_line& add(std::string text) { return add(tone::plain, std::move(text)); }
  styled_line& add(tone meaning, std::string text);
  styled_line& add(styled_line more);

  /// The text alone, as it was given.
  [[nodiscard]] std::string text() const;
  [[nodiscard]] std::size_t columns() const;
  /// Escaped, of at most so many columns; a line that is cut ends in "…".
  [[nodiscard]] std::string shown(std::size_t columns_max, bool colours) const;

 private:
  struct part {
    tone meaning;
    std::string text;
  };
  std::vector<part> parts_;
};

/// A text in lines of at most so many columns, broken at spaces; a word that is longer has a
/// line of its own. Lines after the first begin with `indent` spaces. 0 columns: no limit.
[[nodiscard]] std::string folded(std::string_view text, std::size_t columns,
                                 std::size_t indent);

}  // namespace pravega_actor::tool
