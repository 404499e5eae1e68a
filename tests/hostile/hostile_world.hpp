// A client with one honest and one hostile store: what its writers and readers come to.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "hostile/hostile_store.hpp"
#include "support/catch.hpp"

namespace pravega_actor::hostile {

/// How the events of a run ended.
struct verdict {
  /// Of a writer, in order: "20 ok", "10 outcome_unknown, 10 refused", "5 ok, 15 wait". Of a
  /// reader: "all", "waits", or the error that ended it.
  std::string outcomes;
  /// What is said about the first failure.
  std::string why;
  /// Virtual time until the last outcome.
  duration took{0};
  /// What the segment holds in the end, or what was read of it.
  std::vector<std::string> stored;
  /// Gaps that a reader was told of.
  std::size_t gaps = 0;
  std::size_t connections = 0;
};

inline constexpr int events_per_run = 20;
inline constexpr std::int64_t recovery_ms = 20000;

class hostile_world {
 public:
  hostile_world();
  ~hostile_world();
  hostile_world(const hostile_world&) = delete;
  hostile_world& operator=(const hostile_world&) = delete;

  /// Writes to the hostile store while it attacks, then to the honest one.
  [[nodiscard]] verdict write(const attack& chosen, std::size_t strikes_max);
  /// Reads what the hostile store holds while it attacks, then the honest one's events.
  [[nodiscard]] verdict read(const attack& chosen, std::size_t strikes_max);
  /// Opens a reader at the tail while the store attacks: "opened", or the error.
  [[nodiscard]] verdict open_at_tail(const attack& chosen, std::size_t strikes_max);

 private:
  event_writer open_writer(const scoped_stream& stream);
  [[nodiscard]] result<stream_reader> begin_to_read(const scoped_stream& stream,
                                                    read_start start);
  stream_reader open_reader(const scoped_stream& stream);
  void write_honestly(int last);
  void write_some(event_writer& to, int first, int last, verdict& out);
  [[nodiscard]] verdict take(stream_reader& from, duration limit);
  void check_honest_writer();
  void check_honest_reader();

  const scoped_stream honest_{"scope", "honest"};
  const scoped_stream hostile_{"scope", "hostile"};
  simulation world_;
  std::shared_ptr<hostile_port> port_;
  std::optional<client> user_;
  std::optional<event_writer> honest_writer_;
  std::vector<std::string> codes_;
  int honest_written_ = 0;
};

/// "event 7".
[[nodiscard]] std::string event_text(int number);
/// Events `first` to `last`.
[[nodiscard]] std::vector<std::string> events(int first, int last);

}  // namespace pravega_actor::hostile
