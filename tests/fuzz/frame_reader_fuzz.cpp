// A stream of bytes in pieces, cut into frames. Input: the limit, the sizes of the pieces (up
// to a zero), then the stream.
#include <cstring>
#include <vector>

#include "fuzz/fuzz.hpp"
#include "wire/big_endian.hpp"
#include "wire/frame_reader.hpp"

using namespace pravega_actor;
using namespace pravega_actor::internal;
using fuzz::require;

namespace {

/// Cuts the whole stream at once.
class expected_frames {
 public:
  expected_frames(byte_view stream, std::size_t payload_bytes_max)
      : left_{stream}, payload_bytes_max_{payload_bytes_max} {}

  /// Checks the reader's next answer, of which it has `received` bytes in all.
  bool matches(const result<std::optional<wire::frame>>& answer, std::size_t received) {
    const auto there = received - taken_;
    if (there < limits::frame_header_bytes) return answer && !*answer;
    const auto type = wire::load_big_endian<std::int32_t>(left_.data());
    const auto length = wire::load_big_endian<std::int32_t>(left_.data() + 4);
    if (length < 0) return !answer && answer.error() == errc::malformed_frame;
    const auto bytes = static_cast<std::size_t>(length);
    if (bytes > payload_bytes_max_) return !answer && answer.error() == errc::frame_too_large;
    if (there - limits::frame_header_bytes < bytes) return answer && !*answer;
    if (!answer || !*answer) return false;
    const auto payload = left_.subspan(limits::frame_header_bytes, bytes);
    left_ = left_.subspan(limits::frame_header_bytes + bytes);
    taken_ += limits::frame_header_bytes + bytes;
    return (*answer)->type == type && equal((*answer)->payload, payload);
  }

 private:
  byte_view left_;
  std::size_t payload_bytes_max_;
  std::size_t taken_ = 0;
};

std::vector<std::size_t> piece_sizes(fuzz::input& from) {
  std::vector<std::size_t> sizes;
  while (const auto size = from.u8())
    sizes.push_back(size < 128 ? size : std::size_t{size} * 97);
  if (sizes.empty()) sizes.push_back(4096);
  return sizes;
}

}  // namespace

int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  fuzz::input from{data, size};
  const std::size_t payload_bytes_max = from.u16() * std::size_t{16};
  const auto sizes = piece_sizes(from);
  const auto stream = from.rest();
  wire::frame_reader reader{payload_bytes_max};
  expected_frames expected{stream, payload_bytes_max};
  std::vector<std::pair<wire::frame, std::vector<std::byte>>> kept;
  std::size_t received = 0;
  for (std::size_t turn = 0; received < stream.size(); ++turn) {
    const auto room = reader.prepare();
    require(!room.empty(), "there is always room");
    const auto wanted = std::min(sizes[turn % sizes.size()], stream.size() - received);
    const auto count = std::min(wanted, room.size());
    std::memcpy(room.data(), stream.data() + received, count);
    reader.commit(count);
    received += count;
    for (;;) {
      const auto answer = reader.next();
      require(expected.matches(answer, received), "frames are those of the whole stream");
      if (!answer) return 0;
      if (!*answer) break;
      const auto& payload = (*answer)->payload;
      kept.push_back({**answer, {payload.begin(), payload.end()}});
    }
  }
  for (const auto& [frame, copy] : kept)
    require(equal(frame.payload, copy), "a frame keeps its bytes while it is held");
  return 0;
}
