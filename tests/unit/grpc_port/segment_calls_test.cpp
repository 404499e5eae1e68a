#include <limits>

#include "call_fixture.hpp"

using namespace pravega_actor;
using namespace pravega_actor::internal;
using namespace pravega_actor::test;
using namespace pravega_actor::controller;

namespace {

const scoped_stream stream{"sc", "st"};
const segment seventh{stream, {7, 3}};
constexpr std::int64_t seventh_value = (std::int64_t{3} << 32) + 7;
constexpr std::int64_t eighth_value = (std::int64_t{4} << 32) + 8;
constexpr std::int64_t ninth_value = eighth_value + 1;

void add(pb::SegmentRanges& to, std::int64_t id, double low, double high) {
  auto& range = *to.add_segmentranges();
  range.mutable_segmentid()->set_segmentid(id);
  range.set_minkey(low);
  range.set_maxkey(high);
}

pb::SegmentRanges ranges(std::initializer_list<std::pair<double, double>> all) {
  pb::SegmentRanges to;
  std::int64_t id = 0;
  for (const auto& [low, high] : all)
    add(to, id++, low, high);
  return to;
}

}  // namespace

TEST_CASE_METHOD(call_fixture, "current and epoch segments come sorted by range") {
  pb::SegmentRanges told;
  add(told, seventh_value, 0.5, 1.0);
  add(told, 1, 0.0, 0.5);
  told.set_delegationtoken("secret");
  pb::StreamInfo seen;
  server.on<pb::StreamInfo, pb::SegmentRanges>("getCurrentSegments",
                                               [&](const auto& asked, auto& to) {
                                                 seen = asked;
                                                 to = told;
                                               });
  std::int32_t epoch = 0;
  server.on<pb::GetEpochSegmentsRequest, pb::SegmentRanges>("getEpochSegments",
                                                            [&](const auto& asked, auto& to) {
                                                              epoch = asked.epoch();
                                                              to = told;
                                                            });
  const std::vector<segment_with_range> expected{{{1, 0}, {0.0, 0.5}}, {{7, 3}, {0.5, 1.0}}};
  const auto current = ask(*port, get_current_segments{stream, access_operation::write});
  REQUIRE(current);
  CHECK(current->segments == expected);
  CHECK(current->delegation_token == "secret");
  CHECK(seen.accessoperation() == pb::StreamInfo::WRITE);
  CHECK(seen.stream() == "st");
  const auto of_epoch = ask(*port, get_epoch_segments{stream, 3});
  REQUIRE(of_epoch);
  CHECK(of_epoch->segments == expected);
  CHECK(epoch == 3);
}

TEST_CASE_METHOD(call_fixture, "a sealed stream has no current segments") {
  server.answer("getCurrentSegments", pb::SegmentRanges{});
  const auto got = ask(*port, get_current_segments{stream});
  REQUIRE(got);
  CHECK(got->segments.empty());
}

TEST_CASE_METHOD(call_fixture, "ranges of sums of fractions are accepted") {
  for (const int count : {1, 3, 49, 98, 1000}) {
    pb::SegmentRanges told;
    const double share = 1.0 / count;
    for (int i = 0; i < count; ++i)
      add(told, i, i * share, (i + 1) * share);
    server.answer("getCurrentSegments", told);
    const auto got = ask(*port, get_current_segments{stream});
    CAPTURE(count);
    REQUIRE(got);
    CHECK(got->segments.size() == static_cast<std::size_t>(count));
  }
}

