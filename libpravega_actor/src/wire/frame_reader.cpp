#include "wire/frame_reader.hpp"

#include <algorithm>
#include <cstring>
#include <string>

#include "wire/big_endian.hpp"

namespace pravega_actor::internal::wire {

frame_reader::frame_reader(std::size_t frame_payload_bytes_max,
                           std::shared_ptr<buffer_pool> pool)
    : frame_payload_bytes_max_{frame_payload_bytes_max},
      pool_{pool ? std::move(pool) : std::make_shared<buffer_pool>()} {}

frame_reader::header frame_reader::read_header() const noexcept {
  const auto* at = buffer_->data() + begin_;
  return {load_big_endian<std::int32_t>(at), load_big_endian<std::int32_t>(at + 4)};
}

bool frame_reader::valid(const header& found) const noexcept {
  return found.length >= 0 &&
         static_cast<std::size_t>(found.length) <= frame_payload_bytes_max_;
}

std::size_t frame_reader::bytes_of_first_frame() const noexcept {
  if (buffered_bytes() < limits::frame_header_bytes) return 0;
  const auto found = read_header();
  if (!valid(found)) return 0;
  return limits::frame_header_bytes + static_cast<std::size_t>(found.length);
}

void frame_reader::move_to_buffer_of(std::size_t at_least) {
  auto fresh = pool_->take(at_least);
  const auto kept = buffered_bytes();
  if (kept > 0) std::memcpy(fresh->data(), buffer_->data() + begin_, kept);
  buffer_ = std::move(fresh);
  begin_ = 0;
  end_ = kept;
  limit_ = at_least;
}

// A buffer is only ever filled towards its end, so bytes that were handed out stay as they are.
std::span<std::byte> frame_reader::prepare() {
  if (failure_) begin_ = end_;
  const auto wanted = bytes_of_first_frame();
  const auto room = limit_ - end_;
  const bool fits =
      wanted == 0 ? room >= receive_bytes_min : room > 0 && begin_ + wanted <= limit_;
  if (!fits) {
    const auto more = buffered_bytes() + receive_bytes_min;
    move_to_buffer_of(std::max({wanted, more, receive_buffer_bytes}));
  }
  return {buffer_->data() + end_, limit_ - end_};
}

void frame_reader::commit(std::size_t count) {
  end_ += std::min(count, limit_ - end_);
}

result<std::optional<frame>> frame_reader::next() {
  if (failure_) return *failure_;
  if (buffered_bytes() < limits::frame_header_bytes) return std::optional<frame>{};
  const auto found = read_header();
  if (!valid(found)) return fail(found);
  const auto payload_bytes = static_cast<std::size_t>(found.length);
  if (buffered_bytes() - limits::frame_header_bytes < payload_bytes) {
    return std::optional<frame>{};
  }
  const auto* payload = buffer_->data() + begin_ + limits::frame_header_bytes;
  begin_ += limits::frame_header_bytes + payload_bytes;
  return std::optional<frame>{frame{found.type, {payload, payload_bytes}, buffer_}};
}

error frame_reader::fail(const header& found) {
  const auto code = found.length < 0 ? errc::malformed_frame : errc::frame_too_large;
  auto detail =
      "type " + std::to_string(found.type) + ", length " + std::to_string(found.length);
  failure_ = error{code, std::move(detail)}.with_stage(stage::decode);
  return *failure_;
}

}  // namespace pravega_actor::internal::wire
