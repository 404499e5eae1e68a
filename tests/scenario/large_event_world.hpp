// A writer of small and large events in a simulated world, and faults at each of its frames.
#pragma once

#include <functional>
#include <map>
#include <set>

#include "scenario/traffic.hpp"
#include "wire/commands.hpp"

namespace pravega_actor::scenario {

/// Large is what has more than 64 bytes; parts have 32.
inline writer_options small_large_events() {
  writer_options options;
  options.block_bytes_max = 64;
  options.blocks_in_flight_max = 4;
  options.large_events = large_event_options{1u << 20, 64, 32, 3};
  return options;
}

struct large_event_world : client_world {
  outcome_list outcomes;
  event_writer writer;
  texts written;
  /// The frames of all connections, Hello apart, in the order of sending.
  std::vector<std::int32_t> frames;
  /// Does something at the frame with this number, counted from 1; answers whether it is sent.
  std::map<std::size_t, std::function<bool()>> at_frame;

  explicit large_event_world(const fault_plan& plan = {}, std::int32_t segments = 1)
      : client_world{{}, segments, plan} {
    stream_config any;
    any.scaling = {scaling_policy::kind::by_events_per_s, 1000, 2, 1};
    REQUIRE(world.control(controller::update_stream{stream, any}));
    network->on_frame = [this](std::int32_t type) {
      if (type == internal::wire::hello::code || type == internal::wire::keep_alive::code)
        return true;
      frames.push_back(type);
      const auto what = at_frame.find(frames.size());
      return what == at_frame.end() || what->second();
    };
  }
  void begin(const writer_options& options = small_large_events()) { writer = open(options); }
  void write(std::size_t bytes, const std::string& key = "key") {
    auto event = key + "-" + std::to_string(written.size());
    if (bytes > event.size())
      event.insert(key.size(), "-" + std::string(bytes - event.size() - 1, 'x'));
    const auto taken = writer.try_write(key, as_bytes(event), outcomes.sink());
    if (!taken) FAIL(taken.error().to_string());
    written.push_back(event);
  }
  /// Small and large ones of one key.
  void write_mixed() {
    write(5);
    write(100);
    write(5);
    write(5);
    write(150);
    write(120);
    write(5);
  }
  bool until_told(duration limit = seconds{100}) {
    return world.run_until([&] { return outcomes.told.size() >= written.size(); }, limit);
  }
  std::size_t sent(std::int32_t type) const {
    return static_cast<std::size_t>(std::count(frames.begin(), frames.end(), type));
  }
  /// All events of one key, stored once and in order, over all segments.
  void check_stored() {
    texts all;
    for (auto& segment : world.stored_events_of(stream))
      all.insert(all.end(), segment.begin(), segment.end());
    CHECK(all == written);
  }
  void check_all() {
    REQUIRE(until_told());
    CHECK(outcomes.told == all_ok(written.size()));
    check_stored();
  }
  /// Transient segments that the stores hold.
  std::size_t transients() const {
    std::size_t count = 0;
    for (const auto& name : world.segments_of(stream))
      if (name.find("#transient.") != std::string::npos) ++count;
    return count;
  }
  void end() {
    writer = {};
    finish();
    CHECK(transients() == 0);
  }
  /// A frame whose connection ends before it arrives, or after it was carried out.
  void lose_frame(std::size_t number, bool arrives) {
    at_frame[number] = [this, arrives] {
      if (!arrives) {
        world.after(microseconds{1}, [this] { world.cut_connections(); });
        return false;
      }
      network->mute(lost::answers);
      world.after(milliseconds{20}, [this] { world.cut_connections(); });
      return true;
    };
  }
};

}  // namespace pravega_actor::scenario
