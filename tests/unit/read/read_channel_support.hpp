// A read channel with a session, an owner and a record of what it says.
#pragma once

#include "read/read_channel.hpp"
#include "support/catch.hpp"
#include "support/mini_store.hpp"

namespace pravega_actor::test {

using namespace internal;

struct recording_owner final : read_owner {
  mutable checked_mutex held;
  int ready = 0;
  int looked_for_consumers = 0;
  checked_mutex& mutex() const override PRAVEGA_ACTOR_RETURNS_LOCK(guard) { return held; }
  void account(const read_channel&, const read_flow::changes& what) noexcept override {
    ready += what.ready ? 1 : 0;
  }
  void collect_consumers(waiting_consumers&) noexcept override { ++looked_for_consumers; }
  std::size_t grant(const read_channel&, std::size_t wanted) noexcept override {
    return wanted;
  }
  bool claim(const read_channel&, std::size_t) noexcept override { return true; }
  std::optional<event_begins> next_event() noexcept override { return std::nullopt; }
  std::shared_ptr<read_channel> next_refused() noexcept override { return nullptr; }
};

inline bool waits(const recording_owner& owner, const read_channel& channel) {
  const checked_lock lock{owner.mutex()};
  return channel.has_outcomes();
}

/// As a consumer does: takes what waits, and the channel asks for more.
inline read_outcome take_from(recording_owner& owner, read_channel& channel) {
  read_channel::after_lock todo;
  read_outcome first;
  {
    const checked_lock lock{owner.mutex()};
    REQUIRE(channel.has_outcomes());
    first = channel.take().what;
    todo.next = read_channel::after_lock::asks::this_channel;
    channel.collect_request(owner, todo);
  }
  channel.deliver(owner, std::move(todo));
  return first;
}

struct channel_fixture {
  mini_store store;
  std::shared_ptr<recording_owner> owner = std::make_shared<recording_owner>();
  std::shared_ptr<read_channel> channel;
  std::shared_ptr<session> session_now;
  std::uint64_t generation = 0;
  std::vector<read_notice> notices;
  std::optional<mini_store::request> asked;

  explicit channel_fixture(read_channel::start from = {0, std::nullopt, "token"},
                           read_limits limits = {1024, 2, 4096})
      : channel{std::make_shared<read_channel>(owner, test_segment(), 77, std::move(from),
                                               limits, std::make_shared<buffer_pool>())} {
    attach();
  }

  void attach() {
    generation = channel->attach(
        [this](std::uint64_t, const read_notice& what) { notices.push_back(what); });
  }

  /// A new session, on which reading begins. A dedicated one hands on all frames.
  void connect(bool dedicated = false) {
    session_now = store.connect_session(dedicated);
    REQUIRE(channel->use(generation, session_now));
    channel->resume(generation);
  }

  /// The request that the channel sent.
  wire::read_segment ask() {
    asked = store.take_request();
    REQUIRE(asked);
    return asked->read();
  }
  template <class T>
  void answer(const T& what) {
    REQUIRE(asked);
    asked->answer(what);
  }
  /// Answers the last request.
  void reply(const byte_vector& data, bool end = false) {
    const auto what = asked->read();
    answer(wire::segment_read{what.segment, what.offset, false, end, data, what.request_id});
  }

  read_outcome take() { return take_from(*owner, *channel); }
  bool has_outcomes() const { return waits(*owner, *channel); }
  std::size_t cost() const {
    const checked_lock lock{owner->mutex()};
    return channel->waiting().cost;
  }
  event_slice take_slice() { return std::get<event_slice>(std::get<read_item>(take())); }
  segment_end take_end() { return std::get<segment_end>(std::get<read_item>(take())); }
  read_channel::snapshot look() {
    const checked_lock lock{owner->mutex()};
    return channel->look_locked();
  }

  template <class T>
  std::size_t said() const {
    std::size_t count = 0;
    for (const auto& each : notices)
      count += std::holds_alternative<T>(each) ? 1 : 0;
    return count;
  }
  template <class T>
  T last() const {
    return std::get<T>(notices.back());
  }
};

}  // namespace pravega_actor::test
