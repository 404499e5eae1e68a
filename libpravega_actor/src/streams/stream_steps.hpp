// Operations on streams as steps: what to ask next, and what follows from the answer. No CAF,
// no clock, no socket: the worker that carries the steps out provides answers and time.
#pragma once

#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <type_traits>
#include <utility>
#include <variant>
#include <vector>

#include "pravega_actor/ports/controller_port.hpp"
#include "pravega_actor/synchronizer_engine.hpp"
#include "requests/segment_info.hpp"

namespace pravega_actor::internal {

struct step;

/// Ask the controller.
struct call_step {
  controller::request what;
  std::function<step(const result<controller::reply>&, time_point now)> then;
};
/// Ask the segment stores; the answers come in the order of the segments.
struct infos_step {
  std::vector<segment> of;
  std::string delegation_token;
  std::function<step(const std::vector<result<segment_info>>&)> then;
};
/// Ask a segment store for bytes of a segment. At least one comes, and eight may come if fewer
/// are asked for.
struct read_step {
  segment of;
  std::int64_t offset = 0;
  std::int32_t bytes_max = 0;
  std::string delegation_token;
  std::function<step(const result<wire::segment_read>&)> then;
};
struct pause_step {
  duration delay;
  std::function<step(time_point now)> then;
};
/// An action of a machine: `carry_out` returns the step in which the action consists. A fault
/// plan may kill the worker before and after it.
struct action_step {
  std::string_view machine;
  std::string_view action;
  std::function<step()> carry_out;
};
/// Carry out an operation on the replicated state that belongs to what is asked about.
/// actor_terminated: the copy was lost. After that, and after stream_not_found, the next such
/// step begins with a new one.
struct log_step {
  state_operation what;
  std::function<step(const result<state_outcome>&, time_point now)> then;
};
/// The outcome has been reported.
struct end_step {};

struct step {
  std::variant<end_step, call_step, infos_step, read_step, pause_step, action_step, log_step>
      what;
};

/// Reports the outcome of an operation, exactly once. If the operation is dropped half way, the
/// last copy reports that.
template <class T>
class teller {
 public:
  explicit teller(std::function<void(const result<T>&)> done)
      : held_{std::make_shared<holder>(std::move(done))} {}
  step operator()(const result<T>& outcome) const {
    if (auto tell = std::exchange(held_->done, nullptr)) tell(outcome);
    return step{end_step{}};
  }

 private:
  struct holder {
    std::function<void(const result<T>&)> done;
    explicit holder(std::function<void(const result<T>&)> whom) : done{std::move(whom)} {}
    holder(const holder&) = delete;
    holder& operator=(const holder&) = delete;
    ~holder() {
      if (done) done(error{errc::actor_terminated, "the operation was stopped"});
    }
  };
  std::shared_ptr<holder> held_;
};

/// A controller call whose reply comes in its own type: `then(result<Request::reply>)`, or with
/// the time as a second argument.
template <class Request, class F>
step ask(Request what, F then) {
  using reply = typename Request::reply;
  auto typed = [then = std::move(then)](const result<controller::reply>& got,
                                        time_point now) -> step {
    const auto outcome = controller::reply_of<Request>(got);
    if constexpr (std::is_invocable_v<F, const result<reply>&, time_point>)
      return then(outcome, now);
    else
      return then(outcome);
  };
  return step{call_step{std::move(what), std::move(typed)}};
}

/// The same for operations that end with an error of the call: `then(reply)`. `tell` is a
/// teller, or any function that takes the error and gives a step.
template <class Request, class Tell, class F>
step ask_or_fail(Request what, const Tell& tell, F then) {
  return ask(
      std::move(what),
      [tell, then = std::move(then)](const result<typename Request::reply>& got) -> step {
        return got ? then(*got) : tell(got.error());
      });
}

}  // namespace pravega_actor::internal
