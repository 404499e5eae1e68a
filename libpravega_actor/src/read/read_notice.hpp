// What a read channel reports to the segment reader actor that is attached to it.
#pragma once

#include <cstdint>
#include <variant>

#include "pravega_actor/error.hpp"
#include "read/read_machine.hpp"

namespace pravega_actor::internal {

/// The first answer of a session, and the first with data.
struct read_progressed {
  bool data = false;
};
/// The server answered with nothing again; `resume` goes on.
struct read_empty {};
struct read_truncated {
  std::int64_t start_offset = 0;
  error reason;
  /// It is not the first time since there was data.
  bool again = false;
  read_wait waited = {};
};
/// Nothing is asked for until the actor decides.
struct read_refused {
  error reason;
  read_wait waited = {};
};
struct read_disconnected {
  error reason;
  read_wait waited = {};
};
/// Nothing more will be read.
struct read_finished {};
using read_notice = std::variant<read_progressed, read_empty, read_truncated, read_refused,
                                 read_disconnected, read_finished>;

}  // namespace pravega_actor::internal
