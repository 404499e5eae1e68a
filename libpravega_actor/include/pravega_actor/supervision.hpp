// Supervisors for the actors of an application. `writer_child` and `reader_child` (actors.hpp)
// put writers and readers below them.
#pragma once

#include <caf/all.hpp>
#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "pravega_actor/events.hpp"
#include "pravega_actor/export.hpp"
#include "pravega_actor/ports/environment.hpp"
#include "pravega_actor/result.hpp"
#include "pravega_actor/supervision_policy.hpp"

namespace PRAVEGA_ACTOR_API pravega_actor {

/// What the factory of a child returns: an actor of any type, or the error that prevented the
/// start. A supervisor monitors its children and sends them exit messages, nothing else.
class started_child {
 public:
  /// Any handle of CAF, typed or not. An empty handle counts as an error.
  template <class Handle>
  requires requires(const Handle& handle) { handle.address(); }
  started_child(const Handle& actor)  // NOLINT: a handle is a started child
      : actor_{to_pointer(actor)} {}
  started_child(error why) : actor_{std::move(why)} {}  // NOLINT: so is a failed start

  [[nodiscard]] const result<caf::strong_actor_ptr>& get() const noexcept { return actor_; }

 private:
  template <class Handle>
  static result<caf::strong_actor_ptr> to_pointer(const Handle& actor) {
    if (!actor) return error{errc::actor_terminated, "the factory gave no actor"};
    return caf::actor_cast<caf::strong_actor_ptr>(actor);
  }
  result<caf::strong_actor_ptr> actor_;
};

/// One start of a child.
struct child_start {
  /// The supervisor, which runs the factory. Valid during the call only.
  caf::local_actor* supervisor = nullptr;
  /// The child's place: the supervisor's path, "/" and the child's name.
  std::string path;
  /// Counts the starts of this child from 1.
  std::uint64_t generation = 0;
  /// The supervisor's clock and entropy.
  std::shared_ptr<environment> env;

