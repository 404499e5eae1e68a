#include "grpc_port/fields.hpp"

#include <cmath>
#include <limits>

#include "support/catch.hpp"

using namespace pravega_actor;
using namespace pravega_actor::internal;

namespace {

const scoped_stream stream{"sc", "st"};

pb::SegmentRange range(std::int64_t id, double low, double high) {
  pb::SegmentRange to;
  to.mutable_segmentid()->set_segmentid(id);
  to.set_minkey(low);
  to.set_maxkey(high);
  return to;
}

pb::NodeUri node(const std::string& host, std::int32_t port) {
  pb::NodeUri to;
  to.set_endpoint(host);
  to.set_port(port);
  return to;
}

result<void> neighbours(const std::vector<segment_with_range>& sorted) {
  return check_neighbours(sorted);
}

}  // namespace

TEST_CASE("fields: a segment's id is its epoch over its number") {
  const segment seventh{stream, {7, 3}};
  CHECK(segment_of(seventh).segmentid() == (std::int64_t{3} << 32) + 7);
  CHECK(segment_of(seventh).streaminfo().scope() == "sc");
  CHECK(id_of(segment_of(seventh), stream).value() == seventh.id);
  CHECK(id_of(std::numeric_limits<std::int64_t>::max()).error() == errc::protocol_violation);
  CHECK(id_of(-1).error() == errc::protocol_violation);
  CHECK(id_of(0).value() == segment_id{0, 0});
}

TEST_CASE("fields: a reply about another stream is refused, one about none is not") {
  pb::StreamInfo found;
  CHECK(check_stream_of(found, stream));
  found.set_scope("sc");
  CHECK(check_stream_of(found, stream));
  found.set_stream("other");
  CHECK(check_stream_of(found, stream).error() == errc::protocol_violation);
  found.set_stream("st");
  CHECK(check_stream_of(found, stream));
  found.set_scope("other");
  CHECK(check_stream_of(found, stream).error() == errc::protocol_violation);
}

TEST_CASE("fields: an access is carried by its own name") {
  CHECK(info(stream).accessoperation() == pb::StreamInfo::UNSPECIFIED);
  CHECK(info(stream, access_operation::none).accessoperation() == pb::StreamInfo::NONE);
  CHECK(info(stream, access_operation::any).accessoperation() == pb::StreamInfo::ANY);
  CHECK(info(stream, access_operation::read).accessoperation() == pb::StreamInfo::READ);
  CHECK(info(stream, access_operation::write).accessoperation() == pb::StreamInfo::WRITE);
  CHECK(info(stream, access_operation::read_write).accessoperation() ==
        pb::StreamInfo::READ_WRITE);
}

TEST_CASE("fields: a cut has its stream and an offset for each segment") {
  const auto made = cut_of({stream, {{{0, 0}, 5}, {{7, 3}, -1}}});
  CHECK(made.streaminfo().stream() == "st");
  CHECK(made.cut().size() == 2);
  CHECK(made.cut().at((std::int64_t{3} << 32) + 7) == -1);
}

TEST_CASE("fields: a server has a host and a port") {
  CHECK(endpoint_of(node("h", 1)).value() == endpoint{"h", 1});
  CHECK(endpoint_of(node("h", 65535)).value().port == 65535);
  CHECK(endpoint_of(node(std::string(255, 'h'), 1)));
  for (const auto port : {-1, 0, 65536, std::numeric_limits<std::int32_t>::max()})
    CHECK(endpoint_of(node("h", port)).error() == errc::protocol_violation);
  for (const auto& host : {std::string{}, std::string(256, 'h')})
    CHECK(endpoint_of(node(host, 1)).error() == errc::protocol_violation);
}

TEST_CASE("fields: a range lies in the key space and is not empty") {
  CHECK(range_of(range(1, 0.0, 1.0), stream));
  CHECK(range_of(range(1, 0.0, 1.0 + range_tolerance / 2), stream));
  constexpr double nan = std::numeric_limits<double>::quiet_NaN();
  constexpr double infinity = std::numeric_limits<double>::infinity();
  const std::vector<std::pair<double, double>> wrong{
      {0.5, 0.5}, {0.5, 0.4}, {-0.1, 0.5}, {0.5, 1.1}, {nan, 0.5}, {0.5, nan}, {0.0, infinity}};
  for (const auto& [low, high] : wrong) {
    CAPTURE(low, high);
    CHECK(range_of(range(1, low, high), stream).error() == errc::protocol_violation);
  }
}

TEST_CASE("fields: ranges are sorted, and one that is wrong spoils all") {
  pb::SegmentRanges from;
  *from.add_segmentranges() = range(2, 0.5, 1.0);
  *from.add_segmentranges() = range(1, 0.0, 0.5);
  const auto sorted = ranges_of(from.segmentranges(), stream);
  REQUIRE(sorted);
  CHECK(sorted->front().id == segment_id{1, 0});
  *from.add_segmentranges() = range(-3, 0.0, 0.5);
  CHECK_FALSE(ranges_of(from.segmentranges(), stream));
}

TEST_CASE("fields: neighbours touch, within what sums of fractions need") {
  CHECK(neighbours({}));
  CHECK(neighbours({{{1, 0}, {0.25, 0.5}}}));
  CHECK(neighbours({{{1, 0}, {0.0, 0.5}}, {{2, 0}, {0.5 + range_tolerance / 2, 1.0}}}));
  CHECK_FALSE(neighbours({{{1, 0}, {0.0, 0.5}}, {{2, 0}, {0.6, 1.0}}}));
  CHECK_FALSE(neighbours({{{1, 0}, {0.0, 0.5}}, {{2, 0}, {0.4, 1.0}}}));
  const auto twice = neighbours({{{1, 0}, {0.0, 0.5}}, {{1, 0}, {0.5, 1.0}}});
  REQUIRE_FALSE(twice);
  CHECK(twice.error().detail() == "segment 1 comes twice");
  CHECK(check_distinct({{1, 0}, {1, 1}}));
  CHECK_FALSE(check_distinct({{1, 0}, {2, 0}, {1, 0}}));
}

TEST_CASE("fields: a status without a name breaks the protocol") {
  CHECK(refusal(errc::scope_exists, "SCOPE_EXISTS") == errc::scope_exists);
  CHECK(refusal(errc::scope_exists, "SCOPE_EXISTS").detail() == "status SCOPE_EXISTS");
  CHECK(refusal(errc::scope_exists, "") == errc::protocol_violation);
}
