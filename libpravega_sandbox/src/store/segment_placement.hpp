// Which of several segment stores serves which segment.
#pragma once

#include <cstddef>
#include <functional>
#include <map>
#include <string>
#include <string_view>
#include <vector>

namespace pravega_sandbox {

/// As in a cluster, segments are hashed into containers, and each container runs in one store.
/// What belongs to a segment (its transient parts) is where the segment is. A dead store keeps
/// its containers until `fail_over`: until then nobody serves them. Deterministic.
class segment_placement {
 public:
  /// Containers are dealt out to the stores in turn; at least one store.
  explicit segment_placement(std::size_t stores = 1);

  [[nodiscard]] std::size_t stores() const noexcept { return stores_.size(); }
  [[nodiscard]] std::size_t containers() const noexcept { return owners_.size(); }
  [[nodiscard]] std::size_t container_of(std::string_view segment) const;
  [[nodiscard]] std::size_t owner_of(std::string_view segment) const;
  /// Containers that the store has, alive or dead.
  [[nodiscard]] std::size_t containers_of(std::size_t store) const;
  [[nodiscard]] bool alive(std::size_t store) const;
  [[nodiscard]] std::size_t living() const;

  /// False, and nothing happens, if there is no such container, or no such living store.
  bool move_container(std::size_t container, std::size_t store);
  /// Takes one segment out of its container; also false above `moved_segments_max`.
  bool move_segment(std::string_view segment, std::size_t store);

  /// False if there is no such living store.
  bool kill(std::size_t store);
  /// What a dead store had goes to those that live, to the one with the fewest containers
  /// first; at the latest when one lives again. No effect on a store that lives.
  void fail_over(std::size_t store);
  /// A dead store lives again and takes containers over, as many as make it even. False if
  /// there is no such dead store.
  bool start(std::size_t store);

 private:
  struct store_state {
    bool alive = true;
    bool given_up = false;
  };
  [[nodiscard]] std::size_t least_loaded() const;
  [[nodiscard]] std::size_t most_loaded() const;
  void settle();

  std::vector<store_state> stores_;
  /// By container.
  std::vector<std::size_t> owners_;
  /// Segments that were moved by themselves, by their names without epoch.
  std::map<std::string, std::size_t, std::less<>> moved_;
};

}  // namespace pravega_sandbox
