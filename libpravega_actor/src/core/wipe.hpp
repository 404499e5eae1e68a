// Overwrites what must not stay in memory.
#pragma once

#include <string.h>

#include <cstddef>
#include <string>
#include <utility>

namespace pravega_actor::internal {

/// The compiler does not leave this out, although nobody reads the memory again.
inline void wipe(void* bytes, std::size_t count) noexcept {
  if (count > 0) ::explicit_bzero(bytes, count);
}

/// A text that holds a secret for a moment: it never moves to other memory, and is overwritten
/// at its end. `room`: the most that it will ever hold.
class wiped_text {
 public:
  explicit wiped_text(std::size_t room) { text_.reserve(room); }
  explicit wiped_text(std::string taken) : text_{std::move(taken)} {}
  wiped_text(const wiped_text&) = delete;
  wiped_text& operator=(const wiped_text&) = delete;
  ~wiped_text() {
    text_.resize(text_.capacity());
    wipe(text_.data(), text_.size());
  }
  [[nodiscard]] std::string& get() noexcept { return text_; }

 private:
  std::string text_;
};

}  // namespace pravega_actor::internal
