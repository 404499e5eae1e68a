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
