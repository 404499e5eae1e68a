// A slice queue over channels that a mini store feeds.
#pragma once

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
  std::vector<segment_end> ended;
  int over = 0;

  explicit queue_fixture(std::size_t bytes_max = limits::reader_bytes_max)
      : queue{std::make_shared<slice_queue>(scoped_stream{"scope", "stream"}, bytes_max)} {
    queue->open({[this](const segment_end& end) { ended.push_back(end); }, [this] { ++over; }});
  }

  void add(std::int32_t number, std::int64_t offset = 0,
           read_limits limits = {1024, 2, 1u << 20}) {
    auto channel = std::make_shared<read_channel>(queue, test_segment(number), 100 + number,
                                                  read_channel::start{offset, {}, ""}, limits,
                                                  std::make_shared<buffer_pool>());
    queue->add(channel, offset);
    generations[number] = channel->attach([](std::uint64_t, const read_notice&) {});
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
