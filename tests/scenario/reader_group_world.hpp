// A client's reader groups in virtual time, and applications that read in a group.
#pragma once

#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "scenario/scenario_support.hpp"

namespace pravega_actor::scenario {

/// A stream and the manager of groups, without a group at first.
struct group_world : client_world {
  const scoped_group group{"scope", "group"};

  explicit group_world(std::int32_t segments = 1,
                       const pravega_sandbox::simulation_options& options = {},
                       const fault_plan& plan = {})
      : client_world{settings_for(plan), segments, plan, options} {}

  [[nodiscard]] reader_group_manager groups() const { return user->reader_groups(); }
  /// Runs the world until the call that `start(callback)` starts is over.
  template <class T, class F>
  result<T> get(F start, duration limit = seconds{200}) {
    auto told = std::make_shared<std::vector<result<T>>>();
    start([told](const result<T>& outcome) { told->push_back(outcome); });
    REQUIRE(world.run_until([&] { return !told->empty(); }, limit));
    return told->front();
  }

  /// Reads `stream` from its head, without automatic checkpoints.
  [[nodiscard]] reader_group_config settings() const;
  result<ensured_group> ensure(const reader_group_config& config,
                               group_start start = group_start::head);
  void make_group() { REQUIRE(ensure(settings())); }
  result<reader_group_description> describe();
  result<checkpoint> make_checkpoint(const std::string& name, duration timeout = seconds{60});
  result<reader_group_config> reset(const reset_target& target);
  result<std::map<scoped_stream, stream_cut>> generate_cuts();
  result<unread_bytes> unread(unread_since since);
  /// Writes events "<prefix>0", "<prefix>1" ... and returns them when they are durable.
  texts write(const std::string& prefix, int events, const scoped_stream& to);
  texts write(const std::string& prefix, int events) { return write(prefix, events, stream); }
  stream_cut tail(const scoped_stream& of);

 private:
  /// A plan that kills does so more often than bugs would.
  static config settings_for(const fault_plan& plan) {
    config settings;
    if (plan.kill > 0) settings.restart_intensity_max = 100'000;
    return settings;
  }
};

/// An application that reads in the group, in an actor of its own. It releases each item as
/// soon as it comes, unless it holds.
class reading_member {
 public:
  /// Joins; runs the world until that is done.
  reading_member(group_world& of, const std::string& name,
                 const event_reader_options& options = {});
  ~reading_member() { leave(); }
  reading_member(const reading_member&) = delete;
  reading_member& operator=(const reading_member&) = delete;

  /// From now on nothing is released, or everything again.
  void hold() { kept_->holds = true; }
  void go_on();
  /// From now on no further slices are asked for; `go_on` asks for them.
  void pause() { kept_->pauses = true; }
  /// Leaves the group; runs the world until that is done.
  void leave();

  [[nodiscard]] const texts& events() const { return kept_->events; }
  [[nodiscard]] const texts& checkpoints() const { return kept_->checkpoints; }
  [[nodiscard]] const std::vector<segment_gap>& gaps() const { return kept_->gaps; }
  /// How reading ended, if it has.
  [[nodiscard]] const std::optional<result<void>>& over() const { return kept_->over; }

 private:
  struct kept {
    event_reader_handle reader;
    event_subscriber application;
    texts events;
    texts checkpoints;
    std::vector<segment_gap> gaps;
    std::uint64_t last = 0;
    bool holds = false;
    bool pauses = false;
    /// Demand that is kept back while it pauses.
    std::size_t owed = 0;
    std::optional<result<void>> over;
    void take(std::uint64_t number) {
      last = number;
      if (!holds) caf::anon_send(reader, release_through{number});
    }
  };
  static event_subscriber::behavior_type application(event_subscriber::pointer self,
                                                     const std::shared_ptr<kept>& held);
  group_world& of_;
  std::shared_ptr<kept> kept_ = std::make_shared<kept>();
};

/// The same texts in any order.
texts sorted(texts some);

}  // namespace pravega_actor::scenario
