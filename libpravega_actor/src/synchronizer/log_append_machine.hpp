// One entry written to the log, with certainty whether it is stored.
#pragma once

#include <cstdint>
#include <optional>
#include <variant>

#include "pravega_actor/error.hpp"
#include "pravega_actor/result.hpp"
#include "synchronizer/log_requests.hpp"

namespace pravega_actor::internal {

/// A pure machine. If an answer is lost, the entry may be stored, may still be on its way, or
/// may be lost. Then the machine asks where the log ends and which event number is stored. A
/// condition on an offset that the log has passed can never be met again, and a sealed segment
/// stores nothing: in both cases the number decides. Else only a stored number does;
/// without it the outcome is unknown.
class log_append_machine {
 public:
  /// True: the entry is stored. False: the log did not end at the offset, and the entry is not
  /// stored and never will be. Errors: outcome_unknown; anything else says that the entry is
  /// not stored.
  struct finish {
    result<bool> outcome;
  };
  using step = std::variant<log_request, finish>;

  /// `number` is larger than that of any entry before. Without `offset` there is no condition.
  log_append_machine(std::int64_t number, std::optional<std::int64_t> offset,
                     shared_bytes payload)
      : number_{number}, offset_{offset}, payload_{std::move(payload)} {}

  [[nodiscard]] step start() const;
  [[nodiscard]] step on_answer(const result<log_answer>& got);
  /// The actor that was asked ended. What it was asked may have been sent.
  [[nodiscard]] step on_actor_lost();
  /// There is no time to send the request.
  [[nodiscard]] step on_too_late(const error& why);

  /// The machine finds out what became of the entry; that has a time of its own.
  [[nodiscard]] bool is_resolving() const noexcept { return phase_ != phase::appending; }
  /// Whether the entry may have been sent.
  [[nodiscard]] bool in_doubt() const noexcept { return in_doubt_; }
  /// Where the segment ends behind an entry with a condition.
  [[nodiscard]] std::int64_t end() const noexcept;

 private:
  enum class phase : std::uint8_t { appending, awaiting, measuring, counting };
  /// A refusal by the condition does not fit the end of the log while another entry is being
  /// stored: it counts for the condition before it can be read. The machine waits for it at the
  /// offset, and asks again, so many times.
  static constexpr int rounds_max = 8;

  [[nodiscard]] step resolve(const error& why);
  [[nodiscard]] step await_entry();
  [[nodiscard]] step on_entry(const result<log_answer>& got);
  [[nodiscard]] step on_info(const segment_info& info);
  [[nodiscard]] step on_number(const log_number& stored);
  [[nodiscard]] finish unknown(const error& why) const;

  std::int64_t number_;
  std::optional<std::int64_t> offset_;
  shared_bytes payload_;
  phase phase_ = phase::appending;
  bool in_doubt_ = false;
  std::optional<error> reason_;
  bool sealed_ = false;
  bool passed_ = false;
  int rounds_ = 0;
};

}  // namespace pravega_actor::internal
