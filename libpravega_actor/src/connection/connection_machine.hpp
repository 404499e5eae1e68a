// The life of one connection to a segment store: connect, Hello, signs of life, end.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "connection/owed_answer.hpp"
#include "pravega_actor/error.hpp"
#include "pravega_actor/time.hpp"

namespace pravega_actor::internal {

struct connection_timing {
  duration connect_timeout = seconds{5};
  duration handshake_timeout = seconds{5};
  duration keep_alive_interval = seconds{1};
  /// Silence of a peer that owes an answer.
  duration liveness_timeout = seconds{6};
};

/// A pure machine. The session sends Hello by itself as soon as it is connected; the machine
/// judges the answer and watches over the peer afterwards.
class connection_machine {
 public:
  struct connect {};
  struct arm_deadline {
    duration delay;
  };
  struct arm_tick {
    duration delay;
  };
  struct report_ready {};
  struct send_keep_alive {};
  /// Close the session, report the reason to all who wait for it or use it, and end.
  struct close {
    error reason;
  };
  using action =
      std::variant<connect, arm_deadline, arm_tick, report_ready, send_keep_alive, close>;
  using actions = std::vector<action>;
  /// The name of the actor that carries out the actions, for fault plans.
  static constexpr std::string_view actor = "connection";

  explicit connection_machine(connection_timing timing);

  [[nodiscard]] actions start();
  [[nodiscard]] actions on_connected();
  /// The peer's Hello with the highest and lowest version it speaks.
  [[nodiscard]] actions on_hello(time_point now, std::int32_t high, std::int32_t low);
  /// The session ended by itself (peer, I/O error, malformed data).
  [[nodiscard]] actions on_closed(const error& reason);
  [[nodiscard]] actions on_deadline();
  /// What came and went since the beginning.
  struct traffic {
    /// Signs of life: whole frames, or much of a large one.
    std::uint64_t received = 0;
    /// Bytes that arrived at the peer's system.
    std::uint64_t arrived_bytes = 0;
    std::optional<debt> owed;
  };
  [[nodiscard]] actions on_tick(time_point now, const traffic& seen);
  /// The owner wants it closed.
  [[nodiscard]] actions stop(const error& reason);

  enum class phase : std::uint8_t { idle, connecting, greeting, ready, closed };
  [[nodiscard]] phase at() const noexcept { return phase_; }
  [[nodiscard]] bool ready() const noexcept { return phase_ == phase::ready; }

 private:
  [[nodiscard]] actions end(const error& reason);
  void judge_travel(time_point now, const traffic& seen);
  void excuse_our_absence(time_point now, const traffic& seen);
  [[nodiscard]] arm_tick next_tick(time_point now, duration delay);

  connection_timing timing_;
  phase phase_ = phase::idle;
  traffic seen_;
  /// What must be answered had not arrived at the last tick.
  bool travels_ = false;
  /// The peer's silence counts from here at the earliest.
  time_point counts_from_ = time_point::min();
  time_point tick_due_ = time_point::max();
};

}  // namespace pravega_actor::internal
