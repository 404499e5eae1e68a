// A reader group in a client's world: its state, its readers, and what their subscribers get.
#pragma once

#include <map>
#include <memory>
#include <string>
#include <vector>

#include "group_reader/group_model.hpp"
#include "pravega_actor/event_reader_messages.hpp"
#include "scenario/scenario_support.hpp"

namespace pravega_actor::scenario {

/// What a subscriber got, in order. It outlives its actor.
struct group_inbox {
  std::vector<slice_delivered> slices;
  std::vector<segment_ended> ends;
  std::vector<gap_delivered> gaps;
  std::vector<checkpoint_reached> checkpoints;
  std::vector<event_reader_ended> ended;
  /// Number of the last item.
  std::uint64_t last = 0;
  /// Release each item at once.
  bool releases = true;

  [[nodiscard]] texts events() const;
};

/// A reader with its subscriber.
struct scene_reader {
  result<event_reader_handle> handle = error{errc::deadline_exceeded};
  std::shared_ptr<group_inbox> inbox = std::make_shared<group_inbox>();
  caf::actor subscriber;
};

/// One stream, one group of it.
class group_scene : public client_world {
 public:
  explicit group_scene(std::int32_t segments = 1, reader_group_config options = quick());
  ~group_scene();

  /// Checkpoints each second, a look at the state each half second.
  [[nodiscard]] static reader_group_config quick();

  /// Opens a reader and waits until it has joined, or failed to.
  scene_reader open_reader(const std::string& name, const event_reader_options& options = {});
  scene_reader open_in(const scoped_group& which, const std::string& name,
                       const event_reader_options& options = {});
  /// Another subscriber for the reader.
  void subscribe(scene_reader& reader, std::size_t slices = 1'000);
  /// Writes events "0", "1" ... with keys of their own.
  void write(std::size_t count);
  void close(scene_reader& reader);

  [[nodiscard]] internal::group_state state();
  void propose(std::vector<internal::group_update> updates);
  bool until(const std::function<bool()>& holds, duration limit = seconds{60}) {
    return world.run_until(holds, limit);
  }
  const scoped_group group{"scope", "group"};

 private:
  internal::group_synchronizer aside_;
  std::optional<event_writer> writer_;
  std::size_t written_ = 0;
};

}  // namespace pravega_actor::scenario
