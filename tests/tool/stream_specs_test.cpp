#include "stream/stream_specs.hpp"

#include "stream/lineage_svg.hpp"
#include "support/catch.hpp"

using namespace pravega_actor;
using namespace pravega_actor::tool;

TEST_CASE("stream specs: scaling", "[stream_specs]") {
  CHECK(*parse_scaling("fixed:4") == fixed_segments(4).scaling);
  CHECK(*parse_scaling("events:1000,2,4") == scale_by_events(1000, 2, 4));
  CHECK(*parse_scaling("kilobytes:5,3,1") == scale_by_kilobytes(5, 3, 1));
  for (const auto* bad : {"", "fixed", "fixed:", "fixed:x", "fixed:1,2", "events:1",
                          "events:1,2", "events:1,2,3,4", "events:1,,3", "bytes:1,2,3",
                          "fixed:99999999999", "fixed: 4", "fixed:4 "}) {
    CAPTURE(bad);
    CHECK(parse_scaling(bad).error() == errc::invalid_argument);
  }
}

TEST_CASE("stream specs: retention and sizes", "[stream_specs]") {
  CHECK(*parse_retention("none") == retention_policy{});
  CHECK(*parse_retention("time:90m") == retain_time(seconds{5400}));
  CHECK(*parse_retention("time:1500ms") == retain_time(milliseconds{1500}));
  CHECK(*parse_retention("time:7d") == retain_time(seconds{604'800}));
  CHECK(*parse_retention("size:10GB") == retain_bytes(10'000'000'000));
  CHECK(*parse_retention("size:1KiB") == retain_bytes(1024));
  CHECK(*parse_retention("size:77") == retain_bytes(77));
  for (const auto* bad : {"", "time", "time:", "time:7", "time:7w", "time:-1s", "size:",
                          "size:1 GB", "size:x", "age:7d", "time:9223372036854775807d"}) {
    CAPTURE(bad);
    CHECK(parse_retention(bad).error() == errc::invalid_argument);
  }
  CHECK(*parse_bytes("64MB") == 64'000'000);
  CHECK(*parse_bytes("0") == 0);
  CHECK(parse_bytes("-1").error() == errc::invalid_argument);
  CHECK(parse_bytes("MB").error() == errc::invalid_argument);
}

TEST_CASE("stream specs: segments by number, number and epoch, or name", "[stream_specs]") {
  using ids = std::vector<segment_id>;
  const std::vector<segment_with_range> now{{{3, 2}, {0.0, 0.5}}, {{11, 4}, {0.5, 1.0}}};
  CHECK(*parse_segments("3", now) == ids{{3, 2}});
  CHECK(*parse_segments("11.4,3.2", now) == ids{{11, 4}, {3, 2}});
  CHECK(*parse_segments("3.#epoch.2", now) == ids{{3, 2}});
  for (const auto* bad : {"", "1", "3.1", "3,", "11.#epoch.3", "three"}) {
    CAPTURE(bad);
    const auto got = parse_segments(bad, now);
    REQUIRE_FALSE(got);
    CHECK(got.error() == errc::segment_not_found);
    CHECK(got.error().detail().find("the current ones are 3.2, 11.4") != std::string::npos);
  }
}

TEST_CASE("a picture of many segments and epochs stays whole", "[lineage_svg]") {
  stream_lineage seen{{"sc<ope", "s&t"}, false, 200, {}};
  for (std::int32_t epoch = 0; epoch < 200; ++epoch)
    for (std::int32_t part = 0; part < 50; ++part) {
      lineage_segment each;
      each.id = {epoch * 50 + part, epoch};
      each.range = {part / 50.0, (part + 1) / 50.0};
      each.opened = epoch;
      if (epoch < 199) each.closed = epoch + 1;
      seen.segments.push_back(each);
    }
  const auto text = lineage_svg(seen);
  CHECK(text.starts_with("<svg "));
  CHECK(text.ends_with("</svg>\n"));
  CHECK(text.find("sc&lt;ope/s&amp;t") != std::string::npos);
  CHECK(text.find("10,000 segments in 200 epochs, 50 accept events") != std::string::npos);
  std::size_t groups = 0;
  for (auto at = text.find("<g>"); at != std::string::npos; at = text.find("<g>", at + 1))
    ++groups;
  CHECK(groups == 10'000);
}

TEST_CASE("a picture of nothing is a picture", "[lineage_svg]") {
  const auto text = lineage_svg({{"scope", "stream"}, true, 0, {}});
  CHECK(text.find("0 segments in 0 epochs, sealed") != std::string::npos);
  CHECK(text.find("nan") == std::string::npos);
}
