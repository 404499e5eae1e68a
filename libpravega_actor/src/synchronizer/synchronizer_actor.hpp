// The actor that keeps a replicated state: a log in the one segment of a stream, and its copy.
#pragma once

#include <caf/all.hpp>
#include <deque>
#include <functional>
#include <memory>
#include <optional>
#include <vector>

#include "pravega_actor/synchronizer_messages.hpp"
#include "synchronizer/ask_log.hpp"
#include "synchronizer/synchronizer_machine.hpp"

namespace pravega_actor::internal {

struct synchronizer_timing {
  /// Longest time to find the segment, from the start on.
  duration opening_timeout = seconds{40};
  /// Longest time for one operation, with its wait behind others.
  duration operation_timeout = seconds{30};
  /// Longest time to find out what became of an entry whose answer was lost, on top.
  duration resolve_timeout = seconds{5};
  /// Of requests to the segment store.
  request_timing requests;
};

struct synchronizer_setup {
  scoped_stream stream;
  synchronizer_timing timing;
  /// Without an interface it takes no typed messages.
  synchronizer_parts parts;
  /// If there is one, the synchronizer closes when this actor has ended.
  caf::actor_addr owner = {};
};

// The actor's own messages.
/// The next operation may begin.
struct synchronizer_go_on {};
/// Ask the controller again.
struct synchronizer_open_again {};
/// An operation without types, from the handle.
struct synchronizer_call {
  state_operation what;
  duration timeout{0};
  std::shared_ptr<const state_done> done;
};
/// The last handle is gone.
struct synchronizer_unused {};

/// A synchronizer without its model: what handles and workers send it.
using synchronizer_control =
    caf::typed_actor<caf::reacts_to<synchronizer_call>, caf::reacts_to<synchronizer_unused>>;
using synchronizer_open_done = std::function<void(const result<synchronizer_control>&)>;

struct synchronizer_state : synchronizer_engine {
  struct pending {
    state_operation what;
    state_done done;
    time_point deadline;
  };
  caf::event_based_actor* self = nullptr;
  std::shared_ptr<const segment_context> context;
  synchronizer_setup setup;
  synchronizer_open_done on_open;

  std::optional<synchronizer_machine> machine;
  /// Set when it is open.
  std::optional<log_address> log;
  time_point opening_deadline{};
  std::uint32_t attempts = 0;
  segment_requests stores;

  std::deque<pending> waiting;
  std::optional<pending> current;
  std::optional<time_point> resolve_deadline;
  std::optional<std::vector<std::function<void()>>> closing;
  const char* name = "synchronizer";

  void start(state_operation what, duration timeout, state_done done) override;
  void close(std::function<void()> done) override;
  /// Answers what is still open.
  ~synchronizer_state() override;
};

using synchronizer_pointer = caf::stateful_actor<synchronizer_state>*;

/// Finds the stream's segment, then carries out operations in their order. `on_open` is called
/// once with the actor or an error; it may be empty. Operations may come before. The actor ends
/// with an error if it cannot open; it stays when the log cannot be understood, and answers
/// with that error. If the actor dies while an entry is being written, the entry's outcome is
/// unknown. Whoever restarts it reads the whole log again.
caf::behavior synchronizer_actor(synchronizer_pointer self,
                                 std::shared_ptr<const segment_context> context,
                                 synchronizer_setup setup, synchronizer_open_done on_open);

/// Spawns a synchronizer as a child of any actor; returns its handle at once, as `Handle`:
/// either `synchronizer_control` or the handle of the model whose parts `setup` has. The
/// compiled part does not know the model, so the actor is untyped, and its handle gets its type
/// here.
template <class Handle, class Parent>
[[nodiscard]] Handle spawn_synchronizer_as(Parent* parent,
                                           std::shared_ptr<const segment_context> context,
                                           synchronizer_setup setup,
                                           synchronizer_open_done on_open = {}) {
  return caf::actor_cast<Handle>(caf::actor_cast<caf::strong_actor_ptr>(parent->spawn(
      synchronizer_actor, std::move(context), std::move(setup), std::move(on_open))));
}

/// The same with the handle of a model; `setup` needs no parts.
template <replicated_model Model, class Parent>
[[nodiscard]] synchronizer_handle<Model> spawn_synchronizer(
    Parent* parent, std::shared_ptr<const segment_context> context, synchronizer_setup setup,
    synchronizer_open_done on_open = {}) {
  setup.parts = parts_of<Model>();
  return spawn_synchronizer_as<synchronizer_handle<Model>>(
      parent, std::move(context), std::move(setup), std::move(on_open));
}

}  // namespace pravega_actor::internal

CAF_ALLOW_UNSAFE_MESSAGE_TYPE(pravega_actor::internal::synchronizer_go_on)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(pravega_actor::internal::synchronizer_open_again)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(pravega_actor::internal::synchronizer_call)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(pravega_actor::internal::synchronizer_unused)
