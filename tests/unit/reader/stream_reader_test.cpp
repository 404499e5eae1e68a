// The handle.
#include "pravega_actor/stream_reader.hpp"
#include "core/access.hpp"

#include <thread>

#include "unit/reader/queue_support.hpp"

using namespace pravega_actor;
using namespace pravega_actor::internal;
using namespace pravega_actor::test;

TEST_CASE("an empty handle answers closed", "[stream_reader]") {
  stream_reader reader;
  CHECK_FALSE(reader.valid());
  CHECK(reader.next(seconds{1}).error().code() == errc::closed);
  CHECK(reader.try_next().error().code() == errc::closed);
  bool called = false;
  reader.when_readable([&] { called = true; });
  CHECK(called);
  reader.release();
  reader.close();
  CHECK(reader.position().offsets.empty());
  CHECK(reader.status().segments.empty());
}

TEST_CASE("the last handle closes the reader", "[stream_reader]") {
  queue_fixture f;
  {
    auto reader = access::make<stream_reader>(f.queue);
    {
      const auto copy = reader;
      CHECK(copy.valid());
    }
    CHECK(f.over == 0);
    CHECK(reader.status().state == "open");
  }
  CHECK(f.over == 1);
}

TEST_CASE("next waits for an item of another thread", "[stream_reader][threads]") {
  queue_fixture f;
  f.store.put(test_segment(0), {});
  f.add(0);
  auto reader = access::make<stream_reader>(f.queue);
  std::thread writer{[&] {
    std::this_thread::sleep_for(milliseconds{20});
    f.store.put(test_segment(0), events({"hello"}));
    f.run_store();
  }};
  auto got = reader.next(seconds{20});
  writer.join();
  REQUIRE(got);
  REQUIRE(*got);
  CHECK(payloads_of(std::get<event_slice>(**got)) == std::vector<std::string>{"hello"});
  reader.release();
  CHECK(reader.position().offsets.at({0, 0}) == 13);
}

TEST_CASE("closing wakes a thread that waits", "[stream_reader][threads]") {
  queue_fixture f;
  f.add(0);
  auto reader = access::make<stream_reader>(f.queue);
  std::thread closer{[&] {
    std::this_thread::sleep_for(milliseconds{20});
    reader.close();
  }};
  const auto got = reader.next(seconds{20});
  closer.join();
  CHECK(got.error().code() == errc::closed);
}

TEST_CASE("next without time does not wait", "[stream_reader]") {
  queue_fixture f;
  f.add(0);
  auto reader = access::make<stream_reader>(f.queue);
  const auto got = reader.next(duration{0});
  REQUIRE(got);
  CHECK_FALSE(*got);
}
