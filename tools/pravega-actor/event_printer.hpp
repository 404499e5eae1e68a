// Prints events on standard output.
#pragma once

#include <optional>
#include <string>

#include "common/command_line.hpp"
#include "common/event_format.hpp"

namespace pravega_actor::tool {

/// Prints events until there are enough.
class event_printer {
 public:
  /// `count`: how many events; 0: all. `reader`: stands in each JSON object, unless empty.
  event_printer(const common_options& common, event_format format, std::uint64_t count,
                std::string reader = {})
      : common_{common},
        format_{std::move(format)},
        reader_{std::move(reader)},
        left_{count},
        limited_{count > 0} {}

  /// False: enough, or nobody reads the output.
  bool print_slice(const event_slice& slice);
  /// A checkpoint as a JSON object of its own; nothing without --json.
  void print_checkpoint(const checkpoint_mark& mark);
  /// False: standard output takes no more.
  bool flush();

  [[nodiscard]] std::uint64_t events() const noexcept { return events_; }
  [[nodiscard]] std::uint64_t bytes() const noexcept { return bytes_; }
  /// The offset behind the last event, if its slice was printed in part only.
  [[nodiscard]] std::optional<std::int64_t> in_part() const {
    return in_ ? std::optional{next_offset_} : std::nullopt;
  }
  /// The position, moved to the event after the last one that was printed.
  [[nodiscard]] stream_cut position(stream_cut cut) const {
    if (in_) cut.offsets[*in_] = next_offset_;
    return cut;
  }

 private:
  const common_options& common_;
  const event_format format_;
  const std::string reader_;
  std::uint64_t left_;
  const bool limited_;
  std::uint64_t events_ = 0;
  std::uint64_t bytes_ = 0;
  std::string text_;
  /// The segment of a slice that is printed in part only.
  std::optional<segment_id> in_;
  std::int64_t next_offset_ = 0;
};

}  // namespace pravega_actor::tool
