// The results of a synchronizer's operations, typed by the model of its state.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <utility>
#include <vector>

#include "pravega_actor/export.hpp"
#include "pravega_actor/replica.hpp"
#include "pravega_actor/result.hpp"
#include "pravega_actor/synchronizer_engine.hpp"

namespace PRAVEGA_ACTOR_API pravega_actor {

/// A state as it was at a revision. It never changes; any thread may read it.
template <class State>
struct synced {
  /// Null if the log has no state yet.
  std::shared_ptr<const State> state;
  revision at;
  /// Bytes of the log from the beginning of its last whole state: a new reader reads them.
  std::int64_t bytes_since_compaction = 0;
};

/// The result of a proposal. Accepted: it is stored, and `now` contains it. Otherwise nothing
/// of it is stored, now or later: another writer was faster, and `now` is the newer state to
/// compute from.
template <class State>
struct proposal {
  bool accepted = false;
  synced<State> now;
};

/// The result of a compaction. In any case the whole state is in the log.
template <class State>
struct compaction {
  synced<State> now;
  /// Why the mark was not moved, or the log was not truncated; the next compaction does it.
  std::optional<error> not_dropped;
};

// From the engine's values to these, and from a model's values to the engine's.

template <class State>
[[nodiscard]] synced<State> synced_in(const state_outcome& of) {
  return {std::static_pointer_cast<const State>(of.state), of.at, of.bytes_since_compaction};
}
template <class State>
[[nodiscard]] proposal<State> proposal_in(const state_outcome& of) {
  return {of.accepted, synced_in<State>(of)};
}
template <class State>
[[nodiscard]] compaction<State> compaction_in(const state_outcome& of) {
  return {synced_in<State>(of), of.not_dropped};
}

/// The bytes of each update.
template <replicated_model Model>
[[nodiscard]] result<std::vector<shared_bytes>> encode_updates(
    const std::vector<typename Model::update_type>& updates) {
  return call_model([&]() -> result<std::vector<shared_bytes>> {
    std::vector<shared_bytes> out;
    for (const auto& each : updates) {
      std::vector<std::byte> bytes;
      if (auto encoded = Model::encode_update(each, bytes); !encoded) return encoded.error();
      out.emplace_back(std::move(bytes));
    }
    return out;
  });
}
/// The bytes of an initial state.
template <replicated_model Model>
[[nodiscard]] result<shared_bytes> encode_initial(const typename Model::initial_type& initial) {
  return call_model([&]() -> result<shared_bytes> {
    std::vector<std::byte> bytes;
    if (auto encoded = Model::encode_initial(initial, bytes); !encoded) return encoded.error();
    return shared_bytes{std::move(bytes)};
  });
}

template <replicated_model Model>
[[nodiscard]] result<state_operation> propose_operation(
    revision based_on, const std::vector<typename Model::update_type>& updates) {
  auto bytes = encode_updates<Model>(updates);
  if (!bytes) return bytes.error();
  return state_operation{state_operations::propose{based_on, std::move(*bytes)}};
}
template <replicated_model Model>
[[nodiscard]] result<state_operation> append_operation(
    const std::vector<typename Model::update_type>& updates) {
  auto bytes = encode_updates<Model>(updates);
  if (!bytes) return bytes.error();
  return state_operation{state_operations::append{std::move(*bytes)}};
}
template <replicated_model Model>
[[nodiscard]] result<state_operation> initialize_operation(
    const typename Model::initial_type& initial) {
  auto bytes = encode_initial<Model>(initial);
  if (!bytes) return bytes.error();
  return state_operation{state_operations::initialize{std::move(*bytes)}};
}
template <replicated_model Model>
[[nodiscard]] result<state_operation> reset_operation(
    revision based_on, const typename Model::initial_type& initial) {
  auto bytes = encode_initial<Model>(initial);
  if (!bytes) return bytes.error();
  return state_operation{state_operations::reset{based_on, std::move(*bytes)}};
}

}  // namespace pravega_actor
