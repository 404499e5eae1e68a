#include "pravega_actor/checkpoint.hpp"

#include <algorithm>

#include "core/stream_cut_format.hpp"
#include "core/versioned.hpp"
#include "pravega_actor/limits.hpp"

namespace pravega_actor {

using namespace internal;

namespace {

constexpr std::uint8_t checkpoint_format_version = 0;
/// A text and the header of a cut.
constexpr std::size_t cut_bytes_min = 2 + 3;
constexpr std::size_t name_bytes_max = 1024;
constexpr std::string_view silent_mark = "_SILENT_";
/// The first byte of a character above U+FFFF.
constexpr unsigned char four_bytes_lead = 0xF0;

void read_cuts(binary_reader& from, checkpoint& to) {
  const std::size_t entries = from.count(cut_bytes_min);
  if (entries > limits::group_streams_max)
    return from.fail("there are more streams than group_streams_max");
  for (std::size_t i = 0; i < entries && from.ok(); ++i) {
    auto stream = scoped_stream::parse(from.text());
    auto cut = read_stream_cut(from);
    if (!from.ok()) return;
    if (!stream) return from.fail("a stream's name is not valid");
    if (cut.stream != *stream) return from.fail("a cut is of another stream");
    if (!to.cuts.try_emplace(std::move(*stream), std::move(cut)).second)
      return from.fail("a stream stands there twice");
  }
}

}  // namespace

result<void> checkpoint::check() const {
  if (name.empty() || name.size() > limits::wire_text_bytes_max)
    return error{errc::invalid_name, "a checkpoint's name is empty or too long"};
  if (cuts.size() > limits::group_streams_max)
    return error{errc::limit_exceeded, "a checkpoint has more streams than group_streams_max"};
  for (const auto& [stream, cut] : cuts) {
    if (cut.stream != stream)
      return error{errc::invalid_argument,
                   "the cut for " + stream.to_string() + " is of " + cut.stream.to_string()};
    PRAVEGA_ACTOR_TRY(cut.check());
  }
  return {};
}

std::vector<std::byte> checkpoint::to_bytes() const {
  if (!check()) return {};
  binary_writer to;
  to.header(checkpoint_format_version, 1);
  to.revision(0, [&] {
    to.text(name);
    to.compact_int(static_cast<std::int64_t>(cuts.size()));
    for (const auto& [stream, cut] : cuts) {
      to.text(stream.to_string());
      write_stream_cut(to, cut);
    }
  });
  return std::move(to).take();
}

result<checkpoint> checkpoint::from_bytes(byte_view bytes) {
  checkpoint parsed;
  binary_reader from{bytes};
  std::uint8_t version = 0;
  const std::uint8_t revisions = from.header(version);
  if (version != checkpoint_format_version) from.fail("the version is not known");
  if (revisions == 0) from.fail("there is no revision");
  from.revisions(revisions, [&](binary_reader& data) {
    parsed.name = std::string{data.text()};
    read_cuts(data, parsed);
  });
  from.expect_end();
  if (!from.ok()) return from.to_error("checkpoint");
  return parsed;
}

result<void> check_checkpoint_name(std::string_view name) {
  const auto strange = [](char c) {
    return c == '\0' || static_cast<unsigned char>(c) >= four_bytes_lead;
  };
  if (name.empty() || name.size() > name_bytes_max ||
      std::any_of(name.begin(), name.end(), strange))
    return error{errc::invalid_name,
                 "a checkpoint's name has 1 to 1024 bytes, no U+0000, nothing above U+FFFF"};
  if (name.find(silent_mark) != std::string_view::npos)
    return error{errc::invalid_name, "\"_SILENT_\" marks Pravega's own checkpoints"};
  return {};
}

}  // namespace pravega_actor
