// The demo's transactions: one that is committed and one that is aborted.
#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "pravega_actor/client.hpp"

namespace pravega_actor::tool {

/// A line and its routing key.
struct keyed_line {
  std::string_view key;
  std::string_view line;
};

/// What became of the demo's transactions.
struct demo_transactions {
  /// Lines that one transaction brought into the stream.
  std::uint64_t committed = 0;
  /// Lines of the other one, which no reader may get.
  std::uint64_t aborted = 0;
  /// Both ended as they should.
  bool done = false;
};

/// Writes the lines in one transaction, and foreign lines in another one that is open at the
/// same time. Aborts the second, then commits the first. `happened` gets what is worth showing.
[[nodiscard]] result<demo_transactions> run_demo_transactions(
    client& pravega, const scoped_stream& stream, const std::vector<keyed_line>& lines,
    const std::function<void(std::string)>& happened);

}  // namespace pravega_actor::tool