TEST_CASE_METHOD(call_fixture, "ranges that do not fit are refused") {
  constexpr double nan = std::numeric_limits<double>::quiet_NaN();
  constexpr double infinity = std::numeric_limits<double>::infinity();
  const std::vector<pb::SegmentRanges> bad{
      ranges({{0.0, 0.5}}),
      ranges({{0.5, 1.0}}),
      ranges({{0.0, 0.4}, {0.5, 1.0}}),
      ranges({{0.0, 0.6}, {0.5, 1.0}}),
      ranges({{0.0, 1.0}, {0.0, 1.0}}),
      ranges({{0.0, 0.5}, {0.5, 0.5}, {0.5, 1.0}}),
      ranges({{0.5, 0.0}, {0.5, 1.0}}),
      ranges({{-0.5, 1.0}}),
      ranges({{0.0, 1.5}}),
      ranges({{nan, 1.0}}),
      ranges({{0.0, nan}}),
      ranges({{0.0, infinity}}),
      ranges({{-infinity, 1.0}}),
  };
  for (const auto& told : bad) {
    server.answer("getCurrentSegments", told);
    CAPTURE(told.segmentranges_size(), told.segmentranges(0).minkey());
    CHECK(failure(get_current_segments{stream}) == errc::protocol_violation);
  }
  pb::SegmentRanges negative;
  add(negative, -1, 0.0, 1.0);
  server.answer("getCurrentSegments", negative);
  const auto got = failure(get_current_segments{stream});
  CHECK(got == errc::protocol_violation);
  CHECK(got.detail().rfind("getCurrentSegments: ", 0) == 0);
  CHECK(got.subject() == "sc/st");
}

TEST_CASE_METHOD(call_fixture, "head segments with their offsets") {
  pb::SegmentsAtTime told;
  const auto put = [&](std::int64_t id, std::int64_t offset) {
    auto& place = *told.add_segments();
    place.mutable_segmentid()->set_segmentid(id);
    place.set_offset(offset);
  };
  put(seventh_value, 0);
  put(2, 12345678901);
  told.set_delegationtoken("t");
  server.answer("getSegments", told);
  const auto got = ask(*port, get_head_segments{stream});
  REQUIRE(got);
  CHECK(got->offsets == std::map<segment_id, std::int64_t>{{{2, 0}, 12345678901}, {{7, 3}, 0}});
  CHECK(got->delegation_token == "t");
  put(2, 1);
  server.answer("getSegments", told);
  CHECK(failure(get_head_segments{stream}) == errc::protocol_violation);
  told.Clear();
  for (const auto offset : {std::int64_t{-2}, std::int64_t{1} << 61}) {
    told.Clear();
    put(2, offset);
    server.answer("getSegments", told);
    CHECK(failure(get_head_segments{stream}) == errc::protocol_violation);
  }
  // A segment that lies before the head as a whole.
  told.Clear();
  put(2, -1);
  server.answer("getSegments", told);
  const auto behind = ask(*port, get_head_segments{stream});
  REQUIRE(behind);
  CHECK(behind->offsets.at({2, 0}) == -1);
}

TEST_CASE_METHOD(call_fixture, "successors with all their predecessors") {
  pb::SuccessorResponse told;
  const auto put = [&](std::int64_t id, double low, double high,
                       const std::vector<std::int64_t>& before) {
    auto& entry = *told.add_segments();
    entry.mutable_segment()->mutable_segmentid()->set_segmentid(id);
    entry.mutable_segment()->set_minkey(low);
    entry.mutable_segment()->set_maxkey(high);
    for (const auto value : before)
      entry.add_value(value);
  };
  put(ninth_value, 0.75, 1.0, {seventh_value, 3});
  put(eighth_value, 0.5, 0.75, {seventh_value});
  std::int64_t asked_for = 0;
  server.on<pb::SegmentId, pb::SuccessorResponse>("getSegmentsImmediatelyFollowing",
                                                  [&](const auto& asked, auto& to) {
                                                    asked_for = asked.segmentid();
                                                    to = told;
                                                  });
  const auto got = ask(*port, get_successors{seventh});
  REQUIRE(got);
  CHECK(asked_for == seventh_value);
  REQUIRE(got->segments.size() == 2);
  CHECK(got->segments[0].segment == segment_with_range{{8, 4}, {0.5, 0.75}});
  CHECK(got->segments[1].predecessors == std::vector<segment_id>{{3, 0}, {7, 3}});
  told.Clear();
  REQUIRE(ask(*port, get_successors{seventh}));
  CHECK(ask(*port, get_successors{seventh})->segments.empty());
  put(ninth_value, 0.75, 1.0, {});
  CHECK(failure(get_successors{seventh}) == errc::protocol_violation);
  told.Clear();
  put(ninth_value, 0.75, 1.0, {-7});
  CHECK(failure(get_successors{seventh}) == errc::protocol_violation);
  told.Clear();
  put(ninth_value, 0.75, 0.5, {seventh_value});
  CHECK(failure(get_successors{seventh}) == errc::protocol_violation);
}

