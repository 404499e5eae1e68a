// The blocking calls of the public API, over real threads and ports in memory.
#include "pravega_actor/client.hpp"

#include <algorithm>
#include <future>
#include <stdexcept>
#include <thread>

#include "pravega_actor/actors.hpp"
#include "support/catch.hpp"
#include "unit/client/live_world.hpp"

using namespace pravega_actor;
using namespace pravega_actor::test;

namespace {

const scoped_stream known{"scope", "stream"};

client make(const live_world& w, const config& settings = {}) {
  auto made = client::create(settings, w.ports());
  REQUIRE(made);
  return std::move(*made);
}

}  // namespace

TEST_CASE("a client writes, flushes and closes", "[client]") {
  const live_world w;
  {
    auto user = make(w);
    auto writer = user.create_writer(known);
    REQUIRE(writer);
    std::atomic<int> durable{0};
    for (int i = 0; i < 1000; ++i)
      REQUIRE(writer->write("key-" + std::to_string(i % 7), as_bytes("x"), seconds{20},
                            [&](const write_result& r) { durable += r.outcome ? 1 : 0; }));
    REQUIRE(writer->flush(seconds{20}));
    CHECK(durable == 1000);
    CHECK(writer->progress().durable_through == 1000);
    const auto closed = writer->close(seconds{20});
    CHECK(closed.outcome);
    const auto report = user.close();
    CHECK(report.outcome);
    const auto again = user.close();
    CHECK(again.outcome);
  }
  CHECK(w.stored_events() == 1000);
}

TEST_CASE("a client goes on over cut connections", "[client]") {
  const live_world w{one_stream, 20};
  {
    auto user = make(w);
    auto writer = user.create_writer(known);
    REQUIRE(writer);
    for (int i = 0; i < 500; ++i) {
      REQUIRE(writer->write(as_bytes(std::to_string(i)), seconds{60}));
      if (i % 5 == 0) REQUIRE(writer->flush(seconds{60}));
    }
    CHECK(writer->close(seconds{60}).outcome);
    CHECK(user.close().outcome);
  }
  CHECK(w.stored_events() == 500);
  CHECK(w.store->counted().cuts > 0);
}

TEST_CASE("the last handles drain and close by themselves", "[client]") {
  const live_world w;
  {
    auto user = make(w);
    auto copy = user;
    auto writer = copy.create_writer(known);
    REQUIRE(writer);
    for (int i = 0; i < 100; ++i)
      REQUIRE(writer->try_write(as_bytes("x")));
  }
  CHECK(w.stored_events() == 100);
}

TEST_CASE("opening a writer fails with the controller's reason", "[client]") {
  const live_world w;
  auto user = make(w);
  const auto missing = user.create_writer({"scope", "missing"});
  REQUIRE_FALSE(missing);
  CHECK(missing.error() == errc::stream_not_found);
  CHECK(missing.error().subject() == "scope/missing");
  const auto bad = user.create_writer({"scope", "not/a/name"});
  REQUIRE_FALSE(bad);
  CHECK(bad.error() == errc::invalid_name);
  CHECK(user.close().outcome);
  const auto late = user.create_writer(known);
  REQUIRE_FALSE(late);
  CHECK(late.error() == errc::closed);
}

TEST_CASE("a controller that fails for good ends a call within its time", "[client]") {
  const live_world w{[](const controller::request&) -> result<controller::reply> {
    return error{errc::controller_unreachable, "refused"};
  }};
  config settings;
  // Time enough for a second attempt, also on a machine that is busy.
  settings.controller_call_timeout_ms = 1000;
  settings.controller_attempt_timeout_ms = 50;
  auto user = make(w, settings);
  const auto opened = user.create_writer(known);
  REQUIRE_FALSE(opened);
  CHECK(opened.error() == errc::controller_unreachable);
  CHECK(opened.error().detail().find("attempts") != std::string::npos);
  CHECK(w.controller->names().size() > 1);
}

TEST_CASE("a client shows what it does", "[client]") {
  const live_world w;
  auto user = make(w);
  std::mutex mutex;
  std::vector<std::string> happened;
  const auto number = user.subscribe([&](const library_event& e) {
    std::lock_guard lock{mutex};
    happened.push_back(std::string{to_string(e.kind)} + " " + e.path);
  });
  auto writer = user.create_writer(known);
  REQUIRE(writer);
  REQUIRE(writer->write("key", as_bytes("x"), seconds{20}));
  REQUIRE(writer->flush(seconds{20}));
  const auto status = user.status();
  REQUIRE(status);
  CHECK(status->controller == "controller:9090");
  CHECK(status->controller_calls >= 2);
  REQUIRE(status->actors.size() == 5);
  CHECK(status->actors[2].path == "client/writer-1");
  const auto seen = writer->status();
  CHECK(seen.state == "open");
  REQUIRE(seen.segments.size() == 2);
  CHECK(seen.segments[0].segment == "scope/stream/0.#epoch.0");
  user.unsubscribe(number);
  CHECK(user.close().outcome);
  std::lock_guard lock{mutex};
  const auto heard = [&](const std::string& what) {
    return std::find(happened.begin(), happened.end(), what) != happened.end();
  };
  CHECK(heard("started client/writer-1"));
  CHECK((heard("connected client/writer-1/segment:scope/stream/0.#epoch.0") ||
         heard("connected client/writer-1/segment:scope/stream/1.#epoch.0")));
}

