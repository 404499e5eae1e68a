#include "read/segment_reader.hpp"

#include "support/actor_world.hpp"
#include "unit/read/read_channel_support.hpp"

using namespace pravega_actor;
using namespace pravega_actor::internal;
using namespace pravega_actor::test;

namespace {

read_timing quick() {
  read_timing t;
  t.backoff = {milliseconds{10}, 2.0, milliseconds{100}, 0.0};
  t.recovery_timeout = seconds{2};
  return t;
}

struct reader_world : actor_world {
  std::shared_ptr<recording_owner> owner = std::make_shared<recording_owner>();
  std::shared_ptr<read_channel> channel;
  segment_reader_handle actor;
  bool down = false;
  truncation_policy policy = truncation_policy::report_and_go_on;

  explicit reader_world(byte_vector bytes, bool sealed = false) {
    store.put(test_segment(), std::move(bytes), sealed);
    channel = std::make_shared<read_channel>(owner, test_segment(), 7,
                                             read_channel::start{0, {}, "stale"},
                                             read_limits{1024, 2, 1u << 20}, context->pool);
  }
  ~reader_world() {
    caf::anon_send_exit(actor, caf::exit_reason::user_shutdown);
    actor = nullptr;
    jobs.run();
  }
  void spawn() {
    actor = system.spawn(segment_reader, std::shared_ptr<const segment_context>{context},
                         channel, segment_reader_setup{quick(), policy, "reader/segment"});
    actor->attach_functor([this] { down = true; });
  }
  std::vector<read_outcome> take_all() {
    std::vector<read_outcome> out;
    while (waits(*owner, *channel))
      out.push_back(take_from(*owner, *channel));
    return out;
  }
  segment_reader_status status() {
    auto box = std::make_shared<inbox<segment_reader_status>>();
    auto asker = system.spawn(collector<segment_reader_status>, box);
    caf::send_as(asker, actor, get_segment_reader_status{});
    run();
    REQUIRE(box->got.size() == 1);
    caf::anon_send_exit(asker, caf::exit_reason::user_shutdown);
    return std::get<0>(box->got[0]);
  }
  std::string trouble() {
    const checked_lock lock{owner->mutex()};
    const auto seen = channel->look_locked();
    return seen.trouble ? seen.trouble->to_string() : std::string{};
  }
  std::size_t published(event_kind kind) const {
    return static_cast<std::size_t>(
        std::count_if(events_seen.begin(), events_seen.end(),
                      [&](const library_event& e) { return e.kind == kind; }));
  }
};

error last_error(const std::vector<read_outcome>& all) {
  REQUIRE_FALSE(all.empty());
  return std::get<error>(all.back());
}

}  // namespace

TEST_CASE("a sealed segment is read to its end, then the actor ends", "[segment_reader]") {
  reader_world w{events({"one", "two"}), true};
  w.spawn();
  w.run();
  const auto got = w.take_all();
  REQUIRE(got.size() == 2);
  CHECK(payloads_of(std::get<event_slice>(std::get<read_item>(got[0]))).size() == 2);
  CHECK(std::get<segment_end>(std::get<read_item>(got[1])).sealed);
  CHECK(w.down);
  CHECK(w.published(event_kind::connected) == 1);
  CHECK(w.events_seen[0].path == "reader/segment");
}

TEST_CASE("an actor that finds its segment read ends at once", "[segment_reader]") {
  reader_world w{events({"one"}), true};
  w.spawn();
  w.run();
  REQUIRE(w.down);
  w.down = false;
  w.spawn();
  w.run();
  CHECK(w.down);
  CHECK(w.take_all().size() == 2);
}

TEST_CASE("reading goes on after the connection ended", "[segment_reader]") {
  reader_world w{events({"one"})};
  w.spawn();
  w.run();
  CHECK(w.status().phase == "reading");
  w.store.cut();
  w.run();
  CHECK(w.status().phase == "waiting");
  CHECK(w.status().failures_in_row == 1);
  CHECK(w.status().last_failure.find("cut") != std::string::npos);
  CHECK(w.trouble().find("cut") != std::string::npos);
  w.run_for(milliseconds{20});
  CHECK(w.trouble().empty());
  CHECK(w.status().phase == "reading");
  w.store.put(test_segment(), events({"one", "two"}));
  w.run();
  CHECK(w.status().failures_in_row == 0);
  CHECK(w.take_all().size() == 2);
  CHECK(w.published(event_kind::reconnected) == 1);
  CHECK(w.published(event_kind::disconnected) == 1);
}

