#include "append/append_channel.hpp"

#include "support/catch.hpp"
#include "unit/append/append_support.hpp"

using namespace pravega_actor;
using namespace pravega_actor::internal;
using namespace pravega_actor::test;
using texts = std::vector<std::string>;

TEST_CASE("nothing is sent before the segment is set up", "[append_channel]") {
  append_channel_fixture f;
  f.write("one");
  CHECK(f.channel->events_wait());
  f.use_session();
  f.write("two");
  CHECK(f.peer.waiting() == 0);
  CHECK_FALSE(f.channel->look().connected);
  f.channel->send_setup(f.generation, "token");
  const auto setup = f.peer.take();
  REQUIRE(setup);
  const auto asked = setup->as<wire::setup_append>();
  CHECK(asked.request_id == f.request_id);
  CHECK(asked.writer_id == f.writer_id);
  CHECK(asked.segment == "scope/stream/4.#epoch.1");
  CHECK(asked.delegation_token == "token");
  setup->answer(wire::append_setup{asked.request_id, asked.segment, asked.writer_id, 0});
  CHECK(f.last<setup_answered>().stored == 0);
  CHECK(f.notices.back().first == f.generation);
  CHECK(f.peer.waiting() == 0);
  REQUIRE(f.channel->resume(f.generation, 0));
  CHECK(f.sent() == texts{"one", "two"});
  const auto seen = f.channel->look();
  CHECK(seen.connected);
  CHECK(seen.blocks_in_flight == 1);
  CHECK(seen.events_pending == 2);
  CHECK(seen.peer == "store:12345");
}

TEST_CASE("an acknowledgement makes events durable and the next block leave",
          "[append_channel]") {
  append_channel_fixture f;
  f.open();
  f.write("one");
  CHECK(f.sent() == texts{"one"});
  f.write("two");
  f.write("three");
  CHECK(f.sent().empty());
  const auto delivered = f.owner->delivered;
  f.acknowledge(1);
  CHECK(f.owner->durable == std::vector<std::uint64_t>{1});
  CHECK(f.owner->delivered > delivered);
  CHECK(f.sent() == texts{"two", "three"});
  f.acknowledge(3);
  CHECK(f.owner->durable == std::vector<std::uint64_t>{1, 2, 3});
  CHECK_FALSE(f.channel->events_wait());
  CHECK(f.channel->look().event_number_acknowledged == 3);
  CHECK(f.said<append_progressed>() == 1);
}

TEST_CASE("progress is told once in each session", "[append_channel]") {
  append_channel_fixture f;
  f.open();
  f.write("one");
  f.acknowledge(1);
  f.write("two");
  f.acknowledge(2);
  CHECK(f.said<append_progressed>() == 1);
  f.open(2);
  f.write("three");
  f.acknowledge(3);
  CHECK(f.said<append_progressed>() == 2);
}

TEST_CASE("after a cut the log decides what is sent again", "[append_channel]") {
  append_channel_fixture f{{16, 3, 8}};
  f.open();
  f.write("eins....");
  f.write("zwei....");
  CHECK(f.sent() == texts{"eins...."});
  f.acknowledge(1);
  f.write("drei....");
  CHECK(f.sent() == texts{"zwei...."});
  CHECK(f.sent() == texts{"drei...."});
  f.session_now->on_closed(error{errc::connection_lost, "cable"});
  CHECK(f.last<channel_closed>().reason.detail() == "cable");
  CHECK_FALSE(f.channel->look().connected);
  f.write("vier....");
  CHECK(f.peer.waiting() == 0);
  f.open(2);
  CHECK(f.owner->durable == std::vector<std::uint64_t>{1, 2});
  CHECK(f.sent() == texts{"drei...."});
  CHECK(f.sent().empty());
  f.acknowledge(3);
  CHECK(f.sent() == texts{"vier...."});
  CHECK(f.peer.count().made == 2);
}

TEST_CASE("late replies of an old session are ignored", "[append_channel]") {
  append_channel_fixture f;
  f.open();
  f.write("one");
  const auto old = f.peer.take();
  auto first = f.session_now;
  f.use_session();
  CHECK(first->closed());
  const auto told = f.notices.size();
  // A session that is closed hands nothing on; a link kept by a slow thread is stale as well.
  feed(*first, *wire::encode(wire::data_appended{f.writer_id, 1, 0, f.request_id, 0}));
  first->on_closed(errc::io_error);
  CHECK(f.notices.size() == told);
  CHECK(f.owner->durable.empty());
  CHECK(f.channel->events_wait());
  REQUIRE(f.channel->resume(f.generation, nothing_stored));
  CHECK(f.sent() == texts{"one"});
}

