// The event writer actor: opens a writer, supervises its segment writers, speaks to other
// actors.
#pragma once

#include <caf/all.hpp>
#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "append/segment_writer.hpp"
#include "host/drain.hpp"
#include "pravega_actor/writer_messages.hpp"
#include "requests/segment_requests.hpp"
#include "supervision/supervisor.hpp"
#include "supervision/weak_handle.hpp"
#include "writer/claim_machine.hpp"
#include "writer/completion_inbox.hpp"
#include "writer/sender_gate.hpp"
#include "writer/write_log.hpp"

namespace pravega_actor::internal {

/// An opened writer: its handle and its actor.
struct opened_writer {
  event_writer handle;
  event_writer_handle actor;
  std::shared_ptr<write_log> log;
};

/// How a writer is used.
struct writer_use {
  /// By messages: it stays open without a handle, and when it has failed it stays to say so.
  bool by_messages = false;
  /// The writer closes when this actor is down; may be null. A weak address: an actor that
  /// nothing else refers to ends.
  caf::actor_addr owner = {};
  /// It does not stay when it has failed: a supervisor of the application restarts it.
  bool ends_failed = false;
};

/// The parts that a transaction has of the segments of its stream: its writer writes to them,
/// and to nothing else. The writer fails when one of them is sealed (segment_sealed) or gone
/// (segment_not_found).
struct transaction_parts {
  uuid transaction;
  /// With the ids that the controller gave for the transaction.
  std::vector<segment_with_range> segments;
  std::string delegation_token;
};

struct event_writer_setup {
  scoped_stream stream;
  writer_options options;
  std::size_t eager_block_bytes = 256u << 10;
  supervision_policy supervision;
  append_timing timing;
  /// Of questions to segment stores, for a writer with a name.
  request_timing requests = {};
  /// Its place in the supervision tree.
  std::string path;
  writer_use use = {};
  /// None: the stream's current segments, which the controller is asked for, and later their
  /// successors.
  std::optional<transaction_parts> parts = std::nullopt;
  /// Called once in the actor if the writer fails; may be empty.
  std::function<void(const error&)> on_failed = {};
};

// The actor's own messages.
/// Ask the controller client again: it was not there.
struct look_up_again {};
/// New segments took the place of a sealed one.
struct segments_added {
  std::vector<std::shared_ptr<append_channel>> channels;
  std::string delegation_token;
};
/// Closing was asked for, by a message, by a handle or because the owner is down.
struct writer_closing {
  duration timeout{0};
};
struct writer_close_due {};
/// Whether the writer takes what this sender writes; answered with `sender_checked`.
/// would_block: some of it was refused, and the sender may not know yet.
struct check_sender {
  sender_gate::sender_id sender = sender_gate::anonymous;
};
struct sender_checked {
  result<void> outcome;
};
/// Take no more events, and say when all are durable; answered with `writing_finished`. Then
/// the actor ends.
struct finish_writing {
  duration timeout{0};
  /// What is written later is refused with this.
  error refusal = errc::closed;
};
struct writing_finished {
  result<void> outcome;
};
/// There is something in the inbox, or the writer has ended.
struct completions_ready {};
/// Reservations may have to be ended.
struct credits_due {};
/// A pause of a `claim_machine` is over.
struct claim_pause_over {
  std::uint64_t number = 0;
  std::uint64_t attempt = 0;
};

using writer_actor = event_writer_handle::extend<
    caf::replies_to<drain>::with<drained>, caf::replies_to<check_sender>::with<sender_checked>,
    caf::replies_to<finish_writing>::with<writing_finished>, caf::reacts_to<look_up_again>,
    caf::reacts_to<segments_added>, caf::reacts_to<writer_closing>,
    caf::reacts_to<writer_close_due>, caf::reacts_to<completions_ready>,
    caf::reacts_to<credits_due>, caf::reacts_to<claim_pause_over>>;

class credit_request;

struct event_writer_state {
  std::shared_ptr<const segment_context> context;
  event_writer_setup setup;
  std::shared_ptr<write_log> log;
  /// Keeps the writer open for users that only have the actor.
  event_writer kept;
  std::function<void(result<opened_writer>)> on_open;
  time_point open_deadline{};
  supervisor_handle supervisor;
  bool stopping_supervisor = false;
  /// Closing was asked for: a writer that has failed need not stay.
  bool released = false;
  bool owner_gone = false;

