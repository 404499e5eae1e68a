#include "store/segment_requests.hpp"

#include <string>

#include "unit/sandbox_store/session_client.hpp"

using namespace pravega_sandbox;
using namespace pravega_sandbox::test;

namespace {

const std::string other = "s/t/1.#epoch.0";

}  // namespace

TEST_CASE("segment requests: info of a segment, and NoSuchSegment for a missing one") {
  session_fixture f;
  f.store.model.set_now_ms(77);
  f.store.append(f.segment, "0123456789");
  f.store.model.truncate(segment_name, 3);
  f.client.send(wire::get_stream_segment_info{1, segment_name, {}});
  CHECK(f.client.expect<wire::stream_segment_info>() ==
        wire::stream_segment_info{1, segment_name, true, false, false, 77, 10, 3});
  f.store.model.seal(segment_name);
  f.client.send(wire::get_stream_segment_info{1, segment_name, {}});
  CHECK(f.client.expect<wire::stream_segment_info>().is_sealed);
  f.client.send(wire::get_stream_segment_info{2, other, {}});
  CHECK(f.client.expect<wire::no_such_segment>() == wire::no_such_segment{2, other, {}, -1});
}

TEST_CASE("segment requests: create, seal and delete, each twice") {
  session_fixture f;
  f.client.send(wire::create_segment{1, other, 0, 0, {}, 0});
  CHECK(f.client.expect<wire::segment_created>() == wire::segment_created{1, other});
  f.client.send(wire::create_segment{2, other, 0, 0, {}, 0});
  CHECK(f.client.expect<wire::segment_already_exists>().request_id == 2);
  f.client.send(wire::seal_segment{3, other, {}});
  CHECK(f.client.expect<wire::segment_sealed>().request_id == 3);
  f.client.send(wire::seal_segment{4, other, {}});
  CHECK(f.client.expect<wire::segment_is_sealed>() ==
        wire::segment_is_sealed{4, other, {}, -1});
  f.client.send(wire::delete_segment{5, other, {}});
  CHECK(f.client.expect<wire::segment_deleted>().request_id == 5);
  f.client.send(wire::delete_segment{6, other, {}});
  CHECK(f.client.expect<wire::no_such_segment>().request_id == 6);
  f.client.send(wire::seal_segment{7, other, {}});
  CHECK(f.client.expect<wire::no_such_segment>().request_id == 7);
}

TEST_CASE("segment requests: truncation within the segment, and outside of it") {
  session_fixture f;
  f.store.append(f.segment, "0123456789");
  f.client.send(wire::truncate_segment{1, segment_name, 4, {}});
  CHECK(f.client.expect<wire::segment_truncated>() == wire::segment_truncated{1, segment_name});
  for (const std::int64_t offset : {3, 11}) {
    f.client.send(wire::truncate_segment{2, segment_name, offset, {}});
    CHECK(f.client.expect<wire::segment_is_truncated>() ==
          wire::segment_is_truncated{2, segment_name, 4, {}, offset});
  }
  f.client.send(wire::truncate_segment{3, other, 7, {}});
  CHECK(f.client.expect<wire::no_such_segment>().offset == 7);
  f.client.send(wire::truncate_segment{3, segment_name, -1, {}});
  CHECK(f.client.expect<wire::error_message>().request_id == 3);
}

TEST_CASE("segment requests: attributes are read, and compared and set") {
  session_fixture f;
  const uuid id{4, 5};
  const auto set = [&](std::int64_t value, std::int64_t expected) {
    f.client.send(wire::update_segment_attribute{1, segment_name, id, value, expected, {}});
    return f.client.expect<wire::segment_attribute_updated>().success;
  };
  const auto get = [&] {
    f.client.send(wire::get_segment_attribute{2, segment_name, id, {}});
    return f.client.expect<wire::segment_attribute>().value;
  };
  CHECK(get() == no_value);
  CHECK_FALSE(set(1, 0));
  CHECK(set(1, no_value));
  CHECK(get() == 1);
  CHECK(set(no_value, 1));
  CHECK(get() == no_value);
  f.client.send(wire::update_segment_attribute{1, other, id, 1, 1, {}});
  f.client.expect<wire::no_such_segment>();
  f.client.send(wire::get_segment_attribute{1, other, id, {}});
  f.client.expect<wire::no_such_segment>();
  f.store.model.seal(segment_name);
  f.client.send(wire::update_segment_attribute{1, segment_name, id, 1, no_value, {}});
  f.client.expect<wire::segment_is_sealed>();
}

TEST_CASE("segment requests: a transient segment is written and merged") {
  session_fixture f;
  f.store.append(f.segment, "before ");
  f.client.send(wire::create_transient_segment{1, writer_id, segment_name, {}});
  const auto transient = f.client.expect<wire::segment_created>().segment;
  CHECK(f.client.setup(transient) == no_value);
  f.client.send(wire::conditional_block_end{writer_id, 0, 0, raw("large "), 3});
  CHECK(f.client.expect<wire::data_appended>().previous_event_number == no_value);
  f.client.send(wire::conditional_block_end{writer_id, 1, 6, raw("event"), 3});
  f.client.expect<wire::data_appended>();
  f.client.send(wire::merge_segments{4, segment_name, transient, {}, {}});
  CHECK(f.client.expect<wire::segments_merged>() ==
        wire::segments_merged{4, segment_name, transient, 18});
  CHECK(text_of(f.segment->read(0, 100)) == "before large event");
  f.client.send(wire::merge_segments{5, segment_name, transient, {}, {}});
  CHECK(f.client.expect<wire::no_such_segment>().segment == transient);
}

