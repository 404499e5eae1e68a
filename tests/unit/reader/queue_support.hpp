// A slice queue over channels that a mini store feeds.
#pragma once

#include <atomic>
#include <mutex>

#include "reader/slice_queue.hpp"
#include "support/catch.hpp"
#include "support/mini_store.hpp"

namespace pravega_actor::test {

using namespace internal;

struct queue_fixture {
  mini_store store;
  std::shared_ptr<slice_queue> queue;
  std::map<std::int32_t, std::shared_ptr<read_channel>> channels;
  std::map<std::int32_t, std::uint64_t> generations;
  /// How often a channel's actor heard that nothing more will be read.
  std::map<std::int32_t, std::shared_ptr<std::atomic<int>>> finished;
  std::vector<segment_end> ended;
  /// Guards `ended`: the queue calls its hooks without a lock, from the thread of each
  /// consumer.
  std::mutex ended_mutex;
  int over = 0;

  explicit queue_fixture(std::size_t bytes_max = limits::reader_bytes_max)
      : queue_fixture{{scoped_stream{"scope", "stream"}}, bytes_max} {}
  queue_fixture(const std::vector<scoped_stream>& streams, std::size_t bytes_max)
      : queue{std::make_shared<slice_queue>(streams, bytes_max)} {
    queue->open({[this](const segment_end& end) {
                   const std::lock_guard held{ended_mutex};
                   ended.push_back(end);
                 },
                 [this] { ++over; }});
  }

  void add(std::int32_t number, std::int64_t offset = 0,
           read_limits limits = {1024, 2, 1u << 20}) {
    add(number, test_segment(number), offset, limits);
  }
  /// `number` is the channel's, here only.
  void add(std::int32_t number, const segment& which, std::int64_t offset,
           read_limits limits = {1024, 2, 1u << 20}) {
    auto channel = std::make_shared<read_channel>(queue, which, 100 + number,
                                                  read_channel::start{offset, {}, ""}, limits,
                                                  std::make_shared<buffer_pool>());
    queue->add(channel, offset);
    const auto heard = finished[number] = std::make_shared<std::atomic<int>>(0);
    generations[number] = channel->attach([heard](std::uint64_t, const read_notice& what) {
      if (std::holds_alternative<read_finished>(what)) ++*heard;
    });
    channels[number] = channel;
    connect(number);
  }
  void connect(std::int32_t number) {
    REQUIRE(channels.at(number)->use(generations.at(number), store.connect_session()));
    channels.at(number)->resume(generations.at(number));
  }
  void run_store() {
    while (store.step()) {
    }
  }
  std::optional<read_item> take() {
    auto taken = queue->try_take();
    REQUIRE(taken);
    return *std::move(taken);
  }
  event_slice take_slice() {
    auto item = take();
    REQUIRE(item);
    return std::get<event_slice>(*item);
  }
};

}  // namespace pravega_actor::test
