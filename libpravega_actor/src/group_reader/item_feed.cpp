#include "group_reader/item_feed.hpp"

#include <utility>

namespace pravega_actor::internal {

void item_feed::open(event_reader_handle reader, feed_subscriber_handle subscriber) {
  const std::lock_guard held{mutex_};
  reader_ = std::move(reader);
  subscriber_ = std::move(subscriber);
}

void item_feed::put(item what) {
  {
    const std::lock_guard held{mutex_};
    waiting_.push_back(std::move(what));
  }
  changed_.notify_one();
}

void item_feed::end(const error& why) {
  {
    const std::lock_guard held{mutex_};
    if (!ended_) ended_ = why;
  }
  changed_.notify_all();
}

result<std::optional<item_feed::item>> item_feed::take_until(time_point deadline) {
  std::unique_lock held{mutex_};
  changed_.wait_until(held, deadline, [this] { return !waiting_.empty() || ended_; });
  if (waiting_.empty()) {
    if (ended_) return *ended_;
    return std::optional<item>{};
  }
  auto next = std::move(waiting_.front());
  waiting_.pop_front();
  last_taken_ = next.number;
  if (std::holds_alternative<event_slice>(next.item)) caf::anon_send(reader_, read_demand{1});
  return std::optional{std::move(next)};
}

void item_feed::release_through(std::uint64_t number) const {
  const std::lock_guard held{mutex_};
  if (reader_) caf::anon_send(reader_, pravega_actor::release_through{number});
}

std::uint64_t item_feed::last_taken() const {
  const std::lock_guard held{mutex_};
  return last_taken_;
}

void item_feed::in_subscriber(feed_work what) const {
  const std::lock_guard held{mutex_};
  if (subscriber_) caf::anon_send(subscriber_, run_in_feed{std::move(what)});
}

void item_feed::leave() const {
  const std::lock_guard held{mutex_};
  if (subscriber_) caf::anon_send_exit(subscriber_, caf::exit_reason::user_shutdown);
}

feed_subscriber_handle::behavior_type feed_subscriber(feed_subscriber_handle::pointer self,
                                                      std::shared_ptr<item_feed> feed) {
  auto reader = std::make_shared<event_reader_handle>();
  self->set_down_handler([feed](const caf::down_msg&) {
    feed->end(error{errc::actor_terminated, "the reader's actor ended"});
  });
  return {
      [self, reader](const feed_from& what) {
        *reader = what.reader;
        self->monitor(what.reader);
        self->send(what.reader,
                   subscribe_event_reader{feed_subscriber_handle{self}, feed_slices});
      },
      [feed](slice_delivered& got) {
        feed->put({got.number, std::move(got.slice)});
      },
      [feed](const segment_ended& got) {
        feed->put({got.number, got.end});
      },
      [feed](const gap_delivered& got) {
        feed->put({got.number, got.gap});
      },
      [feed](const checkpoint_reached& got) {
        feed->put({got.number, checkpoint_mark{got.name}});
      },
      [feed](const event_reader_ended& how) {
        feed->end(how.outcome ? error{errc::end_of_segment, "the group has read everything"}
                              : how.outcome.error());
      },
      [self, reader](const run_in_feed& what) { what.what(self, *reader); },
  };
}

}  // namespace pravega_actor::internal
