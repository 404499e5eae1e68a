// What a server owes: which answer is waited for, of which store, and since when.
#pragma once

#include <cstdint>
#include <string>

#include "pravega_actor/client.hpp"

namespace pravega_actor::tool {

/// One line on a writer that has made no progress for `silent`. `recovery_ms`: how long it
/// tries in all.
[[nodiscard]] std::string owed_text(const writer_status& writer, duration silent,
                                    std::int64_t recovery_ms);
/// The same on a reader that waits for events it knows to be there.
[[nodiscard]] std::string owed_text(const reader_status& reader, duration silent,
                                    std::int64_t recovery_ms);

}  // namespace pravega_actor::tool
