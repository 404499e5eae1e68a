#include "pravega_actor/names.hpp"

#include <limits>

#include "support/catch.hpp"
#include "support/json_data.hpp"
#include "support/splitmix.hpp"

using namespace pravega_actor;
using test::golden;

namespace {

segment segment_of(const nlohmann::json& record) {
  return {{"scope", "stream"}, {record.at("number"), record.at("epoch")}};
}

}  // namespace

TEST_CASE("golden segment names and ids") {
  const auto& records = golden().at("names").at("segments");
  REQUIRE(records.size() == 6);
  for (const auto& record : records) {
    const auto in = segment_of(record);
    CAPTURE(record.at("qualified"));
    CHECK(in.id.value() == record.at("id").get<std::int64_t>());
    CHECK(segment_id::from_value(record.at("id")) == in.id);
    CHECK(in.to_string() == record.at("qualified").get<std::string>());
    CHECK(in.to_string() == record.at("scoped").get<std::string>());
    CHECK(*segment::parse(record.at("qualified").get<std::string>()) == in);
    CHECK(segment{{"", "stream"}, in.id}.to_string() ==
          record.at("no_scope").get<std::string>());
    CHECK(*segment::parse(record.at("no_scope").get<std::string>()) ==
          segment{{"", "stream"}, in.id});
    const segment table{{"scope", "kvt"}, in.id};
    CHECK(table_segment_name(table) == record.at("table_segment").get<std::string>());
    CHECK(table_segment_name(table) == record.at("kvt_scoped").get<std::string>());
    CHECK(record.at("tokens") ==
          nlohmann::json({"scope", "stream", std::to_string(in.id.value())}));
  }
}

TEST_CASE("golden transaction and transient names") {
  const auto& records = golden().at("names").at("transactions");
  REQUIRE(records.size() == 4);
  for (const auto& record : records) {
    const auto id = uuid::parse(record.at("uuid").get<std::string>());
    REQUIRE(id);
    CHECK(id->msb == static_cast<std::uint64_t>(record.at("msb").get<std::int64_t>()));
    CHECK(id->lsb == static_cast<std::uint64_t>(record.at("lsb").get<std::int64_t>()));
    CHECK(static_cast<std::int32_t>(id->msb >> 32) == record.at("txn_epoch"));
    const auto parent = segment::parse(record.at("parent").get<std::string>());
    REQUIRE(parent);
    const std::string transaction = record.at("transaction_segment");
    const std::string transient = record.at("transient_segment");
    CHECK(parent->transaction_name(*id) == transaction);
    CHECK(*segment::parse(transaction) == *parent);
    CHECK(*segment::parse(transient) == *parent);
    // The random half of the transient name is the part after the last dot.
    std::string hex = transient.substr(transient.rfind('.') + 1);
    for (const std::size_t at : {20u, 16u, 12u, 8u})
      hex.insert(at, 1, '-');
    CHECK(parent->transient_name(*id, *uuid::parse(hex)) == transient);
  }
}

TEST_CASE("golden texts parse to the segments that Java sees") {
  const auto& records = golden().at("names").at("parse");
  REQUIRE(records.size() == 6);
  for (const auto& record : records) {
    const auto parsed = segment::parse(record.at("text").get<std::string>());
    REQUIRE(parsed);
    const auto& scope = record.at("scope");
    CHECK(parsed->stream.scope == (scope.is_null() ? "" : scope.get<std::string>()));
    CHECK(parsed->stream.stream == record.at("stream").get<std::string>());
    CHECK(parsed->id.value() == record.at("id").get<std::int64_t>());
    CHECK(parsed->to_string() == record.at("scopedName").get<std::string>());
  }
}

TEST_CASE("golden names of internal streams") {
  const auto& names = golden().at("names");
  const auto& group = names.at("reader_group_stream");
  CHECK(reader_group_stream(group.at("group").get<std::string>()) ==
        group.at("stream").get<std::string>());
  const auto& mark = names.at("mark_stream");
  CHECK(mark_stream(mark.at("stream").get<std::string>()) ==
        mark.at("mark").get<std::string>());
  CHECK(is_internal_stream(names.at("internal_stream").get<std::string>()));
  CHECK(is_internal_stream("_RGgrp"));
  CHECK_FALSE(is_internal_stream("stream"));
  CHECK_FALSE(is_internal_stream(""));
  CHECK(scoped_stream{"scope", "stream"}.to_string() ==
        names.at("scoped_stream").get<std::string>());
  CHECK(scoped_stream{"scope", "kvt"}.to_string() == names.at("scoped_kvt").get<std::string>());
}

