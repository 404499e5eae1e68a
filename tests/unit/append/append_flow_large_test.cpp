// A large event in an append flow.
#include "support/catch.hpp"
#include "unit/append/append_flow_support.hpp"

using namespace pravega_actor;
using namespace pravega_actor::internal;
using namespace pravega_actor::test;
using connection = append_flow::connection;
using duty = append_flow::duty;

namespace {

struct large_flow_fixture : append_flow_fixture {
  const std::string transient = name + "#transient.aa.bb";
  const uuid part_writer{5, ~std::uint64_t{6}};

  large_flow_fixture() : append_flow_fixture{{9, 8, 1, 16, 2}} { lead_to(connection::open); }
  void write_large(std::size_t bytes = 24) {
    flow.log().append_large({0.5, ++tickets}, shared_bytes{std::vector<std::byte>(bytes)});
  }
  /// The types of the frames that leave in one turn.
  std::vector<std::int32_t> parts() {
    std::vector<std::int32_t> out;
    while (flow.due(out.size()) == duty::send_part) {
      const auto frame = flow.take_part(now);
      REQUIRE_FALSE(frame.empty());
      out.push_back(wire::load_big_endian<std::int32_t>(frame[0].view.data()));
      flow.on_handed(flow.serial(), true);
    }
    return out;
  }
  /// The same of one that was begun as number `slot`.
  void store(std::int64_t slot) {
    const uuid writer{5, ~std::uint64_t{6} ^ static_cast<std::uint64_t>(slot)};
    const auto id = request_id + slot;
    const auto segment = transient + std::to_string(slot);
    (void)parts();
    REQUIRE(reply(wire::segment_created{id, segment}).empty());
    (void)parts();
    REQUIRE(reply(wire::append_setup{id, segment, writer, nothing_stored}).empty());
    (void)parts();
    REQUIRE(reply(wire::data_appended{writer, 1, nothing_stored, id, 0}).empty());
  }
  lines merged(std::int64_t slot) {
    return reply(
        wire::segments_merged{request_id + slot, name, transient + std::to_string(slot), 100});
  }
  lines part_stored(std::int64_t part) {
    return reply(wire::data_appended{part_writer, part, part == 0 ? nothing_stored : part - 1,
                                     request_id, 0});
  }
  /// 32 bytes in two parts, up to the merge that was sent.
  void to_merge() {
    REQUIRE(parts() == std::vector{wire::create_transient_segment::code});
    REQUIRE(reply(wire::segment_created{request_id, transient}).empty());
    REQUIRE(parts() == std::vector{wire::setup_append::code});
    REQUIRE(
        reply(wire::append_setup{request_id, transient, part_writer, nothing_stored}).empty());
    REQUIRE(parts() == std::vector(2, wire::conditional_block_end::code));
    REQUIRE(part_stored(0).empty());
    REQUIRE(part_stored(1).empty());
    REQUIRE(parts() == std::vector{wire::merge_segments::code});
  }
  lines merged() { return reply(wire::segments_merged{request_id, name, transient, 100}); }
};

}  // namespace

TEST_CASE("a large event is durable with its merge, and others wait until the state is new",
          "[append_flow]") {
  large_flow_fixture f;
  f.write();
  CHECK(f.send() == std::vector<std::int64_t>{1});
  f.write_large();
  f.write();
  CHECK(f.flow.due() == duty::nothing);
  CHECK(f.acknowledged(1) == lines{"advance 1-1", "report progressed"});
  f.to_merge();
  CHECK(f.merged() == lines{"advance 2-2"});
  CHECK(f.parts() == std::vector{wire::setup_append::code});
  CHECK(f.flow.due() == duty::nothing);
  CHECK(f.set_up(2).empty());
  CHECK(f.send() == std::vector<std::int64_t>{3});
  CHECK(f.acknowledged(3) == lines{"advance 3-3"});
}

TEST_CASE("steps before the merge are no progress", "[append_flow]") {
  large_flow_fixture f;
  f.write_large();
  f.to_merge();
  CHECK(f.merged() == lines{"advance 1-1", "report progressed"});
}

