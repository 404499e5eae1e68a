// A synchronizer as an actor: its messages, typed by the model of its state. Included by
// actors.hpp.
#pragma once

#include <caf/all.hpp>
#include <cstdint>
#include <memory>
#include <optional>
#include <utility>
#include <vector>

#include "pravega_actor/export.hpp"
#include "pravega_actor/names.hpp"
#include "pravega_actor/replica.hpp"
#include "pravega_actor/synchronized_state.hpp"
#include "pravega_actor/synchronizer_engine.hpp"

namespace PRAVEGA_ACTOR_API pravega_actor {

/// The local state as it is, without a request to the store; answered with `state_fetched`.
struct look_at_state {};
/// Read what others wrote; answered with `state_fetched`.
struct fetch_state {};
/// Write updates that were computed from the state `based_on`, if it is still the last one;
/// answered with `proposal_answered`. All updates are written in one entry, or none is. If the
/// updates do not fit the state, the answer is the model's error, and nothing is written.
/// Without updates nothing is written.
template <replicated_model Model>
struct propose_updates {
  revision based_on;
  std::vector<typename Model::update_type> updates;
};
/// Write updates, whatever the state is then; answered with `updates_appended`. The local state
/// changes with the next fetch. The updates must fit every state: an update that does not fit
/// stops all synchronizers of the state.
template <replicated_model Model>
struct append_updates {
  std::vector<typename Model::update_type> updates;
};
/// Write a first state if the log has none; answered with `state_fetched`, which has this state
/// or the one that another process wrote.
template <replicated_model Model>
struct initialize_state {
  typename Model::initial_type initial;
};
/// Write a new first state if `based_on` is still the revision of the last state; answered with
/// `proposal_answered`.
template <replicated_model Model>
struct reset_state {
  revision based_on;
  typename Model::initial_type initial;
};
/// Write the whole state into the log, so that readers can begin there, and drop the log before
/// the previous such place. The synchronizer repeats this until no other writer interferes.
/// Answered with `state_compacted`.
struct compact_state {};
/// Finish the earlier operations, then end; answered with `synchronizer_closed`.
struct close_synchronizer {};

// Answers. Errors: deadline_exceeded; outcome_unknown if an entry may be stored, or not;
// segment_not_found and segment_sealed; limit_exceeded; closed; the model's errors, which name
// the entry and the update if they concern the log. After an error that an entry of the log
// causes, and after segment_not_found, the synchronizer answers everything with that error.

/// The state, or why it is not known.
template <replicated_model Model>
struct state_fetched {
  result<synced<typename Model::state_type>> outcome;
};
/// Whether the proposal is stored, and the newest state.
template <replicated_model Model>
struct proposal_answered {
  result<proposal<typename Model::state_type>> outcome;
};
/// Success: the updates are stored.
struct updates_appended {
  result<void> outcome;
};
/// Success: the whole state is in the log.
template <replicated_model Model>
struct state_compacted {
  result<compaction<typename Model::state_type>> outcome;
};
/// All earlier operations have their answers.
struct synchronizer_closed {};

/// A synchronizer of the model's state. It carries out messages in the order in which they
/// arrive.
template <replicated_model Model>
using synchronizer_handle = caf::typed_actor<
    typename caf::replies_to<look_at_state>::template with<state_fetched<Model>>,
    typename caf::replies_to<fetch_state>::template with<state_fetched<Model>>,
    typename caf::replies_to<propose_updates<Model>>::template with<proposal_answered<Model>>,
    typename caf::replies_to<append_updates<Model>>::template with<updates_appended>,
    typename caf::replies_to<initialize_state<Model>>::template with<state_fetched<Model>>,
    typename caf::replies_to<reset_state<Model>>::template with<proposal_answered<Model>>,
    typename caf::replies_to<compact_state>::template with<state_compacted<Model>>,
    typename caf::replies_to<close_synchronizer>::template with<synchronizer_closed>>;

/// Makes the handlers of a synchronizer's messages; the engine lives as long as the actor.
using synchronizer_interface = std::function<caf::message_handler(caf::event_based_actor* self,
                                                                  synchronizer_engine& engine)>;

/// The handlers of `synchronizer_handle<Model>`; the engine lives as long as the actor.
template <replicated_model Model>
[[nodiscard]] caf::message_handler synchronizer_interface_of(caf::event_based_actor* self,
                                                             synchronizer_engine& engine) {
  using state_type = typename Model::state_type;
  // Starts what there is to start; `read` makes the answer's value of the outcome.
  const auto start = [self, to = &engine](auto answer, result<state_operation> what,
                                          auto read) {
    using answer_type = decltype(answer);
    auto promise = self->make_response_promise<answer_type>();
    if (!what) {
      promise.deliver(answer_type{what.error()});
      return promise;
    }
    to->start(std::move(*what), duration{0},
              [promise, read](const result<state_outcome>& got) mutable {
                if (got)
                  promise.deliver(answer_type{read(*got)});
                else
                  promise.deliver(answer_type{got.error()});
              });
    return promise;
  };
  return {
      [start](const look_at_state&) {
        return start(state_fetched<Model>{errc::internal_error},
                     state_operation{state_operations::look{}}, synced_in<state_type>);
      },
      [start](const fetch_state&) {
        return start(state_fetched<Model>{errc::internal_error},
                     state_operation{state_operations::fetch{}}, synced_in<state_type>);
      },
      [start](const propose_updates<Model>& m) {
        return start(proposal_answered<Model>{errc::internal_error},
                     propose_operation<Model>(m.based_on, m.updates), proposal_in<state_type>);
      },
      [start](const append_updates<Model>& m) {
        return start(updates_appended{}, append_operation<Model>(m.updates),
                     [](const state_outcome&) { return result<void>{}; });
      },
      [start](const initialize_state<Model>& m) {
        return start(state_fetched<Model>{errc::internal_error},
                     initialize_operation<Model>(m.initial), synced_in<state_type>);
      },
      [start](const reset_state<Model>& m) {
        return start(proposal_answered<Model>{errc::internal_error},
                     reset_operation<Model>(m.based_on, m.initial), proposal_in<state_type>);
      },
      [start](const compact_state&) {
        return start(state_compacted<Model>{errc::internal_error},
                     state_operation{state_operations::compact{}}, compaction_in<state_type>);
      },
      [self, to = &engine](const close_synchronizer&) {
        auto promise = self->make_response_promise<synchronizer_closed>();
        to->close([promise]() mutable { promise.deliver(synchronizer_closed{}); });
        return promise;
      },
  };
}

/// The functions that make a model's replica and message handlers.
struct synchronizer_parts {
  std::unique_ptr<replica> (*make_replica)() = nullptr;
  caf::message_handler (*make_interface)(caf::event_based_actor*,
                                         synchronizer_engine&) = nullptr;
};
template <replicated_model Model>
[[nodiscard]] synchronizer_parts parts_of() noexcept {
  return {&make_model_replica<Model>, &synchronizer_interface_of<Model>};
}

/// Open a synchronizer of the state in a stream, which must exist, have one segment and not be
/// sealed. Send it to a `client_actor`; answered with `synchronizer_opened`. The sender owns
/// the synchronizer: when the owner is down, the synchronizer closes. `create_synchronizer_of`
/// makes the message.
struct create_synchronizer {
  scoped_stream stream;
  synchronizer_parts parts;
  synchronizer_options options = {};
};
/// The synchronizer, or why it could not be opened.
struct synchronizer_opened {
  scoped_stream stream;
  /// Its address; `handle_of` gives it the type of its messages.
  result<caf::strong_actor_ptr> actor;
  /// The typed handle. The model must be the one of the request.
  template <replicated_model Model>
  [[nodiscard]] result<synchronizer_handle<Model>> handle_of() const {
    if (!actor) return actor.error();
    return caf::actor_cast<synchronizer_handle<Model>>(*actor);
  }
};
template <replicated_model Model>
[[nodiscard]] create_synchronizer create_synchronizer_of(
    const scoped_stream& stream, const synchronizer_options& options = {}) {
  return {stream, parts_of<Model>(), options};
}

}  // namespace pravega_actor

// Messages stay in their process.
namespace caf {
template <class Model>
struct allowed_unsafe_message_type<pravega_actor::propose_updates<Model>> : std::true_type {};
template <class Model>
struct allowed_unsafe_message_type<pravega_actor::append_updates<Model>> : std::true_type {};
template <class Model>
struct allowed_unsafe_message_type<pravega_actor::initialize_state<Model>> : std::true_type {};
template <class Model>
struct allowed_unsafe_message_type<pravega_actor::reset_state<Model>> : std::true_type {};
template <class Model>
struct allowed_unsafe_message_type<pravega_actor::state_fetched<Model>> : std::true_type {};
template <class Model>
struct allowed_unsafe_message_type<pravega_actor::proposal_answered<Model>> : std::true_type {};
template <class Model>
struct allowed_unsafe_message_type<pravega_actor::state_compacted<Model>> : std::true_type {};
}  // namespace caf
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(pravega_actor::create_synchronizer)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(pravega_actor::synchronizer_opened)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(pravega_actor::look_at_state)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(pravega_actor::fetch_state)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(pravega_actor::compact_state)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(pravega_actor::close_synchronizer)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(pravega_actor::updates_appended)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(pravega_actor::synchronizer_closed)
