// Views of bytes, and shared immutable bytes.
#pragma once

#include <cstddef>
#include <cstring>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "pravega_actor/export.hpp"

namespace PRAVEGA_ACTOR_API pravega_actor {

/// A view of bytes that another object owns.
using byte_view = std::span<const std::byte>;

/// The bytes of a text.
[[nodiscard]] inline byte_view as_bytes(std::string_view text) noexcept {
  return {reinterpret_cast<const std::byte*>(text.data()), text.size()};
}

/// The text of some bytes, without a copy.
[[nodiscard]] inline std::string_view as_text(byte_view bytes) noexcept {
  return {reinterpret_cast<const char*>(bytes.data()), bytes.size()};
}

[[nodiscard]] inline bool equal(byte_view a, byte_view b) noexcept {
  return a.size() == b.size() && (a.empty() || std::memcmp(a.data(), b.data(), a.size()) == 0);
}

/// Immutable bytes and the owner that keeps them alive. Copies are cheap; any thread may read
/// them.
struct shared_bytes {
  std::shared_ptr<const void> owner;
  byte_view view;

  shared_bytes() = default;
  shared_bytes(std::shared_ptr<const void> keeper, byte_view bytes)
      : owner{std::move(keeper)}, view{bytes} {}
  /// Takes over a vector.
  explicit shared_bytes(std::vector<std::byte> bytes) {
    auto held = std::make_shared<const std::vector<std::byte>>(std::move(bytes));
    view = {held->data(), held->size()};
    owner = std::move(held);
  }
  /// Copies the bytes.
  [[nodiscard]] static shared_bytes copy_of(byte_view bytes) {
    return shared_bytes{std::vector<std::byte>(bytes.begin(), bytes.end())};
  }
  [[nodiscard]] std::size_t size() const noexcept { return view.size(); }
  [[nodiscard]] bool empty() const noexcept { return view.empty(); }
};

}  // namespace pravega_actor
