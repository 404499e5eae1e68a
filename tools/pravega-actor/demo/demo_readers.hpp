// The readers of the demo: actors below a supervisor, each a member of one group.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "common/styled_line.hpp"
#include "demo/read_book.hpp"
#include "pravega_actor/client.hpp"

namespace pravega_actor::tool {

/// Reads a stream through a group of some readers, which share it. A reader that is killed is
/// started again by its supervisor and joins the group under a new name; the others read on
/// behind what it had released. Use from one thread.
class demo_readers {
 public:
  /// What happens, from any thread: what, and to which segment (-1: to none).
  using told = std::function<void(tone meaning, const std::string& what, std::int64_t segment)>;

  /// `arrived` gets each event, as `read_book` says.
  demo_readers(client pravega, scoped_stream stream, read_book::check arrived, told tell);
  /// Stops what runs.
  ~demo_readers();
  demo_readers(const demo_readers&) = delete;
  demo_readers& operator=(const demo_readers&) = delete;

  /// Creates the group at the head of the stream, and starts so many readers; returns when all
  /// have joined. The error is that of the group, or deadline_exceeded.
  [[nodiscard]] result<void> start(std::size_t readers, duration timeout);
  /// Kills a reader that has read something and not released it. With `any`, one that has not
  /// if there is no other. False: there is none.
  bool kill_one(bool any);
  /// The last failure of a reader, if there was one.
  [[nodiscard]] result<void> outcome() const;
  [[nodiscard]] const read_book& book() const noexcept;
  [[nodiscard]] const scoped_group& group() const noexcept;
  /// The readers leave the group. Waits for them; later calls do nothing.
  void stop();

  /// What the actors know.
  struct shared;

 private:
  class actors;
  const std::shared_ptr<shared> shared_;
  std::unique_ptr<actors> actors_;
};

}  // namespace pravega_actor::tool