TEST_CASE("what is owed of a large event is told", "[append_flow]") {
  large_flow_fixture f;
  f.write_large();
  CHECK_FALSE(f.flow.owed_since());
  (void)f.parts();
  CHECK(f.flow.owed_since() == f.now);
  CHECK(f.flow.owed_text() == "a transient segment for a large event");
  (void)f.reply(wire::segment_created{f.request_id, f.transient});
  CHECK_FALSE(f.flow.owed_since());
}

TEST_CASE("a large event begins anew on the next session", "[append_flow]") {
  large_flow_fixture f;
  f.write_large();
  (void)f.parts();
  (void)f.reply(wire::segment_created{f.request_id, f.transient});
  CHECK(f.closed() == lines{"end_session", "report closed connection_lost"});
  CHECK(f.flow.due() == duty::nothing);
  (void)f.use();
  CHECK(f.resume() == lines{"advance"});
  f.to_merge();
  (void)f.closed();
  CHECK(f.flow.log().in_doubt());
  (void)f.use();
  CHECK(f.resume(1) == lines{"advance 1-1"});
  CHECK(f.flow.due() == duty::nothing);
}

TEST_CASE("a flow that is retired sends no merge of what is stored", "[append_flow]") {
  large_flow_fixture f;
  f.write_large();
  f.write_large();
  REQUIRE(f.parts() == std::vector{wire::create_transient_segment::code});
  REQUIRE(f.reply(wire::segment_created{f.request_id, f.transient}).empty());
  REQUIRE(f.parts() == std::vector{wire::setup_append::code});
  REQUIRE(f.reply(wire::append_setup{f.request_id, f.transient, f.part_writer, nothing_stored})
              .empty());
  for (int part = 0; part < 2; ++part) {
    REQUIRE_FALSE(f.flow.take_part(f.now).empty());
    f.flow.on_handed(f.flow.serial(), true);
  }
  // While a frame of the second event is handed over, the first is stored.
  REQUIRE_FALSE(f.flow.take_part(f.now).empty());
  REQUIRE(f.part_stored(0).empty());
  REQUIRE(f.part_stored(1).empty());
  f.flow.log().clear();
  CHECK(f.flow.retire());
  f.flow.on_handed(f.flow.serial(), true);
  CHECK(f.flow.due() == duty::nothing);
}

TEST_CASE("a refused step stops the large event and is reported once", "[append_flow]") {
  large_flow_fixture f;
  f.write_large();
  f.to_merge();
  CHECK(f.reply(wire::segment_is_sealed{f.request_id, f.transient, "", -1}) ==
        lines{"report refused segment_sealed"});
  CHECK(f.flow.due() == duty::nothing);
  CHECK(f.merged().empty());
  (void)f.closed();
  CHECK_FALSE(f.flow.log().in_doubt());
  CHECK(f.finalize(nothing_stored) == lines{"advance"});
}

TEST_CASE("a seal after a lost merge asks what is stored", "[append_flow]") {
  large_flow_fixture f;
  f.write_large();
  f.to_merge();
  (void)f.closed();
  (void)f.use();
  CHECK(f.finalize(1) == lines{"end_session segment_sealed", "advance 1-1"});
  CHECK(f.flow.log().empty());
}

TEST_CASE("large events are stored while others are merged, and complete in order",
          "[append_flow]") {
  large_flow_fixture f;
  for (int i = 0; i < 3; ++i)
    f.write_large();
  f.write();
  f.store(0);
  CHECK(f.parts() == std::vector{wire::merge_segments::code});
  f.store(1);
  f.store(2);
  CHECK(f.parts().empty());
  CHECK(f.flow.log().in_flight() == 3);
  CHECK(f.merged(0) == lines{"advance 1-1", "report progressed"});
  CHECK(f.parts() == std::vector{wire::merge_segments::code});
  CHECK(f.merged(1) == lines{"advance 2-2"});
  CHECK(f.parts() == std::vector{wire::merge_segments::code});
  CHECK(f.merged(2) == lines{"advance 3-3"});
  CHECK(f.send().empty());
  CHECK(f.parts() == std::vector{wire::setup_append::code});
  CHECK(f.reply(wire::append_setup{f.request_id + 2, f.name, f.writer_id, 3}).empty());
  CHECK(f.send() == std::vector<std::int64_t>{4});
}

