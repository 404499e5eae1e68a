// The system's calls that move bytes through a socket, without waiting.
#pragma once

#include <sys/socket.h>
#include <sys/uio.h>

#include <cerrno>
#include <span>

namespace pravega_actor::internal {

/// The bytes that the socket took, or -1 with errno.
[[nodiscard]] inline ssize_t send_now(int descriptor, std::span<iovec> parts) {
  msghdr message{};
  message.msg_iov = parts.data();
  message.msg_iovlen = parts.size();
  for (;;) {
    const auto sent = ::sendmsg(descriptor, &message, MSG_NOSIGNAL | MSG_DONTWAIT);
    if (sent >= 0 || errno != EINTR) return sent;
  }
}

/// The bytes that the socket gave: 0 at its end, -1 with errno.
[[nodiscard]] inline ssize_t receive_now(int descriptor, std::span<std::byte> room) {
  for (;;) {
    const auto count = ::recv(descriptor, room.data(), room.size(), MSG_DONTWAIT);
    if (count >= 0 || errno != EINTR) return count;
  }
}

/// Whether the socket, which sends or receives later, is not broken.
[[nodiscard]] inline bool must_wait(int system_error) {
  return system_error == EAGAIN || system_error == EWOULDBLOCK || system_error == ENOBUFS;
}

}  // namespace pravega_actor::internal