  /// Spawns the child from a function, as `actor_system::spawn` does.
  template <caf::spawn_options Options = caf::no_spawn_options, class Function, class... Args>
  auto spawn(Function&& function, Args&&... args) const {
    return supervisor->spawn<Options>(std::forward<Function>(function),
                                      std::forward<Args>(args)...);
  }
  /// Spawns the child from a class.
  template <class Actor, caf::spawn_options Options = caf::no_spawn_options, class... Args>
  auto spawn(Args&&... args) const {
    return supervisor->spawn<Actor, Options>(std::forward<Args>(args)...);
  }
};

/// Starts a child and returns it: a new actor at each call. It runs inside the supervisor, once
/// for each start, so it must not block. An error or an exception counts as a failure of the
/// child; so does an actor that is a child of this supervisor already.
using child_factory = std::function<started_child(const child_start& as)>;

/// A child and how its supervisor treats it.
struct child_spec {
  /// Unique among the supervisor's children; not empty.
  std::string name;
  child_factory start;
  restart_type restart = restart_type::permanent;
  /// How long the child may take to end after `exit_reason::user_shutdown`; then the supervisor
  /// kills it. Not negative. In any case the supervisor waits until the child is down.
  duration shutdown_time = seconds{2};
};

/// What happened to a child of a supervisor.
struct supervision_event {
  /// `started`, `restarted`, `stopped` (the child is forgotten) or `gave_up` (the supervisor
  /// ends). `started` and `restarted` come even if the factory then fails.
  event_kind kind = event_kind::started;
  /// The child's place, for example "shop/worker".
  std::string path;
  /// The child's name.
  std::string child;
  /// The generation of the incarnation that was started, or of the one that ended.
  std::uint64_t generation = 0;
  /// How the previous incarnation ended, in words; "" if there was none.
  std::string cause;
  /// The same as an exit reason: `errc_of(reason)` names an error of the library.
  caf::error reason;
  /// Monotonic time.
  time_point at{};
};

/// An actor that gets the events of a supervisor.
using supervision_event_sink = caf::typed_actor<caf::reacts_to<supervision_event>>;

/// Add a child and start it; answered with `child_supervised`.
struct supervise {
  child_spec child;
};
/// The answer to `supervise`. Errors: invalid_argument if the name is empty or taken, if there
/// is no factory, or if the shutdown time is negative; closed if the supervisor is stopping. A
/// factory that fails is no error here: it counts as a failure of the child.
struct child_supervised {
  std::string name;
  result<void> outcome;
};
/// Stop a child and forget it; no answer. The event `stopped` says that the child is down and
/// its name is free. A name that is not known has no effect.
struct remove_child {
  std::string name;
};
/// Send all events of this supervisor to the sink from now on, until either ends; no answer.
/// The supervisor keeps a reference to the sink.
struct subscribe_supervision {
  supervision_event_sink sink;
};
/// Report the children; answered with `supervisor_status`.
struct get_supervisor_status {};
/// The children in the order in which they were added.
struct supervisor_status {
  std::string path;
  std::vector<child_status> children;
};
/// Stop all children, last first, then end; answered with `supervisor_stopped`.
struct stop_supervisor {};
/// All children are down.
struct supervisor_stopped {};

/// A supervisor. It ends in one of these cases:
/// - `stop_supervisor` or an exit message. It waits until its children are down, then ends with
///   `exit_reason::user_shutdown`.
/// - Too many restarts. It waits until its children are down, then ends with
///   `errc::retries_exhausted` as exit reason.
/// - It is killed, or nothing refers to it any more. It does not wait: its children get
///   `exit_reason::user_shutdown` and end by themselves.
///
/// So keep a handle for as long as the children are to live. As usual, an exit message with
/// `exit_reason::normal` has no effect.
using supervisor_handle =
    caf::typed_actor<caf::replies_to<supervise>::with<child_supervised>,
                     caf::reacts_to<remove_child>, caf::reacts_to<subscribe_supervision>,
                     caf::replies_to<get_supervisor_status>::with<supervisor_status>,
                     caf::replies_to<stop_supervisor>::with<supervisor_stopped>>;

/// A supervisor and the children that it begins with.
struct supervisor_spec {
  /// Its name in paths and events; not empty.
  std::string name;
  supervision_policy policy = {};
  /// Started in this order; stopped in the reverse order.
  std::vector<child_spec> children = {};
  /// Gets all events from the first start on; may be empty.
  supervision_event_sink events = {};
  /// Clock and entropy. Null: those of the supervisor above, or else of the system.
  std::shared_ptr<environment> env = {};
};

/// Spawns a supervisor at the root of a tree. Errors: invalid_argument for an empty name, a
/// negative duration, and for children whose names are empty or not unique, or that have no
/// factory.
[[nodiscard]] result<supervisor_handle> spawn_supervisor(caf::actor_system& system,
                                                         supervisor_spec spec);

/// The factory of a supervisor below another one. `started`, which may be empty, gets the
/// handle of each incarnation; it runs inside the supervisor above and must not block. The path
/// of the new supervisor is its place as a child; `spec.name` is not used. If the specification
/// is not valid, each start fails. After a restart the supervisor has the children of `spec`,
/// without those that `supervise` added.
///
/// The `child_spec::shutdown_time` of the supervisor must be long enough for all its children
/// together: a supervisor that is killed does not wait for them.
[[nodiscard]] child_factory supervisor_child(
    supervisor_spec spec, std::function<void(const supervisor_handle&)> started = {});

}  // namespace pravega_actor

CAF_ALLOW_UNSAFE_MESSAGE_TYPE(pravega_actor::supervision_event)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(pravega_actor::supervise)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(pravega_actor::child_supervised)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(pravega_actor::remove_child)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(pravega_actor::subscribe_supervision)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(pravega_actor::get_supervisor_status)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(pravega_actor::supervisor_status)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(pravega_actor::stop_supervisor)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(pravega_actor::supervisor_stopped)
