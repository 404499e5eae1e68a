// What a reader of the demo sends to itself, and gets from the demo's thread.
#pragma once

#include <cstdint>

#include <caf/allowed_unsafe_message_type.hpp>

#include "pravega_actor/names.hpp"

namespace pravega_actor::tool {

/// An item is processed, and may be released.
struct demo_release_due {
  std::uint64_t number = 0;
  segment in;
  /// -1: not of a slice.
  std::int64_t offset = -1;
};
/// Leave the group and end.
struct demo_leave {};

}  // namespace pravega_actor::tool

CAF_ALLOW_UNSAFE_MESSAGE_TYPE(pravega_actor::tool::demo_release_due)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(pravega_actor::tool::demo_leave)
