// A reader group in memory: members, the log of their state, a stream that scales, and an
// application at each member. It judges what the members hand out.
#pragma once

#include <cstdint>
#include <deque>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "group_reader/member_machine.hpp"
#include "support/splitmix.hpp"

namespace pravega_actor::test {

/// What may happen to a group besides reading.
struct group_faults {
  bool deaths = false;
  bool scales = false;
  bool checkpoints = false;
  /// Members go offline although they live.
  bool suspicions = false;
  /// Requests to the synchronizer fail for a while.
  bool outages = false;
};

class group_world {
 public:
  struct options {
    std::uint64_t seed = 1;
    int segments = 3;
    int members = 3;
    group_faults faults;
    /// Of the group's configuration.
    std::int64_t checkpoint_interval_ms = 2'000;
    bool releases_between_checkpoints = false;
    duration lease{0};
  };
  explicit group_world(const options& what);

  /// Runs for so long; faults, scales and writes happen while `disturbed`.
  void run(duration how_long, bool disturbed);
  /// Every segment is sealed without successors.
  void seal_stream();
  /// Everything that was written was handed out, in order; see `complaints`.
  void check_all_read();

  [[nodiscard]] const std::vector<std::string>& complaints() const { return complaints_; }
  [[nodiscard]] const internal::group_state& state() const { return *states_.back(); }
  [[nodiscard]] std::size_t events() const;
  [[nodiscard]] std::size_t read_again() const { return read_again_; }
  [[nodiscard]] std::size_t checkpoints_done() const { return checkpoints_done_; }
  [[nodiscard]] std::size_t finished_members() const;
  [[nodiscard]] std::size_t segments_of(std::size_t member) const;
  void add_member();
  void kill_member(std::size_t which);
  /// The member's whole process dies: nobody tells the group.
  void vanish(std::size_t which);
  void create_checkpoint(const std::string& name);
  [[nodiscard]] time_point now() const { return now_; }

 private:
  using machine = internal::member_machine;
  static constexpr std::int64_t event_bytes = 10;

  struct stored_segment {
    internal::group_segment at;
    std::int64_t events = 0;
    bool sealed = false;
    std::set<segment> predecessors;
    std::set<segment> successors;
    /// How often each event was handed out.
    std::vector<int> reads;
    /// Events that may be handed out again: a member that held them died or went offline.
    std::set<std::int64_t> forgiven;
  };
  struct place {
    std::int64_t offset = 0;
    std::optional<std::int64_t> end;
  };
  struct item {
    segment of;
    std::int64_t from = 0;
    std::int64_t to = 0;
    bool end = false;
    std::string checkpoint;
  };
  struct member {
    std::string name;
    machine machine_;
    bool alive = true;
    bool finished = false;
    /// It hands out nothing more.
    bool stopped = false;
    /// Offline, and does not know it yet.
    bool suspected = false;
    std::size_t view = 0;
    std::map<segment, place> reading;
    std::deque<item> unreleased;
    time_point wake{};
    /// What was handed out before each checkpoint, by checkpoint: for its judgement.
    std::map<segment, std::set<std::int64_t>> handed_out;
    std::map<std::string, std::map<segment, std::set<std::int64_t>>> before;
  };

  [[nodiscard]] machine::moment moment();
  void at(duration later, std::function<void()> what);
  void complain(const std::string& what);
  void step(std::size_t which);
  void later(std::size_t which, std::function<void(bool fails)> then);
  [[nodiscard]] bool ask_synchronizer(std::size_t which, const machine::action& what);
  void end_member(member& whose, const machine::end& how);
  void perform(std::size_t which, const machine::action& what, bool& again);
  void fail_proposal(std::size_t which, const std::vector<internal::group_update>& updates);
  void answer_proposal(std::size_t which, const std::vector<internal::group_update>& updates);
  bool apply(const std::vector<internal::group_update>& updates);
  [[nodiscard]] machine::seen_state newest(std::size_t which);
  [[nodiscard]] machine::successors successors_of(const segment& of) const;
  void application(std::size_t which);
  void hand_out(std::size_t which);
  void hand_out_slice(member& to, const segment& of, place& where);
  void release(std::size_t which);
  void write_events();
  void scale();
  void forgive(const member& whose);
  void bury(member& whose);
  void take_offline(std::size_t which, bool with_positions);
  void judge_checkpoint(const std::string& name, const internal::segment_offsets& positions);
  [[nodiscard]] bool is_before(const segment& of, std::int64_t event,
                               const internal::segment_offsets& positions) const;
  [[nodiscard]] bool descends_from_any(const segment& of,
                                       const internal::segment_offsets& positions) const;
  void disturb(std::uint64_t run);

  options options_;
  splitmix random_;
  time_point now_{seconds{1'000}};
  std::multimap<time_point, std::function<void()>> agenda_;
  std::vector<std::shared_ptr<const internal::group_state>> states_;
  std::map<segment, stored_segment> stored_;
  std::vector<std::unique_ptr<member>> members_;
  std::set<std::string> judged_;
  std::vector<std::string> complaints_;
  std::int32_t next_number_ = 0;
  std::int32_t epoch_ = 0;
  std::size_t read_again_ = 0;
  std::size_t checkpoints_done_ = 0;
  std::uint64_t next_checkpoint_ = 0;
  bool disturbed_ = false;
  std::uint64_t runs_ = 0;
};

}  // namespace pravega_actor::test
