#include "common/line_input.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <poll.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>

#include "common/signals.hpp"
#include "pravega_actor/limits.hpp"

namespace pravega_actor::tool {

namespace {

constexpr std::size_t read_bytes = std::size_t{1} << 18;
constexpr int look_interval_ms = 500;
constexpr std::size_t line_bytes_max = limits::event_payload_bytes_max;

error unreadable(const char* why) {
  return error{errc::io_error, std::string{"standard input: "} + why};
}

// A descriptor that can only be written would never have input, and poll never say so. One
// without a type was closed, and a library's event descriptor has taken its number.
bool is_readable(int descriptor) {
  const int flags = ::fcntl(descriptor, F_GETFL);
  struct stat about = {};
  const bool typed = ::fstat(descriptor, &about) == 0 && (about.st_mode & S_IFMT) != 0;
  return flags >= 0 && typed && (flags & O_ACCMODE) != O_WRONLY;
}

}  // namespace

bool line_input::wait_for_input() const {
  pollfd wanted[2] = {{descriptor_, POLLIN, 0}, {stop_descriptor(), POLLIN, 0}};
  for (;;) {
    if (stop_wanted()) return false;
    const int ready = ::poll(wanted, 2, look_ ? look_interval_ms : -1);
    if (ready < 0 && errno != EINTR) return true;
    if (ready > 0 && wanted[0].revents != 0) return !stop_wanted();
    if (ready == 0) look_();
  }
}

line_input::line_input(int descriptor)
    : descriptor_{descriptor}, readable_{is_readable(descriptor)} {}

std::optional<std::uint64_t> line_input::total_bytes() const {
  struct stat about = {};
  if (::fstat(descriptor_, &about) != 0 || !S_ISREG(about.st_mode)) return std::nullopt;
  return static_cast<std::uint64_t>(about.st_size);
}

std::string_view line_input::hand_out(std::size_t length, std::size_t with_end) {
  const std::string_view line{buffer_.data() + begin_, length};
  begin_ += with_end;
  scanned_ = begin_;
  ++lines_;
  bytes_ += with_end;
  return line;
}

result<line_input::filled> line_input::fill() {
  if (!readable_) return unreadable("not open for reading");
  if (begin_ > 0) {
    std::memmove(buffer_.data(), buffer_.data() + begin_, end_ - begin_);
    scanned_ -= begin_;
    end_ -= begin_;
    begin_ = 0;
  }
  if (buffer_.size() < end_ + read_bytes) buffer_.resize(std::max(2 * end_, end_ + read_bytes));
  for (;;) {
    if (!wait_for_input()) return filled::end;
    const auto count = ::read(descriptor_, buffer_.data() + end_, buffer_.size() - end_);
    if (count < 0 && (errno == EINTR || errno == EAGAIN)) continue;
    if (count < 0) return unreadable(std::strerror(errno));
    end_ += static_cast<std::size_t>(count);
    return count == 0 ? filled::end : filled::more;
  }
}

result<std::optional<std::string_view>> line_input::next() {
  for (;;) {
    const void* found = end_ > scanned_
                            ? std::memchr(buffer_.data() + scanned_, '\n', end_ - scanned_)
                            : nullptr;
    if (found != nullptr) {
      const auto at =
          static_cast<std::size_t>(static_cast<const char*>(found) - buffer_.data());
      const auto length = at - begin_;
      if (length <= line_bytes_max)
        return std::optional<std::string_view>{hand_out(length, length + 1)};
    }
    scanned_ = end_;
    if (end_ - begin_ > line_bytes_max)
      return error{errc::event_too_large,
                   fmt::format("line {} has more than {} bytes", lines_ + 1, line_bytes_max)};
    auto more = fill();
    if (!more) return more.error();
    if (*more == filled::more) continue;
    const auto rest = end_ - begin_;
    if (rest == 0 || stop_wanted()) return std::optional<std::string_view>{};
    return std::optional<std::string_view>{hand_out(rest, rest)};
  }
}

}  // namespace pravega_actor::tool
