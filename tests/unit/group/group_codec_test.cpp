#include "group/group_codec.hpp"

#include <string>

#include "pravega_actor/limits.hpp"
#include "support/catch.hpp"
#include "unit/group/group_json.hpp"

using namespace pravega_actor;
using namespace pravega_actor::internal;
using Catch::Contains;
using test::from_hex;
using test::golden;
using test::same_but_for_order;
using test::to_hex;
using test::update_of;

namespace {

const nlohmann::json& records() {
  return golden().at("reader_group");
}

const std::string acquire =
    "00050001000000002300087265616465722d31001773636f70652f73747265616d2f302e2365706f63682e30";

error failure_of(const std::string& update) {
  const auto read = decode_group_update(from_hex(update));
  REQUIRE_FALSE(read);
  return read.error();
}

}  // namespace

TEST_CASE("group codec: golden configurations") {
  REQUIRE(records().at("configs").size() == 4);
  int same = 0;
  for (const auto& record : records().at("configs")) {
    const auto config = test::config_of(record);
    const auto bytes = from_hex(record.at("bytes"));
    const auto read = decode_group_config(bytes);
    REQUIRE(read);
    CHECK(*read == config);
    const auto written = encode_group_config(config);
    REQUIRE(written);
    CHECK(same_but_for_order(*written, bytes));
    same += *written == bytes ? 1 : 0;
  }
  // The other has its streams in hash order.
  CHECK(same == 3);
}

TEST_CASE("group codec: golden updates, alone and as entries") {
  REQUIRE(records().at("updates").size() == 25);
  int same = 0;
  for (const auto& record : records().at("updates")) {
    CAPTURE(record.dump());
    const auto update = update_of(record);
    const auto bytes = from_hex(record.at("update_bytes"));
    const auto read = decode_group_update(bytes);
    REQUIRE(read);
    CHECK(*read == update);
    const auto written = encode_group_update(update);
    REQUIRE(written);
    CHECK(same_but_for_order(*written, bytes));
    same += *written == bytes ? 1 : 0;
    const auto entry_bytes = from_hex(record.at("segment_event_payload"));
    const auto entry = decode_group_entry(entry_bytes);
    REQUIRE(entry);
    CHECK(*entry == group_entry{group_entry::kind::update, {update}});
    const auto entry_written = encode_group_entry(*entry);
    REQUIRE(entry_written);
    CHECK((*entry_written == entry_bytes) == (*written == bytes));
  }
  // The maps of the others are in hash order.
  CHECK(same >= 22);
}

TEST_CASE("group codec: golden initial updates, which Java pads with zeros") {
  REQUIRE(records().at("inits").size() == 2);
  for (const auto& record : records().at("inits")) {
    const auto update = update_of(record);
    const auto bytes = from_hex(record.at("init_bytes"));
    const auto read = decode_group_update(bytes);
    REQUIRE(read);
    CHECK(*read == update);
    const auto padded = from_hex(record.at("segment_event_payload"));
    const auto entry = decode_group_entry(padded);
    REQUIRE(entry);
    CHECK(*entry == group_entry{group_entry::kind::initial, {update}});
    const auto written = encode_group_entry(*entry);
    REQUIRE(written);
    CHECK(written->size() == 4 + bytes.size());
    CHECK(written->size() < padded.size());
    CHECK(same_but_for_order({written->begin() + 4, written->end()}, bytes));
  }
}

TEST_CASE("group codec: several updates in one entry keep their order") {
  const auto bytes = from_hex(records().at("several_updates_in_one_event"));
  const auto entry = decode_group_entry(bytes);
  REQUIRE(entry);
  REQUIRE(entry->updates.size() == 3);
  CHECK(entry->updates[0] == group_update{add_reader{"reader-1"}});
  CHECK(entry->updates[1].holds<acquire_segment>());
  CHECK(entry->updates[2].holds<update_distance>());
  CHECK(to_hex(*encode_group_entry(*entry)) == to_hex(bytes));
}

TEST_CASE("group codec: golden checkpoint states") {
  for (const auto& step : records().at("state_machine_run")) {
    const auto bytes = from_hex(step.at("state").at("checkpointState").at("bytes"));
    const auto read = decode_checkpoint_state(bytes);
    REQUIRE(read);
    const auto written = encode_checkpoint_state(*read);
    REQUIRE(written);
    CHECK(same_but_for_order(*written, bytes));
    CHECK(*decode_checkpoint_state(*written) == *read);
  }
}

TEST_CASE("group codec: ranges and order survive a snapshot") {
  group_snapshot all;
  const segment a{{"scope", "stream"}, {1, 0}};
  const segment b{{"scope", "stream"}, {0, 0}};
  const segment c{{"scope", "other"}, {2, 3}};
  all.assigned["reader"][{c, {0.25, 0.5}}] = -1;
  all.assigned["idle"] = {};
  all.unassigned.add({a, {0.5, 1.0}}, 7);
  all.unassigned.add({b, unknown_range}, 9);
  all.future_segments[{{{"scope", "x"}, {9, 9}}, {0.0, 1.0}}] = {1, 4294967297};
  all.last_read[{a, {0.5, 1.0}}] = 5;
  all.end_segments[a] = 99;
  all.distance_to_tail["reader"] = 30000;
  all.updating_config = true;
  all.checkpoints.checkpoints = {"two", "one"};
  all.checkpoints.waiting["two"] = {"reader"};
  all.checkpoints.positions["two"][a] = 3;
  const auto bytes = encode_group_update(all);
  REQUIRE(bytes);
  const auto read = decode_group_update(*bytes);
  REQUIRE(read);
  CHECK(*read == group_update{all});
}

