// The segments in the order of what they hold: a full store takes room from the first.
#pragma once

#include <compare>
#include <cstddef>
#include <set>
#include <string_view>

namespace pravega_sandbox {

/// Segments that hold something, by their bytes; O(log n) for each change. Of segments that
/// hold as much, the name decides, so that equal stores drop equal events.
class holding_order {
 public:
  /// A segment that held `before` bytes holds `now`. The name must stay where it is until the
  /// segment holds nothing.
  void change(std::string_view name, std::size_t before, std::size_t now);

  /// Of all these segments together.
  [[nodiscard]] std::size_t bytes() const noexcept { return bytes_; }
  /// The segment that holds the most; "" if none holds anything.
  [[nodiscard]] std::string_view fullest() const noexcept;

 private:
  struct place {
    std::size_t held = 0;
    std::string_view name;
    friend auto operator<=>(const place&, const place&) = default;
  };

  std::set<place> places_;
  std::size_t bytes_ = 0;
};

}  // namespace pravega_sandbox