TEST_CASE("the options of a writer are those of the configuration", "[client]") {
  const live_world w;
  config settings;
  settings.writer_outstanding_bytes_max = 9'000'000;
  settings.writer_outstanding_events_max = 17;
  settings.writer_block_bytes_max = 5000;
  settings.writer_blocks_in_flight_max = 3;
  settings.close_timeout_ms = 1234;
  auto user = make(w, settings);
  const auto options = user.default_writer_options();
  CHECK(options.outstanding_bytes_max == 9'000'000);
  CHECK(options.outstanding_events_max == 17);
  CHECK(options.block_bytes_max == 5000);
  CHECK(options.blocks_in_flight_max == 3);
  CHECK(options.close_timeout == milliseconds{1234});
}

TEST_CASE("a client joins an application's actor system", "[client]") {
  const live_world w;
  caf::actor_system_config chosen;
  chosen.set("scheduler.max-threads", std::size_t{1});
  caf::actor_system system{chosen};
  {
    auto user = make_client(system, {}, w.ports());
    REQUIRE(user);
    auto writer = user->create_writer(known);
    REQUIRE(writer);
    REQUIRE(writer->write(as_bytes("x"), seconds{20}));
    CHECK(writer->close(seconds{20}).outcome);
    CHECK(user->close().outcome);
  }
  system.await_all_actors_done();
  CHECK(w.stored_events() == 1);
}

TEST_CASE("closing a client from within a completion does not wait", "[client]") {
  const live_world w;
  auto user = make(w);
  auto writer = user.create_writer(known);
  REQUIRE(writer);
  std::promise<result<void>> inside;
  REQUIRE(writer->try_write(as_bytes("x"), [&](const write_result&) {
    inside.set_value(user.close(seconds{20}).outcome);
  }));
  auto told = inside.get_future();
  REQUIRE(told.wait_for(std::chrono::seconds{20}) == std::future_status::ready);
  const auto early = told.get();
  REQUIRE_FALSE(early);
  CHECK(early.error() == errc::would_block);
  CHECK(user.close(seconds{20}).outcome);
}

TEST_CASE("a client closed many times at once ends once", "[client]") {
  const live_world w;
  auto user = make(w);
  auto writer = user.create_writer(known);
  REQUIRE(writer);
  for (int i = 0; i < 100; ++i)
    REQUIRE(writer->try_write(as_bytes("x")));
  std::vector<std::future<bool>> all;
  for (int i = 0; i < 4; ++i)
    all.push_back(std::async(std::launch::async, [user]() mutable {
      return user.close(seconds{20}).outcome.has_value();
    }));
  for (auto& each : all)
    CHECK(each.get());
  CHECK(w.stored_events() == 100);
}

TEST_CASE("the last handle may go with a completion", "[client]") {
  const live_world w;
  auto ports = w.ports();
  // Only the client holds it: it is gone when the client is.
  ports.env = make_system_environment();
  const std::weak_ptr<environment> life = ports.env;
  {
    auto made = client::create({}, std::move(ports));
    REQUIRE(made);
    auto user = std::make_shared<client>(std::move(*made));
    auto writer = user->create_writer(known);
    REQUIRE(writer);
    REQUIRE(writer->try_write(as_bytes("x"), [user](const write_result&) {}));
  }
  for (int i = 0; i < 4000 && !life.expired(); ++i)
    std::this_thread::sleep_for(std::chrono::milliseconds{5});
  CHECK(life.expired());
  CHECK(w.stored_events() == 1);
}

TEST_CASE("a completion that throws is told and disturbs nobody", "[client]") {
  const live_world w;
  auto user = make(w);
  std::promise<std::string> heard;
  user.subscribe([&](const library_event& e) {
    if (e.kind == event_kind::callback_threw) heard.set_value(e.path + ": " + e.cause);
  });
  auto writer = user.create_writer(known);
  REQUIRE(writer);
  std::atomic<int> durable{0};
  REQUIRE(writer->try_write(
      as_bytes("x"), [](const write_result&) { throw std::runtime_error{"on purpose"}; }));
  REQUIRE(writer->try_write(as_bytes("y"), [&](const write_result&) { ++durable; }));
  CHECK(writer->flush(seconds{20}));
  CHECK(durable == 1);
  CHECK(heard.get_future().get() == "client/writer-1: on purpose");
  CHECK(user.close(seconds{20}).outcome);
}

