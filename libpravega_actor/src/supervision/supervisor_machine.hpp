// Decides when children of a supervisor are started, restarted, stopped and given up.
#pragma once

#include <cstdint>
#include <deque>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "pravega_actor/events.hpp"
#include "pravega_actor/supervision_policy.hpp"
#include "pravega_actor/time.hpp"

namespace pravega_actor::internal {

/// How a child ended.
enum class exit_kind : std::uint8_t { normal, failure };

/// A pure machine: events in, actions out. Children have generation numbers; whatever belongs
/// to an older generation is ignored. A replacement is started only after its predecessor is
/// down.
class supervisor_machine {
 public:
  struct start_child {
    std::string id;
    std::uint64_t generation;
  };
  /// Ask the child to end; arm a timer with `grace` and the generation.
  struct stop_child {
    std::string id;
    std::uint64_t generation;
    duration grace;
  };
  struct kill_child {
    std::string id;
    std::uint64_t generation;
  };
  struct arm_restart {
    std::string id;
    std::uint64_t generation;
    duration delay;
  };
  struct publish {
    event_kind kind;
    std::string id;
    std::string cause;
    /// Of the incarnation that was started, or of the one that ended.
    std::uint64_t generation;
  };
  /// End the supervisor with a failure: too many restarts. All children are down by then.
  struct escalate {
    std::string cause;
  };
  /// All children are down after `stop`.
  struct stopped {};
  using action = std::variant<start_child, stop_child, kill_child, arm_restart, publish,
                              escalate, stopped>;
  using actions = std::vector<action>;
  /// The name of the actor that carries out the actions, for fault plans.
  static constexpr std::string_view actor = "supervisor";

  explicit supervisor_machine(supervision_policy policy) : policy_{policy} {}

  /// Adds a child and starts it; while all are restarted, it starts with them. An id that
  /// exists, or a supervisor that stops: no action. `grace`: how long it may take to stop.
  actions add(const std::string& id, restart_type type, duration grace = seconds{2});
  /// Stops a child and forgets it.
  actions remove(const std::string& id);
  actions on_down(const std::string& id, std::uint64_t generation, exit_kind how,
                  const std::string& cause, time_point now, std::uint64_t random);
  /// A restart's delay has passed.
  actions on_restart_due(const std::string& id, std::uint64_t generation);
  /// A stopping child's grace has passed.
  actions on_grace_over(const std::string& id, std::uint64_t generation);
  /// Stops all children, last first.
  actions stop();

  [[nodiscard]] std::vector<child_status> children() const;
  /// Nothing if there is no such child (any more).
  [[nodiscard]] std::optional<child_status> child_of(const std::string& id) const;
  [[nodiscard]] bool stopping() const noexcept { return mode_ != mode::running; }

 private:
  enum class mode : std::uint8_t { running, restarting_all, stopping, giving_up, ended };
  enum class phase : std::uint8_t { waiting, running, stopping };
  struct child {
    std::string id;
    restart_type type;
    duration grace;
    phase at = phase::waiting;
    std::uint64_t generation = 0;
    std::uint32_t restarts = 0;
    bool forget = false;
    std::string last_cause;
  };
  child* find(const std::string& id);
  [[nodiscard]] static child_status status_of(const child& c);
  bool too_many(time_point now);
  void start(child& which, actions& out);
  void stop_last(actions& out);
  void forget(child& which, actions& out);
  void begin_restart(child& which, time_point now, std::uint64_t random, actions& out);
  void all_down(actions& out);

  supervision_policy policy_;
  mode mode_ = mode::running;
  std::vector<child> children_;
  std::deque<time_point> restarts_;
  std::string give_up_cause_;
};

}  // namespace pravega_actor::internal
