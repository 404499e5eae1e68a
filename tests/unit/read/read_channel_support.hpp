// A read channel with a session, an owner and a record of what it says.
#pragma once

#include "read/read_channel.hpp"
#include "support/catch.hpp"
#include "support/mini_store.hpp"

namespace pravega_actor::test {

using namespace internal;

struct recording_owner final : read_owner {
  std::mutex held;
  int ready = 0;
  int wakes = 0;
  std::mutex& mutex() override { return held; }
  void on_ready(read_channel&) override { ++ready; }
  void wake() override { ++wakes; }
};

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

  read_outcome take() {
    std::unique_lock lock{owner->held};
    REQUIRE(channel->has_outcomes());
    auto first = channel->take();
    channel->pump(lock);
    return first;
  }
  event_slice take_slice() { return std::get<event_slice>(std::get<read_item>(take())); }
  segment_end take_end() { return std::get<segment_end>(std::get<read_item>(take())); }
  read_channel::snapshot look() {
    std::lock_guard lock{owner->held};
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
