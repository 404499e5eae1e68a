// How soon the readers of a group share its segments.
#pragma once

#include <cstdint>
#include <string>

#include "bench/bench.hpp"

namespace pravega_actor::tool {

struct group_bench_options {
  std::string stream;
  std::int32_t segments = 20;
  std::uint32_t readers = 4;
  std::int64_t refresh_ms = 500;
  std::int64_t checkpoint_interval_ms = 1000;
  bool release_between_checkpoints = false;
  /// Seconds of the idle readers' measurement.
  std::int64_t idle_s = 10;
  /// Longest wait for each of the figures.
  std::int64_t wait_ms_max = 120'000;
};

/// Opens the readers of a new group in this process, and measures how soon they share the
/// segments fairly, and what they cost while nothing is written.
[[nodiscard]] result<exit_code> bench_group(const common_options& common,
                                            const group_bench_options& options);

}  // namespace pravega_actor::tool
