// A replicated state as a handle: calls that wait, and their asynchronous forms.
#pragma once

#include <functional>
#include <memory>
#include <type_traits>
#include <utility>
#include <vector>

#include "pravega_actor/client.hpp"
#include "pravega_actor/export.hpp"
#include "pravega_actor/synchronized_state.hpp"

namespace PRAVEGA_ACTOR_API pravega_actor {

namespace internal {
class access;
class synchronizer_core;
}  // namespace internal

/// A handle on a synchronizer without types; `state_synchronizer` adds them. Copies refer to
/// the same synchronizer; any thread may use them. When the last copy is gone, the synchronizer
/// finishes its operations and closes.
class synchronizer_link {
 public:
  synchronizer_link() = default;

  /// Starts an operation; operations are carried out in their order. `done` is called once,
  /// within this call or from any thread.
  void start(state_operation what, duration timeout,
             std::function<void(const result<state_outcome>&)> done) const;
  /// The same, and waits for the outcome: up to `timeout`, and some seconds more if an answer
  /// was lost. Not for callbacks and actors.
  [[nodiscard]] result<state_outcome> run(state_operation what, duration timeout) const;
  /// Refuses new operations and finishes those that were started.
  void close() const;
  [[nodiscard]] bool valid() const noexcept { return held_ != nullptr; }

  /// For several waits that share one deadline.
  [[nodiscard]] static time_point deadline_after(duration timeout);
  [[nodiscard]] static duration time_until(time_point deadline);

 private:
  friend class internal::access;
  struct guard;
  explicit synchronizer_link(std::shared_ptr<internal::synchronizer_core> core);
  std::shared_ptr<guard> held_;
};

/// Opens a synchronizer; `make` makes its local copy. See `open_synchronizer`.
[[nodiscard]] result<synchronizer_link> open_synchronizer_link(
    const client& with, const scoped_stream& stream, std::unique_ptr<replica> (*make)(),
    const synchronizer_options& options);
void open_synchronizer_link_async(const client& with, const scoped_stream& stream,
                                  std::unique_ptr<replica> (*make)(),
                                  const synchronizer_options& options,
                                  std::function<void(const result<synchronizer_link>&)> done);

/// A state that any number of processes share: each has a copy, and all apply the same updates
/// in the same order. The state lives in a stream of one segment, which nothing else may use.
/// Copies of the handle refer to the same synchronizer; any thread may use them.
///
/// Calls with a timeout wait for this time at most, and some seconds more if an answer was
/// lost. In callbacks and actors they return would_block: use the asynchronous forms there. For
/// errors see synchronizer_messages.hpp. With errc::outcome_unknown an update may be stored, or
/// not: look for its effect in the next state that is fetched.
template <replicated_model Model>
class state_synchronizer {
 public:
  using state_type = typename Model::state_type;
  using initial_type = typename Model::initial_type;
  using update_type = typename Model::update_type;

  state_synchronizer() = default;
  explicit state_synchronizer(synchronizer_link link) : link_{std::move(link)} {}

  /// The local state as it is, without a request to the store.
  [[nodiscard]] result<synced<state_type>> current(duration timeout) const {
    return map(link_.run(state_operations::look{}, timeout), synced_in<state_type>);
  }
  /// Reads what others wrote.
  result<synced<state_type>> fetch(duration timeout) const {
    return map(link_.run(state_operations::fetch{}, timeout), synced_in<state_type>);
  }
  /// Writes a first state if there is none. Returns the state: this one, or another's.
  result<synced<state_type>> initialize(const initial_type& initial, duration timeout) const {
    return run(initialize_operation<Model>(initial), timeout, synced_in<state_type>);
  }
  /// Writes the updates that `generator(const state_type&)` returns (a
  /// `std::vector<update_type>` or a result of one), provided that the state has not changed
  /// meanwhile. Otherwise it calls the generator again with the newer state. Without updates it
  /// writes nothing. Returns the state after the updates.
  template <class Generator>
  result<synced<state_type>> update(Generator generator, duration timeout) const {
    const auto deadline = synchronizer_link::deadline_after(timeout);
    auto now = current(timeout);
    if (now && !now->state) now = fetch(synchronizer_link::time_until(deadline));
    while (now) {
      if (!now->state)
        return error{errc::precondition_failed,
                     "the log has no state yet: initialize it first"};
      result<std::vector<update_type>> updates = generator(*now->state);
      if (!updates) return updates.error();
      if (updates->empty()) return now;
      const auto answer = propose(now->at, *updates, synchronizer_link::time_until(deadline));
      if (!answer) return answer.error();
      if (answer->accepted) return answer->now;
      now = answer->now;
    }
    return now;
  }
  /// One attempt of `update`, from the state at `based_on`.
  result<proposal<state_type>> propose(revision based_on,
                                       const std::vector<update_type>& updates,
                                       duration timeout) const {
    return run(propose_operation<Model>(based_on, updates), timeout, proposal_in<state_type>);
  }
  /// Writes updates, which must fit every state. The local state changes with the next fetch.
  result<void> update_unconditionally(const std::vector<update_type>& updates,
                                      duration timeout) const {
    const auto done = run(append_operation<Model>(updates), timeout,
                          [](const state_outcome&) { return true; });
    return done ? result<void>{} : done.error();
  }
  /// Writes a new first state, if the state at `based_on` is still the last one.
  result<proposal<state_type>> reset(revision based_on, const initial_type& initial,
                                     duration timeout) const {
    return run(reset_operation<Model>(based_on, initial), timeout, proposal_in<state_type>);
  }
  /// Writes the whole state into the log, so that readers can begin there, and drops the part
  /// of the log that nobody needs any more. `synced::bytes_since_compaction` says when it is
  /// time; Pravega's reader groups compact at 512 KiB.
  result<compaction<state_type>> compact(duration timeout) const {
    return map(link_.run(state_operations::compact{}, timeout), compaction_in<state_type>);
  }

