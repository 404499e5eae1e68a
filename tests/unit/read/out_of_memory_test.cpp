// Memory that runs out in the middle: a write changes nothing, a read is tried again.
// Not under AddressSanitizer, which has an allocator of its own.
#ifndef __SANITIZE_ADDRESS__
#include "append/append_log.hpp"
#include "pravega_actor/limits.hpp"
#include "support/catch.hpp"
#include "support/failing_memory.hpp"
#include "unit/append/append_support.hpp"
#include "unit/read/read_channel_support.hpp"

using namespace pravega_actor;
using namespace pravega_actor::internal;
using test::fails;

namespace {

struct log_of_one_segment {
  std::shared_ptr<buffer_pool> pool = std::make_shared<buffer_pool>();
  append_log log{{1, 2}, 3, pool, {1000, 4, 500}};
  std::uint64_t tickets = 0;
  std::vector<std::string> kept;

  void write(const std::string& payload) {
    log.append({0.5, tickets + 1}, as_bytes(payload));
    ++tickets;
    kept.push_back(payload);
  }
  void write_batch(const std::vector<std::string>& payloads) {
    std::vector<byte_view> views;
    std::vector<event_mark> marks;
    for (const auto& each : payloads) {
      views.push_back(as_bytes(each));
      marks.push_back({0.5, tickets + marks.size() + 1, !marks.empty()});
    }
    log.append(marks, views);
    tickets += marks.size();
    kept.insert(kept.end(), payloads.begin(), payloads.end());
  }
  void check() {
    std::vector<std::string> found;
    std::uint64_t ticket = 0;
    CHECK(log.pending_events() == kept.size());
    std::size_t bytes = 0;
    log.for_each_block([&](const append_block& block) {
      bytes += block.data_bytes();
      block.for_each([&](std::span<const event_mark> marks, std::span<const byte_view> all) {
        for (std::size_t i = 0; i < all.size(); ++i) {
          CHECK(marks[i].ticket == ++ticket);
          found.emplace_back(as_text(all[i]));
        }
      });
    });
    CHECK(found == kept);
    for (const auto& each : kept)
      bytes -= each.size() + limits::event_header_bytes;
    CHECK(bytes == 0);
  }
};

}  // namespace

TEST_CASE("an event for which there is no memory leaves no trace", "[append_log]") {
  std::size_t failures = 0;
  for (std::size_t at = 1; at <= 12; ++at) {
    log_of_one_segment l;
    for (int i = 0; i < 10; ++i)
      l.write(std::string(150, 'a'));
    const std::string large(200'000, 'x');
    if (fails(at, [&] { l.log.append({0.5, l.tickets + 1}, as_bytes(large)); }))
      ++failures;
    else
      ++l.tickets, l.kept.push_back(large);
    for (int i = 0; i < 10; ++i)
      l.write(std::string(150, 'b'));
    l.check();
  }
  CHECK(failures >= 3);
}

TEST_CASE("a batch for which there is no memory leaves no trace", "[append_log]") {
  std::size_t failures = 0;
  for (std::size_t at = 1; at <= 12; ++at) {
    log_of_one_segment l;
    l.write("first");
    const std::vector<std::string> batch(5, std::string(60'000, 'x'));
    std::vector<byte_view> views;
    std::vector<event_mark> marks;
    for (const auto& each : batch) {
      views.push_back(as_bytes(each));
      marks.push_back({0.5, l.tickets + marks.size() + 1, !marks.empty()});
    }
    if (fails(at, [&] { l.log.append(marks, views); })) {
      ++failures;
    } else {
      l.tickets += batch.size();
      l.kept.insert(l.kept.end(), batch.begin(), batch.end());
    }
    l.write_batch({"y", "z"});
    l.check();
  }
  CHECK(failures >= 3);
}

TEST_CASE("a block for which there is no memory ends its connection and is sent later",
          "[append_channel]") {
  std::size_t failures = 0;
  for (std::size_t at = 1; at <= 12; ++at) {
    test::append_channel_fixture f;
    f.open();
    // What is in the log is accepted: sending it does not throw.
    f.append("one");
    CHECK_FALSE(fails(at, [&] { f.pump(); }));
    f.write("two");
    if (f.said<channel_closed>() > 0) {
      ++failures;
      CHECK(f.last<channel_closed>().reason.code() == errc::out_of_memory);
      f.open();
    }
    std::vector<std::string> found = f.sent();
    f.acknowledge(static_cast<std::int64_t>(found.size()));
    for (const auto& each : f.sent())
      found.push_back(each);
    CHECK(found == std::vector<std::string>{"one", "two"});
  }
  CHECK(failures >= 2);
}

TEST_CASE("a session that cannot even be ended without memory is ended later",
          "[append_channel]") {
  const bool by_peer = GENERATE(false, true);
  std::size_t late = 0;
  for (std::size_t at = 1; at <= 12; ++at) {
    INFO("allocation " << at);
    test::append_channel_fixture f;
    f.open();
    f.append("one");
    CHECK_FALSE(test::fails_from(at, [&] {
      f.pump();
      if (by_peer) f.session_now->on_closed(errc::connection_lost);
    }));
    late += f.said<channel_closed>() == 0 ? 1 : 0;
    f.write("two");
    std::vector<std::string> found;
    if (f.said<channel_closed>() == 0) {
      found = f.sent();
      f.acknowledge(1);
    } else {
      CHECK(f.said<channel_closed>() == 1);
      (void)f.sent();
      f.open();
      found = f.sent();
      f.acknowledge(static_cast<std::int64_t>(found.size()));
    }
    for (const auto& each : f.sent())
      found.push_back(each);
    CHECK(found == std::vector<std::string>{"one", "two"});
  }
  CHECK(late >= 2);
}

TEST_CASE("a request for which there is no memory is refused and sent later",
          "[read_channel]") {
  std::size_t failures = 0;
  for (std::size_t at = 1; at <= 20; ++at) {
    test::channel_fixture f;
    f.session_now = f.store.connect_session();
    REQUIRE(f.channel->use(f.generation, f.session_now));
    CHECK_FALSE(fails(at, [&] { f.channel->resume(f.generation); }));
    if (f.said<read_refused>() > 0) {
      ++failures;
      CHECK(f.last<read_refused>().reason.code() == errc::out_of_memory);
      f.channel->resume(f.generation);
    }
    (void)f.ask();
  }
  CHECK(failures >= 3);
}
#endif
