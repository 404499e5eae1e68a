#include "reader/reader_options.hpp"

#include "support/catch.hpp"

using namespace pravega_actor;
using namespace pravega_actor::internal;

namespace {

const scoped_stream stream{"scope", "stream"};

errc refusal(const reader_options& options, const scoped_stream& of = stream) {
  const auto outcome = check(of, options);
  REQUIRE_FALSE(outcome);
  return outcome.error().code();
}

}  // namespace

TEST_CASE("the options as they come are valid", "[reader_options]") {
  CHECK(check(stream, {}));
  reader_options cuts;
  cuts.start = stream_cut{stream, {{{0, 0}, 5}, {{1, 0}, -1}}};
  cuts.end = stream_cut{stream, {}};
  CHECK(check(stream, cuts));
  CHECK(check({"scope", "_RGgroup"}, {}));
}

TEST_CASE("names are checked", "[reader_options]") {
  CHECK(refusal({}, {"sc ope", "stream"}) == errc::invalid_name);
  CHECK(refusal({}, {"scope", ""}) == errc::invalid_name);
}

TEST_CASE("numbers out of range are refused", "[reader_options]") {
  reader_options options;
  options.request_bytes = 7;
  CHECK(refusal(options) == errc::invalid_argument);
  options.request_bytes = limits::read_bytes_max + 1;
  CHECK(refusal(options) == errc::invalid_argument);
  options = {};
  options.prefetch_slices = 0;
  CHECK(refusal(options) == errc::invalid_argument);
  options.prefetch_slices = limits::prefetch_slices_max + 1;
  CHECK(refusal(options) == errc::invalid_argument);
  options = {};
  options.event_payload_bytes_max = limits::large_event_payload_bytes_max + 1;
  CHECK(refusal(options) == errc::invalid_argument);
}

TEST_CASE("cuts must be of the stream", "[reader_options]") {
  reader_options options;
  options.start = stream_cut{{"scope", "other"}, {{{0, 0}, 5}}};
  CHECK(refusal(options) == errc::invalid_argument);
  options.start = stream_cut{stream, {}};
  CHECK(refusal(options) == errc::invalid_argument);
  options.start = stream_cut{stream, {{{0, 0}, -2}}};
  CHECK(refusal(options) == errc::invalid_argument);
  options.start = read_from_head{};
  options.end = stream_cut{{"scope", "other"}, {{{0, 0}, 5}}};
  CHECK(refusal(options) == errc::invalid_argument);
}
