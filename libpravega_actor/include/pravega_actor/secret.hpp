// A text that must not be seen: a password or a token.
#pragma once

#include <cstddef>
#include <memory>
#include <string_view>

#include "pravega_actor/export.hpp"

namespace PRAVEGA_ACTOR_API pravega_actor {

/// A password, a token or the value of a header that holds one. It cannot be printed, streamed
/// or turned into a text by accident. Copies share one piece of memory, which is overwritten
/// when the last copy ends. Any thread may read a copy of its own.
class secret {
 public:
  /// An empty one.
  secret() noexcept = default;
  /// Copies the text. What the caller holds stays with the caller.
  explicit secret(std::string_view text);

  [[nodiscard]] bool empty() const noexcept { return size() == 0; }
  [[nodiscard]] std::size_t size() const noexcept;
  /// The text itself, valid as long as this copy. Do not store it, and do not show it.
  [[nodiscard]] std::string_view reveal() const noexcept;

  /// Takes the same time wherever the texts differ; only the lengths show.
  friend bool operator==(const secret& a, const secret& b) noexcept;
  template <class Stream>
  friend Stream& operator<<(Stream&, const secret&) = delete;

 private:
  class memory;
  std::shared_ptr<const memory> held_;
};

}  // namespace pravega_actor
