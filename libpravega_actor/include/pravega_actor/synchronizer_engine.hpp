// The operations of a synchronizer, without types: the layer between the log and a typed
// interface.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <variant>
#include <vector>

#include "pravega_actor/bytes.hpp"
#include "pravega_actor/export.hpp"
#include "pravega_actor/result.hpp"
#include "pravega_actor/revision.hpp"
#include "pravega_actor/time.hpp"

namespace PRAVEGA_ACTOR_API pravega_actor {

/// Options of one synchronizer.
struct synchronizer_options {
  /// Longest time for an operation that names none.
  duration operation_timeout = seconds{30};
  /// Longest time to find out whether an entry is stored whose answer was lost, in addition to
  /// the operation's time. Without an answer the outcome is unknown.
  duration resolve_timeout = seconds{5};
};

/// Operations of a synchronizer with a model's bytes.
namespace state_operations {

/// The local copy as it is, without a request.
struct look {};
/// Read the log up to its present end.
struct fetch {};
/// Write updates if the log still ends where the state `based_on` ends.
struct propose {
  revision based_on;
  std::vector<shared_bytes> updates;
};
/// Write updates wherever the log ends.
struct append {
  std::vector<shared_bytes> updates;
};
/// Write a first state if there is none, then fetch.
struct initialize {
  shared_bytes initial;
};
/// Write a new first state if the log still ends where the state `based_on` ends.
struct reset {
  revision based_on;
  shared_bytes initial;
};
/// Write the whole state into the log, and drop what no reader needs.
struct compact {};

}  // namespace state_operations

/// One operation.
using state_operation =
    std::variant<state_operations::look, state_operations::fetch, state_operations::propose,
                 state_operations::append, state_operations::initialize,
                 state_operations::reset, state_operations::compact>;

/// The outcome of an operation that did not fail.
struct state_outcome {
  /// A snapshot of the model's state; null if the log has none, or for `append`.
  std::shared_ptr<const void> state;
  /// The revision of the local copy after the operation.
  revision at;
  /// Bytes of the log from the beginning of its last whole state.
  std::int64_t bytes_since_compaction = 0;
  /// Whether the operation wrote what it was given. If not, another writer was faster.
  bool accepted = false;
  /// Only for `compact`: why the part of the log that is no longer needed is still there. The
  /// compaction itself is done.
  std::optional<error> not_dropped = std::nullopt;
};

/// Receives the outcome of an operation, once, in the synchronizer's actor.
using state_done = std::function<void(const result<state_outcome>&)>;

/// Takes operations and carries them out one after the other. Call it only in the
/// synchronizer's actor.
class synchronizer_engine {
 public:
  virtual ~synchronizer_engine() = default;
  /// `timeout` includes the wait behind other operations; zero means the synchronizer's
  /// `operation_timeout`. Errors: limit_exceeded above limits::synchronizer_queue_max; closed;
  /// the store's errors.
  virtual void start(state_operation what, duration timeout, state_done done) = 0;
  /// Refuses new operations, finishes those that wait, then ends the actor.
  virtual void close(std::function<void()> done) = 0;
};

}  // namespace pravega_actor