TEST_CASE("segment requests: a transient segment needs no parent, but data to be merged") {
  session_fixture f;
  f.client.send(wire::create_transient_segment{1, writer_id, other, {}});
  const auto orphan = f.client.expect<wire::segment_created>().segment;
  f.client.send(wire::merge_segments{2, segment_name, orphan, {}, {}});
  CHECK(f.client.expect<wire::no_such_segment>().segment == orphan);
  CHECK(f.store.model.find(orphan) == nullptr);
  CHECK(f.segment->length() == 0);
}

TEST_CASE("segment requests: the policy of a segment is kept in attributes") {
  session_fixture f;
  f.client.send(wire::create_segment{1, other, 77, 2, {}, 123});
  f.client.expect<wire::segment_created>();
  const auto made = f.store.model.find(other);
  CHECK(made->attribute(scale_policy_type_attribute) == 2);
  CHECK(made->attribute(scale_policy_rate_attribute) == 77);
  CHECK(made->attribute(rollover_size_attribute) == 123);
  f.client.send(wire::update_segment_policy{2, other, 88, 1, {}});
  f.client.expect<wire::segment_policy_updated>();
  CHECK(made->attribute(scale_policy_type_attribute) == 1);
  CHECK(made->attribute(scale_policy_rate_attribute) == 88);
}

TEST_CASE("segment requests: a merge whose condition fails is told and changes nothing") {
  session_fixture f;
  f.store.append(f.store.segment(other), "x");
  const wire::attribute_update unset{uuid{1, 1}, 0, 5, 0};
  f.client.send(wire::merge_segments{1, segment_name, other, {}, {unset}});
  CHECK(f.client.expect<wire::segments_merged>().new_target_write_offset == 1);
  f.store.append(f.store.segment(other), "y");
  f.client.send(wire::merge_segments{2, segment_name, other, {}, {unset}});
  CHECK(f.client.expect<wire::segment_attribute_updated>() ==
        wire::segment_attribute_updated{2, false});
  CHECK(f.segment->length() == 1);
  f.client.send(wire::merge_segments{3, segment_name, other, {}, {{uuid{1, 1}, 9, 5, 0}}});
  CHECK(f.client.closes == 1);
}

TEST_CASE("segment requests: merging a batch is all or nothing") {
  session_fixture f;
  f.store.append(f.store.segment("a"), "aa");
  f.store.append(f.store.segment("b"), "b");
  f.client.send(wire::merge_segments_batch{1, segment_name, {"a", "missing"}, {}});
  CHECK(f.client.expect<wire::no_such_segment>().segment == "missing");
  f.client.send(wire::merge_segments_batch{1, segment_name, {"a", "a"}, {}});
  CHECK(f.client.expect<wire::no_such_segment>().segment == "a");
  CHECK(f.segment->length() == 0);
  f.client.send(wire::merge_segments_batch{2, segment_name, {"a", "b"}, {}});
  CHECK(f.client.expect<wire::segments_batch_merged>() ==
        wire::segments_batch_merged{2, segment_name, {{"a", 2}, {"b", 3}}});
  CHECK(text_of(f.segment->read(0, 10)) == "aab");
  f.client.send(wire::merge_segments_batch{1, other, {}, {}});
  CHECK(f.client.expect<wire::no_such_segment>().segment == other);
  f.store.model.seal(segment_name);
  f.client.send(wire::merge_segments_batch{1, segment_name, {}, {}});
  f.client.expect<wire::segment_is_sealed>();
}

TEST_CASE("segment requests: a batch names its target or a segment twice") {
  session_fixture f;
  f.store.append(f.store.segment("a"), "aa");
  for (const auto& twice : {std::string{"a"}, segment_name}) {
    f.client.send(wire::merge_segments_batch{1, segment_name, {"a", twice}, {}});
    CHECK(f.client.expect<wire::no_such_segment>().segment == twice);
  }
  CHECK(f.store.model.find("a") != nullptr);
}

TEST_CASE("segment requests: the end of a connection deletes what it did not merge") {
  session_fixture f;
  std::vector<std::string> made;
  for (int i = 0; i < 3; ++i) {
    f.client.send(wire::create_transient_segment{1, writer_id, segment_name, {}});
    made.push_back(f.client.expect<wire::segment_created>().segment);
    f.store.append(f.store.model.find(made.back()), "x");
  }
  f.client.send(wire::merge_segments{4, segment_name, made[1], {}, {}});
  f.client.expect<wire::segments_merged>();
  f.store.segment(made[1]);
  f.client.session.on_closed();
  CHECK(f.store.model.segment_names() == std::vector{segment_name, made[1]});
}

TEST_CASE("segment requests: the policy of a segment, and a table that cannot be made") {
  session_fixture f;
  f.client.send(wire::update_segment_policy{1, segment_name, 5, 1, {}});
  CHECK(f.client.expect<wire::segment_policy_updated>().request_id == 1);
  f.client.send(wire::update_segment_policy{2, other, 5, 1, {}});
  f.client.expect<wire::no_such_segment>();
  f.client.send(wire::create_table_segment{3, "s/table", {}, false, 0, 0});
  CHECK(f.client.expect<wire::operation_unsupported>().request_id == 3);
  CHECK(f.client.closes == 0);
}