TEST_CASE("a reader group's name is its scope's and its own, both a user's") {
  CHECK(scoped_group{"scope", "group"}.to_string() == "scope/group");
  CHECK(check_names(scoped_group{"scope", "group.1-a"}));
  for (const auto& group :
       {scoped_group{"scope", "_group"}, scoped_group{"_scope", "group"},
        scoped_group{"scope", ""}, scoped_group{"scope", std::string(251, 'x')}}) {
    const auto checked = check_names(group);
    REQUIRE_FALSE(checked);
    CHECK(checked.error() == errc::invalid_name);
    CHECK(checked.error().subject() == group.to_string());
  }
}

TEST_CASE("random segments survive a round trip") {
  test::splitmix random{3};
  for (int i = 0; i < 1000; ++i) {
    const segment in{{random.name(), random.name()},
                     {static_cast<std::int32_t>(random.magnitude(31)),
                      static_cast<std::int32_t>(random.magnitude(31))}};
    REQUIRE(segment_id::from_value(in.id.value()) == in.id);
    REQUIRE(*segment::parse(in.to_string()) == in);
    REQUIRE(*segment::parse(in.transaction_name({random(), random()})) == in);
  }
}

TEST_CASE("ids cover all 64 bits") {
  constexpr auto low = std::numeric_limits<std::int64_t>::min();
  CHECK(segment_id::from_value(low).value() == low);
  CHECK(segment_id::from_value(-1) == segment_id{-1, -1});
  CHECK((segment_id{-1, 0}.value()) == 0xFFFFFFFFLL);
}

TEST_CASE("what is not a segment name is refused") {
  const auto text = GENERATE(
      as<std::string>{}, "", "stream", "/0", "/stream/0", "scope//0", "scope/stream/",
      "scope/stream/x", "scope/stream/-1", "scope/stream/+1", "scope/stream/2147483648",
      "scope/stream/0.#epoch.", "scope/stream/0.#epoch.-1", "scope/stream/0.#epoch.2147483648",
      "scope/stream/.#epoch.0", "scope/stream/0.#epoch.0 ", "scope/stream/0.#epoch.0.#epoch.0",
      "a/scope/stream/0", "scope/str#eam/0", "scope/stream/0#transaction.",
      "scope/stream/0#transaction.0123456789abcdef0123456789abcde",
      "scope/stream/0#transaction.0123456789abcdef0123456789abcdefa",
      "scope/stream/0#transaction.0123456789abcdef0123456789abcdeg",
      "scope/stream/0#transient.0123456789abcdef0123456789abcdef",
      "scope/stream/"
      "0#transient.0123456789abcdef0123456789abcdef-0123456789abcdef0123456789abcdef",
      "#transaction.0123456789abcdef0123456789abcdef");
  CAPTURE(text);
  const auto parsed = segment::parse(text);
  REQUIRE_FALSE(parsed);
  CHECK(parsed.error() == errc::invalid_argument);
}

TEST_CASE("a user's name has letters, digits, dots and dashes, 1 to 250") {
  for (const auto* name : {"a", "A.b-9", "-", ".", "0"})
    CHECK(check_name(name));
  CHECK(check_name(std::string(250, 'x')));
  CHECK_FALSE(check_name(std::string(251, 'x')));
  for (const auto* name : {"", "_a", "a_b", "a b", "a/b", "a#", "\xC3\xA4", "a\n"}) {
    CAPTURE(name);
    const auto checked = check_name(name);
    REQUIRE_FALSE(checked);
    CHECK(checked.error() == errc::invalid_name);
    CHECK_FALSE(checked.error().detail().empty());
  }
  CHECK_FALSE(check_name(std::string_view{"a\0", 2}));
  CHECK(check_name(std::string(100000, '/')).error().detail().size() < 100);
}

TEST_CASE("a stream's name may begin with an underscore") {
  for (const auto* name : {"a", "_a", "_RGgroup", "_MARKstream", "_MARK_RGgroup", "_MARK"})
    CHECK(check_stream_name(name));
  for (const auto* name : {"", "_", "__a", "a_", "_a_b", "_MARK_", "_MARK_a_b", "_RG_x"}) {
    CAPTURE(name);
    CHECK(check_stream_name(name).error() == errc::invalid_name);
  }
  CHECK(check_stream_name(std::string{"_"}.append(254, 'x')));
  CHECK_FALSE(check_stream_name(std::string{"_"}.append(255, 'x')));
  CHECK_FALSE(check_stream_name(std::string(251, 'x')));
  CHECK(check_stream_name(mark_stream(reader_group_stream(std::string(250, 'x')))));
}

TEST_CASE("scoped streams parse and print the same") {
  CHECK(*scoped_stream::parse("scope/stream") == scoped_stream{"scope", "stream"});
  CHECK(*scoped_stream::parse("_system/_RGx") == scoped_stream{"_system", "_RGx"});
  for (const auto* text : {"", "scope", "/stream", "scope/", "a/b/c", "a b/c", "a/b c"}) {
    CAPTURE(text);
    const auto parsed = scoped_stream::parse(text);
    REQUIRE_FALSE(parsed);
    CHECK(parsed.error() == errc::invalid_name);
  }
}
