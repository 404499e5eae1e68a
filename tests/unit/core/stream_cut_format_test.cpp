// A stream cut inside something larger, whose reader goes on behind it.
#include "core/stream_cut_format.hpp"

#include "support/catch.hpp"

using namespace pravega_actor;
using namespace pravega_actor::internal;

namespace {

const stream_cut cut{{"scope", "stream"}, {{{0, 0}, 17}, {{5, 3}, -1}}};

std::vector<std::byte> with_neighbours() {
  binary_writer to;
  to.text("before");
  write_stream_cut(to, cut);
  to.i32(4711);
  return std::move(to).take();
}

}  // namespace

TEST_CASE("stream cut format: what stands before and behind a cut stays readable") {
  const auto bytes = with_neighbours();
  binary_reader from{bytes};
  CHECK(from.text() == "before");
  CHECK(read_stream_cut(from) == cut);
  CHECK(from.i32() == 4711);
  from.expect_end();
  CHECK(from.ok());
}

TEST_CASE("stream cut format: a cut that ends early fails its reader") {
  const auto bytes = with_neighbours();
  const auto cut_begins = std::size_t{2 + 6};
  for (auto size = cut_begins; size < bytes.size() - sizeof(std::int32_t); ++size) {
    CAPTURE(size);
    binary_reader from{byte_view{bytes}.subspan(0, size)};
    (void)from.text();
    (void)read_stream_cut(from);
    CHECK_FALSE(from.ok());
  }
}

TEST_CASE("stream cut format: two cuts in a row are two") {
  const stream_cut other{{"scope", "other"}, {}};
  binary_writer to;
  write_stream_cut(to, cut);
  write_stream_cut(to, other);
  const auto bytes = std::move(to).take();
  binary_reader from{bytes};
  CHECK(read_stream_cut(from) == cut);
  CHECK(read_stream_cut(from) == other);
  CHECK(from.ok());
}

TEST_CASE("stream cut format: an offset that has no compact form makes the writer fail") {
  binary_writer to;
  write_stream_cut(to, {{"scope", "stream"}, {{{0, 0}, compact_signed_long_max}}});
  CHECK(to.ok());
  write_stream_cut(to, {{"scope", "stream"}, {{{0, 0}, compact_signed_long_max + 1}}});
  CHECK_FALSE(to.ok());
}

TEST_CASE(
    "stream cut format: a negative segment, which the reader refuses, makes the writer fail") {
  for (const segment_id id : {segment_id{-1, 0}, segment_id{0, -1}, segment_id{-1, 3}}) {
    binary_writer to;
    write_stream_cut(to, {{"scope", "stream"}, {{id, 0}}});
    CHECK_FALSE(to.ok());
  }
}
