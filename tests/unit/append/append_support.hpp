// An append channel with an owner that records, and a peer that answers when told.
#pragma once

#include <limits>

#include "append/append_channel.hpp"
#include "support/append_peer.hpp"
#include "support/catch.hpp"

namespace pravega_actor::test {

using namespace internal;

constexpr auto nothing_stored = std::numeric_limits<std::int64_t>::min();

struct recording_append_owner final : append_owner {
  checked_mutex held;
  std::vector<std::uint64_t> durable;
  int delivered = 0;
  struct end {
    error reason;
    bool certain;
  };
  std::vector<end> ends;
  std::vector<error> troubles;

  checked_mutex& mutex() override { return held; }
  void on_durable(const append_log::blocks& blocks) override {
    for (const auto& block : blocks)
      for (const auto& mark : block->marks())
        durable.push_back(mark.ticket);
  }
  void deliver() override {
    std::lock_guard lock{held};  // it must not be held by the caller
    ++delivered;
  }
  struct handed {
    std::vector<controller::successor> to;
    std::string token;
  };
  std::vector<handed> handed_over;
  void replace_segment(append_channel& channel, const std::vector<controller::successor>& to,
                       const std::string& token) override {
    std::lock_guard lock{held};
    if (channel.retire()) handed_over.push_back({to, token});
  }
  void on_gave_up(append_channel&, const error& reason, bool certain) override {
    ends.push_back({reason, certain});
  }
  void on_trouble(const error& reason) override { troubles.push_back(reason); }
};

struct append_channel_fixture {
  append_peer peer;
  const uuid writer_id{5, 6};
  const std::int64_t request_id = std::int64_t{9} << 32;
  std::shared_ptr<recording_append_owner> owner = std::make_shared<recording_append_owner>();
  std::shared_ptr<append_channel> channel;
  std::uint64_t generation = 0;
  std::shared_ptr<session> session_now;
  std::uint64_t tickets = 0;
  std::vector<std::pair<std::uint64_t, channel_notice>> notices;

  explicit append_channel_fixture(append_limits limits = {100, 3, 50})
      : channel{std::make_shared<append_channel>(
            owner, segment{{"scope", "stream"}, {4, 1}},
            append_log{writer_id, request_id, std::make_shared<buffer_pool>(), limits})} {
    generation = attach();
  }

  std::uint64_t attach() {
    return channel->attach([this](std::uint64_t from, channel_notice what) {
      std::lock_guard lock{owner->held};  // it must not be held by the caller
      notices.emplace_back(from, std::move(what));
    });
  }
  void append(const std::string& payload) {
    std::lock_guard lock{owner->held};
    channel->log().append({0.5, ++tickets}, as_bytes(payload));
  }
  void pump() {
    append_channel::turn turn;
    {
      std::lock_guard lock{owner->held};
      turn = channel->begin_turn();
    }
    turn.run(*owner);
  }
  void write(const std::string& payload) {
    append(payload);
    pump();
  }
  void use_session() {
    session_now = peer.open_session();
    REQUIRE(channel->use(generation, session_now));
  }
  /// A session on which appends flow.
  void open(std::int64_t stored = nothing_stored) {
    use_session();
    REQUIRE(channel->resume(generation, stored));
  }
  void acknowledge(std::int64_t number) {
    feed(*session_now,
         *wire::encode(wire::data_appended{writer_id, number, number - 1, request_id, 0}));
  }
  /// The payloads of the next block that was sent; empty: none was.
  std::vector<std::string> sent() {
    const auto frame = peer.take();
    return frame ? frame->events() : std::vector<std::string>{};
  }
  template <class T>
  std::size_t said() const {
    return static_cast<std::size_t>(
        std::count_if(notices.begin(), notices.end(),
                      [](const auto& each) { return std::holds_alternative<T>(each.second); }));
  }
  template <class T>
  const T& last() const {
    REQUIRE_FALSE(notices.empty());
    REQUIRE(std::holds_alternative<T>(notices.back().second));
    return std::get<T>(notices.back().second);
  }
};

}  // namespace pravega_actor::test
