// Reads a stream's events, up to its present tail or on and on.
#pragma once

#include <functional>
#include <optional>
#include <string>

#include "common/command_line.hpp"
#include "common/terminal.hpp"

namespace pravega_actor::tool {

/// Where to begin and when to end.
struct read_plan {
  scoped_stream stream;
  read_start from;
  /// False: end at the tail that the stream has when reading begins.
  bool follow = false;
  /// So many segments are read at a time, in any order, by readers of their own. 0: all in the
  /// order of their keys, by one reader. Not with `follow`, and not from the tail.
  std::uint32_t parallel = 0;
};

struct read_hooks {
  /// Gets every slice; false ends the reading.
  std::function<bool(const event_slice&)> on_slice;
  /// Events that were truncated away.
  std::function<void(const segment_gap&)> on_gap;
  /// Nothing came for a while; false ends the reading.
  std::function<bool()> on_idle;
  /// What is drawn on a terminal while it reads; may be empty.
  std::function<styled_line()> progress;
};

enum class read_end { reached, enough, stopped };

struct read_outcome_of {
  read_end end = read_end::reached;
  /// Where to go on, not counting what is left of the slice that was taken last. Empty if the
  /// segments were read in parallel.
  stream_cut position;
};

/// Reads until the tail, the end of every segment, a false `on_slice`, or a stop signal. Says
/// on stderr what it waits for.
[[nodiscard]] result<read_outcome_of> read_stream(const common_options& common, session& in,
                                                  const read_plan& plan,
                                                  const read_hooks& hooks);

/// The same for a plan with `parallel` segments at a time.
[[nodiscard]] result<read_outcome_of> read_in_parallel(const common_options& common,
                                                       session& in, const read_plan& plan,
                                                       const read_hooks& hooks);

/// Why nothing comes.
struct silence_cause {
  std::string text;
  /// False: it may be that there is nothing. It is said once.
  bool mends = false;
};

/// Progress on stderr: a line at the same place of a terminal, and a note when nothing comes
/// for longer than `silence_max`.
class reading_notes {
 public:
  reading_notes(const common_options& common, const session& in);
  void came(const std::function<styled_line()>& progress);
  /// `cause` gets the time since something came; it is called when a note is due.
  void idle(const std::function<silence_cause(duration silent)>& cause);
  /// Takes the line away.
  void end() { live_.clear(); }

 private:
  const common_options& common_;
  live_lines live_;
  time_point last_ = clock_type::now();
  time_point noted_{};
  bool said_ = false;
  /// The last note, if it is one to be said once.
  std::string said_once_;
};

/// "head", "tail" or the text of a stream cut.
[[nodiscard]] result<read_start> parse_start(const std::string& text);

}  // namespace pravega_actor::tool
