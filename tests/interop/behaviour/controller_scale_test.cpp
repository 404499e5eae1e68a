// Scaling, epochs and successors.
#include "interop/behaviour/raw_controller.hpp"
#include "interop/behaviour/store_client.hpp"

namespace pravega_actor::behaviour {

namespace {

using ids = std::vector<segment_id>;

constexpr std::int64_t one_hour_ms = 3600000;

pb::ScaleRequest scale_request(const scoped_stream& stream, const ids& sealed,
                               const std::vector<key_range>& ranges) {
  pb::ScaleRequest request;
  *request.mutable_streaminfo() = info_of(stream);
  for (const auto id : sealed)
    request.add_sealedsegments(id.value());
  for (const auto& range : ranges) {
    auto& entry = *request.add_newkeyranges();
    entry.set_start(range.low);
    entry.set_end(range.high);
  }
  return request;
}

constexpr auto failure = pb::ScaleResponse::FAILURE;
constexpr auto precondition_failed = pb::ScaleResponse::PRECONDITION_FAILED;

void check_refused(const scoped_stream& stream, const ids& sealed,
                   const std::vector<key_range>& ranges,
                   pb::ScaleResponse::ScaleStreamStatus status) {
  const auto answer = raw_call(&stub::scale, scale_request(stream, sealed, ranges));
  CHECK(answer.code == grpc::StatusCode::OK);
  CHECK(answer.reply.status() == status);
}

pb::ScaleStatusResponse::ScaleStatus scale_status(const scoped_stream& stream,
                                                  std::int32_t epoch) {
  pb::ScaleStatusRequest request;
  *request.mutable_streaminfo() = info_of(stream);
  request.set_epoch(epoch);
  return raw_call(&stub::checkScale, request).reply.status();
}

/// Segment 0 of epoch 0, split into 1 and 2, merged into 3.
struct split_and_merged {
  scoped_stream stream = new_stream();
  static constexpr segment_id first{0, 0};
  static constexpr segment_id left{1, 1};
  static constexpr segment_id right{2, 1};
  static constexpr segment_id last{3, 2};

