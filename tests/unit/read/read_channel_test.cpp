#include "read/read_channel.hpp"

#include "support/catch.hpp"
#include "unit/read/read_channel_support.hpp"

using namespace pravega_actor;
using namespace pravega_actor::internal;
using namespace pravega_actor::test;

TEST_CASE("a channel asks, hands out what came and asks for more at once", "[read_channel]") {
  channel_fixture f;
  f.connect();
  auto first = f.ask();
  CHECK(first.segment == f.channel->name());
  CHECK(first.offset == 0);
  CHECK(first.suggested_length == 1024);
  CHECK(first.delegation_token == "token");
  const auto bytes = events({"one", "two"});
  f.reply(bytes);
  const auto slice = f.take_slice();
  CHECK(payloads_of(slice) == std::vector<std::string>{"one", "two"});
  const auto second = f.ask();
  CHECK(second.offset == static_cast<std::int64_t>(bytes.size()));
  CHECK(second.request_id != first.request_id);
  CHECK(second.request_id >> 32 == first.request_id >> 32);
  CHECK(f.said<read_progressed>() == 1);
  f.reply(bytes);
  CHECK(f.said<read_progressed>() == 1);
  CHECK(f.owner->looked_for_consumers > 0);
}

TEST_CASE("a slice is the memory that was received", "[read_channel]") {
  channel_fixture f;
  f.connect();
  (void)f.ask();
  f.reply(events({"one"}));
  const auto slice = f.take_slice();
  f.session_now.reset();
  f.store.cut();
  CHECK(payloads_of(slice) == std::vector<std::string>{"one"});
}

TEST_CASE("no more is fetched than the limit allows", "[read_channel]") {
  channel_fixture f;  // 2 slices of 1024 bytes
  f.connect();
  const auto kilobyte = events({std::string(1016, 'x')});
  (void)f.ask();
  f.reply(kilobyte);
  (void)f.ask();
  f.reply(kilobyte);
  CHECK(f.store.requests_waiting() == 0);
  {
    const auto seen = f.look();
    CHECK(seen.slices_waiting == 2);
    CHECK(seen.bytes_waiting == 2048);
    CHECK(seen.offset == 2048);
  }
  (void)f.take_slice();
  CHECK(f.store.requests_waiting() == 1);
  (void)f.take_slice();
  CHECK(f.store.requests_waiting() == 1);
  CHECK(f.look().bytes_waiting == 0);
}

TEST_CASE("small slices count as a thirty-second of a large one", "[read_channel]") {
  channel_fixture f;
  f.connect();
  int fetched = 0;
  while (f.store.requests_waiting() > 0) {
    (void)f.ask();
    f.reply(events({"x"}));
    ++fetched;
  }
  CHECK(fetched == 64);
}

