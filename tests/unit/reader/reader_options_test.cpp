#include "reader/reader_options.hpp"

#include "pravega_actor/large_event.hpp"

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
  options.event_payload_bytes_max = limits::large_event_bytes_max + 1;
  CHECK(refusal(options) == errc::invalid_argument);
}

TEST_CASE("a reader without a group cannot have its group reset", "[reader_options]") {
  reader_options options;
  options.on_truncation = truncation_policy::reset_group;
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

namespace {

errc no_cuts(const reader_options& options) {
  const auto outcome = with_cuts(stream, options);
  REQUIRE_FALSE(outcome);
  return outcome.error().code();
}

}  // namespace

TEST_CASE("splits are cuts at both ends", "[reader_options]") {
  reader_options options;
  options.prefetch_slices = 7;
  options.start =
      std::vector<stream_split>{{{stream, {0, 0}}, 5, 10}, {{stream, {1, 1}}, 0, 20}};
  const auto cuts = with_cuts(stream, options);
  REQUIRE(cuts);
  CHECK(std::get<stream_cut>(cuts->start) == stream_cut{stream, {{{0, 0}, 5}, {{1, 1}, 0}}});
  CHECK(cuts->end == stream_cut{stream, {{{0, 0}, 10}, {{1, 1}, 20}}});
  CHECK(cuts->prefetch_slices == 7);
  CHECK(check(stream, *cuts));
  // Others stay as they are.
  CHECK_FALSE(with_cuts(stream, {})->end);
}

TEST_CASE("splits that one reader cannot read are refused", "[reader_options]") {
  reader_options options;
  options.start = std::vector<stream_split>{};
  CHECK(no_cuts(options) == errc::invalid_argument);
  options.start = std::vector<stream_split>{{{{"scope", "other"}, {0, 0}}, 0, 10}};
  CHECK(no_cuts(options) == errc::invalid_argument);
  options.start = std::vector<stream_split>{{{stream, {0, 0}}, 10, 10}};
  CHECK(no_cuts(options) == errc::invalid_argument);
  options.start =
      std::vector<stream_split>{{{stream, {0, 0}}, 0, 10}, {{stream, {0, 0}}, 10, 20}};
  CHECK(no_cuts(options) == errc::invalid_argument);
  options.start = std::vector<stream_split>{{{stream, {0, 0}}, 0, 10}};
  options.end = stream_cut{stream, {{{0, 0}, 5}}};
  CHECK(no_cuts(options) == errc::invalid_argument);
}
