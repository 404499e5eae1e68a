#include <sys/random.h>

#include <array>
#include <atomic>
#include <cerrno>
#include <chrono>

#include "pravega_actor/ports/environment.hpp"

namespace pravega_actor {
namespace {

constexpr std::uint64_t golden_ratio = 0x9E3779B97F4A7C15ULL;
constexpr std::uint32_t flow_id_mask = 0x7FFFFFFF;

/// A bijection that scatters neighbouring numbers over all 64 bits.
std::uint64_t scatter(std::uint64_t x) noexcept {
  x = (x ^ (x >> 32)) * 0xD6E8FEB86659FD93ULL;
  x = (x ^ (x >> 32)) * 0xD6E8FEB86659FD93ULL;
  return x ^ (x >> 32);
}

std::array<std::uint64_t, 2> entropy() {
  std::array<std::uint64_t, 2> bits{};
  auto* place = reinterpret_cast<unsigned char*>(bits.data());
  std::size_t have = 0;
  while (have < sizeof bits) {
    const ssize_t got = ::getrandom(place + have, sizeof bits - have, 0);
    if (got > 0) {
      have += static_cast<std::size_t>(got);
    } else if (errno != EINTR) {
      // A kernel without getrandom: the clock and an address are the best that is left.
      bits[0] ^= static_cast<std::uint64_t>(clock_type::now().time_since_epoch().count());
      bits[1] ^= scatter(reinterpret_cast<std::uintptr_t>(place));
      break;
    }
  }
  return bits;
}

/// Flow ids are unique in the process, whatever the number of environments.
std::atomic<std::uint32_t> flow_counter{0};

class system_environment final : public environment {
 public:
  std::int64_t wall_clock_ms() override {
    const auto since_1970 = std::chrono::system_clock::now().time_since_epoch();
    return std::chrono::duration_cast<milliseconds>(since_1970).count();
  }

  time_point now() override { return clock_type::now(); }

  // A counter under two secret keys: no lock, and two processes differ in 128 bits.
  std::uint64_t random() override {
    const auto n = counter_.fetch_add(golden_ratio, std::memory_order_relaxed);
    return scatter(scatter(n + keys_[0]) + keys_[1]);
  }

  std::int32_t next_flow_id() override {
    for (;;) {
      const auto id = (flow_counter.fetch_add(1, std::memory_order_relaxed) + 1) & flow_id_mask;
      if (id != 0) return static_cast<std::int32_t>(id);
    }
  }

 private:
  const std::array<std::uint64_t, 2> keys_ = entropy();
  std::atomic<std::uint64_t> counter_{0};
};

}  // namespace

std::shared_ptr<environment> make_system_environment() {
  return std::make_shared<system_environment>();
}

}  // namespace pravega_actor
