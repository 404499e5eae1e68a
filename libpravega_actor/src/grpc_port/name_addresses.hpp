// The addresses behind the names of controllers.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "pravega_actor/time.hpp"

namespace pravega_actor::internal {

/// Looks a name up: numeric addresses, the preferred first; none if there is no answer. Waits.
using look_up_function = std::function<std::vector<std::string>(const std::string& host)>;

/// Asks the system's name service.
[[nodiscard]] std::vector<std::string> look_up_host(const std::string& host);

/// Remembers what names stand for. Thread-safe; look-ups run in threads of their own, and never
/// more than one for a name. Without a thread for it, or an answer, what was known stays.
class name_addresses {
 public:
  /// The shortest time between two look-ups of a name; it doubles while the answer stays the
  /// same.
  static constexpr duration gap_min = seconds{1};
  static constexpr duration gap_max = seconds{30};

  explicit name_addresses(look_up_function how = look_up_host);

  /// Asks for the name, if that is not too soon after the last time. Does not wait.
  void ask(const std::string& host, time_point now);
  /// The last answer; empty if there was none.
  [[nodiscard]] std::vector<std::string> of(const std::string& host) const;
  /// Grows with each answer that is another one than before.
  [[nodiscard]] std::uint64_t version() const;

 private:
  struct state;
  std::shared_ptr<state> state_;
};

}  // namespace pravega_actor::internal