  // Without waiting: `done` is called once with the result of the call of the same name, within
  // the call or from any thread.

  void fetch_async(duration timeout,
                   std::function<void(const result<synced<state_type>>&)> done) const {
    start(state_operation{state_operations::fetch{}}, timeout, synced_in<state_type>,
          std::move(done));
  }
  void initialize_async(const initial_type& initial, duration timeout,
                        std::function<void(const result<synced<state_type>>&)> done) const {
    start(initialize_operation<Model>(initial), timeout, synced_in<state_type>,
          std::move(done));
  }
  void propose_async(revision based_on, const std::vector<update_type>& updates,
                     duration timeout,
                     std::function<void(const result<proposal<state_type>>&)> done) const {
    start(propose_operation<Model>(based_on, updates), timeout, proposal_in<state_type>,
          std::move(done));
  }
  void update_unconditionally_async(const std::vector<update_type>& updates, duration timeout,
                                    std::function<void(const result<void>&)> done) const {
    auto what = append_operation<Model>(updates);
    if (!what) return done(what.error());
    link_.start(std::move(*what), timeout,
                [done = std::move(done)](const result<state_outcome>& got) {
                  done(got ? result<void>{} : got.error());
                });
  }
  void compact_async(duration timeout,
                     std::function<void(const result<compaction<state_type>>&)> done) const {
    start(state_operation{state_operations::compact{}}, timeout, compaction_in<state_type>,
          std::move(done));
  }

  /// Refuses new calls and finishes those that were begun.
  void close() const { link_.close(); }
  [[nodiscard]] bool valid() const noexcept { return link_.valid(); }

 private:
  template <class Read>
  static auto map(const result<state_outcome>& got, Read read)
      -> result<decltype(read(std::declval<const state_outcome&>()))> {
    if (!got) return got.error();
    return read(*got);
  }
  template <class Read>
  auto run(result<state_operation> what, duration timeout, Read read) const
      -> result<decltype(read(std::declval<const state_outcome&>()))> {
    if (!what) return what.error();
    return map(link_.run(std::move(*what), timeout), read);
  }
  template <class Read, class Done>
  void start(result<state_operation> what, duration timeout, Read read, Done done) const {
    if (!what) return done(what.error());
    link_.start(std::move(*what), timeout,
                [read, done = std::move(done)](const result<state_outcome>& got) {
                  done(map(got, read));
                });
  }

  synchronizer_link link_;
};

/// Opens a synchronizer of the state in a stream, which must exist, have one segment and not be
/// sealed. Reads nothing yet. Ends within controller_call_timeout_ms.
template <replicated_model Model>
[[nodiscard]] result<state_synchronizer<Model>> open_synchronizer(
    const client& with, const scoped_stream& stream, const synchronizer_options& options = {}) {
  auto link = open_synchronizer_link(with, stream, make_model_replica<Model>, options);
  if (!link) return link.error();
  return state_synchronizer<Model>{std::move(*link)};
}
/// The same without waiting: `done` is called once, within this call or from any thread.
template <replicated_model Model>
void open_synchronizer_async(
    const client& with, const scoped_stream& stream, const synchronizer_options& options,
    std::function<void(const result<state_synchronizer<Model>>&)> done) {
  open_synchronizer_link_async(with, stream, make_model_replica<Model>, options,
                               [done = std::move(done)](const result<synchronizer_link>& link) {
                                 if (!link) return done(link.error());
                                 done(state_synchronizer<Model>{*link});
                               });
}

}  // namespace pravega_actor
