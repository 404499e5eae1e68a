// Between the threads that hold a reader's handle and the actor that subscribes for them.
#pragma once

#include <caf/all.hpp>
#include <condition_variable>
#include <cstdint>
#include <deque>
#include <functional>
#include <mutex>
#include <optional>

#include "pravega_actor/event_reader_messages.hpp"
#include "pravega_actor/time.hpp"

namespace pravega_actor::internal {

struct run_in_feed;
/// Subscribe to this reader.
struct feed_from {
  event_reader_handle reader;
};
/// The subscriber of a feed.
using feed_subscriber_handle =
    event_subscriber::extend<caf::reacts_to<feed_from>, caf::reacts_to<run_in_feed>>;
/// What is done in a subscriber.
using feed_work = std::function<void(feed_subscriber_handle::pointer self,
                                     const event_reader_handle& reader)>;
/// To be run in the subscriber.
struct run_in_feed {
  feed_work what;
};

/// Slices that are on their way to the threads, or wait for them.
inline constexpr std::size_t feed_slices = 4;

/// Thread-safe. The subscriber puts items in, threads take them out. The number of waiting
/// slices is bounded by the demand, which follows what is taken.
class item_feed {
 public:
  using item = event_reader::numbered_item;

  // By the subscriber:
  void open(event_reader_handle reader, feed_subscriber_handle subscriber);
  void put(item what);
  /// No item follows. The first reason counts.
  void end(const error& why);

  // By threads:
  /// The next item, or the error that ends the reader; nothing when the time is over.
  [[nodiscard]] result<std::optional<item>> take_until(time_point deadline);
  /// Everything up to this number is processed.
  void release_through(std::uint64_t number) const;
  /// The number of the last item that was taken.
  [[nodiscard]] std::uint64_t last_taken() const;
  /// Runs `what` in the subscriber; it is dropped if that has ended.
  void in_subscriber(feed_work what) const;
  /// The reader leaves its group, and the subscriber ends.
  void leave() const;

 private:
  mutable std::mutex mutex_;
  std::condition_variable changed_;
  std::deque<item> waiting_;
  std::uint64_t last_taken_ = 0;
  std::optional<error> ended_;
  event_reader_handle reader_;
  feed_subscriber_handle subscriber_;
};

/// The subscriber of a feed, which owns the reader: when it ends, the reader leaves its group.
feed_subscriber_handle::behavior_type feed_subscriber(feed_subscriber_handle::pointer self,
                                                      std::shared_ptr<item_feed> feed);

}  // namespace pravega_actor::internal

CAF_ALLOW_UNSAFE_MESSAGE_TYPE(pravega_actor::internal::run_in_feed)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(pravega_actor::internal::feed_from)
