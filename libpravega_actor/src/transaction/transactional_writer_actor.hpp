// The writer of transactions as an actor: it starts them, knows which are open, and brings
// those whose actor has died to an end.
#pragma once

#include <caf/all.hpp>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "host/drain.hpp"
#include "transaction/transaction_actor.hpp"

namespace pravega_actor::internal {

struct transactional_writer_setup {
  scoped_stream stream;
  std::size_t transactions_open_max = 256;
  /// Of transactions without options of their own.
  writer_options writer;
  /// Of the segment writers.
  supervision_policy supervision;
  append_timing timing;
  /// Its place in the supervision tree.
  std::string path;
  /// It closes when this actor is down; may be null.
  caf::actor_addr owner = {};
};

// What handles send: like the public messages, with a callback instead of an answer.
struct begin_call {
  /// None: begin a new one.
  std::optional<transaction_id> resumed;
  transaction_options options;
  duration timeout{0};
  answer_once<opened_transaction> done;
};
struct transactional_writer_status_call {
  answer_once<transactional_writer_status> done;
};
struct close_call {
  duration timeout{0};
  answer_once<transactional_close_report> done;
};
/// The last handle is gone.
struct transactional_writer_unused {};

// Reports of transactions, by their number.
struct transaction_begun {
  std::uint64_t number = 0;
  result<opened_transaction> outcome;
};
struct transaction_over {
  std::uint64_t number = 0;
  transaction_ended how;
};
/// The actor has ended, perhaps before its transaction.
struct transaction_gone {
  std::uint64_t number = 0;
};
struct closing_due {};

using transactional_writer_inside = transactional_writer_handle::extend<
    caf::replies_to<drain>::with<drained>, caf::reacts_to<begin_call>,
    caf::reacts_to<transactional_writer_status_call>, caf::reacts_to<close_call>,
    caf::reacts_to<transactional_writer_unused>, caf::reacts_to<transaction_begun>,
    caf::reacts_to<transaction_over>, caf::reacts_to<transaction_gone>,
    caf::reacts_to<closing_due>>;

struct transactional_writer_state {
  struct entry {
    /// As it was started.
    transaction_actor_setup setup;
    weak_handle<transaction_inside> actor;
    /// How many actors of this transaction have died.
    std::uint32_t deaths = 0;
  };
  using closer = std::function<void(const transactional_close_report&)>;

  std::shared_ptr<const segment_context> context;
  transactional_writer_setup setup;
  supervisor_handle supervisor;
  std::uint64_t next = 1;
  /// Those that are not over.
  std::map<std::uint64_t, entry> entries;
  /// Who waits for a begin.
  std::map<std::uint64_t, transaction_open_done> begins;
  std::uint64_t committed = 0;
  std::uint64_t aborted = 0;
  std::uint64_t otherwise = 0;
  /// Set when closing begins.
  std::optional<transactional_close_report> report;
  std::vector<closer> closers;
  const char* name = "transactional_writer";
  /// Answers what is still open.
  ~transactional_writer_state();
};

using transactional_writer_pointer =
    transactional_writer_inside::stateful_pointer<transactional_writer_state>;

/// Starts transactions below a supervisor of its own, each as a temporary child: none is
/// restarted. If the actor of one dies, another one looks up the outcome of its commit, or
/// aborts it. Ends when it is closed. `on_open` is called once, with the actor.
transactional_writer_inside::behavior_type transactional_writer_actor(
    transactional_writer_pointer self, std::shared_ptr<const segment_context> context,
    transactional_writer_setup setup,
    const std::function<void(result<transactional_writer_inside>)>& on_open);

}  // namespace pravega_actor::internal

CAF_ALLOW_UNSAFE_MESSAGE_TYPE(pravega_actor::internal::begin_call)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(pravega_actor::internal::transactional_writer_status_call)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(pravega_actor::internal::close_call)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(pravega_actor::internal::transactional_writer_unused)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(pravega_actor::internal::transaction_begun)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(pravega_actor::internal::transaction_over)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(pravega_actor::internal::transaction_gone)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(pravega_actor::internal::closing_due)