  std::shared_ptr<completion_inbox> inbox;
  pending_requests pending;
  sender_gate gate;
  /// The senders that are monitored: those that the gate remembers.
  std::map<sender_gate::sender_id, caf::actor_addr> watched;
  std::map<std::uint64_t, credit_request*> credit_requests;
  std::uint64_t last_credit_request = 0;
  bool credits_timer = false;

  /// Segments that are being claimed.
  struct claim_round {
    claim_machine machine;
    /// The writer opens. Otherwise its channels wait.
    bool opens = false;
    std::vector<std::shared_ptr<append_channel>> channels;
    std::string token;
  };
  std::map<std::uint64_t, claim_round> claims;
  std::uint64_t last_claim = 0;
  /// Who asks segment stores.
  segment_requests stores;

  progress_sink sink;
  bool progress_under_way = false;
  event_ticket progress_told = 0;

  const char* name = "event_writer";
  /// Its death ends the writer: what is pending becomes outcome_unknown or not_written, and
  /// every request is answered.
  ~event_writer_state();
};

using writer_pointer = writer_actor::stateful_pointer<event_writer_state>;

/// Asks the controller for the stream's segments unless the setup has `parts`, then calls
/// `on_open` once with the handle or an error. Ends with the failure of the writer as exit
/// reason, or normally when the writer was closed.
writer_actor::behavior_type event_writer_actor(
    writer_pointer self, std::shared_ptr<const segment_context> context,
    event_writer_setup setup, std::function<void(result<opened_writer>)> on_open);

// How it opens (writer_opening.cpp):

/// Opens the log for the parts of the setup, if it has some. Otherwise asks the controller for
/// the segments, until `open_deadline`. Then it calls `on_open`, or quits with the error.
void look_up_segments(writer_pointer self);
/// Starts a segment writer for a channel.
void supervise_segment(writer_pointer self, const std::shared_ptr<append_channel>& channel,
                       const std::string& token);

/// The current segments are claimed, or cannot be: opens the log, or quits with the error.
void open_claimed(writer_pointer self, const result<claim_machine::outcome>& claimed);

// How a writer with a name claims segments (writer_claiming.cpp):

/// Claims the stream's current segments; `open_claimed` follows.
void claim_current(writer_pointer self);
/// Claims segments that were added, then starts their segment writers.
void claim_added(writer_pointer self, const segments_added& what);
void take(writer_pointer self, const claim_pause_over& what);

// How it takes its requests, and answers them when their outcomes come (writer_requests.cpp):

// One function for each message; none throws for lack of memory: the answer is out_of_memory.
caf::result<event_written> take(writer_pointer self, const write_event& what);
caf::result<event_written> take(writer_pointer self, const write_batch& what);
caf::result<events_written> take(writer_pointer self, const write_events& what);
caf::result<events_flushed> take(writer_pointer self, const flush_events& what);
caf::result<credit> take(writer_pointer self, const await_credit& what);
void take(writer_pointer self, const use_credit& what);
caf::result<writer_closed> take(writer_pointer self, const close_writer& what);
caf::result<drained> take(writer_pointer self, const drain& what);
caf::result<sender_checked> take(writer_pointer self, const check_sender& what);
caf::result<writing_finished> take(writer_pointer self, const finish_writing& what);
void take(writer_pointer self, const subscribe_progress& what);

/// Answers all requests whose outcomes have come, in that order, and reports progress.
void deliver_outcomes(writer_pointer self);
/// A sender that was monitored is down.
void forget_sender(writer_pointer self, sender_gate::sender_id who);
/// Ends the reservations that were not used for too long.
void expire_credits(writer_pointer self);

/// Answers everything that has no outcome yet, when the actor ends.
void answer_at_death(event_writer_state& state);

}  // namespace pravega_actor::internal

CAF_ALLOW_UNSAFE_MESSAGE_TYPE(pravega_actor::internal::look_up_again)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(pravega_actor::internal::segments_added)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(pravega_actor::internal::writer_closing)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(pravega_actor::internal::writer_close_due)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(pravega_actor::internal::check_sender)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(pravega_actor::internal::sender_checked)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(pravega_actor::internal::finish_writing)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(pravega_actor::internal::writing_finished)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(pravega_actor::internal::completions_ready)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(pravega_actor::internal::credits_due)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(pravega_actor::internal::claim_pause_over)