TEST_CASE(
    "group codec: a segment that stands twice in one list is refused, whatever its ranges") {
  update_distance twice{"reader-1", 0, {}};
  const auto name = segment::parse("scope/stream/0.#epoch.0");
  REQUIRE(name);
  twice.last_read.emplace(group_segment{*name, {0.0, 0.5}}, 1);
  twice.last_read.emplace(group_segment{*name, {0.5, 1.0}}, 2);
  const auto bytes = encode_group_update(twice);
  REQUIRE(bytes);
  const auto read = decode_group_update(*bytes);
  REQUIRE_FALSE(read);
  CHECK_THAT(read.error().detail(), Contains("last read: a key stands there twice"));
}

TEST_CASE("group codec: later revisions are skipped, missing ones leave defaults") {
  const auto more = decode_group_update(from_hex("000900020000000004000269640100000003aabbcc"));
  REQUIRE(more);
  CHECK(*more == group_update{create_checkpoint{"id"}});
  const auto fewer =
      decode_group_update(from_hex("0006000100000000"
                                   "0b0001720000000000000007"));
  REQUIRE(fewer);
  CHECK(*fewer == group_update{update_distance{"r", 7, {}}});
  const auto leftover = decode_group_update(from_hex("0009000100000000060002696400ff"));
  REQUIRE(leftover);
  CHECK(*leftover == group_update{create_checkpoint{"id"}});
}

TEST_CASE("group codec: what is not known is unsupported, and says so") {
  for (const auto& [bytes, detail] : std::map<std::string, std::string>{
           {"000e000100", "update 0 (unknown type 14)"},
           {"00ff000100", "update 0 (unknown type 255)"},
           {"00050101", "update 0 (acquire_segment), header: the version"},
           {"01050001", "header: the serializer's version"}}) {
    const auto failure = failure_of(bytes);
    CHECK(failure.code() == errc::unsupported_operation);
    CHECK_THAT(failure.detail(), Contains(detail));
  }
  const auto kind = decode_group_entry(from_hex("00000003"));
  REQUIRE_FALSE(kind);
  CHECK(kind.error().code() == errc::unsupported_operation);
}

TEST_CASE("group codec: an error names the update, its index and the field") {
  const auto entry =
      decode_group_entry(from_hex("00000002"
                                  "0000000d00090001000000000400026964"
                                  "0000000d00090001000000000400036964"));
  REQUIRE_FALSE(entry);
  CHECK(entry.error().code() == errc::invalid_argument);
  CHECK_THAT(entry.error().detail(),
             Contains("update 1 (create_checkpoint), checkpoint: the bytes end too early"));
  const auto no_name = failure_of("000500010000000006000172000161");
  CHECK_THAT(no_name.detail(), Contains("segment: a segment's name is not valid"));
}

TEST_CASE("group codec: every shorter form of an update is refused") {
  for (const auto& record : records().at("updates")) {
    const auto bytes = from_hex(record.at("update_bytes"));
    for (std::size_t size = 0; size < bytes.size(); ++size)
      CHECK_FALSE(decode_group_update(byte_view{bytes}.first(size)));
  }
}

TEST_CASE("group codec: an entry's framing is exact for updates only") {
  const auto frame = [](const std::string& kind, const std::string& rest) {
    return decode_group_entry(from_hex(kind + rest));
  };
  CHECK(frame("00000002", ""));
  CHECK(frame("00000002", "0000002c" + acquire));
  CHECK_FALSE(frame("00000002", "0000002c" + acquire + "00"));
  CHECK_FALSE(frame("00000002", "0000002d" + acquire + "00"));
  CHECK_FALSE(frame("00000002", "0000002b" + acquire));
  CHECK_FALSE(frame("00000002", "ffffffff" + acquire));
  CHECK_FALSE(frame("00000002", "7fffffff" + acquire));
  CHECK_FALSE(frame("00000001", acquire));
  CHECK_FALSE(frame("0000", ""));
}

TEST_CASE("group codec: limits hold before memory is taken, by name") {
  const std::vector<std::byte> large(limits::group_entry_bytes_max + 1);
  const auto entry = decode_group_entry(large);
  REQUIRE_FALSE(entry);
  CHECK(entry.error().code() == errc::limit_exceeded);
  CHECK_THAT(entry.error().detail(), Contains("group_entry_bytes_max"));
  // A remove_reader that claims 2^30 - 2 positions, and one that claims more than it can hold.
  const auto many = failure_of("000300010000000007000172fffffffe");
  CHECK(many.code() == errc::limit_exceeded);
  CHECK_THAT(many.detail(), Contains("positions: there are more than group_segments_max"));
  const auto short_of = failure_of("00030001000000000400017205");
  CHECK_THAT(short_of.detail(), Contains("fewer bytes"));
  const std::string id(60000, 'x');
  group_entry big;
  for (int i = 0; i < 150; ++i)
    big.updates.emplace_back(create_checkpoint{id});
  const auto written = encode_group_entry(big);
  REQUIRE_FALSE(written);
  CHECK(written.error().code() == errc::limit_exceeded);
}

TEST_CASE("group codec: what cannot be written is refused") {
  const std::string long_text(limits::wire_text_bytes_max + 1, 'x');
  CHECK_FALSE(encode_group_update(add_reader{long_text}));
  CHECK_FALSE(encode_group_update(acquire_segment{"r", {{"a#b", "c"}, {0, 0}}}));
  group_init init;
  init.starting_segments.add({{{"a", "b"}, {0, 0}}, {0.5, 0.25}}, 0);
  CHECK_FALSE(encode_group_update(init));
  CHECK_FALSE(encode_group_entry({group_entry::kind::initial, {add_reader{"r"}}}));
  CHECK_FALSE(encode_group_entry({group_entry::kind::initial, {}}));
}