TEST_CASE_METHOD(call_fixture, "segments between two cuts") {
  pb::StreamCutRange seen;
  server.on<pb::StreamCutRange, pb::StreamCutRangeResponse>(
      "getSegmentsBetween", [&](const auto& asked, auto& to) {
        seen = asked;
        to.add_segments()->set_segmentid(seventh_value);
        to.add_segments()->set_segmentid(4);
        to.set_delegationtoken("t");
      });
  const auto got = ask(*port, get_segments_between{stream, {{{4, 0}, 10}}, {{{7, 3}, 20}}});
  REQUIRE(got);
  CHECK(got->segments == std::vector<segment_id>{{4, 0}, {7, 3}});
  CHECK(got->delegation_token == "t");
  CHECK(seen.streaminfo().stream() == "st");
  CHECK(seen.from().at(4) == 10);
  CHECK(seen.to().at(seventh_value) == 20);
  pb::StreamCutRangeResponse bad;
  bad.add_segments()->set_segmentid(-5);
  server.answer("getSegmentsBetween", bad);
  CHECK(failure(get_segments_between{stream, {}, {}}) == errc::protocol_violation);
}

TEST_CASE_METHOD(call_fixture, "scale and check_scale") {
  pb::ScaleRequest seen;
  pb::ScaleResponse told;
  told.set_epoch(3);
  const auto open = [&](std::int64_t id, double low) {
    auto& range = *told.add_segments();
    range.mutable_segmentid()->set_segmentid(id);
    range.set_minkey(low);
    range.set_maxkey(low + 0.25);
  };
  open(ninth_value, 0.25);
  open(eighth_value, 0.0);
  server.on<pb::ScaleRequest, pb::ScaleResponse>("scale", [&](const auto& asked, auto& to) {
    seen = asked;
    to = told;
  });
  const scale_stream call{stream, {{1, 1}}, {{0.0, 0.25}, {0.25, 0.5}}, 999};
  const auto got = ask(*port, call);
  REQUIRE(got);
  CHECK(got->epoch == 3);
  CHECK(got->segments ==
        std::vector<segment_with_range>{{{8, 4}, {0.0, 0.25}}, {{9, 4}, {0.25, 0.5}}});
  CHECK(seen.sealedsegments(0) == (std::int64_t{1} << 32) + 1);
  REQUIRE(seen.newkeyranges_size() == 2);
  CHECK(seen.newkeyranges(1).start() == 0.25);
  CHECK(seen.newkeyranges(1).end() == 0.5);
  CHECK(seen.scaletimestamp() == 999);
  using s = pb::ScaleResponse;
  for (const auto& [status, code] :
       std::vector<std::pair<int, errc>>{{s::FAILURE, errc::controller_failure},
                                         {s::PRECONDITION_FAILED, errc::precondition_failed},
                                         {99, errc::protocol_violation}}) {
    told.set_status(static_cast<s::ScaleStreamStatus>(status));
    const auto refused = failure(call);
    CHECK(refused == code);
    CHECK(refused.retriable() == (status == s::FAILURE));
  }
  told.set_status(s::STARTED);
  told.set_epoch(-1);
  CHECK(failure(call) == errc::protocol_violation);

  std::int32_t epoch = 0;
  pb::ScaleStatusResponse status;
  server.on<pb::ScaleStatusRequest, pb::ScaleStatusResponse>("checkScale",
                                                             [&](const auto& asked, auto& to) {
                                                               epoch = asked.epoch();
                                                               to = status;
                                                             });
  CHECK(*ask(*port, check_scale{stream, 4}) == scale_state::in_progress);
  CHECK(epoch == 4);
  status.set_status(pb::ScaleStatusResponse::SUCCESS);
  CHECK(*ask(*port, check_scale{stream, 4}) == scale_state::success);
  status.set_status(pb::ScaleStatusResponse::INVALID_INPUT);
  CHECK(failure(check_scale{stream, 4}) == errc::invalid_argument);
  status.set_status(pb::ScaleStatusResponse::INTERNAL_ERROR);
  CHECK(failure(check_scale{stream, 4}) == errc::controller_failure);
  status.set_status(static_cast<pb::ScaleStatusResponse::ScaleStatus>(99));
  CHECK(failure(check_scale{stream, 4}) == errc::protocol_violation);
}

