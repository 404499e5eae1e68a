#include "core/secret_file.hpp"

#include <fcntl.h>
#include <unistd.h>

#include <cerrno>

#include "core/finally.hpp"
#include "core/wipe.hpp"
#include "pravega_actor/limits.hpp"

namespace pravega_actor::internal {

secret_file::identity secret_file::identity_of(const struct ::stat& of) noexcept {
  return {of.st_dev, of.st_ino, of.st_size, of.st_mtim.tv_sec, of.st_mtim.tv_nsec};
}

error secret_file::refusal(std::string_view why) const {
  return error{errc::invalid_configuration,
               std::string{key_}.append(": file \"").append(path_).append("\": ").append(why)}
      .with_stage(stage::configuration);
}

// Without a stream, whose buffer would keep a copy. A pipe without a writer must not hold up
// anybody.
result<secret> secret_file::read(identity& seen) const {
  const int file = ::open(path_.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK);
  if (file < 0) return refusal("it cannot be opened");
  const finally closed{[file] { ::close(file); }};
  struct ::stat about {};
  if (::fstat(file, &about) != 0 || !S_ISREG(about.st_mode))
    return refusal("it is no regular file");
  constexpr std::size_t room = limits::authorization_bytes_max + 3;
  wiped_text whole{room};
  auto& text = whole.get();
  text.resize(room);
  std::size_t count = 0;
  while (count < room) {
    const auto got = ::read(file, text.data() + count, room - count);
    if (got < 0 && errno == EINTR) continue;
    if (got < 0) return refusal("it cannot be read");
    if (got == 0) break;
    count += static_cast<std::size_t>(got);
  }
  std::string_view line{text.data(), count};
  if (line.ends_with('\n')) line.remove_suffix(1);
  if (line.ends_with('\r')) line.remove_suffix(1);
  if (line.empty()) return refusal("it is empty");
  if (line.size() > limits::authorization_bytes_max)
    return refusal("it is longer than authorization_bytes_max");
  if (line.find('\n') != std::string_view::npos) return refusal("it has more than one line");
  seen = identity_of(about);
  return secret{line};
}

result<secret_file::content> secret_file::get() {
  const std::lock_guard lock{mutex_};
  struct ::stat about {};
  const bool there = ::stat(path_.c_str(), &about) == 0;
  if (last_.version > 0 && (!there || identity_of(about) == seen_)) return last_;
  auto fresh = read(seen_);
  if (fresh) {
    last_.text = std::move(*fresh);
    ++last_.version;
  } else if (last_.version == 0) {
    return fresh.error();
  }
  return last_;
}

}  // namespace pravega_actor::internal
