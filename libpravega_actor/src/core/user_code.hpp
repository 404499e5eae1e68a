// Calls what the user gave us; it may throw, the library goes on.
#pragma once

#include <exception>
#include <utility>

namespace pravega_actor {

/// Calls `code(arguments...)`; `threw(text)` hears of an exception and must not throw.
template <class Threw, class Code, class... Arguments>
void call_user(const Threw& threw, const Code& code, Arguments&&... arguments) noexcept {
  try {
    code(std::forward<Arguments>(arguments)...);
  } catch (const std::exception& reason) {
    threw(reason.what());
  } catch (...) {
    threw("something that is no std::exception");
  }
}

}  // namespace pravega_actor
