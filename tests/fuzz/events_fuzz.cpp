// Bytes of a segment as events, as a slice, and cut into slices reply by reply. Input: the
// sizes of replies (up to a zero), then the bytes.
#include <memory>
#include <vector>

#include "fuzz/fuzz.hpp"
#include "read/read_assembler.hpp"
#include "wire/event_cursor.hpp"

using namespace pravega_actor;
using namespace pravega_actor::internal;
using fuzz::require;

namespace {

constexpr std::size_t payload_bytes_max = 1u << 16;
constexpr std::int64_t start = 1000;

/// The front of the bytes that is whole events.
std::size_t whole_events(byte_view bytes) {
  wire::event_cursor cursor{bytes, payload_bytes_max};
  std::size_t counted = 0;
  for (auto next = cursor.next();; next = cursor.next()) {
    if (next.what == wire::event_step::kind::event) {
      counted += limits::event_header_bytes + next.payload.size();
      require(counted == cursor.consumed(), "a cursor counts what it returns");
      continue;
    }
    require(equal(cursor.remaining(), bytes.subspan(counted)), "a cursor stays at the rest");
    if (next.what == wire::event_step::kind::incomplete)
      require(next.bytes_needed > 0, "what is not whole needs bytes");
    return counted;
  }
}

void check_slice(const event_slice& slice, byte_view bytes) {
  std::size_t events = 0;
  auto offset = slice.offset();
  std::vector<std::byte> walked;
  for (const auto event : slice) {
    require(event.offset == offset, "events follow one another");
    require(event.pointer().offset == offset, "a pointer leads to its event");
    offset += static_cast<std::int64_t>(limits::event_header_bytes + event.payload.size());
    ++events;
  }
  require(events == slice.event_count(), "a slice knows its events");
  require(offset == slice.next_offset(), "a slice ends behind its last event");
  require(equal(slice.bytes().view, bytes), "a slice holds its bytes");
}

void slice_whole(const std::shared_ptr<const segment>& in, byte_view bytes, std::size_t whole) {
  const auto slice =
      event_slice::make(in, start, shared_bytes::copy_of(bytes), payload_bytes_max);
  require(slice.has_value() == (whole == bytes.size()), "a slice holds whole events only");
  if (slice) check_slice(*slice, bytes);
}

// Replies as a server may send them: each begins where the assembler wants it.
void assemble(const std::shared_ptr<const segment>& in, byte_view bytes, std::size_t whole,
              const std::vector<std::size_t>& sizes) {
  read_assembler assembler{in, start, payload_bytes_max, std::make_shared<buffer_pool>()};
  std::size_t delivered = 0;
  for (std::size_t turn = 0; turn < 4 * bytes.size() + 4; ++turn) {
    const auto at = static_cast<std::size_t>(assembler.wanted() - start);
    require(at <= bytes.size(), "only bytes that may be there are wanted");
    const auto rest = bytes.subspan(at);
    const auto data = rest.first(std::min(sizes[turn % sizes.size()], rest.size()));
    const bool last = data.size() == rest.size();
    const auto step = assembler.add({shared_bytes::copy_of(data), false, last});
    for (const auto& slice : step.slices) {
      require(!slice.empty(), "no slice is empty");
      require(slice.offset() == start + static_cast<std::int64_t>(delivered),
              "slices follow one another");
      check_slice(slice, bytes.subspan(delivered, slice.bytes().size()));
      delivered += slice.bytes().size();
    }
    require(delivered <= whole, "only whole events are delivered");
    if (step.failure || step.finished) {
      require(delivered == whole, "all whole events are delivered");
      require(step.finished || whole < bytes.size(), "whole events are no failure");
      return;
    }
  }
  require(false, "reading comes to an end");
}

}  // namespace

int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  static const auto in = std::make_shared<const segment>(segment{{"scope", "stream"}, {0, 0}});
  fuzz::input from{data, size};
  std::vector<std::size_t> sizes;
  while (const auto bytes = from.u8())
    sizes.push_back(bytes < 128 ? bytes : std::size_t{bytes} * 61);
  if (sizes.empty()) sizes.push_back(4096);
  const auto bytes = from.rest();
  const auto whole = whole_events(bytes);
  slice_whole(in, bytes, whole);
  assemble(in, bytes, whole, sizes);
  return 0;
}
