// Where a fault plan may strike in the segment store.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string_view>

#include "pravega_actor/uuid.hpp"
#include "security/delegation_tokens.hpp"

namespace pravega_sandbox {

/// An append that is about to be applied, or was.
struct append_info {
  std::string_view segment;
  pravega_actor::uuid writer;
  std::int64_t event_number = 0;
  std::int32_t event_count = 0;
  std::size_t bytes = 0;
};

/// What becomes of the acknowledgement of an append that was applied.
struct ack_plan {
  /// End the connection instead: the append is durable, but the client does not learn it.
  bool close = false;
  /// Keep the acknowledgement, and all later ones of the connection, back this long.
  std::int64_t delay_ms = 0;
  /// End the connection after the acknowledgement was sent.
  bool close_after = false;
};

/// Asked at each place where a real store may fail. The defaults are no faults.
class store_faults {
 public:
  virtual ~store_faults() = default;
  /// True ends the connection; the append is not applied. Asked before anything is checked.
  virtual bool close_before(const append_info& append) {
    (void)append;
    return false;
  }
  /// The same, asked when nothing stands against the append any more.
  virtual bool close_instead(const append_info& append) {
    (void)append;
    return false;
  }
  virtual ack_plan after(const append_info& append) {
    (void)append;
    return {};
  }
  /// True answers a conditional append with ConditionalCheckFailed, whatever the length is.
  virtual bool fail_condition(const append_info& append) {
    (void)append;
    return false;
  }
  /// What a token counts as, whatever it says; nothing: what it is. Asked at each request that
  /// needs one.
  virtual std::optional<token_state> token_counts_as(std::string_view segment) {
    (void)segment;
    return std::nullopt;
  }
  /// True answers a request about the segment with WrongHost.
  virtual bool wrong_host(std::string_view segment) {
    (void)segment;
    return false;
  }
  /// How many of the `available` bytes a read returns: 1 to `available`.
  virtual std::size_t read_bytes(std::string_view segment, std::int64_t offset,
                                 std::size_t available) {
    (void)segment, (void)offset;
    return available;
  }
};

}  // namespace pravega_sandbox
