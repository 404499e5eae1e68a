// The environment port: clock, entropy and id counters. The client has no globals.
#pragma once

#include <cstdint>
#include <memory>
#include <string_view>

#include "pravega_actor/export.hpp"
#include "pravega_actor/time.hpp"
#include "pravega_actor/uuid.hpp"

namespace PRAVEGA_ACTOR_API pravega_actor {

/// Where a fault plan may strike: before or after an action of a machine.
enum class strike_moment : std::uint8_t { before, after };

/// All nondeterminism that comes from neither network nor controller. Any thread may call any
/// member.
class environment {
 public:
  virtual ~environment() = default;
  /// Milliseconds since 1970.
  [[nodiscard]] virtual std::int64_t wall_clock_ms() = 0;
  /// Monotonic time; in a simulation, the virtual time that actors see as well.
  [[nodiscard]] virtual time_point now() = 0;
  /// 64 random bits.
  [[nodiscard]] virtual std::uint64_t random() = 0;
  /// A random UUID (version 4).
  [[nodiscard]] uuid random_uuid() {
    return {(random() & ~0xF000ULL) | 0x4000ULL, (random() & ~(3ULL << 62)) | (2ULL << 62)};
  }
  /// A new flow id for request ids, 1 to 2^31 - 1, unique in the process.
  [[nodiscard]] virtual std::int32_t next_flow_id() = 0;
  /// Called before and after each action of a machine. If it returns true, the actor that owns
  /// the machine dies at this point. Only simulations return true.
  [[nodiscard]] virtual bool strike(std::string_view machine, std::string_view action,
                                    strike_moment moment) {
    (void)machine, (void)action, (void)moment;
    return false;
  }
};

/// The real environment: system clocks and the operating system's entropy.
[[nodiscard]] std::shared_ptr<environment> make_system_environment();

}  // namespace pravega_actor