TEST_CASE("the controller is asked again after each failure", "[segment_reader]") {
  reader_world w{{}};
  int sessions = 0;
  *w.on_session = [&](const open_session& what) -> result<std::shared_ptr<session>> {
    CHECK_FALSE(what.dedicated);
    CHECK(what.peer == endpoint{"store", 1});
    if (++sessions <= 3) return errc::segment_store_unreachable;
    return w.store.connect_session();
  };
  w.spawn();
  w.run_for(milliseconds{200});
  CHECK(sessions == 4);
  CHECK(w.calls == 4);
  CHECK(w.status().phase == "reading");
}

TEST_CASE("a segment that stays unreachable fails the reader with addresses",
          "[segment_reader]") {
  reader_world w{{}};
  *w.on_session = [](const open_session&) -> result<std::shared_ptr<session>> {
    return errc::segment_store_unreachable;
  };
  w.spawn();
  w.run_for(seconds{1});
  CHECK_FALSE(w.down);
  w.run_for(seconds{2});
  CHECK(w.down);
  const auto reason = last_error(w.take_all());
  CHECK(reason.code() == errc::retries_exhausted);
  CHECK(reason.segment_store() == "store:1");
  CHECK(reason.controller() == "controller:9090");
  CHECK(reason.subject() == "scope/stream/0.#epoch.0");
  CHECK(reason.at() == stage::connect);
  CHECK(w.published(event_kind::failed) == 1);
}

TEST_CASE("a segment that is lost again and again fails at reading", "[segment_reader]") {
  reader_world w{{}};
  w.spawn();
  for (int i = 0; i < 600 && !w.down; ++i) {
    w.run_for(milliseconds{5});
    w.store.cut();
  }
  w.run();
  REQUIRE(w.down);
  const auto reason = last_error(w.take_all());
  CHECK(reason.code() == errc::retries_exhausted);
  CHECK(reason.at() == stage::read);
  CHECK(reason.segment_store() == "store:1");
}

TEST_CASE("what the controller refuses is told as its word", "[segment_reader]") {
  reader_world w{{}};
  *w.on_call = [](const controller::request&) -> result<controller::reply> {
    return errc::stream_not_found;
  };
  w.spawn();
  w.run();
  const auto reason = last_error(w.take_all());
  CHECK(reason.code() == errc::stream_not_found);
  CHECK(reason.at() == stage::controller_call);
  CHECK(reason.controller() == "controller:9090");
}

TEST_CASE("services that are down count as failures", "[segment_reader]") {
  reader_world w{events({"x"})};
  const auto services = w.context->connections->get();
  w.context->connections->clear();
  w.spawn();
  w.run_for(milliseconds{50});
  CHECK(w.status().failures_in_row > 0);
  w.context->connections->set(services);
  w.run_for(milliseconds{300});
  CHECK(w.take_all().size() == 1);
}

TEST_CASE("a store that truncates all the time does not make a busy loop", "[segment_reader]") {
  reader_world w{{}};
  w.spawn();
  std::size_t answers = 0;
  for (int i = 0; i < 200; ++i) {
    w.jobs.run();
    while (auto asked = w.store.take_request()) {
      REQUIRE(++answers < 1000);
      const auto what = asked->read();
      asked->answer(
          wire::segment_is_truncated{what.request_id, what.segment, what.offset + 1, "", 0});
      w.jobs.run();
    }
    w.jobs.advance_time(milliseconds{5});
  }
  // One second with backoff from 10 to 100 milliseconds.
  CHECK(answers > 5);
  CHECK(answers < 20);
  const auto got = w.take_all();
  REQUIRE(got.size() == 1);
  CHECK(std::get<segment_gap>(std::get<read_item>(got[0])).to ==
        static_cast<std::int64_t>(answers));
}

TEST_CASE("an expired token is replaced", "[segment_reader]") {
  reader_world w{events({"x"}), true};
  w.spawn();
  w.jobs.run();
  auto first = w.store.take_request();
  REQUIRE(first);
  CHECK(first->read().delegation_token == "stale");
  // A 0.13 server puts the offset into the place of the request id.
  const bool names_offset = GENERATE(false, true);
  const auto id = names_offset ? first->read().offset : first->read().request_id;
  first->answer(wire::auth_token_check_failed{id, "", wire::token_error::token_expired});
  for (int i = 0; i < 10; ++i) {
    w.jobs.advance_time(milliseconds{5});
    w.jobs.run();
  }
  auto second = w.store.take_request();
  REQUIRE(second);
  CHECK(second->read().delegation_token == "fresh");
}

