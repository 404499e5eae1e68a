// The handle: the blocking conveniences over the messages of a group's reader.
#include "pravega_actor/event_reader.hpp"

#include "core/forked_child.hpp"
#include "core/rendezvous.hpp"
#include "core/waiting.hpp"
#include "group_reader/item_feed.hpp"

namespace pravega_actor {

using namespace internal;

namespace {

error unusable() {
  return in_forked_child() ? forked_child_error() : error{errc::closed};
}

// Asks the reader and waits for its answer.
template <class T, class Answer, class Message, class Read>
result<T> ask_reader(const item_feed& feed, Message what, duration timeout, Read read) {
  const auto late = error{errc::deadline_exceeded, "the reader did not answer"};
  return wait_for<T>(timeout, late.with_stage(stage::read), [&](auto done) {
    feed.in_subscriber(
        [=](feed_subscriber_handle::pointer self, const event_reader_handle& reader) {
          self->request(reader, bounded_timeout(timeout), what)
              .then([=](const Answer& answer) { done(result<T>{read(answer)}); },
                    [=](const caf::error&) {
                      done(result<T>{error{errc::actor_terminated, "the reader has ended"}});
                    });
        });
  });
}

}  // namespace

/// The last handle ends the subscriber, and with it the reader.
struct event_reader::guard {
  std::shared_ptr<item_feed> feed;
  explicit guard(std::shared_ptr<item_feed> held) : feed{std::move(held)} {}
  guard(const guard&) = delete;
  guard& operator=(const guard&) = delete;
  ~guard() {
    if (in_forked_child())
      leave_alone(std::move(feed));
    else
      feed->leave();
  }
};

event_reader::event_reader(std::shared_ptr<item_feed> feed)
    : held_{std::make_shared<guard>(std::move(feed))} {}

result<std::optional<event_reader::numbered_item>> event_reader::take(duration timeout) {
  if (!held_ || in_forked_child()) return unusable();
  if (timeout > duration{0})
    if (auto allowed = check_may_wait(stage::read); !allowed) return allowed.error();
  return held_->feed->take_until(clock_type::now() + bounded_timeout(timeout));
}

result<std::optional<event_item>> event_reader::next(duration timeout) {
  release();
  auto taken = take(timeout);
  if (!taken) return taken.error();
  if (!*taken) return std::optional<event_item>{};
  return std::optional{std::move((*taken)->item)};
}

void event_reader::release() {
  if (!held_ || in_forked_child()) return;
  const auto last = held_->feed->last_taken();
  if (last > 0) held_->feed->release_through(last);
}

void event_reader::release_through(std::uint64_t number) {
  if (held_ && !in_forked_child()) held_->feed->release_through(number);
}

result<void> event_reader::give_back(std::uint64_t number, std::int64_t offset,
                                     duration timeout) {
  if (!held_ || in_forked_child()) return unusable();
  return ask_reader<void, segment_given_back>(
      *held_->feed, give_segment_back{number, offset}, timeout,
      [](const segment_given_back& answer) { return answer.outcome; });
}

result<position> event_reader::released_position(duration timeout) const {
  if (!held_ || in_forked_child()) return unusable();
  return ask_reader<position, event_reader_position>(
      *held_->feed, get_position{}, timeout,
      [](const event_reader_position& answer) { return answer.released; });
}

result<event_reader_status> event_reader::status(duration timeout) const {
  if (!held_ || in_forked_child()) return unusable();
  return ask_reader<event_reader_status, event_reader_status>(
      *held_->feed, get_reader_status{}, timeout,
      [](const event_reader_status& answer) { return answer; });
}

result<void> event_reader::close(duration timeout) {
  if (!held_ || in_forked_child()) return unusable();
  auto closed = ask_reader<void, event_reader_closed>(
      *held_->feed, close_reader{}, timeout,
      [](const event_reader_closed& answer) { return answer.outcome; });
  // Closed before.
  if (!closed && closed.error() == errc::actor_terminated) return {};
  return closed;
}

}  // namespace pravega_actor
