#include "pravega_actor/stream_split.hpp"

#include <algorithm>

#include "core/numbers.hpp"
#include "core/versioned.hpp"
#include "pravega_actor/limits.hpp"

namespace pravega_actor {

using namespace internal;

namespace {

constexpr std::uint8_t split_format_version = 0;
constexpr std::string_view between = "..";

// A split is the part between two stream cuts, so the limits of their offsets are its own.
bool valid_offsets(std::int64_t from, std::int64_t to) {
  return from >= 0 && from < to && to <= compact_signed_long_max;
}

error malformed_split(std::string_view reason) {
  return {errc::invalid_argument, std::string{"split: "}.append(reason)};
}

}  // namespace

result<void> stream_split::check() const {
  const auto name = in.to_string();
  const auto parsed = segment::parse(name);
  if (!parsed || *parsed != in || name.size() > limits::wire_text_bytes_max)
    return malformed_split("the segment is not valid");
  if (valid_offsets(from, to)) return {};
  return malformed_split("it must begin at offset 0 or later, and end after its beginning");
}

std::vector<std::byte> stream_split::to_bytes() const {
  if (!check()) return {};
  binary_writer out;
  out.header(split_format_version, 1);
  out.revision(0, [&] {
    out.text(in.to_string());
    out.i64(from);
    out.i64(to);
  });
  return std::move(out).take();
}

result<stream_split> stream_split::from_bytes(byte_view bytes) {
  stream_split split;
  binary_reader all{bytes};
  std::uint8_t version = 0;
  const std::uint8_t revisions = all.header(version);
  if (version != split_format_version) all.fail("the version is not known");
  if (revisions == 0) all.fail("there is no revision");
  all.revisions(revisions, [&](binary_reader& data) {
    auto in = segment::parse(data.text());
    if (!in) return data.fail("the segment's name is not valid");
    split.in = std::move(*in);
    split.from = data.i64();
    split.to = data.i64();
    if (!valid_offsets(split.from, split.to)) data.fail("the offsets are out of range");
  });
  all.expect_end();
  if (!all.ok()) return all.to_error("split");
  return split;
}

std::string stream_split::to_string() const {
  return in.to_string()
      .append(":")
      .append(std::to_string(from))
      .append(between)
      .append(std::to_string(to));
}

result<stream_split> stream_split::parse(std::string_view text) {
  const auto colon = text.rfind(':');
  if (colon == std::string_view::npos) return malformed_split("it lacks a ':'");
  const auto numbers = text.substr(colon + 1);
  const auto dots = numbers.find(between);
  if (dots == std::string_view::npos) return malformed_split("it lacks \"..\"");
  auto in = segment::parse(text.substr(0, colon));
  if (!in) return malformed_split("the segment's name is not valid");
  const auto from = parse_number<std::int64_t>(numbers.substr(0, dots));
  const auto to = parse_number<std::int64_t>(numbers.substr(dots + between.size()));
  if (!from || !to || !valid_offsets(*from, *to))
    return malformed_split("the offsets are not numbers in range");
  return stream_split{std::move(*in), *from, *to};
}

std::vector<stream_split> unread(const std::vector<stream_split>& splits,
                                 const stream_cut& position) {
  std::vector<stream_split> rest;
  for (auto each : splits) {
    const auto at = position.offsets.find(each.in.id);
    const bool known = each.in.stream == position.stream && at != position.offsets.end();
    if (known) each.from = at->second < 0 ? each.to : std::max(each.from, at->second);
    if (each.from < each.to) rest.push_back(std::move(each));
  }
  return rest;
}

}  // namespace pravega_actor
