#include "store/reply_buffer.hpp"

#include <utility>

#include "wire/big_endian.hpp"

namespace pravega_sandbox {

// The frame is encoded without data; then the two lengths grow, and the data goes before the
// request id, the last field.
bool reply_buffer::add_read(const wire::segment_read& head, std::vector<shared_bytes> data) {
  constexpr std::size_t request_id_bytes = 8;
  constexpr std::size_t length_bytes = 4;
  const std::size_t begin = encoded_.size();
  if (!add(head)) return false;
  std::int32_t size = 0;
  for (const auto& part : data)
    size += static_cast<std::int32_t>(part.size());
  const auto grow = [&](std::size_t at) {
    auto* length = encoded_.data() + at;
    wire::store_big_endian(length, wire::load_big_endian<std::int32_t>(length) + size);
  };
  grow(begin + length_bytes);
  grow(encoded_.size() - request_id_bytes - length_bytes);
  const std::vector<std::byte> request_id(encoded_.end() - request_id_bytes, encoded_.end());
  encoded_.resize(encoded_.size() - request_id_bytes);
  if (size > 0) {
    close_part();
    for (auto& part : data)
      parts_.push_back(std::move(part));
  }
  encoded_.insert(encoded_.end(), request_id.begin(), request_id.end());
  return true;
}

void reply_buffer::close_part() {
  if (encoded_.empty()) return;
  parts_.emplace_back(std::exchange(encoded_, {}));
}

std::vector<shared_bytes> reply_buffer::take() {
  close_part();
  return std::exchange(parts_, {});
}

}  // namespace pravega_sandbox
