#include "server/rpc_fields.hpp"

#include "support/catch.hpp"

using namespace pravega_sandbox;
using pravega_actor::error;

namespace {

const scoped_stream stream{"sc", "st"};
constexpr segment_id seventh{7, 3};
constexpr std::int64_t seventh_value = (std::int64_t{3} << 32) + 7;

}  // namespace

TEST_CASE("rpc fields: streams, segments and ranges go there and back") {
  proto::SegmentRange range;
  put(stream, segment_with_range{seventh, {0.25, 0.5}}, range);
  CHECK(range.minkey() == 0.25);
  CHECK(range.maxkey() == 0.5);
  CHECK(range.segmentid().segmentid() == seventh_value);
  CHECK(segment_of(range.segmentid()) == pravega_actor::segment{stream, seventh});
  proto::NodeUri uri;
  put(pravega_actor::endpoint{"host", 65535}, uri);
  CHECK(uri.endpoint() == "host");
  CHECK(uri.port() == 65535);
}

TEST_CASE("rpc fields: a cut has its stream and each offset") {
  proto::StreamCut message;
  put(stream, *message.mutable_streaminfo());
  (*message.mutable_cut())[seventh_value] = -1;
  (*message.mutable_cut())[0] = 99;
  const auto cut = cut_of(message);
  CHECK(cut.stream == stream);
  CHECK(cut.offsets.size() == 2);
  CHECK(cut.offsets.at(seventh) == -1);
  CHECK(cut.offsets.at({0, 0}) == 99);
}

TEST_CASE("rpc fields: a failure has a code that clients repeat only where that helps") {
  using code = ::grpc::StatusCode;
  CHECK(failure(errc::stream_not_found).error_code() == code::NOT_FOUND);
  CHECK(failure(errc::scope_not_found).error_code() == code::NOT_FOUND);
  CHECK(failure(errc::controller_failure).error_code() == code::UNAVAILABLE);
  CHECK(failure(errc::limit_exceeded).error_code() == code::OUT_OF_RANGE);
  CHECK(failure(errc::invalid_name).error_code() == code::INVALID_ARGUMENT);
  const auto why = error{errc::stream_not_found, "why"}.with_subject("sc/st");
  CHECK(failure(why).error_message() == "the stream does not exist: sc/st: why");
  CHECK(failure(errc::stream_not_found).error_message() == "the stream does not exist");
}
