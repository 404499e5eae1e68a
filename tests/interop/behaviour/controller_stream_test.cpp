// The life of a stream at the controller.
#include <algorithm>

#include "interop/behaviour/raw_controller.hpp"
#include "interop/behaviour/server_under_test.hpp"

namespace pravega_actor::behaviour {

namespace {

pb::StreamConfig config_of(const scoped_stream& stream) {
  pb::StreamConfig config;
  *config.mutable_streaminfo() = info_of(stream);
  config.mutable_scalingpolicy()->set_minnumsegments(1);
  return config;
}

scoped_stream missing_stream() {
  return {shared_scope(), fresh_name("missing")};
}

scoped_stream in_missing_scope() {
  return {fresh_name("missing"), "stream"};
}

}  // namespace

TEST_CASE("A stream is created once", "[controller][stream]") {
  const scoped_stream stream{shared_scope(), fresh_name("stream")};
  CHECK(must(controller::create_stream{stream, fixed_segments(1)}).created);
  CHECK_FALSE(must(controller::create_stream{stream, fixed_segments(1)}).created);
  CHECK(raw_call(&stub::createStream, config_of(stream)).reply.status() ==
        pb::CreateStreamStatus::STREAM_EXISTS);
}

TEST_CASE("A stream needs its scope", "[controller][stream]") {
  const auto answer = raw_call(&stub::createStream, config_of(in_missing_scope()));
  CHECK(answer.code == grpc::StatusCode::OK);
  CHECK(answer.reply.status() == pb::CreateStreamStatus::SCOPE_NOT_FOUND);
}

TEST_CASE("A stream's name is checked", "[controller][stream]") {
  const std::string name = GENERATE("under_score", "_two_", "__a", "a/b", "a b", "", "a#b");
  CAPTURE(name);
  const auto answer = raw_call(&stub::createStream, config_of({shared_scope(), name}));
  CHECK(answer.code == grpc::StatusCode::OK);
  CHECK(answer.reply.status() == pb::CreateStreamStatus::INVALID_STREAM_NAME);
}

TEST_CASE("A stream's name has 255 characters at most", "[controller][stream]") {
  auto name = fresh_name("long");
  name.resize(255, 'x');
  CHECK(raw_call(&stub::createStream, config_of({shared_scope(), name})).reply.status() ==
        pb::CreateStreamStatus::SUCCESS);
  CHECK(raw_call(&stub::createStream, config_of({shared_scope(), name + "x"})).reply.status() ==
        pb::CreateStreamStatus::INVALID_STREAM_NAME);
}

TEST_CASE("A stream needs a segment at least", "[controller][stream]") {
  auto config = config_of({shared_scope(), fresh_name("stream")});
  config.mutable_scalingpolicy()->set_minnumsegments(GENERATE(0, -1));
  const auto answer = raw_call(&stub::createStream, config);
  CHECK(answer.code == grpc::StatusCode::OK);
  CHECK(answer.reply.status() == pb::CreateStreamStatus::FAILURE);
}

TEST_CASE("A stream's name may begin with an underscore", "[controller][stream]") {
  const scoped_stream stream{shared_scope(), fresh_name("_internal")};
  CHECK(raw_call(&stub::createStream, config_of(stream)).reply.status() ==
        pb::CreateStreamStatus::SUCCESS);
  CHECK(must(controller::check_stream{stream}).exists);
}

TEST_CASE("Whether a stream exists is told", "[controller][stream]") {
  CHECK(must(controller::check_stream{new_stream()}).exists);
  CHECK_FALSE(must(controller::check_stream{missing_stream()}).exists);
  CHECK_FALSE(must(controller::check_stream{in_missing_scope()}).exists);
}

TEST_CASE("The configuration is kept as it was given", "[controller][stream]") {
  const scoped_stream stream{shared_scope(), fresh_name("stream")};
  stream_config config;
  config.scaling = {scaling_policy::kind::by_events_per_s, 100, 2, 3};
  config.retention = {retention_policy::kind::by_size_bytes, 1 << 30, std::int64_t{2} << 30};
  config.tags = {"blue", "red"};
  config.rollover_size_bytes = 4 << 20;
  config.timestamp_aggregation_timeout_ms = 1000;
  REQUIRE(must(controller::create_stream{stream, config}).created);
  auto kept = must(controller::get_stream_config{stream});
  std::sort(kept.tags.begin(), kept.tags.end());
  CHECK(kept == config);
}

TEST_CASE("An update replaces the whole configuration", "[controller][stream]") {
  const auto stream = new_stream();
  auto config = fixed_segments(1);
  config.tags = {"blue"};
  config.retention = {retention_policy::kind::by_time_ms, 1000, 2000};
  must(controller::update_stream{stream, config});
  CHECK(must(controller::get_stream_config{stream}) == config);
  must(controller::update_stream{stream, fixed_segments(1)});
  CHECK(must(controller::get_stream_config{stream}) == fixed_segments(1));
}

TEST_CASE("A missing stream is not updated", "[controller][stream]") {
  const auto stream = GENERATE(false, true) ? missing_stream() : in_missing_scope();
  CHECK(raw_call(&stub::updateStream, config_of(stream)).reply.status() ==
        pb::UpdateStreamStatus::STREAM_NOT_FOUND);
}

TEST_CASE("A new stream has segments of equal ranges in epoch 0", "[controller][segments]") {
  const auto stream = new_stream(4);
  const auto segments = must(controller::get_current_segments{stream}).segments;
  REQUIRE(segments.size() == 4);
  for (std::int32_t i = 0; i < 4; ++i) {
    const auto& each = segments[static_cast<std::size_t>(i)];
    CHECK(each.id == segment_id{i, 0});
    CHECK(each.range == key_range{i * 0.25, (i + 1) * 0.25});
  }
}

TEST_CASE("The ranges of any number of segments cover everything", "[controller][segments]") {
  const auto segments = must(controller::get_current_segments{new_stream(3)}).segments;
  REQUIRE(segments.size() == 3);
  CHECK(segments.front().range.low == 0.0);
  CHECK(segments.back().range.high == 1.0);
}

TEST_CASE("A sealed stream has no current segments and no successors",
          "[controller][stream][sealed]") {
  const auto stream = new_stream(2);
  must(controller::seal_stream{stream});
  CHECK(must(controller::get_current_segments{stream}).segments.empty());
  CHECK(must(controller::get_successors{{stream, {0, 0}}}).segments.empty());
  CHECK(must(controller::get_successors{{stream, {1, 0}}}).segments.empty());
  CHECK(must(controller::check_stream{stream}).exists);
}

TEST_CASE("A stream may be sealed again", "[controller][stream][sealed]") {
  const auto stream = new_stream();
  must(controller::seal_stream{stream});
  CHECK(raw_call(&stub::sealStream, info_of(stream)).reply.status() ==
        pb::UpdateStreamStatus::SUCCESS);
}

TEST_CASE("A missing stream is not sealed", "[controller][stream][sealed]") {
  const auto stream = GENERATE(false, true) ? missing_stream() : in_missing_scope();
  const auto answer = raw_call(&stub::sealStream, info_of(stream));
  CHECK(answer.reply.status() == pb::UpdateStreamStatus::STREAM_NOT_FOUND);
}

TEST_CASE("A sealed stream is not updated", "[controller][stream][sealed]") {
  const auto stream = new_stream();
  must(controller::seal_stream{stream});
  CHECK(raw_call(&stub::updateStream, config_of(stream)).reply.status() ==
        pb::UpdateStreamStatus::STREAM_SEALED);
}

TEST_CASE("A stream must be sealed before it is deleted", "[controller][stream]") {
  const auto stream = new_stream();
  CHECK(raw_call(&stub::deleteStream, info_of(stream)).reply.status() ==
        pb::DeleteStreamStatus::STREAM_NOT_SEALED);
  CHECK(must(controller::check_stream{stream}).exists);
  must(controller::seal_stream{stream});
  CHECK(must(controller::delete_stream{stream}).deleted);
  CHECK_FALSE(must(controller::check_stream{stream}).exists);
}

TEST_CASE("Deleting a missing stream says so", "[controller][stream]") {
  const auto stream = GENERATE(false, true) ? missing_stream() : in_missing_scope();
  CHECK(raw_call(&stub::deleteStream, info_of(stream)).reply.status() ==
        pb::DeleteStreamStatus::STREAM_NOT_FOUND);
}

TEST_CASE("A stream of a deleted one's name goes on with its segment numbers",
          "[controller][stream]") {
  const auto stream = new_stream(2);
  scale(stream, {{0, 0}}, {{0.0, 0.5}});
  must(controller::seal_stream{stream});
  must(controller::delete_stream{stream});
  CHECK(must(controller::create_stream{stream, fixed_segments(3)}).created);
  CHECK(current_ids(stream) == std::vector<segment_id>{{3, 0}, {4, 0}, {5, 0}});
  CHECK(must(controller::get_head_segments{stream}).offsets ==
        std::map<segment_id, std::int64_t>{{{3, 0}, 0}, {{4, 0}, 0}, {{5, 0}, 0}});
  CHECK(current_ids({stream.scope, mark_stream(stream.stream)}) ==
        std::vector<segment_id>{{1, 0}});
}

TEST_CASE("Segment numbers go on after the scope was deleted, too", "[controller][stream]") {
  const scoped_stream stream{fresh_name("scope"), "stream"};
  for (std::int32_t first = 0; first <= 2; first += 2) {
    must(controller::create_scope{stream.scope});
    must(controller::create_stream{stream, fixed_segments(2)});
    CHECK(current_ids(stream) == std::vector<segment_id>{{first, 0}, {first + 1, 0}});
    must(controller::delete_scope_recursive{stream.scope});
  }
}

TEST_CASE("An update of a fixed number of segments scales the stream",
          "[controller][stream][scale]") {
  const auto stream = new_stream();
  must(controller::update_stream{stream, fixed_segments(3)});
  CHECK(current_ids(stream) == std::vector<segment_id>{{1, 1}, {2, 1}, {3, 1}});
  must(controller::update_stream{stream, fixed_segments(2)});
  CHECK(current_ids(stream) == std::vector<segment_id>{{4, 2}, {5, 2}});
  const auto ranges = must(controller::get_current_segments{stream}).segments;
  CHECK(ranges[0].range == key_range{0.0, 0.5});
  CHECK(ranges[1].range == key_range{0.5, 1.0});
}

TEST_CASE("An update of the least number of segments only adds some",
          "[controller][stream][scale]") {
  const auto stream = new_stream();
  const auto at_least = [&](std::int32_t count) {
    stream_config config;
    config.scaling = {scaling_policy::kind::by_events_per_s, 1000, 2, count};
    must(controller::update_stream{stream, config});
    return current_ids(stream);
  };
  CHECK(at_least(2) == std::vector<segment_id>{{1, 1}, {2, 1}});
  CHECK(at_least(1) == std::vector<segment_id>{{1, 1}, {2, 1}});
}

TEST_CASE("What is asked of a missing stream is NOT_FOUND", "[controller][missing]") {
  const auto stream = missing_stream();
  pb::GetSegmentsRequest at_head;
  *at_head.mutable_streaminfo() = info_of(stream);
  CHECK(raw_call(&stub::getCurrentSegments, info_of(stream)).code ==
        grpc::StatusCode::NOT_FOUND);
  CHECK(raw_call(&stub::getSegments, at_head).code == grpc::StatusCode::NOT_FOUND);
  CHECK(raw_call(&stub::getStreamConfiguration, info_of(stream)).code ==
        grpc::StatusCode::NOT_FOUND);
  CHECK(raw_call(&stub::isSegmentValid, id_of(stream, {0, 0})).code ==
        grpc::StatusCode::NOT_FOUND);
  CHECK(raw_call(&stub::getSegmentsImmediatelyFollowing, id_of(stream, {0, 0})).code ==
        grpc::StatusCode::NOT_FOUND);
  pb::GetEpochSegmentsRequest of_epoch;
  *of_epoch.mutable_streaminfo() = info_of(stream);
  CHECK(raw_call(&stub::getEpochSegments, of_epoch).code == grpc::StatusCode::NOT_FOUND);
  pb::StreamCut cut;
  *cut.mutable_streaminfo() = info_of(stream);
  (*cut.mutable_cut())[0] = 0;
  CHECK(raw_call(&stub::isStreamCutValid, cut).code == grpc::StatusCode::NOT_FOUND);
}

TEST_CASE("The address of a segment is told without a look whether it exists",
          "[controller][missing]") {
  const auto known = must(controller::get_uri{{new_stream(), {0, 0}}});
  CHECK(known.port == server().store.port);
  CHECK(must(controller::get_uri{{missing_stream(), {0, 0}}}) == known);
  CHECK(must(controller::get_uri{{in_missing_scope(), {9, 4}}}) == known);
}

TEST_CASE("Without authentication the delegation token is empty", "[controller][auth]") {
  const auto stream = new_stream();
  const auto access =
      GENERATE(access_operation::read, access_operation::write, access_operation::read_write);
  CHECK(must(controller::get_delegation_token{stream, access}).text.empty());
  CHECK(must(controller::get_current_segments{stream, access}).delegation_token.empty());
}

}  // namespace pravega_actor::behaviour
