// One request to the store of a segment with its attempts, within one deadline.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string_view>
#include <variant>
#include <vector>

#include "pravega_actor/endpoint.hpp"
#include "pravega_actor/result.hpp"
#include "pravega_actor/retry_policy.hpp"
#include "pravega_actor/time.hpp"
#include "requests/segment_question.hpp"

namespace pravega_actor::internal {

struct request_timing {
  retry_policy backoff;
  /// Longest wait for one answer of a segment store.
  duration answer_timeout = seconds{5};
  /// Longest time for the request with all its attempts, when the requester names none.
  duration request_timeout = seconds{30};
};

/// A pure machine: locate the segment, get a session, ask each step of the question; after a
/// failure that a new attempt may mend all of it again, with backoff, until the deadline. A
/// token that expired is replaced first. The first attempt may go where the segment was before.
///
/// If an attempt may have been carried out although its answer was lost, a refusal of a later
/// one proves nothing: where the question calls a repetition doubtful, it is outcome_unknown.
class segment_requests_machine {
 public:
  struct arm_deadline {
    duration delay;
  };
  struct locate {
    /// The delegation token has expired.
    bool needs_token;
  };
  struct connect {
    endpoint to;
  };
  /// `serial` counts the requests of all attempts, so that late answers can be recognised.
  struct ask {
    std::size_t step;
    std::uint32_t serial;
  };
  struct arm_answer {
    std::uint32_t serial;
    duration delay;
  };
  /// Leave the session, if any.
  struct leave {};
  struct arm_backoff {
    std::uint32_t attempt;
    duration delay;
  };
  /// The last action. A success is the reply that the question's command has in the table.
  struct finish {
    result<wire::command> outcome;
  };
  using action =
      std::variant<arm_deadline, locate, connect, ask, arm_answer, leave, arm_backoff, finish>;
  using actions = std::vector<action>;
  /// The name of the actor that carries out the actions, for fault plans.
  static constexpr std::string_view actor = "segment_requests";

  segment_requests_machine(std::shared_ptr<const segment_question> question,
                           request_timing timing, duration timeout)
      : question_{std::move(question)}, timing_{timing}, timeout_{timeout} {}

  /// `known`: the store that served the segment last, if that is known.
  [[nodiscard]] actions start(const std::optional<endpoint>& known = std::nullopt);
  [[nodiscard]] actions on_located(const result<endpoint>& where, std::uint64_t random);
  [[nodiscard]] actions on_connected();
  /// A checked reply to `ask`, a refusal, or the end of the connection.
  [[nodiscard]] actions on_answer(const result<wire::command>& answer, std::uint64_t random);
  /// Anything on the way to an answer failed.
  [[nodiscard]] actions on_failure(const error& reason, std::uint64_t random);
  [[nodiscard]] actions on_answer_timeout(std::uint32_t serial, std::uint64_t random);
  [[nodiscard]] actions on_backoff_over(std::uint32_t attempt);
  [[nodiscard]] actions on_deadline();

  [[nodiscard]] const segment_question& question() const noexcept { return *question_; }
  [[nodiscard]] std::shared_ptr<const segment_question> share_question() const {
    return question_;
  }
  [[nodiscard]] std::uint32_t attempt() const noexcept { return attempt_; }
  [[nodiscard]] std::uint32_t serial() const noexcept { return serial_; }
  [[nodiscard]] std::size_t step() const noexcept { return step_; }
  [[nodiscard]] bool connecting() const noexcept { return phase_ == phase::connecting; }

 private:
  enum class phase : std::uint8_t { idle, locating, connecting, asking, waiting, ended };
  [[nodiscard]] actions attempt_again();
  [[nodiscard]] actions ask_step();
  void note_doubt(const error& reason);
  [[nodiscard]] actions end(result<wire::command> outcome);
  [[nodiscard]] actions refuse(const error& reason);

  std::shared_ptr<const segment_question> question_;
  request_timing timing_;
  duration timeout_;
  phase phase_ = phase::idle;
  std::uint32_t attempt_ = 0;
  std::uint32_t serial_ = 0;
  std::size_t step_ = 0;
  bool token_expired_ = false;
  /// An attempt that got no answer may have been carried out.
  bool in_doubt_ = false;
  std::optional<error> last_failure_;
};

}  // namespace pravega_actor::internal
