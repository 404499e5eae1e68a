// Stream cuts at the controller: truncation and the segments between two cuts.
#include "interop/behaviour/raw_controller.hpp"
#include "interop/behaviour/store_client.hpp"

namespace pravega_actor::behaviour {

using namespace internal;

namespace {

using ids = std::vector<segment_id>;
using offsets = std::map<segment_id, std::int64_t>;

constexpr segment_id first{0, 0};
constexpr segment_id left{1, 1};
constexpr segment_id right{2, 1};

/// Segment `first` with ten bytes, then `left` and `right` with ten bytes each.
struct split_stream {
  scoped_stream stream = new_stream();
  store_client client;

  split_stream() {
    fill(first);
    scale(stream, {first}, {{0.0, 0.5}, {0.5, 1.0}});
    fill(left);
    fill(right);
  }
  [[nodiscard]] std::string name(segment_id id) const {
    return segment{stream, id}.to_string();
  }
  void fill(segment_id id) {
    const auto writer = new_uuid();
    client.setup(name(id), writer);
    client.append(writer, 1, "0123456789");
    client.acknowledged(1);
  }
  [[nodiscard]] offsets head() const {
    return must(controller::get_head_segments{stream}).offsets;
  }
  [[nodiscard]] auto truncate(const offsets& cut) const {
    pb::StreamCut message;
    *message.mutable_streaminfo() = info_of(stream);
    for (const auto& [id, offset] : cut)
      (*message.mutable_cut())[id.value()] = offset;
    return raw_call(&stub::truncateStream, message);
  }
  void must_truncate(const offsets& cut) const {
    REQUIRE(truncate(cut).reply.status() == pb::UpdateStreamStatus::SUCCESS);
  }
  [[nodiscard]] ids between(const offsets& from, const offsets& to) const {
    return must(controller::get_segments_between{stream, from, to}).segments;
  }
  [[nodiscard]] bool is_valid(const offsets& cut) const {
    return must(controller::is_stream_cut_valid{{stream, cut}}).exists;
  }
};

}  // namespace

TEST_CASE("The head of a new stream is the start of its segments", "[controller][head]") {
  CHECK(must(controller::get_head_segments{new_stream(2)}).offsets ==
        offsets{{{0, 0}, 0}, {{1, 0}, 0}});
}

TEST_CASE("Truncation within a segment moves the head and the segment's start",
          "[controller][truncate]") {
  split_stream on;
  on.must_truncate({{first, 4}});
  CHECK(on.head() == offsets{{first, 4}});
  CHECK(on.client.info(on.name(first)).start_offset == 4);
}

TEST_CASE("Truncation over a scale removes what lies before", "[controller][truncate]") {
  split_stream on;
  on.must_truncate({{left, 3}, {right, 0}});
  CHECK(on.head() == offsets{{left, 3}, {right, 0}});
  CHECK(on.client.info(on.name(left)).start_offset == 3);
  CHECK(on.client.info(on.name(right)).start_offset == 0);
  on.client.ask<wire::no_such_segment>(wire::get_stream_segment_info{1, on.name(first), {}});
}

TEST_CASE("What follows a segment is known although it was truncated away",
          "[controller][truncate]") {
  const split_stream on;
  on.must_truncate({{left, 3}, {right, 0}});
  const auto after = must(controller::get_successors{segment{on.stream, first}}).segments;
  REQUIRE(after.size() == 2);
  for (const auto& each : after) {
    CHECK((each.segment.id == left || each.segment.id == right));
    CHECK(each.predecessors == ids{first});
  }
}

TEST_CASE("Truncation may go on from cut to cut", "[controller][truncate]") {
  const split_stream on;
  on.must_truncate({{first, 2}});
  on.must_truncate({{first, 4}});
  on.must_truncate({{left, 1}, {right, 1}});
  on.must_truncate({{left, 1}, {right, 5}});
  CHECK(on.head() == offsets{{left, 1}, {right, 5}});
}

TEST_CASE("A cut that does not cover the stream is not truncated at",
          "[controller][truncate]") {
  const split_stream on;
  CHECK(on.truncate({{left, 3}}).reply.status() == pb::UpdateStreamStatus::FAILURE);
  CHECK(on.head() == offsets{{first, 0}});
}

TEST_CASE("Truncation does not go back", "[controller][truncate]") {
  const split_stream on;
  on.must_truncate({{first, 4}});
  CHECK(on.truncate({{first, 2}}).reply.status() == pb::UpdateStreamStatus::FAILURE);
  CHECK(on.head() == offsets{{first, 4}});
}

TEST_CASE("Truncation at -1, the end of a segment to readers, is refused",
          "[controller][truncate]") {
  const split_stream on;
  CHECK(on.truncate({{first, -1}}).reply.status() == pb::UpdateStreamStatus::FAILURE);
  CHECK(on.head() == offsets{{first, 0}});
}

TEST_CASE("A sealed stream is not truncated", "[controller][truncate][sealed]") {
  const split_stream on;
  must(controller::seal_stream{on.stream});
  CHECK(on.truncate({{first, 4}}).reply.status() == pb::UpdateStreamStatus::STREAM_SEALED);
}

TEST_CASE("A missing stream is not truncated", "[controller][truncate][missing]") {
  pb::StreamCut cut;
  *cut.mutable_streaminfo() = info_of({shared_scope(), fresh_name("missing")});
  (*cut.mutable_cut())[0] = 0;
  CHECK(raw_call(&stub::truncateStream, cut).reply.status() ==
        pb::UpdateStreamStatus::STREAM_NOT_FOUND);
}

TEST_CASE("Between two cuts lie the segments of both and those in the middle",
          "[controller][between]") {
  const split_stream on;
  CHECK(on.between({{first, 0}}, {{left, 5}, {right, 5}}) == ids{first, left, right});
  CHECK(on.between({{first, 0}}, {{first, 5}}) == ids{first});
  CHECK(on.between({{left, 0}, {right, 0}}, {{left, 5}, {right, 5}}) == ids{left, right});
}

TEST_CASE("Without a second cut the segments up to the tail are listed",
          "[controller][between]") {
  const split_stream on;
  CHECK(on.between({{first, 0}}, {}) == ids{first, left, right});
  CHECK(on.between({{left, 5}, {right, 5}}, {}) == ids{left, right});
}

TEST_CASE("Without a first cut the segments from the first epoch are listed",
          "[controller][between]") {
  const split_stream on;
  if (GENERATE(false, true)) on.must_truncate({{left, 3}, {right, 0}});
  CHECK(on.between({}, {{left, 5}, {right, 5}}) == ids{first, left, right});
}

TEST_CASE("Segments that were truncated away still lie between cuts", "[controller][between]") {
  const split_stream on;
  on.must_truncate({{left, 3}, {right, 0}});
  CHECK(on.between({{first, 0}}, {}) == ids{first, left, right});
}

TEST_CASE("Two empty cuts are an error", "[controller][between]") {
  const split_stream on;
  CHECK_FALSE(ask(controller::get_segments_between{on.stream, {}, {}}));
}

TEST_CASE("A cut that covers the stream once is valid", "[controller][cut]") {
  const split_stream on;
  CHECK(on.is_valid({{first, 3}}));
  CHECK(on.is_valid({{left, 0}, {right, 10}}));
  CHECK(on.is_valid({{left, -1}, {right, 10}}));
  on.must_truncate({{left, 3}, {right, 0}});
  CHECK(on.is_valid({{first, 3}}));
}

TEST_CASE("A cut with a gap or an overlap is not valid", "[controller][cut]") {
  const split_stream on;
  CHECK_FALSE(on.is_valid({{left, 0}}));
  CHECK_FALSE(on.is_valid({{first, 0}, {left, 0}}));
}

}  // namespace pravega_actor::behaviour
