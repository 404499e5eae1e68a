// One fetch: reads the log from where the local copy stands to its end.
#pragma once

#include <cstdint>
#include <optional>
#include <variant>

#include "pravega_actor/result.hpp"
#include "synchronizer/entry_assembler.hpp"
#include "synchronizer/local_copy.hpp"
#include "synchronizer/log_requests.hpp"

namespace pravega_actor::internal {

/// A pure machine. The end is the one that the segment has when the fetch asks for it. A copy
/// without a state begins at the mark, or at the segment's start. So does one whose place was
/// truncated away, also in the middle of reading.
class log_fetch_machine {
 public:
  struct finish {
    result<void> outcome;
    /// The log cannot be understood, and nothing must be written to it any more.
    bool broken = false;
  };
  using step = std::variant<log_request, finish>;

  /// `copy` must outlive the machine.
  explicit log_fetch_machine(local_copy& copy) noexcept : copy_{copy} {}

  [[nodiscard]] step start();
  [[nodiscard]] step on_answer(const result<log_answer>& got);

 private:
  enum class phase : std::uint8_t { marking, measuring, reading };
  [[nodiscard]] step begin_again();
  [[nodiscard]] step measure();
  [[nodiscard]] step on_info(const segment_info& info);
  [[nodiscard]] step on_bytes(const log_bytes& got);
  [[nodiscard]] step read_on();
  [[nodiscard]] step on_end();

  local_copy& copy_;
  phase phase_ = phase::measuring;
  /// Reading begins at the mark, which may not be set.
  bool anew_ = false;
  std::optional<std::int64_t> mark_;
  std::int64_t end_ = 0;
  entry_assembler entries_;
};

}  // namespace pravega_actor::internal
