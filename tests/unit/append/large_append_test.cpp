#include "append/large_append.hpp"

#include "support/catch.hpp"
#include "unit/append/large_append_support.hpp"

using namespace pravega_actor;
using namespace pravega_actor::internal;
using namespace pravega_actor::test;
using step = large_append::step;
using answer = large_append::answer;
using large_fixture = large_append_fixture;

TEST_CASE("a large event takes the steps of the protocol", "[large_append]") {
  large_fixture f;
  auto sent = f.sent();
  REQUIRE(sent.size() == 1);
  const auto create = sent[0].get<wire::create_transient_segment>();
  CHECK(create == wire::create_transient_segment{f.request_id, f.part_writer, f.name, "token"});
  CHECK(f.reply(f.created()).value() == answer::progress);
  sent = f.sent();
  REQUIRE(sent.size() == 1);
  CHECK(sent[0].get<wire::setup_append>() ==
        wire::setup_append{f.request_id, f.part_writer, f.transient, "token"});
  CHECK(f.reply(f.set_up()).value() == answer::progress);
  std::string stored;
  for (std::int64_t part = 0; part < 4; ++part) {
    for (const auto& each : f.sent()) {
      const auto block = each.get<wire::conditional_block_end>();
      CHECK(block.writer_id == f.part_writer);
      CHECK(block.request_id == f.request_id);
      CHECK(block.expected_offset == static_cast<std::int64_t>(stored.size()));
      CHECK(block.event_number * 10 == block.expected_offset);
      stored += as_text(block.data);
    }
    CHECK(f.large.owed() == (part < 3 ? 2 : 1));
    CHECK(f.reply(f.stored(part)).value() == answer::progress);
  }
  CHECK(stored == std::string("\0\0\0\0\0\0\0\x1e", 8) + f.payload);
  sent = f.sent();
  REQUIRE(sent.size() == 1);
  CHECK(sent[0].get<wire::merge_segments>() ==
        wire::merge_segments{
            f.request_id, f.name, f.transient, "token", {{f.writer_id, 4, 42, 41}}});
  CHECK(f.reply(f.merged()).value() == answer::merged);
  sent = f.sent();
  REQUIRE(sent.size() == 1);
  CHECK(sent[0].get<wire::setup_append>() ==
        wire::setup_append{f.request_id, f.writer_id, f.name, "token"});
  CHECK(f.reply(f.renewed()).value() == answer::renewed);
  CHECK(f.large.at() == step::over);
  CHECK(f.sent().empty());
}

TEST_CASE("a part may be as large as the event, or end within its header", "[large_append]") {
  const auto bytes = GENERATE(std::size_t{1}, std::size_t{7}, std::size_t{8}, std::size_t{9},
                              std::size_t{38}, std::size_t{1000});
  large_fixture f{{bytes, 1000}};
  f.lead_to(step::setting_up);
  REQUIRE(f.reply(f.set_up()));
  std::string stored;
  const auto parts = f.sent();
  for (const auto& each : parts) {
    const auto data = each.get<wire::conditional_block_end>().data;
    CHECK(data.size() <= bytes);
    stored += as_text(data);
  }
  CHECK(stored.substr(8) == f.payload);
  CHECK(parts.size() == (38 + bytes - 1) / bytes);
}

TEST_CASE("a part's data is not copied, and outlives the event", "[large_append]") {
  std::vector<shared_bytes> frame;
  {
    large_fixture f{{1000, 1}};
    f.lead_to(step::setting_up);
    REQUIRE(f.reply(f.set_up()));
    frame = f.large.next_frame();
  }
  REQUIRE(frame.size() == 4);
  CHECK(as_text(frame[2].view) == "thirty bytes that are an event");
  CHECK(frame[2].owner.use_count() == 1);
}

