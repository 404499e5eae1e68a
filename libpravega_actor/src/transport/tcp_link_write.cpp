// The writing half: at once from the caller's thread, the rest when there is room.
#include "transport/socket_calls.hpp"
#include "transport/tcp_link.hpp"

#include <limits.h>
#include <linux/sockios.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <sys/uio.h>

#include <algorithm>
#include <array>
#include <asio/post.hpp>
#include <cerrno>
#include <new>
#include <utility>

namespace pravega_actor::internal {
namespace {

/// Parts that one system call takes.
constexpr std::size_t parts_per_call_max = IOV_MAX;
/// Bytes that the I/O thread writes under the mutex before a sender may have it.
constexpr std::size_t write_call_bytes_max = 1u << 20;
/// Bytes that the I/O thread writes to one connection before the others have their turn.
constexpr std::size_t write_turn_bytes_max = 4u << 20;

using part_array = std::array<iovec, parts_per_call_max>;

iovec to_iovec(byte_view bytes) {
  return {const_cast<std::byte*>(bytes.data()), bytes.size()};
}

}  // namespace

std::size_t tcp_link::unsent_bytes() {
  const std::lock_guard lock{mutex_};
  int in_socket = 0;
  if (phase_ == phase::open && ::ioctl(socket_.native_handle(), SIOCOUTQ, &in_socket) != 0)
    in_socket = 0;
  if (phase_ == phase::ended) return 0;
  return unsent_ + encrypted_bytes() + static_cast<std::size_t>(in_socket);
}

// Without memory a part of a frame may be lost: then nothing may follow it.
void tcp_link::send(std::span<const shared_bytes> parts) {
  const std::lock_guard lock{mutex_};
  if (phase_ != phase::open || write_failure_) return;
  try {
    send_or_queue(parts);
  } catch (const std::bad_alloc&) {
    broken(ENOMEM);
  }
}

void tcp_link::send_or_queue(std::span<const shared_bytes> parts) {
  if (!queued_.empty()) return queue(parts, 0);
  part_array out;  // NOLINT: only the used part is filled
  while (!parts.empty()) {
    const auto count = std::min(parts.size(), parts_per_call_max);
    std::size_t offered = 0;
    for (std::size_t i = 0; i < count; ++i) {
      out[i] = to_iovec(parts[i].view);
      offered += parts[i].size();
    }
    const auto sent = write_parts({out.data(), count});
    if (sent < 0 && !must_wait(errno)) return broken(errno);
    const auto taken = sent < 0 ? 0 : static_cast<std::size_t>(sent);
    if (taken < offered) {
      queue(parts, taken);
      return wait_writable();
    }
    parts = parts.subspan(count);
  }
  if (encrypted_bytes() != 0) wait_writable();
}

ssize_t tcp_link::write_parts(std::span<iovec> parts) {
  return tls_ ? encrypt_parts(parts) : send_now(socket_.native_handle(), parts);
}

/// Keeps the parts but for their first `skip` bytes.
void tcp_link::queue(std::span<const shared_bytes> parts, std::size_t skip) {
  std::size_t added = 0;
  for (const auto& part : parts) {
    if (part.empty()) continue;
    if (skip >= part.size()) {
      skip -= part.size();
      continue;
    }
    if (queued_.empty()) queued_skip_ = skip;
    queued_.push_back(part);
    added += part.size() - skip;
    skip = 0;
  }
  unsent_ += added;
}

void tcp_link::wait_writable() {
  if (phase_ != phase::open || write_failure_ || waiting_writable_) return;
  if (queued_.empty() && encrypted_bytes() == 0) return;
  waiting_writable_ = true;
  socket_.async_wait(asio::socket_base::wait_write,
                     [self = shared_from_this()](std::error_code cancelled) {
                       if (!cancelled) self->writable();
                     });
}

void tcp_link::broken(int system_error) noexcept {
  try {
    write_failure_.emplace(errc::connection_lost,
                           std::error_code{system_error, std::system_category()}.message());
    asio::post(core_->context(), [weak = weak_from_this()] {
      if (const auto self = weak.lock()) self->write_side_broke();
    });
  } catch (const std::bad_alloc&) {
    if (!write_failure_) write_failure_.emplace(errc::out_of_memory);
    // The reading side waits already: it finds the end.
    ::shutdown(socket_.native_handle(), SHUT_RDWR);
  }
}

void tcp_link::writable() {
  for (std::size_t written = 0;;) {
    // Parts are let go outside of the mutex: their owners may be anything.
    spent_parts spent;
    const std::lock_guard lock{mutex_};
    waiting_writable_ = false;
    const bool more_fits = write_queued(spent, written);
    if (more_fits && written < write_turn_bytes_max) continue;
    try {
      return wait_writable();
    } catch (const std::bad_alloc&) {
      return broken(ENOMEM);
    }
  }
}

/// One system call. Whether the socket took all that was offered and more is there.
bool tcp_link::write_queued(spent_parts& spent, std::size_t& written) {
  if (phase_ != phase::open || write_failure_) return false;
  if (queued_.empty()) {
    if (!flush_encrypted()) broken(errno);
    return false;
  }
  part_array out;  // NOLINT: only the used part is filled
  std::size_t count = 0;
  std::size_t offered = 0;
  for (const auto& part : queued_) {
    if (count == spent_parts::max || offered >= write_call_bytes_max) break;
    const auto skip = count == 0 ? queued_skip_ : 0;
    out[count++] = to_iovec(part.view.subspan(skip));
    offered += part.size() - skip;
  }
  const auto sent = write_parts({out.data(), count});
  if (sent < 0) {
    if (!must_wait(errno)) broken(errno);
    return false;
  }
  const auto taken = static_cast<std::size_t>(sent);
  written += taken;
  unsent_ -= taken;
  queued_skip_ += taken;
  while (!queued_.empty() && queued_skip_ >= queued_.front().size()) {
    queued_skip_ -= queued_.front().size();
    spent.parts[spent.count++] = std::move(queued_.front());
    queued_.pop_front();
  }
  return taken == offered && !queued_.empty();
}

}  // namespace pravega_actor::internal
