// A transaction as an actor: it carries out what the transaction machine decides.
#pragma once

#include <caf/all.hpp>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>

#include "core/answer_once.hpp"
#include "core/bounded_timeout.hpp"
#include "pravega_actor/transaction_messages.hpp"
#include "requests/ask_controller.hpp"
#include "supervision/supervisor.hpp"
#include "supervision/weak_handle.hpp"
#include "transaction/transaction_board.hpp"
#include "transaction/transaction_machine.hpp"
#include "writer/event_writer_actor.hpp"

namespace pravega_actor::internal {

// What handles send: like the public messages, with a callback instead of an answer.
struct commit_call {
  commit_transaction what;
  answer_once<void> done;
};
struct abort_call {
  abort_transaction what;
  answer_once<void> done;
};
struct transaction_state_call {
  get_transaction_state what;
  answer_once<transaction_state> done;
};
struct transaction_status_call {
  answer_once<transaction_status> done;
};
/// A function that is not empty replaces the earlier one.
struct watch_transaction_call {
  std::function<void(const transaction_expiring&)> expiring;
  std::function<void(const transaction_ended&)> ended;
};

// The actor's own messages.
/// The writer is open, or could not be opened.
struct transaction_writer_opened {
  result<opened_writer> writer;
};
struct transaction_writer_failed {
  error why;
};
/// The writer had ended before it was asked to finish.
struct transaction_writer_over {};
/// The machine's timer.
struct transaction_wake {};
/// The transaction has been over for a while.
struct transaction_linger_over {};

/// What the actor understands, its own messages included.
using transaction_inside = transaction_handle::extend<
    caf::reacts_to<commit_call>, caf::reacts_to<abort_call>,
    caf::reacts_to<transaction_state_call>, caf::reacts_to<transaction_status_call>,
    caf::reacts_to<watch_transaction_call>, caf::reacts_to<transaction_writer_opened>,
    caf::reacts_to<transaction_writer_failed>, caf::reacts_to<transaction_writer_over>,
    caf::reacts_to<transaction_wake>, caf::reacts_to<transaction_linger_over>>;

/// A transaction that is open.
struct opened_transaction {
  transaction_id id;
  transaction_inside actor;
  event_writer writer;
  std::shared_ptr<const transaction_board> board;
};
using transaction_open_done = std::function<void(const result<opened_transaction>&)>;

struct transaction_actor_setup {
  transaction_setup what;
  writer_options writer;
  /// Of the segment writers.
  supervision_policy supervision;
  append_timing timing;
  /// Its place in the supervision tree.
  std::string path;
  /// For the begin.
  duration timeout{0};
  /// It is dropped when this actor is down; may be null.
  caf::actor_addr owner = {};
  /// A handle says when nobody needs it any more. Otherwise the actor ends a while after the
  /// transaction.
  bool has_handle = false;
  std::shared_ptr<transaction_board> board;
  /// The actor of this transaction has died: commit it if the board says that it is complete,
  /// or else abort it; then end.
  bool buries = false;
  // Called in the actor, once each; not empty.
  transaction_open_done on_open;
  std::function<void(const transaction_ended&)> on_over;
  /// The actor ends.
  std::function<void()> on_gone;
};

struct transaction_actor_state {
  /// One who waits for the machine.
  struct waiting_caller {
    std::function<void(const result<void>&)> done;
    /// What it hears if the actor dies.
    errc at_death = errc::actor_terminated;
  };
  std::shared_ptr<const segment_context> context;
  transaction_actor_setup setup;
  std::unique_ptr<transaction_machine> machine;
  writer_actor writer;
  std::shared_ptr<write_log> log;
  /// Of the opened writer, until the begin is answered.
  event_writer opened;
  bool begun = false;
  /// The number of the begin is 1; it is no caller here.
  std::uint64_t last_caller = 1;
  std::map<std::uint64_t, waiting_caller> callers;
  /// Commits that wait for the writer's word about their sender.
  std::size_t checking_senders = 0;
  std::optional<transaction_ended> ended;
  /// Nobody will ask any more.
  bool unneeded = false;
  transaction_sink sink;
  watch_transaction_call watch;
  const char* name = "transaction";
  /// Answers what is still open.
  ~transaction_actor_state();
};

using transaction_pointer = transaction_inside::stateful_pointer<transaction_actor_state>;

/// Begins or resumes a transaction. The actor ends when nobody needs it any more and the
/// transaction is over; with an exit message it leaves the transaction to its lease.
transaction_inside::behavior_type transaction_actor(
    transaction_pointer self, std::shared_ptr<const segment_context> context,
    transaction_actor_setup setup);

// How it carries out actions (transaction_performing.cpp):

[[nodiscard]] transaction_machine::moment moment_of(transaction_pointer self);
/// Carries out the machine's actions, then what follows from its phase. False: the actor was
/// killed, and must do nothing more.
bool perform(transaction_pointer self, const transaction_machine::actions& todo);
/// The number of the begin among those who wait for the machine.
inline constexpr std::uint64_t begin_caller = 1;
/// The begin is answered once both the machine and the writer are ready.
void answer_begin(transaction_pointer self, const result<void>& outcome);

/// Success if the writer was closed and everything it had taken is durable.
[[nodiscard]] result<void> outcome_of_ended_writer(transaction_pointer self);
void on_flushed(transaction_pointer self, const result<void>& outcome);

/// Answers one of the callers, if it still waits.
void answer_caller(transaction_pointer self, std::uint64_t number, const result<void>& outcome);

// How it takes its requests (transaction_requests.cpp):

/// Why no event may be written now; none: the writer takes it.
[[nodiscard]] std::optional<error> refusal_of(transaction_pointer self);
/// `sender` is anonymous for a handle, which has no messages under way.
void commit(transaction_pointer self, const commit_transaction& what,
            sender_gate::sender_id sender, std::function<void(const result<void>&)> done);
void abort(transaction_pointer self, const abort_transaction& what,
           std::function<void(const result<void>&)> done);
void find_state(transaction_pointer self, const get_transaction_state& what,
                std::function<void(const result<transaction_state>&)> done);
[[nodiscard]] transaction_status status_of(transaction_pointer self);
/// The last handle was dropped, or the owner is down.
void drop(transaction_pointer self);
void subscribe(transaction_pointer self, const transaction_sink& sink);
void watch(transaction_pointer self, const watch_transaction_call& what);

/// Asks the controller; without a `timeout` its client has one of its own. `then` gets
/// actor_terminated if that client does not answer.
template <class Request, class Then>
void ask(transaction_pointer self, Request what, duration timeout, Then then) {
  using answer = result<typename Request::reply>;
  ask_controller(
      self, *self->state.context, std::move(what), then,
      [then] {
        then(answer{
            error{errc::actor_terminated, "the controller client did not answer"}.with_stage(
                stage::controller_call)});
      },
      timeout);
}

}  // namespace pravega_actor::internal

CAF_ALLOW_UNSAFE_MESSAGE_TYPE(pravega_actor::internal::commit_call)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(pravega_actor::internal::abort_call)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(pravega_actor::internal::transaction_state_call)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(pravega_actor::internal::transaction_status_call)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(pravega_actor::internal::watch_transaction_call)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(pravega_actor::internal::transaction_writer_opened)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(pravega_actor::internal::transaction_writer_failed)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(pravega_actor::internal::transaction_writer_over)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(pravega_actor::internal::transaction_wake)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(pravega_actor::internal::transaction_linger_over)
