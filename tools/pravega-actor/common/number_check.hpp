// Checks numbered events as they arrive.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "pravega_actor/bytes.hpp"

namespace pravega_actor::tool {

struct number_findings {
  std::uint64_t expected = 0;
  std::uint64_t distinct = 0;
  std::uint64_t lost = 0;
  /// Events that came once more.
  std::uint64_t doubled = 0;
  /// Events that came after a later one of their key.
  std::uint64_t reordered = 0;
  /// Events without a number, or with one that was not expected.
  std::uint64_t foreign = 0;
  /// The first few of what is wrong, in words.
  std::vector<std::string> examples;
  [[nodiscard]] bool clean() const noexcept {
    return lost == 0 && doubled == 0 && reordered == 0 && foreign == 0;
  }
};

/// Expects the numbers 0 to `events` - 1, or to the highest that came if `events` is 0; number
/// n belongs to key n mod `keys`.
class number_check {
 public:
  number_check(std::uint64_t events, std::uint32_t keys)
      : seen_(events), last_(keys, -1), keys_{keys}, grows_{events == 0} {}

  void arrived(byte_view payload);
  [[nodiscard]] number_findings findings() const;

 private:
  void example(std::string text);

  std::vector<bool> seen_;
  /// The largest number of each key so far.
  std::vector<std::int64_t> last_;
  const std::uint32_t keys_;
  const bool grows_;
  number_findings found_;
};

}  // namespace pravega_actor::tool
