// Lines from a file descriptor, without a copy for each.
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <optional>
#include <string_view>
#include <vector>

#include "pravega_actor/result.hpp"

namespace pravega_actor::tool {

/// Reads lines of at most limits::event_payload_bytes_max bytes. A stop signal ends a wait for
/// input like the end of the file.
class line_input {
 public:
  explicit line_input(int descriptor);

  /// The next line without its '\n', valid until the next call; nothing at the end. The last
  /// line needs no '\n'. event_too_large names the line; io_error if reading fails.
  [[nodiscard]] result<std::optional<std::string_view>> next();

  /// Called now and then while input is waited for.
  void while_waiting(std::function<void()> look) { look_ = std::move(look); }

  /// Lines handed out.
  [[nodiscard]] std::uint64_t lines() const noexcept { return lines_; }
  /// Bytes of the lines handed out, with their ends.
  [[nodiscard]] std::uint64_t bytes() const noexcept { return bytes_; }
  /// Bytes of the file if it is a regular one.
  [[nodiscard]] std::optional<std::uint64_t> total_bytes() const;
  /// Whether more can be handed out without reading.
  [[nodiscard]] bool buffered() const noexcept { return begin_ < end_; }

 private:
  enum class filled { more, end };
  [[nodiscard]] result<filled> fill();
  [[nodiscard]] std::string_view hand_out(std::size_t length, std::size_t with_end);

  /// False: a stop signal came first.
  [[nodiscard]] bool wait_for_input() const;

  const int descriptor_;
  /// Input may come at all.
  const bool readable_;
  std::function<void()> look_;
  std::vector<char> buffer_;
  std::size_t begin_ = 0;
  std::size_t scanned_ = 0;
  std::size_t end_ = 0;
  std::uint64_t lines_ = 0;
  std::uint64_t bytes_ = 0;
};

}  // namespace pravega_actor::tool
