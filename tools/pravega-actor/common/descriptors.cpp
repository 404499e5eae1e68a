#include "common/descriptors.hpp"

#include <fcntl.h>
#include <sys/resource.h>

#include <cerrno>

namespace pravega_actor::tool {

namespace {

/// What the process has open besides connections to segments.
constexpr std::size_t others = 32;

}  // namespace

// What takes a closed one's place can neither be read (0) nor written (1 and 2).
void hold_standard_descriptors() {
  for (const int descriptor : {0, 1, 2})
    if (::fcntl(descriptor, F_GETFD) < 0 && errno == EBADF)
      static_cast<void>(::open("/dev/null", descriptor == 0 ? O_WRONLY : O_RDONLY));
}

void raise_descriptor_limit() {
  rlimit limit = {};
  if (::getrlimit(RLIMIT_NOFILE, &limit) != 0 || limit.rlim_cur == limit.rlim_max) return;
  limit.rlim_cur = limit.rlim_max;
  static_cast<void>(::setrlimit(RLIMIT_NOFILE, &limit));
}

result<void> check_descriptors(std::size_t segments) {
  rlimit limit = {};
  if (::getrlimit(RLIMIT_NOFILE, &limit) != 0 || limit.rlim_cur == RLIM_INFINITY) return {};
  if (segments + others <= limit.rlim_cur) return {};
  return error{errc::io_error, "this process may open " + std::to_string(limit.rlim_cur) +
                                   " files and connections, and " + std::to_string(segments) +
                                   " segments need one each; raise the limit (ulimit -n)"};
}

}  // namespace pravega_actor::tool