TEST_CASE("credentials that can be overheard are told to each subscriber", "[client]") {
  const auto identity = bearer_credentials(secret{"s3cr3t"});
  REQUIRE(identity);
  const auto told_by = [&](const std::string& uri) {
    config settings;
    settings.controller_uri = uri;
    auto user = client::create(settings, *identity);
    REQUIRE(user);
    std::vector<std::string> told;
    for (int i = 0; i < 2; ++i)
      user->unsubscribe(user->subscribe([&](const library_event& event) {
        if (event.kind == event_kind::credentials_exposed) told.push_back(event.cause);
      }));
    CHECK(user->close(seconds{20}).outcome);
    return told;
  };
  const std::string cause = "they go without TLS to 192.0.2.1:9090";
  CHECK(told_by("tcp://192.0.2.1:9090") == std::vector<std::string>{cause, cause});
  CHECK(told_by("tcp://127.0.0.1:9090").empty());
}

TEST_CASE("a client is not made with credentials that cannot be read", "[client]") {
  config settings;
  settings.auth_token_file = "/nonexistent/token";
  const auto made = client::create(settings);
  REQUIRE_FALSE(made);
  CHECK(made.error() == errc::invalid_configuration);
  CHECK(made.error().detail().find("/nonexistent/token") != std::string::npos);
}

TEST_CASE("what happens is logged up to the configured level", "[client]") {
  const live_world w;
  config settings;
  settings.log_level = GENERATE("off", "info", "debug");
  auto user = make(w, settings);
  std::mutex mutex;
  std::string lines;
  user.log_to([&](log_level, std::string_view line) {
    std::lock_guard lock{mutex};
    lines += std::string{line} + "\n";
  });
  auto writer = user.create_writer(known);
  REQUIRE(writer);
  REQUIRE(writer->write(as_bytes("x"), seconds{20}));
  REQUIRE(writer->flush(seconds{20}));
  CHECK(user.close(seconds{20}).outcome);
  std::lock_guard lock{mutex};
  const auto has = [&](const char* part) { return lines.find(part) != std::string::npos; };
  CHECK(lines.empty() == (settings.log_level == "off"));
  CHECK(has(".#epoch.0: connected\n") == (settings.log_level != "off"));
  CHECK(has("started") == (settings.log_level == "debug"));
}

TEST_CASE("the status shows actors of every depth", "[client]") {
  const live_world w;
  auto user = make(w);
  auto writer = user.create_writer(known);
  REQUIRE(writer);
  REQUIRE(writer->write(as_bytes("x"), seconds{20}));
  REQUIRE(writer->flush(seconds{20}));
  const auto status = user.status();
  REQUIRE(status);
  const auto shows = [&](const std::string& path) {
    return std::any_of(
        status->actors.begin(), status->actors.end(),
        [&](const actor_line& each) { return each.path == path && each.running; });
  };
  CHECK(shows("client/controller"));
  CHECK(shows("client/writer-1"));
  CHECK(shows("client/writer-1/segment:scope/stream/0.#epoch.0"));
  CHECK(user.close(seconds{20}).outcome);
}

// Closing was asked for: the drain goes on though nobody holds the client any more.
TEST_CASE("the last handle may go while the client closes", "[client]") {
  const live_world w;
  std::promise<client_close_report> closed;
  event_writer writer;
  {
    auto user = make(w);
    auto opened = user.create_writer(known);
    REQUIRE(opened);
    writer = *opened;
    for (int i = 0; i < 500; ++i)
      REQUIRE(writer.write(as_bytes("x"), seconds{20}));
    user.close_async(seconds{20},
                     [&](const client_close_report& report) { closed.set_value(report); });
  }
  const auto report = closed.get_future().get();
  INFO((report.outcome ? "closed" : report.outcome.error().to_string()));
  CHECK(report.outcome);
  CHECK(writer.progress().durable_through == 500);
  CHECK(w.stored_events() == 500);
}

TEST_CASE("a client without one of its ports is refused", "[client]") {
  const live_world w;
  auto ports = w.ports();
  const int missing = GENERATE(0, 1, 2);
  if (missing == 0) ports.env.reset();
  if (missing == 1) ports.connections.reset();
  if (missing == 2) ports.controller.reset();
  const auto refused = client::create({}, std::move(ports));
  REQUIRE_FALSE(refused);
  CHECK(refused.error() == errc::invalid_argument);
}

TEST_CASE("a callback of opening that throws is told and disturbs nobody", "[client]") {
  const live_world w;
  auto user = make(w);
  std::atomic<int> told{0};
  const auto number = user.subscribe([&](const library_event& event) {
    if (event.kind == event_kind::callback_threw && event.cause == "thrown by the test") ++told;
  });
  user.create_writer_async(known, user.default_writer_options(), [](result<event_writer>) {
    throw std::runtime_error{"thrown by the test"};
  });
  auto writer = user.create_writer(known);
  REQUIRE(writer);
  REQUIRE(writer->write(as_bytes("x"), seconds{20}));
  CHECK(writer->flush(seconds{20}));
  for (int i = 0; i < 2000 && told == 0; ++i)
    std::this_thread::sleep_for(milliseconds{1});
  CHECK(told == 1);
  user.unsubscribe(number);
}