TEST_CASE("straddling events come whole, at every byte and over reconnects", "[read_channel]") {
  std::vector<std::string> written;
  for (int i = 0; i < 8; ++i)
    written.emplace_back(static_cast<std::size_t>(i * 9), 'e');
  const auto all = events(written);
  for (std::size_t size = 1; size <= all.size(); ++size) {
    CAPTURE(size);
    channel_fixture f;
    f.store.put(test_segment(), all, true);
    f.store.reply_bytes_max = size;
    f.connect();
    std::vector<std::string> found;
    bool ended = false;
    for (int steps = 0; !ended; ++steps) {
      REQUIRE(steps < 100'000);
      if (steps % 101 == 100) f.connect();
      if (!f.store.step()) REQUIRE(f.has_outcomes());
      while (f.has_outcomes()) {
        auto item = std::get<read_item>(f.take());
        if (std::holds_alternative<segment_end>(item)) {
          ended = true;
          continue;
        }
        for (auto& each : payloads_of(std::get<event_slice>(item)))
          found.push_back(each);
      }
    }
    CHECK(found == written);
    CHECK(f.said<read_finished>() == 1);
  }
}

TEST_CASE("data that comes with the end is handed out before the end", "[read_channel]") {
  channel_fixture f;
  f.connect();
  (void)f.ask();
  const auto bytes = events({"last"});
  f.reply(bytes, true);
  CHECK(f.take_slice().end_of_segment());
  CHECK(f.take_end() == segment_end{test_segment(), 12, true});
  CHECK(f.channel->finished());
  CHECK(f.store.requests_waiting() == 0);
}

TEST_CASE("a sealed segment's refusal is its end", "[read_channel]") {
  channel_fixture f;
  f.connect();
  const auto asked = f.ask();
  f.answer(wire::segment_is_sealed{asked.request_id, asked.segment, "", 0});
  CHECK(f.take_end() == segment_end{test_segment(), 0, true});
  CHECK(f.said<read_finished>() == 1);
}

TEST_CASE("an empty answer is asked again, a second one only after a pause", "[read_channel]") {
  channel_fixture f;
  f.connect();
  (void)f.ask();
  f.reply({});
  CHECK(f.said<read_progressed>() == 1);
  (void)f.ask();
  f.reply({});
  CHECK(f.said<read_empty>() == 1);
  CHECK(f.store.requests_waiting() == 0);
  f.channel->resume(f.generation);
  (void)f.ask();
  f.reply(events({"at last"}));
  CHECK(payloads_of(f.take_slice()) == std::vector<std::string>{"at last"});
  (void)f.ask();
  f.reply({});
  CHECK(f.store.requests_waiting() == 1);
}

TEST_CASE("taking an item does not end the pause after empty answers", "[read_channel]") {
  channel_fixture f;
  f.connect();
  (void)f.ask();
  f.reply(events({"one"}));
  (void)f.ask();
  f.reply({});
  (void)f.ask();
  f.reply({});
  REQUIRE(f.said<read_empty>() == 1);
  (void)f.take_slice();
  CHECK(f.store.requests_waiting() == 0);
  f.channel->resume(f.generation);
  CHECK(f.store.requests_waiting() == 1);
}

TEST_CASE("reading stops before the end offset", "[read_channel]") {
  const auto all = events({"one", "two", "three"});
  SECTION("between events") {
    channel_fixture f{{0, 22, ""}};
    f.connect();
    const auto asked = f.ask();
    CHECK(asked.suggested_length == 22);
    f.reply({all.begin(), all.begin() + 22});
    CHECK(payloads_of(f.take_slice()) == std::vector<std::string>{"one", "two"});
    CHECK(f.take_end() == segment_end{test_segment(), 22, false});
    CHECK(f.said<read_finished>() == 1);
  }
  SECTION("although the server gives at least eight bytes") {
    channel_fixture f{{11, 15, ""}};
    f.connect();
    CHECK(f.ask().suggested_length == 8);
    f.reply({all.begin() + 11, all.begin() + 19});
    CHECK_FALSE(f.has_outcomes());
    CHECK(f.last<read_refused>().reason.code() == errc::invalid_argument);
  }
  SECTION("at once when it is reached already") {
    channel_fixture f{{22, 22, ""}};
    f.connect();
    CHECK(f.store.requests_waiting() == 0);
    CHECK(f.take_end() == segment_end{test_segment(), 22, false});
    CHECK(f.said<read_finished>() == 1);
  }
}

TEST_CASE("an end offset within an event is refused", "[read_channel]") {
  channel_fixture f{{0, 15, ""}};
  f.connect();
  const auto all = events({"one", "two", "three"});
  (void)f.ask();
  f.reply({all.begin(), all.begin() + 15});
  CHECK(payloads_of(f.take_slice()) == std::vector<std::string>{"one"});
  CHECK(f.ask().offset == 11);
  f.reply({all.begin() + 11, all.begin() + 19});
  REQUIRE(f.said<read_refused>() == 1);
  CHECK(f.last<read_refused>().reason.code() == errc::invalid_argument);
}

TEST_CASE("a gap is reported and reading goes on behind it", "[read_channel]") {
  channel_fixture f;
  f.connect();
  const auto asked = f.ask();
  f.answer(wire::segment_is_truncated{asked.request_id, asked.segment, 500, "", 0});
  REQUIRE(f.said<read_truncated>() == 1);
  CHECK(f.last<read_truncated>().start_offset == 500);
  CHECK(f.store.requests_waiting() == 0);
  f.channel->skip(f.generation, 500);
  f.channel->resume(f.generation);
  CHECK(std::get<segment_gap>(std::get<read_item>(f.take())) ==
        segment_gap{test_segment(), 0, 500});
  CHECK(f.ask().offset == 500);
}

TEST_CASE("truncation again and again is one gap, until there is data", "[read_channel]") {
  channel_fixture f;
  f.connect();
  const auto truncate = [&](std::int64_t to) {
    const auto asked = f.ask();
    f.answer(wire::segment_is_truncated{asked.request_id, asked.segment, to, "", 0});
    const auto said = f.last<read_truncated>();
    f.channel->skip(f.generation, said.start_offset);
    f.channel->resume(f.generation);
    return said.again;
  };
  CHECK_FALSE(truncate(1));
  const auto cost = f.cost();
  CHECK(cost > 0);
  for (std::int64_t to = 2; to < 100; ++to)
    CHECK(truncate(to));
  // Nor do empty answers and new sessions begin it anew.
  (void)f.ask();
  f.reply({});
  CHECK(truncate(100));
  f.store.cut();
  f.connect();
  CHECK(truncate(101));
  CHECK(f.cost() == cost);
  (void)f.ask();
  f.reply(events({"x"}));
  CHECK_FALSE(truncate(200));
  CHECK(std::get<segment_gap>(std::get<read_item>(f.take())) ==
        segment_gap{test_segment(), 0, 101});
  CHECK(payloads_of(f.take_slice()) == std::vector<std::string>{"x"});
  CHECK(std::get<segment_gap>(std::get<read_item>(f.take())) ==
        segment_gap{test_segment(), 110, 200});
  CHECK(f.cost() == 0);
}

TEST_CASE("a request that cannot be encoded is refused, not waited for", "[read_channel]") {
  channel_fixture f{{0, {}, std::string(limits::wire_text_bytes_max + 1, 't')}};
  f.connect();
  CHECK(f.store.requests_waiting() == 0);
  REQUIRE(f.said<read_refused>() == 1);
  CHECK(f.last<read_refused>().reason.code() == errc::invalid_argument);
  f.channel->set_token(f.generation, "short");
  f.channel->resume(f.generation);
  CHECK(f.ask().delegation_token == "short");
}

TEST_CASE("the rest of a deleted segment is a gap and an end", "[read_channel]") {
  channel_fixture f;
  f.connect();
  const auto asked = f.ask();
  f.answer(wire::no_such_segment{asked.request_id, asked.segment, "", 0});
  REQUIRE(f.said<read_refused>() == 1);
  CHECK(f.last<read_refused>().reason.code() == errc::segment_not_found);
  f.channel->skip_rest(f.generation);
  CHECK(std::get<segment_gap>(std::get<read_item>(f.take())) ==
        segment_gap{test_segment(), 0, -1});
  CHECK(f.take_end().sealed);
}

TEST_CASE("what is missing behind the end offset is no gap", "[read_channel]") {
  channel_fixture f{{0, 200, ""}};
  f.connect();
  const auto asked = f.ask();
  SECTION("of a truncated segment") {
    f.answer(wire::segment_is_truncated{asked.request_id, asked.segment, 500, "", 0});
    f.channel->skip(f.generation, 500);
    f.channel->resume(f.generation);
    CHECK(f.said<read_finished>() == 1);
  }
  SECTION("of a deleted segment") {
    f.answer(wire::no_such_segment{asked.request_id, asked.segment, "", 0});
    f.channel->skip_rest(f.generation);
  }
  CHECK(std::get<segment_gap>(std::get<read_item>(f.take())) ==
        segment_gap{test_segment(), 0, 200});
  CHECK(f.take_end() == segment_end{test_segment(), 200, false});
}

TEST_CASE("what the actor gives up with is the last thing", "[read_channel]") {
  channel_fixture f;
  f.connect();
  (void)f.ask();
  f.reply(events({"one"}));
  f.channel->give_up(f.generation, errc::retries_exhausted);
  CHECK(f.channel->finished());
  CHECK(payloads_of(f.take_slice()).size() == 1);
  CHECK(std::get<error>(f.take()).code() == errc::retries_exhausted);
}

TEST_CASE("an actor that was replaced has no power over the channel", "[read_channel]") {
  channel_fixture f;
  f.connect();
  const auto old = f.generation;
  f.attach();
  CHECK_FALSE(f.channel->use(old, f.store.connect_session()));
  f.channel->resume(old);
  f.channel->skip(old, 99);
  f.channel->skip_rest(old);
  f.channel->give_up(old, errc::cancelled);
  f.channel->disconnect(old);
  f.channel->detach(old);
  CHECK_FALSE(f.has_outcomes());
  CHECK_FALSE(f.channel->finished());
}

TEST_CASE("a new token is used from the next request on", "[read_channel]") {
  channel_fixture f;
  f.connect();
  (void)f.ask();
  f.channel->set_token(f.generation, "newer");
  f.reply(events({"x"}));
  CHECK(f.ask().delegation_token == "newer");
}

TEST_CASE("a dropped channel keeps nothing and reads nothing", "[read_channel]") {
  channel_fixture f;
  f.connect();
  (void)f.ask();
  f.reply(events({"x"}));
  (void)f.ask();
  {
    const checked_lock lock{f.owner->mutex()};
    (void)f.channel->drop();
  }
  f.reply(events({"y"}));
  CHECK_FALSE(f.has_outcomes());
  CHECK(f.store.requests_waiting() == 0);
}
