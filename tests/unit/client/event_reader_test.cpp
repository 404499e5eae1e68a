// The handle of a group's reader: waits that others end, and where nobody may wait.
#include <future>
#include <optional>

#include "pravega_actor/client.hpp"
#include "pravega_sandbox/sandbox.hpp"
#include "support/catch.hpp"

using namespace pravega_actor;
using pravega_sandbox::sandbox;

namespace {

const scoped_stream stream{"scope", "stream"};
const scoped_group group{"scope", "group"};
using taken = result<std::optional<event_item>>;

struct read_in_group {
  std::unique_ptr<sandbox> server;
  std::optional<client> held;
  event_reader reader;

  read_in_group() {
    auto started = sandbox::start();
    REQUIRE(started);
    server = std::move(*started);
    config settings;
    settings.controller_uri = server->controller_uri();
    auto made = client::create(settings);
    REQUIRE(made);
    held = std::move(*made);
    REQUIRE(user().streams().ensure_scope(stream.scope));
    REQUIRE(user().streams().ensure_stream(stream, fixed_segments(1)));
    reader_group_config all;
    all.starting_cuts[stream] = std::nullopt;
    REQUIRE(user().reader_groups().ensure_group(group, all));
    auto opened = user().create_event_reader(group, "one", {});
    REQUIRE(opened);
    reader = std::move(*opened);
  }
  [[nodiscard]] client& user() { return *held; }
  /// A thread that waits for much longer than the test takes.
  std::future<taken> wait() const {
    return std::async(std::launch::async,
                      [copy = reader]() mutable { return copy.next(seconds{600}); });
  }
  static errc ended(std::future<taken>& waiting) {
    REQUIRE(waiting.wait_for(std::chrono::seconds{30}) == std::future_status::ready);
    auto got = waiting.get();
    REQUIRE_FALSE(got);
    return got.error().code();
  }
};

}  // namespace

TEST_CASE("event reader: a thread that waits is let go when another one closes the reader",
          "[client]") {
  read_in_group s;
  auto waiting = s.wait();
  // Not an end by itself: an event comes through first.
  auto writer = s.user().create_writer(stream);
  REQUIRE(writer);
  REQUIRE(writer->write("key", as_bytes(std::string{"event"}), seconds{30}));
  REQUIRE(waiting.wait_for(std::chrono::seconds{30}) == std::future_status::ready);
  REQUIRE(waiting.get());
  waiting = s.wait();
  REQUIRE(s.reader.close(seconds{30}));
  CHECK(s.ended(waiting) == errc::closed);
  CHECK(s.reader.next(seconds{600}).error() == errc::closed);
  const auto left = s.user().reader_groups().describe(group);
  REQUIRE(left);
  CHECK(left->readers.empty());
}

TEST_CASE("event reader: a thread that waits is let go when the client closes", "[client]") {
  read_in_group s;
  auto waiting = s.wait();
  REQUIRE(s.user().close(seconds{30}).outcome);
  CHECK(s.ended(waiting) == errc::closed);
}

TEST_CASE("event reader: a thread that waits is told that the reader was declared offline",
          "[client]") {
  read_in_group s;
  auto waiting = s.wait();
  REQUIRE(s.user().reader_groups().set_reader_offline(group, "one"));
  CHECK(s.ended(waiting) == errc::reader_offline);
}

TEST_CASE("event reader: calls that wait answer would_block at once in a callback",
          "[client]") {
  read_in_group s;
  std::promise<std::vector<errc>> told;
  s.user().reader_groups().describe_async(group, [&](const auto&) {
    told.set_value({s.reader.next(seconds{600}).error().code(),
                    s.reader.close(seconds{600}).error().code(),
                    s.user().create_event_reader(group, "two", {}).error().code(),
                    s.user().reader_groups().describe(group).error().code(),
                    s.user()
                        .reader_groups()
                        .initiate_checkpoint(group, "cp", seconds{600})
                        .error()
                        .code()});
  });
  auto codes = told.get_future();
  REQUIRE(codes.wait_for(std::chrono::seconds{30}) == std::future_status::ready);
  CHECK(codes.get() == std::vector<errc>(5, errc::would_block));
  REQUIRE(s.reader.close(seconds{30}));
}