TEST_CASE_METHOD(call_fixture, "the segment store of a segment") {
  pb::NodeUri told;
  std::int64_t asked_for = 0;
  server.on<pb::SegmentId, pb::NodeUri>("getURI", [&](const auto& asked, auto& to) {
    asked_for = asked.segmentid();
    to = told;
  });
  told.set_endpoint("0.0.0.0");
  told.set_port(6000);
  const auto got = ask(*port, get_uri{seventh});
  REQUIRE(got);
  // A store that listens everywhere is sought where its controller is.
  CHECK(*got == endpoint{"127.0.0.1", 6000});
  CHECK(asked_for == seventh_value);
  told.set_port(65535);
  CHECK(ask(*port, get_uri{seventh})->port == 65535);
  for (const int bad : {0, -1, 65536, std::numeric_limits<int>::max()}) {
    told.set_port(bad);
    CHECK(failure(get_uri{seventh}) == errc::protocol_violation);
  }
  told.set_port(1);
  told.set_endpoint("");
  CHECK(failure(get_uri{seventh}) == errc::protocol_violation);
  told.set_endpoint(std::string(256, 'h'));
  CHECK(failure(get_uri{seventh}) == errc::protocol_violation);
}

TEST_CASE_METHOD(call_fixture, "the controller's servers") {
  pb::ServerResponse told;
  auto& node = *told.add_nodeuri();
  node.set_endpoint("c1");
  node.set_port(9090);
  server.answer("getControllerServerList", told);
  const auto got = ask(*port, get_controller_servers{});
  REQUIRE(got);
  CHECK(*got == std::vector<endpoint>{{"c1", 9090}});
  told.add_nodeuri()->set_endpoint("c2");
  server.answer("getControllerServerList", told);
  CHECK(failure(get_controller_servers{}) == errc::protocol_violation);
}

TEST_CASE_METHOD(call_fixture, "validity of segments and stream cuts") {
  server.on<pb::SegmentId, pb::SegmentValidityResponse>(
      "isSegmentValid",
      [](const auto& asked, auto& to) { to.set_response(asked.segmentid() == seventh_value); });
  CHECK(ask(*port, is_segment_valid{seventh})->exists);
  CHECK_FALSE(ask(*port, is_segment_valid{{stream, {8, 3}}})->exists);
  server.on<pb::StreamCut, pb::StreamCutValidityResponse>(
      "isStreamCutValid", [](const auto& asked, auto& to) {
        to.set_response(asked.cut().count(seventh_value) == 1);
      });
  CHECK(ask(*port, is_stream_cut_valid{{stream, {{{7, 3}, 5}}}})->exists);
  CHECK_FALSE(ask(*port, is_stream_cut_valid{{stream, {{{7, 4}, 5}}}})->exists);
}