TEST_CASE("one acknowledgement may stand for several parts", "[large_append]") {
  large_fixture f{{10, 4}};
  f.lead_to(step::storing);
  auto late = f.stored(2);
  late.previous_event_number = wire::null_attribute_value;
  CHECK(f.reply(late));
  CHECK(f.large.owed() == 1);
  CHECK(f.large.owed_text() == "acknowledgement of 1 part of a large event");
  CHECK(f.reply(f.stored(3)));
  CHECK(f.large.at() == step::merging);
}

TEST_CASE("acknowledgements that cannot be are a violation", "[large_append]") {
  SECTION("of a part that was not sent") {
    large_fixture f;
    f.lead_to(step::storing);
    CHECK(f.reply(f.stored(2)).error() == errc::protocol_violation);
  }
  SECTION("of one twice") {
    large_fixture f;
    f.lead_to(step::storing);
    CHECK(f.reply(f.stored(0)));
    CHECK(f.reply(f.stored(0)).error() == errc::protocol_violation);
  }
  SECTION("of another writer") {
    large_fixture f;
    f.lead_to(step::storing);
    auto other = f.stored(0);
    other.writer_id = f.writer_id;
    CHECK(f.reply(other).error() == errc::protocol_violation);
  }
}

TEST_CASE("a transient segment that is not the event's is refused", "[large_append]") {
  const auto name = GENERATE(std::string{"scope/stream/4.#epoch.1"},
                             std::string{"scope/stream/4.#epoch.1#transient."},
                             std::string{"scope/other/4.#epoch.1#transient.aa.bb"});
  large_fixture f;
  f.lead_to(step::creating);
  CHECK(f.reply(wire::segment_created{f.request_id, name}).error() == errc::protocol_violation);
}

TEST_CASE("a transient segment that is not new is refused", "[large_append]") {
  large_fixture f;
  f.lead_to(step::setting_up);
  CHECK(f.reply(f.set_up(0)).error() == errc::protocol_violation);
}

TEST_CASE("a merge whose condition fails is another attempt's matter", "[large_append]") {
  large_fixture f;
  f.lead_to(step::merging);
  const auto refused = f.reply(wire::segment_attribute_updated{f.request_id, false});
  CHECK(refused.error() == errc::conditional_check_failed);
  // It may have failed because an earlier merge was carried out.
  CHECK_FALSE(f.large.merge_refused());
}

TEST_CASE("refusals of a merge that name its source are about its target", "[large_append]") {
  large_fixture f;
  f.lead_to(step::merging);
  SECTION("sealed") {
    const auto got = f.reply(wire::segment_is_sealed{f.request_id, f.transient, "", -1});
    CHECK(got.error() == errc::segment_sealed);
    CHECK(got.error().subject() == f.name);
  }
  // Nobody knows which of the two: the next attempt finds out.
  SECTION("missing") {
    const auto got = f.reply(wire::no_such_segment{f.request_id, f.transient, "", -1});
    CHECK(got.error() == errc::server_error);
    CHECK(got.error().detail().find("merging") != std::string::npos);
  }
  CHECK(f.large.merge_refused());
}

TEST_CASE("the number that the segment stores must be that of the merge", "[large_append]") {
  large_fixture f;
  f.lead_to(step::renewing);
  CHECK(f.reply(f.renewed(43)).error() == errc::invalid_event_number);
}

TEST_CASE("a segment that is gone after the merge is missing", "[large_append]") {
  large_fixture f;
  f.lead_to(step::renewing);
  CHECK(f.reply(wire::no_such_segment{f.request_id, f.name, "", -1}).error() ==
        errc::segment_not_found);
}

TEST_CASE("an expired token is told as such in each step", "[large_append]") {
  for (const auto at :
       {step::creating, step::setting_up, step::storing, step::merging, step::renewing}) {
    large_fixture f;
    f.lead_to(at);
    const auto got = f.reply(
        wire::auth_token_check_failed{f.request_id, "", wire::token_error::token_expired});
    CHECK(got.error() == errc::token_expired);
    CHECK(f.large.at() == step::over);
  }
}