TEST_CASE("a session that ends leaves only the merge of a large event in doubt",
          "[append_flow]") {
  large_flow_fixture f;
  f.write_large();
  f.write_large();
  f.store(0);
  (void)f.parts();
  f.store(1);
  (void)f.closed();
  CHECK(f.flow.log().in_doubt());
  (void)f.use();
  CHECK(f.resume(1) == lines{"advance 1-1"});
  CHECK_FALSE(f.flow.log().in_doubt());
  CHECK(f.parts() == std::vector{wire::create_transient_segment::code});
}

TEST_CASE("after the refusal of a large event small ones do not leave", "[append_flow]") {
  large_flow_fixture f;
  f.write_large();
  f.write_large();
  f.write();
  f.store(0);
  (void)f.parts();
  (void)f.reply(wire::no_such_segment{f.request_id + 1, f.name, "", -1});
  CHECK(f.merged(0) == lines{"advance 1-1", "report progressed"});
  CHECK(f.parts().empty());
  CHECK(f.send().empty());
  (void)f.closed();
  (void)f.use();
  CHECK(f.resume(1) == lines{"advance"});
  CHECK(f.parts() == std::vector{wire::create_transient_segment::code});
}

namespace {

/// Answers each frame of two large events and a small one, as a store does that fails nothing.
/// Returns the number of frames; before frame `moment`, counted from 1, a new actor takes over.
struct large_flow_store {
  large_flow_fixture& f;
  std::int64_t stored = nothing_yet;
  std::size_t merges = 0;
  static constexpr auto nothing_yet = std::numeric_limits<std::int64_t>::min();

  std::size_t run(std::size_t moment) {
    std::size_t frames = 0;
    for (;; ++frames) {
      if (frames + 1 == moment) take_over();
      const auto due = f.flow.due();
      if (due == duty::send)
        take_block();
      else if (due == duty::send_part)
        take_part();
      else
        return frames;
    }
  }
  void take_over() {
    (void)f.flow.attach();
    (void)f.use();
    (void)f.resume(stored);
  }
  void take_block() {
    stored = f.flow.take_block(f.now)->last_event_number();
    f.flow.on_handed(f.flow.serial(), true);
    (void)f.acknowledged(stored);
  }
  void take_part() {
    std::vector<std::byte> frame;
    for (const auto& part : f.flow.take_part(f.now))
      frame.insert(frame.end(), part.view.begin(), part.view.end());
    f.flow.on_handed(f.flow.serial(), true);
    const auto what = wire::decode(wire::load_big_endian<std::int32_t>(frame.data()),
                                   byte_view{frame}.subspan(limits::frame_header_bytes));
    REQUIRE(what);
    if (const auto* create = what->get_if<wire::create_transient_segment>())
      (void)f.reply(wire::segment_created{
          create->request_id, f.transient + std::to_string(create->request_id & 7)});
    if (const auto* setup = what->get_if<wire::setup_append>())
      (void)f.reply(wire::append_setup{setup->request_id, setup->segment, setup->writer_id,
                                       setup->segment == f.name ? stored : nothing_yet});
    if (const auto* part = what->get_if<wire::conditional_block_end>())
      (void)f.reply(wire::data_appended{
          part->writer_id, part->event_number,
          part->event_number == 0 ? nothing_yet : part->event_number - 1, part->request_id, 0});
    if (const auto* merge = what->get_if<wire::merge_segments>()) carry_out(*merge);
  }
  void carry_out(const wire::merge_segments& merge) {
    REQUIRE(merge.updates.size() == 1);
    CHECK(merge.updates[0].old_value == stored);
    stored = merge.updates[0].new_value;
    ++merges;
    (void)f.reply(wire::segments_merged{merge.request_id, merge.target, merge.source, 100});
  }
};

}  // namespace

TEST_CASE(
    "a new actor at each frame of large events: what is merged stays, the rest begins anew",
    "[append_flow]") {
  std::size_t whole = 0;
  for (std::size_t moment = 0; moment <= whole + 1; ++moment) {
    CAPTURE(moment);
    large_flow_fixture f;
    f.write();
    f.write_large(100);
    f.write_large(24);
    f.write();
    large_flow_store store{f};
    const auto frames = store.run(moment);
    if (moment == 0) whole = frames;
    CHECK(f.flow.log().empty());
    CHECK(store.stored == 4);
    CHECK(store.merges == 2);
  }
  CHECK(whole == 18);
}