TEST_CASE("an acknowledgement before the session is open counts for nothing",
          "[append_channel]") {
  append_channel_fixture f;
  f.open();
  f.write("one");
  f.use_session();
  f.acknowledge(1);
  CHECK(f.owner->durable.empty());
  CHECK(f.said<append_refused>() == 0);
}

TEST_CASE("a successor cuts its predecessor off", "[append_channel]") {
  append_channel_fixture f;
  f.open();
  f.write("one");
  (void)f.sent();
  const auto old = f.generation;
  auto session_before = f.session_now;
  f.generation = f.attach();
  CHECK(f.generation > old);
  CHECK(session_before->closed());
  CHECK_FALSE(f.channel->use(old, f.peer.open_session()));
  f.channel->send_setup(old, "");
  CHECK(f.peer.waiting() == 0);
  CHECK(f.channel->resume(old, 77).has_value());
  f.channel->disconnect(old, errc::closed);
  f.channel->give_up(old, errc::closed, true);
  CHECK(f.owner->ends.empty());
  f.open(nothing_stored);
  CHECK(f.sent() == texts{"one"});
  f.channel->detach(old);
  CHECK_FALSE(f.session_now->closed());
  f.channel->detach(f.generation);
  CHECK(f.session_now->closed());
  CHECK(f.channel->events_wait());
}

TEST_CASE("what the server says of a failure reaches the actor", "[append_channel]") {
  append_channel_fixture f;
  f.open();
  f.write("one");
  const auto frame = f.peer.take();
  REQUIRE(frame);
  const auto name = f.channel->name();
  SECTION("sealed") {
    frame->answer(wire::segment_is_sealed{f.request_id, name, "trace", 1});
    CHECK(f.last<append_refused>().reason == errc::segment_sealed);
  }
  SECTION("missing") {
    frame->answer(wire::no_such_segment{f.request_id, name, "", -1});
    CHECK(f.last<append_refused>().reason == errc::segment_not_found);
  }
  SECTION("another connection") {
    frame->answer(wire::invalid_event_number{f.writer_id, f.request_id, "", 1});
    CHECK(f.last<append_refused>().reason == errc::invalid_event_number);
  }
  SECTION("an acknowledgement for another writer") {
    frame->answer(wire::data_appended{uuid{1, 1}, 1, 0, f.request_id, 0});
    CHECK(f.last<append_refused>().reason == errc::protocol_violation);
  }
  SECTION("an acknowledgement of the unsent") {
    f.acknowledge(2);
    CHECK(f.last<append_refused>().reason == errc::protocol_violation);
    CHECK(f.last<append_refused>().reason.subject() == name);
  }
  SECTION("an acknowledgement that is cut short") {
    std::vector<std::byte> bytes(8 + 5);
    wire::store_big_endian(wire::store_big_endian(bytes.data(), wire::data_appended::code),
                           std::int32_t{5});
    feed(*f.session_now, bytes);
    CHECK(f.last<append_refused>().reason == errc::malformed_frame);
  }
  SECTION("AppendSetup that is cut short") {
    std::vector<std::byte> bytes(8 + 5);
    wire::store_big_endian(wire::store_big_endian(bytes.data(), wire::append_setup::code),
                           std::int32_t{5});
    feed(*f.session_now, bytes);
    CHECK(f.last<append_refused>().reason == errc::malformed_frame);
  }
  SECTION("a frame that is not known") {
    std::vector<std::byte> bytes(8);
    wire::store_big_endian(bytes.data(), std::int32_t{12345});
    feed(*f.session_now, bytes);
    CHECK(f.last<append_refused>().reason == errc::unknown_command);
  }
  CHECK(f.owner->durable.empty());
  CHECK(f.channel->events_wait());
}

TEST_CASE("replies that say nothing about appends are refused", "[append_channel]") {
  append_channel_fixture f;
  f.open();
  feed(*f.session_now, *wire::encode(wire::segment_created{f.request_id, "x"}));
  CHECK(f.last<append_refused>().reason == errc::protocol_violation);
}

