// The name of a writer that survives its process, and what follows from it.
#pragma once

#include <string>
#include <string_view>

#include "pravega_actor/names.hpp"
#include "pravega_actor/result.hpp"

namespace pravega_actor::internal {

/// 1 to limits::writer_name_characters_max letters, digits, '.', '-' and '_'.
[[nodiscard]] result<void> check_writer_name(std::string_view name);

/// The writer id of a name in a segment, for ever the same: two hashes of both
/// (`routing_hash`), as a UUID of version 8.
[[nodiscard]] uuid named_writer_id(std::string_view name, const segment& of);

/// Where an event without a routing key goes: its number decides, so that it goes there again
/// when it is written again.
[[nodiscard]] double position_of_number(std::int64_t number) noexcept;

}  // namespace pravega_actor::internal