  split_and_merged() {
    scale(stream, {first}, {{0.0, 0.5}, {0.5, 1.0}});
    scale(stream, {left, right}, {{0.0, 1.0}});
  }
};

}  // namespace

TEST_CASE("A scale's reply holds the new segments and the epoch before",
          "[controller][scale]") {
  const auto stream = new_stream();
  const auto started = scale(stream, {{0, 0}}, {{0.0, 0.25}, {0.25, 1.0}});
  CHECK(started.epoch == 0);
  CHECK(started.segments ==
        std::vector<segment_with_range>{{{1, 1}, {0.0, 0.25}}, {{2, 1}, {0.25, 1.0}}});
  CHECK(must(controller::get_current_segments{stream}).segments == started.segments);
  CHECK(scale(stream, {{1, 1}, {2, 1}}, {{0.0, 1.0}}).epoch == 1);
}

TEST_CASE("Segments that a scale does not seal keep their ids", "[controller][scale]") {
  const auto stream = new_stream(2);
  scale(stream, {{1, 0}}, {{0.5, 0.75}, {0.75, 1.0}});
  CHECK(current_ids(stream) == ids{{0, 0}, {2, 1}, {3, 1}});
}

TEST_CASE("A scale seals the old segments and opens the new ones", "[controller][scale]") {
  const auto stream = new_stream();
  scale(stream, {{0, 0}}, {{0.0, 0.5}, {0.5, 1.0}});
  store_client client;
  CHECK(client.info(segment{stream, {0, 0}}.to_string()).is_sealed);
  CHECK_FALSE(client.info(segment{stream, {1, 1}}.to_string()).is_sealed);
  CHECK_FALSE(client.info(segment{stream, {2, 1}}.to_string()).is_sealed);
}

TEST_CASE("A scale that never started is never done", "[controller][scale]") {
  const auto stream = new_stream();
  CHECK(scale_status(stream, 0) == pb::ScaleStatusResponse::IN_PROGRESS);
  CHECK(scale_status(stream, 7) == pb::ScaleStatusResponse::INVALID_INPUT);
  CHECK(scale_status({shared_scope(), fresh_name("missing")}, 0) ==
        pb::ScaleStatusResponse::INVALID_INPUT);
}

TEST_CASE("A scale whose ranges do not fit is a failure", "[controller][scale]") {
  const auto stream = new_stream(2);
  SECTION("a part is missing") {
    check_refused(stream, {{0, 0}}, {{0.0, 0.2}, {0.25, 0.5}}, failure);
  }
  SECTION("more than the sealed segments have") {
    check_refused(stream, {{0, 0}}, {{0.0, 0.25}, {0.25, 0.75}}, failure);
  }
  SECTION("overlapping") {
    check_refused(stream, {{0, 0}}, {{0.0, 0.3}, {0.2, 0.5}}, failure);
  }
  SECTION("an empty range") {
    check_refused(stream, {{0, 0}}, {{0.0, 0.5}, {0.5, 0.5}}, failure);
  }
  SECTION("outside of 0 to 1") {
    check_refused(stream, {{1, 0}}, {{0.5, 1.5}}, failure);
  }
  SECTION("no ranges") {
    check_refused(stream, {{0, 0}}, {}, failure);
  }
  SECTION("no segments") {
    check_refused(stream, {}, {{0.0, 0.5}}, failure);
  }
  SECTION("a segment twice") {
    check_refused(stream, {{0, 0}, {0, 0}}, {{0.0, 0.5}}, failure);
  }
  CHECK(current_ids(stream) == ids{{0, 0}, {1, 0}});
}

TEST_CASE("A scale of segments that are not there fails its precondition",
          "[controller][scale]") {
  check_refused(new_stream(), {{5, 0}}, {{0.0, 0.5}, {0.5, 1.0}}, precondition_failed);
}

TEST_CASE("A scale of segments that are sealed fails its precondition", "[controller][scale]") {
  const auto stream = new_stream();
  scale(stream, {{0, 0}}, {{0.0, 0.5}, {0.5, 1.0}});
  check_refused(stream, {{0, 0}}, {{0.0, 0.4}, {0.4, 1.0}}, precondition_failed);
}

TEST_CASE("A scale below the least number of segments fails its precondition",
          "[controller][scale]") {
  check_refused(new_stream(2), {{0, 0}, {1, 0}}, {{0.0, 1.0}}, precondition_failed);
}

TEST_CASE("A scale of a sealed or missing stream is a failure", "[controller][scale]") {
  auto stream = new_stream();
  must(controller::seal_stream{stream});
  if (GENERATE(false, true)) stream.stream = fresh_name("missing");
  check_refused(stream, {{0, 0}}, {{0.0, 0.5}, {0.5, 1.0}}, failure);
}

TEST_CASE("The segments of a split have the one before as predecessor",
          "[controller][successors]") {
  const split_and_merged on;
  const auto after = must(controller::get_successors{{on.stream, on.first}}).segments;
  REQUIRE(after.size() == 2);
  CHECK(after[0].segment == segment_with_range{on.left, {0.0, 0.5}});
  CHECK(after[1].segment == segment_with_range{on.right, {0.5, 1.0}});
  CHECK(after[0].predecessors == ids{on.first});
  CHECK(after[1].predecessors == ids{on.first});
}

TEST_CASE("A merged segment has all that came before as predecessors",
          "[controller][successors]") {
  const split_and_merged on;
  for (const auto before : {on.left, on.right}) {
    const auto after = must(controller::get_successors{{on.stream, before}}).segments;
    REQUIRE(after.size() == 1);
    CHECK(after[0].segment == segment_with_range{on.last, {0.0, 1.0}});
    CHECK(after[0].predecessors == ids{on.left, on.right});
  }
}

TEST_CASE("Active and unknown segments have no successors", "[controller][successors]") {
  const split_and_merged on;
  CHECK(must(controller::get_successors{{on.stream, on.last}}).segments.empty());
  CHECK(must(controller::get_successors{{on.stream, {99, 5}}}).segments.empty());
}

TEST_CASE("The misspelt call for successors answers, too", "[controller][successors]") {
  const split_and_merged on;
  const auto answer =
      raw_call(&stub::getSegmentsImmediatlyFollowing, id_of(on.stream, on.first));
  CHECK(answer.code == grpc::StatusCode::OK);
  CHECK(answer.reply.segments_size() == 2);
}

TEST_CASE("The segments of each epoch stay known", "[controller][epochs]") {
  const split_and_merged on;
  const auto of_epoch = [&](std::int32_t epoch) {
    ids found;
    for (const auto& each : must(controller::get_epoch_segments{on.stream, epoch}).segments)
      found.push_back(each.id);
    return found;
  };
  CHECK(of_epoch(0) == ids{on.first});
  CHECK(of_epoch(1) == ids{on.left, on.right});
  CHECK(of_epoch(2) == ids{on.last});
  pb::GetEpochSegmentsRequest request;
  *request.mutable_streaminfo() = info_of(on.stream);
  request.set_epoch(5);
  CHECK(raw_call(&stub::getEpochSegments, request).code == grpc::StatusCode::NOT_FOUND);
}

TEST_CASE("Only active segments are valid", "[controller][segments]") {
  const split_and_merged on;
  CHECK(must(controller::is_segment_valid{{on.stream, on.last}}).exists);
  CHECK_FALSE(must(controller::is_segment_valid{{on.stream, on.left}}).exists);
  CHECK_FALSE(must(controller::is_segment_valid{{on.stream, on.first}}).exists);
  CHECK_FALSE(must(controller::is_segment_valid{{on.stream, {99, 5}}}).exists);
}

TEST_CASE("The head ignores the time that is asked for", "[controller][head]") {
  const split_and_merged on;
  pb::GetSegmentsRequest request;
  *request.mutable_streaminfo() = info_of(on.stream);
  const auto now = std::chrono::duration_cast<milliseconds>(
      std::chrono::system_clock::now().time_since_epoch());
  request.set_timestamp(GENERATE(as<std::int64_t>{}, 0, 1, -one_hour_ms, one_hour_ms) +
                        now.count());
  const auto answer = raw_call(&stub::getSegments, request);
  REQUIRE(answer.reply.segments_size() == 1);
  CHECK(answer.reply.segments(0).segmentid().segmentid() == on.first.value());
  CHECK(answer.reply.segments(0).offset() == 0);
}

}  // namespace pravega_actor::behaviour
