// Lines of standard input on their way to a writer.
#pragma once

#include <optional>
#include <string_view>

#include "common/command_line.hpp"
#include "common/key_rule.hpp"
#include "common/line_input.hpp"
#include "common/terminal.hpp"

namespace pravega_actor::tool {

/// Writes each line as one event and shows progress on stderr.
class line_feed {
 public:
  /// `common` must live as long as this object.
  /// `numbered`: the writer has a name, and a line's number is that of its event.
  line_feed(const common_options& common, const session& in, key_rule rule, event_writer writer,
            bool numbered = false);

  /// All lines of the input; `cancelled` after a stop signal, or the first failure.
  result<void> write_lines();
  /// Ends when all is durable or when the writer failed; after a stop signal also at one more,
  /// or when nothing moves any more (`cancelled`).
  result<void> drain();
  /// Takes the progress off the screen.
  void end() { live_.clear(); }

  [[nodiscard]] event_writer& writer() noexcept { return writer_; }
  /// Lines that were read.
  [[nodiscard]] std::uint64_t lines() const noexcept { return input_.lines(); }
  /// Their bytes, without line ends.
  [[nodiscard]] std::uint64_t event_bytes() const noexcept { return event_bytes_; }
  [[nodiscard]] std::uint64_t without_key() const noexcept { return without_key_; }
  /// " (3 without a key)"; "" if all have one, or if none was asked for.
  [[nodiscard]] std::string keys_remark() const;
  /// Since the begin.
  [[nodiscard]] double seconds_passed() const;

 private:
  result<void> write_line(std::string_view line);
  result<event_ticket> pass_on(const std::optional<std::string_view>& key,
                               std::string_view line);
  void look();
  void draw(std::uint64_t durable);

  const common_options& common_;
  const std::int64_t recovery_ms_;
  const key_rule rule_;
  event_writer writer_;
  const bool numbered_;
  line_input input_;
  live_lines live_;
  const std::optional<std::uint64_t> total_bytes_;
  const time_point begin_ = clock_type::now();
  std::uint64_t without_key_ = 0;
  std::uint64_t event_bytes_ = 0;
  std::uint64_t durable_seen_ = 0;
  time_point changed_ = clock_type::now();
  time_point noted_{};
};

}  // namespace pravega_actor::tool