TEST_CASE("a resume that cannot be is refused and sends nothing", "[append_channel]") {
  append_channel_fixture f;
  f.write("one");
  f.use_session();
  const auto refused = f.channel->resume(f.generation, 5);
  REQUIRE_FALSE(refused);
  CHECK(refused.error() == errc::protocol_violation);
  CHECK(refused.error().subject() == f.channel->name());
  CHECK(f.peer.waiting() == 0);
  CHECK_FALSE(f.channel->look().connected);
}

TEST_CASE("a session that is closed already is not used", "[append_channel]") {
  append_channel_fixture f;
  auto dead = f.peer.open_session();
  dead->close(errc::connection_lost);
  CHECK_FALSE(f.channel->use(f.generation, dead));
  auto taken = f.peer.open_session();
  REQUIRE(taken->attach(1, nullptr));
  CHECK_FALSE(f.channel->use(f.generation, taken));
}

TEST_CASE("giving up and troubles go to the owner", "[append_channel]") {
  append_channel_fixture f;
  f.channel->note_trouble(errc::io_error);
  REQUIRE(f.owner->troubles.size() == 1);
  CHECK(f.owner->troubles[0] == errc::io_error);
  f.channel->give_up(f.generation, errc::segment_sealed, true);
  REQUIRE(f.owner->ends.size() == 1);
  CHECK(f.owner->ends[0].certain);
  CHECK(f.owner->ends[0].reason == errc::segment_sealed);
}

TEST_CASE("a channel whose owner is gone does nothing", "[append_channel]") {
  append_channel_fixture f;
  f.open();
  f.write("one");
  auto kept = f.session_now;
  auto channel = f.channel;
  f.owner.reset();
  feed(*kept, *wire::encode(wire::data_appended{f.writer_id, 1, 0, f.request_id, 0}));
  CHECK_FALSE(channel->events_wait());
  CHECK_FALSE(channel->look().connected);
  CHECK(channel->attach({}) == 0);
  CHECK_FALSE(channel->use(1, kept));
  CHECK_FALSE(channel->resume(1, 0));
  channel->send_setup(1, "");
  channel->disconnect(1, errc::closed);
  channel->detach(1);
  channel->give_up(1, errc::closed, false);
  kept->close(errc::closed);
}

TEST_CASE("what a server says again and again is told once", "[append_channel]") {
  append_channel_fixture f;
  f.open();
  const auto setup =
      *wire::encode(wire::append_setup{f.request_id, f.channel->name(), f.writer_id, 0});
  const auto info =
      *wire::encode(wire::stream_segment_info{f.request_id, f.channel->name(), true, true});
  for (int i = 0; i < 1000; ++i) {
    feed(*f.session_now, setup);
    feed(*f.session_now, info);
  }
  CHECK(f.said<setup_answered>() == 1);
  CHECK(f.said<segment_inspected>() == 1);
  CHECK(f.said<append_refused>() == 1);
  CHECK(f.last<append_refused>().reason == errc::protocol_violation);
}

TEST_CASE("the segment store tells whether the segment is sealed", "[append_channel]") {
  append_channel_fixture f;
  f.use_session();
  f.channel->send_inspection(f.generation, "token");
  const auto asked = f.peer.take();
  REQUIRE(asked);
  const auto question = asked->as<wire::get_stream_segment_info>();
  CHECK(question.request_id == f.request_id);
  CHECK(question.segment == f.channel->name());
  CHECK(question.delegation_token == "token");
  const bool sealed = GENERATE(false, true);
  asked->answer(wire::stream_segment_info{question.request_id, question.segment, true, sealed});
  CHECK(f.last<segment_inspected>().sealed == sealed);
}

// The connection ends right behind the refusal, and puts what was sent on it in doubt.
TEST_CASE("a refusal says what was in doubt when it came", "[append_channel]") {
  append_channel_fixture f;
  const bool before = GENERATE(false, true);
  f.open();
  f.write("one");
  if (before) {
    f.peer.take()->cut();
    f.open();
  }
  f.write("two");
  f.peer.take()->answer(wire::no_such_segment{f.request_id, f.channel->name()});
  f.session_now->on_closed(error{errc::connection_lost, "closed by the peer"});
  REQUIRE(f.said<append_refused>() == 1);
  const auto& refused = f.notices.at(f.notices.size() - 2).second;
  CHECK(std::get<append_refused>(refused).in_doubt == before);
  REQUIRE(f.channel->finalize(f.generation, std::nullopt));
  CHECK(f.channel->final_known());
  CHECK(f.owner->durable.empty());
}
