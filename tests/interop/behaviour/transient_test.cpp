// Transient segments and merging, as large events use them.
#include "interop/behaviour/store_client.hpp"

namespace pravega_actor::behaviour {

using namespace internal;

namespace {

struct transient {
  store_client client;
  std::string parent = client.new_segment();
  uuid creator = new_uuid();
  std::string name;

  transient() {
    const auto made = client.ask<wire::segment_created>(
        wire::create_transient_segment{21, creator, parent, {}});
    CHECK(made.request_id == 21);
    name = made.segment;
  }
  void fill(std::string_view data) {
    const auto writer = new_uuid();
    client.setup(name, writer);
    client.append(writer, 1, data);
    client.acknowledged(1);
  }
  wire::segments_merged merge() {
    return client.ask<wire::segments_merged>(wire::merge_segments{22, parent, name, {}, {}});
  }
};

bool is_hex(std::string_view text) {
  return text.find_first_not_of("0123456789abcdef") == std::string_view::npos;
}

}  // namespace

TEST_CASE("A transient segment is named after its parent and its writer", "[transient]") {
  transient on;
  const auto prefix = on.parent + "#transient." + on.creator.to_hex() + ".";
  REQUIRE(on.name.substr(0, prefix.size()) == prefix);
  const auto rest = on.name.substr(prefix.size());
  CHECK(rest.size() == 32);
  CHECK(is_hex(rest));
  CHECK(on.client.info(on.name).write_offset == 0);
}

TEST_CASE("Each transient segment is another", "[transient]") {
  transient on;
  const auto again = on.client.ask<wire::segment_created>(
      wire::create_transient_segment{23, on.creator, on.parent, {}});
  CHECK(again.segment != on.name);
}

TEST_CASE("A transient segment takes conditional blocks one after the other", "[transient]") {
  transient on;
  const auto writer = new_uuid();
  CHECK(on.client.setup(on.name, writer).last_event_number == null_attribute_value);
  std::int64_t previous = null_attribute_value;
  for (std::int64_t number = 0; number < 3; ++number) {
    on.client.send(
        wire::conditional_block_end{writer, number, number * 4, bytes_of("part"), 24});
    CHECK(on.client.expect<wire::data_appended>() ==
          wire::data_appended{writer, number, previous, 24, number * 4 + 4});
    previous = number;
  }
  CHECK(on.client.read_all(on.name) == "partpartpart");
}

TEST_CASE("Merging appends the source to the target and deletes it", "[transient][merge]") {
  transient on;
  const auto writer = new_uuid();
  on.client.setup(on.parent, writer);
  on.client.append(writer, 1, "before ");
  on.client.acknowledged(1);
  on.fill("large event");
  CHECK(on.merge() == wire::segments_merged{22, on.parent, on.name, 18});
  CHECK(on.client.read_all(on.parent) == "before large event");
  const auto gone =
      on.client.ask<wire::no_such_segment>(wire::get_stream_segment_info{25, on.name, {}});
  CHECK(gone.segment == on.name);
}

TEST_CASE("Merging may leave out the list of attributes", "[transient][merge]") {
  transient on;
  on.fill("data");
  auto frame = *wire::encode(wire::merge_segments{26, on.parent, on.name, {}, {}});
  frame.resize(frame.size() - sizeof(std::int32_t));
  const auto payload = as_text(byte_view{frame}.subspan(limits::frame_header_bytes));
  REQUIRE(on.client.send_bytes(raw_frame(wire::merge_segments::code, payload)));
  CHECK(on.client.expect<wire::segments_merged>() ==
        wire::segments_merged{26, on.parent, on.name, 4});
}

TEST_CASE("Merging twice merges once", "[transient][merge]") {
  transient on;
  on.fill("data");
  on.merge();
  on.client.send(wire::merge_segments{27, on.parent, on.name, {}, {}});
  const auto frame = on.client.receive();
  REQUIRE(frame);
  // A real server knows for a moment that the source was merged; then it is missing.
  if (frame->type == wire::segments_merged::code) {
    CHECK(*wire::decode_as<wire::segments_merged>(frame->payload) ==
          wire::segments_merged{27, on.parent, on.name, 4});
  } else {
    REQUIRE(frame->type == wire::no_such_segment::code);
    const auto refusal = wire::decode_as<wire::no_such_segment>(frame->payload);
    CHECK(refusal->request_id == 27);
    CHECK(refusal->segment == on.name);
  }
  CHECK(on.client.info(on.parent).write_offset == 4);
}

TEST_CASE("Merging an empty segment changes nothing but deletes it", "[merge]") {
  store_client client;
  const auto target = client.new_segment();
  const auto source = client.new_segment();
  const auto merged =
      client.ask<wire::segments_merged>(wire::merge_segments{28, target, source, {}, {}});
  CHECK(merged.new_target_write_offset == 0);
  client.ask<wire::no_such_segment>(wire::get_stream_segment_info{29, source, {}});
}

TEST_CASE("Merging an empty transient segment is refused and deletes it",
          "[transient][merge]") {
  transient on;
  const auto refusal = on.client.ask<wire::no_such_segment>(
      wire::merge_segments{27, on.parent, on.name, {}, {}});
  CHECK(refusal.request_id == 27);
  CHECK(refusal.segment == on.name);
  on.client.ask<wire::no_such_segment>(wire::get_stream_segment_info{28, on.name, {}});
  CHECK(on.client.info(on.parent).write_offset == 0);
}

TEST_CASE("Merging into a sealed segment is refused", "[merge][sealed]") {
  transient on;
  on.fill("data");
  on.client.seal(on.parent);
  const auto refusal = on.client.ask<wire::segment_is_sealed>(
      wire::merge_segments{35, on.parent, on.name, {}, {}});
  CHECK(refusal.request_id == 35);
  CHECK(on.client.info(on.parent).write_offset == 0);
}

TEST_CASE("The events of a merged segment are not counted", "[transient][merge][attribute]") {
  constexpr uuid event_count{std::uint64_t{1} << 63, 1};
  transient on;
  const auto writer = new_uuid();
  on.client.setup(on.parent, writer);
  on.client.append(writer, 1, "before");
  on.client.acknowledged(1);
  on.fill("data");
  on.merge();
  const auto count = on.client.ask<wire::segment_attribute>(
      wire::get_segment_attribute{36, on.parent, event_count, {}});
  CHECK(count.value == 1);
}

TEST_CASE("Merging changes attributes if their conditions hold", "[transient][merge]") {
  transient on;
  on.fill("data");
  const auto attribute = new_uuid();
  const wire::get_segment_attribute get{29, on.parent, attribute, {}};
  SECTION("they hold") {
    const wire::attribute_update change{attribute, 4, 9, null_attribute_value};
    const auto done = on.client.ask<wire::segments_merged>(
        wire::merge_segments{30, on.parent, on.name, {}, {change}});
    CHECK(done.new_target_write_offset == 4);
    CHECK(on.client.ask<wire::segment_attribute>(get).value == 9);
  }
  SECTION("they do not hold") {
    const wire::attribute_update change{attribute, 4, 9, 8};
    const auto refusal = on.client.ask<wire::segment_attribute_updated>(
        wire::merge_segments{31, on.parent, on.name, {}, {change}});
    CHECK(refusal.request_id == 31);
    CHECK_FALSE(refusal.success);
    CHECK(on.client.ask<wire::segment_attribute>(get).value == null_attribute_value);
    CHECK(on.client.info(on.parent).write_offset == 0);
  }
}

TEST_CASE("A transient segment needs no parent to be created", "[transient][missing]") {
  store_client client;
  const auto parent = shared_scope() + "/missing/0.#epoch.0";
  const auto made = client.ask<wire::segment_created>(
      wire::create_transient_segment{33, new_uuid(), parent, {}});
  CHECK(made.request_id == 33);
  const auto writer = new_uuid();
  client.setup(made.segment, writer);
  client.append(writer, 1, "data");
  client.acknowledged(1);
  client.ask<wire::no_such_segment>(wire::merge_segments{37, parent, made.segment, {}, {}});
}

TEST_CASE("Several segments are merged in the order of the list", "[merge]") {
  store_client client;
  const auto target = client.new_segment();
  std::vector<std::string> sources;
  for (const std::string data : {"one", "three", "four."}) {
    sources.push_back(client.new_segment());
    const auto writer = new_uuid();
    client.setup(sources.back(), writer);
    client.append(writer, 1, data);
    client.acknowledged(1);
    client.seal(sources.back());
  }
  const auto merged = client.ask<wire::segments_batch_merged>(
      wire::merge_segments_batch{34, target, sources, {}});
  CHECK(merged.request_id == 34);
  CHECK(merged.target == target);
  REQUIRE(merged.sources.size() == 3);
  CHECK(merged.sources[2].new_target_write_offset == 13);
  CHECK(client.read_all(target) == "onethreefour.");
}

}  // namespace pravega_actor::behaviour
