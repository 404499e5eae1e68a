// A reader group in a simulated world: members that come, crash, die and leave.
#pragma once

#include <map>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "group_reader/group_model.hpp"
#include "pravega_actor/event_reader_messages.hpp"
#include "pravega_sandbox/simulation.hpp"

namespace simulation_tests {

/// What happens to a group besides reading.
enum class group_life : std::uint8_t {
  quiet,
  /// It releases its streams, outgrows its log, is reset by somebody who dies half way, and
  /// comes to the end of its data.
  whole,
  /// Its state is damaged.
  damaged
};

struct group_size {
  std::size_t events = 250;
  std::int32_t segments = 3;
  std::size_t members = 3;
  /// Splits and merges while events are written and read.
  std::size_t scales = 3;
  /// Members that leave, or whose application crashes; others come.
  std::size_t changes = 4;
  /// Compactions of the group's state by somebody else.
  std::size_t compactions = 2;
  group_life life = group_life::quiet;
};

struct group_counters {
  std::uint64_t joined = 0;
  std::uint64_t crashes = 0;
  std::uint64_t leaves = 0;
  std::uint64_t failures = 0;
  std::uint64_t scales = 0;
  std::uint64_t checkpoints = 0;
  std::uint64_t compactions = 0;
  /// Events that were processed, but not released, by a member that ended.
  std::uint64_t processed_again = 0;
  std::uint64_t resets = 0;
  std::uint64_t finished = 0;
};

/// One writer and a group of members. What a member has processed it puts into the ledger
/// before it releases it. An event whose release was confirmed must not come again.
class group_workload {
 public:
  group_workload(pravega_sandbox::simulation& world, group_size size);
  /// Runs everything to the end; returns what is wrong.
  [[nodiscard]] std::vector<std::string> run();
  [[nodiscard]] const group_counters& counters() const noexcept { return counters_; }

  // For members:
  [[nodiscard]] pravega_sandbox::simulation& world() noexcept { return world_; }
  void commit(std::uint64_t member, const pravega_actor::event_slice& slice);
  /// The reader has confirmed the release of everything that the member had committed before.
  void confirmed(const std::vector<pravega_actor::event_slice>& slices);
  void member_ended(std::uint64_t member, bool crashed);
  void reading_ended(std::uint64_t member, const pravega_actor::event_reader_ended& how);
  void at_checkpoint() { ++counters_.checkpoints; }
  void complain(std::string what) { trouble_.push_back(std::move(what)); }

 private:
  struct event_record {
    std::string payload;
    std::set<std::uint64_t> members;
    bool released = false;
  };

  void create_group();
  void open_aside();
  void initialize_group();
  void open_writer();
  void write_some();
  void add_member();
  void open_reader(std::uint64_t member);
  void use(std::uint64_t member, const pravega_actor::event_reader_handle& opened);
  void disturb_sometimes();
  void change_members();
  void scale_once();
  void compact_once();
  void look_whether_all_is_processed();
  void outgrow_log();
  void begin_reset();
  void seal_stream();
  void damage_state();
  void live_on();
  [[nodiscard]] std::size_t stored_events();
  [[nodiscard]] bool all_is_processed();
  void check_ledger();
  void close_members();
  void close_client();
  void check_state();
  void check_position(const pravega_actor::segment& of, std::int64_t offset);
  void end_world();

  pravega_sandbox::simulation& world_;
  const group_size size_;
  const pravega_actor::scoped_stream stream_{"scope", "stream"};
  const pravega_actor::scoped_group group_{"scope", "group"};
  std::unique_ptr<pravega_actor::client> client_;
  pravega_actor::internal::group_synchronizer aside_;
  pravega_actor::event_writer writer_;
  std::size_t written_ = 0;
  std::size_t durable_ = 0;
  struct open_member {
    pravega_actor::event_reader_handle reader;
    pravega_actor::event_subscriber application;
  };
  std::map<std::uint64_t, open_member> members_;
  /// Members whose readers are being opened.
  std::size_t opening_ = 0;
  std::uint64_t last_member_ = 0;
  /// Members that have ended, or that know that they lost their membership.
  std::set<std::uint64_t> ended_;
  bool all_processed_ = false;
  bool over_ = false;
  /// From here on, everything is read again.
  bool was_reset_ = false;
  bool sealed_ = false;
  std::map<pravega_actor::segment, std::map<std::int64_t, event_record>> ledger_;
  /// The numbers of the events of each key, in the order in which they were first processed.
  std::map<std::string, std::vector<std::size_t>> orders_;
  std::size_t actors_before_ = 0;
  group_counters counters_;
  std::vector<std::string> trouble_;
};

}  // namespace simulation_tests
