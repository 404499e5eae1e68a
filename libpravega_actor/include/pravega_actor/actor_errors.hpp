// The library's errors as errors of CAF: the exit reasons of the library's actors.
#pragma once

#include <caf/all.hpp>
#include <cstdint>
#include <optional>
#include <string>
#include <utility>

#include "pravega_actor/error.hpp"
#include "pravega_actor/export.hpp"

namespace PRAVEGA_ACTOR_API pravega_actor {

/// The category of the library's errors among those of CAF.
inline constexpr caf::atom_value actor_error_category = caf::atom("pravega");

/// CAF calls this function to convert an errc, so `caf::error why = errc::closed` compiles. In
/// CAF the code 0 means success, so the code is the number of the enumerator plus 1.
[[nodiscard]] inline caf::error make_error(errc code, caf::message context = {}) {
  const auto number = static_cast<std::uint8_t>(code);
  return {static_cast<std::uint8_t>(number + 1), actor_error_category, std::move(context)};
}

/// An error for CAF, for example the exit reason of an actor. Its context is the text of
/// `error::to_string`.
[[nodiscard]] inline caf::error to_caf_error(const error& why) {
  return make_error(why.code(), caf::make_message(why.to_string()));
}

/// The errc of an error of CAF; nothing if the error has another category, or a number that no
/// enumerator has.
[[nodiscard]] inline std::optional<errc> errc_of(const caf::error& why) {
  if (!why || why.category() != actor_error_category) return std::nullopt;
  const auto number = why.code() - 1;
  if (number > static_cast<int>(errc::internal_error)) return std::nullopt;
  return static_cast<errc>(number);
}

/// Lets `actor_system::render` name the library's errors. Call it before you make the actor
/// system.
inline void add_error_category(caf::actor_system_config& to) {
  to.add_error_category(actor_error_category, [](std::uint8_t code, caf::atom_value,
                                                 const caf::message& context) {
    const std::string name{to_string(static_cast<errc>(code - 1))};
    return context.match_elements<std::string>() ? name + ": " + context.get_as<std::string>(0)
                                                 : name;
  });
}

}  // namespace pravega_actor
