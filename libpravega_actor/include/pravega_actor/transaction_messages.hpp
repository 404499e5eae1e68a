// Transactions as actors: their messages and interfaces. docs/actors.md has the order of the
// answers, and how and why the actors end. Included by actors.hpp.
#pragma once

#include <caf/all.hpp>

#include "pravega_actor/export.hpp"
#include "pravega_actor/transactional_event_writer.hpp"
#include "pravega_actor/writer_messages.hpp"

namespace PRAVEGA_ACTOR_API pravega_actor {

/// Commit everything that this sender wrote before; answered with `transaction_outcome`. The
/// errors are those of `transaction::commit`. would_block while the transaction refuses events
/// of this sender: some of what it wrote was not taken.
struct commit_transaction {
  commit_options options = {};
  duration timeout = seconds{60};
};
/// Abort the transaction; answered with `transaction_outcome`. See `transaction::abort`.
struct abort_transaction {
  duration timeout = seconds{60};
};
/// The answer to `commit_transaction` and `abort_transaction`.
struct transaction_outcome {
  result<void> outcome;
};
/// The sender needs the transaction no more: abort it if it is open (see
/// `transaction_options::leave_open`). Then the actor ends. No answer.
struct drop_transaction {};
/// Ask the controller for the state; answered with `transaction_state_found`.
struct get_transaction_state {
  duration timeout = seconds{30};
};
/// The answer to `get_transaction_state`.
struct transaction_state_found {
  result<transaction_state> state;
};
/// Answered with `transaction_status`.
struct get_transaction_status {};

/// An actor that learns of the end of transactions.
using transaction_sink =
    caf::typed_actor<caf::reacts_to<transaction_expiring>, caf::reacts_to<transaction_ended>>;
/// Send `transaction_expiring` and, once, `transaction_ended` to the sink; at once if the
/// transaction is over. A new sink replaces the earlier one. No answer.
struct subscribe_transaction {
  transaction_sink sink;
};

/// A transaction as an actor. It takes events as an event writer does, with the same order,
/// credit and answers.
using transaction_handle =
    caf::typed_actor<caf::replies_to<write_event>::with<event_written>,
                     caf::replies_to<write_batch>::with<event_written>,
                     caf::replies_to<write_events>::with<events_written>,
                     caf::replies_to<await_credit>::with<credit>, caf::reacts_to<use_credit>,
                     caf::replies_to<flush_events>::with<events_flushed>,
                     caf::replies_to<commit_transaction>::with<transaction_outcome>,
                     caf::replies_to<abort_transaction>::with<transaction_outcome>,
                     caf::reacts_to<drop_transaction>,
                     caf::replies_to<get_transaction_state>::with<transaction_state_found>,
                     caf::replies_to<get_transaction_status>::with<transaction_status>,
                     caf::reacts_to<subscribe_transaction>>;

/// Begin a transaction; answered with `transaction_opened`. The sender owns the transaction:
/// when it is down, the transaction is dropped.
struct begin_transaction {
  transaction_options options = {};
  duration timeout = seconds{60};
};
/// Take over an open transaction; answered and owned like `begin_transaction`.
struct resume_transaction {
  transaction_id id;
  transaction_options options = {};
  duration timeout = seconds{60};
};
/// The answer to `begin_transaction` and `resume_transaction`.
struct transaction_opened {
  /// All zero if there is none.
  transaction_id id;
  result<transaction_handle> transaction;
};
/// Answered with `transactional_writer_status`.
struct get_transactional_writer_status {};
/// See `transactional_event_writer::close`; answered with `transactional_writer_closed`. Then
/// the actor ends.
struct close_transactional_writer {
  duration timeout = seconds{30};
};
/// The answer to `close_transactional_writer`.
struct transactional_writer_closed {
  transactional_close_report report;
};

/// A writer of transactions as an actor.
using transactional_writer_handle = caf::typed_actor<
    caf::replies_to<begin_transaction>::with<transaction_opened>,
    caf::replies_to<resume_transaction>::with<transaction_opened>,
    caf::replies_to<get_transactional_writer_status>::with<transactional_writer_status>,
    caf::replies_to<close_transactional_writer>::with<transactional_writer_closed>>;

/// What a request for a transactional writer is answered with.
struct transactional_writer_opened {
  scoped_stream stream;
  result<transactional_writer_handle> writer;
};

}  // namespace pravega_actor

CAF_ALLOW_UNSAFE_MESSAGE_TYPE(pravega_actor::commit_transaction)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(pravega_actor::abort_transaction)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(pravega_actor::transaction_outcome)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(pravega_actor::drop_transaction)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(pravega_actor::get_transaction_state)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(pravega_actor::transaction_state_found)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(pravega_actor::get_transaction_status)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(pravega_actor::transaction_status)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(pravega_actor::transaction_expiring)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(pravega_actor::transaction_ended)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(pravega_actor::subscribe_transaction)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(pravega_actor::begin_transaction)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(pravega_actor::resume_transaction)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(pravega_actor::transaction_opened)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(pravega_actor::get_transactional_writer_status)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(pravega_actor::transactional_writer_status)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(pravega_actor::close_transactional_writer)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(pravega_actor::transactional_writer_closed)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(pravega_actor::transactional_writer_opened)