TEST_CASE("what the server refuses for good fails the reader", "[segment_reader]") {
  reader_world w{{}};
  w.spawn();
  w.jobs.run();
  auto asked = w.store.take_request();
  const auto what = asked->read();
  SECTION("a token") {
    asked->answer(wire::auth_token_check_failed{what.request_id, "",
                                                wire::token_error::token_check_failed});
    w.run();
    CHECK(last_error(w.take_all()).code() == errc::token_rejected);
  }
  SECTION("data that cannot be") {
    asked->answer(wire::segment_read{what.segment, what.offset, false, false,
                                     byte_vector(100, std::byte{9}), what.request_id});
    w.run();
    CHECK(last_error(w.take_all()).code() == errc::protocol_violation);
  }
  SECTION("an event over the limit") {
    auto large = events({std::string(std::size_t{2} << 20, 'x')});
    large.resize(100);
    asked->answer(wire::segment_read{what.segment, what.offset, false, false, std::move(large),
                                     what.request_id});
    w.run();
    CHECK(last_error(w.take_all()).code() == errc::limit_exceeded);
  }
  CHECK(w.down);
}

TEST_CASE("a wrong host is left for the right one", "[segment_reader]") {
  reader_world w{events({"x"})};
  w.spawn();
  w.jobs.run();
  auto asked = w.store.take_request();
  asked->answer(wire::wrong_host{asked->read().request_id, asked->read().segment, "", ""});
  w.run_for(milliseconds{50});
  CHECK(w.calls == 2);
  CHECK(w.take_all().size() == 1);
}

TEST_CASE("truncation by policy", "[segment_reader]") {
  auto bytes = events({std::string(92, 'x'), "kept"});
  reader_world w{bytes, true};
  w.store.change([](auto& all) { all.begin()->second.start = 100; });
  SECTION("reported") {
    w.spawn();
    w.run();
    const auto got = w.take_all();
    REQUIRE(got.size() == 3);
    CHECK(std::get<segment_gap>(std::get<read_item>(got[0])) ==
          segment_gap{test_segment(), 0, 100});
    CHECK(std::get<event_slice>(std::get<read_item>(got[1])).offset() == 100);
  }
  SECTION("a failure") {
    w.policy = truncation_policy::fail;
    w.spawn();
    w.run();
    const auto reason = last_error(w.take_all());
    CHECK(reason.code() == errc::segment_truncated);
    CHECK(reason.detail().find("100") != std::string::npos);
  }
  CHECK(w.down);
}

TEST_CASE("a deleted segment by policy", "[segment_reader]") {
  reader_world w{{}};
  w.store.change([](auto& all) { all.clear(); });
  SECTION("reported") {
    w.spawn();
    w.run();
    const auto got = w.take_all();
    REQUIRE(got.size() == 2);
    CHECK(std::get<segment_gap>(std::get<read_item>(got[0])).to == -1);
    CHECK(std::get<segment_end>(std::get<read_item>(got[1])).sealed);
  }
  SECTION("a failure") {
    w.policy = truncation_policy::fail;
    w.spawn();
    w.run();
    CHECK(last_error(w.take_all()).code() == errc::segment_not_found);
  }
  CHECK(w.down);
  CHECK(w.calls == 2);
}

TEST_CASE("empty answers again and again do not make a busy loop", "[segment_reader]") {
  reader_world w{{}};
  w.spawn();
  std::size_t answers = 0;
  for (int i = 0; i < 200; ++i) {
    w.jobs.run();
    while (auto asked = w.store.take_request()) {
      ++answers;
      const auto what = asked->read();
      asked->answer(
          wire::segment_read{what.segment, what.offset, true, false, {}, what.request_id});
      w.jobs.run();
    }
    w.jobs.advance_time(milliseconds{5});
  }
  // One second, one answer each ten milliseconds.
  CHECK(answers > 90);
  CHECK(answers < 110);
}

TEST_CASE("a killed actor leaves its session, and the next one goes on", "[segment_reader]") {
  reader_world w{events({"one"})};
  w.spawn();
  w.run();
  caf::anon_send_exit(w.actor, caf::exit_reason::kill);
  w.run();
  CHECK(w.down);
  w.store.put(test_segment(), events({"one", "two"}));
  w.run();
  CHECK(w.take_all().size() == 1);
  w.spawn();
  w.run();
  const auto got = w.take_all();
  REQUIRE(got.size() == 1);
  CHECK(payloads_of(std::get<event_slice>(std::get<read_item>(got[0]))) ==
        std::vector<std::string>{"two"});
}
