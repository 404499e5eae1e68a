// Calls what the user gave us; it may throw, the library goes on.
#pragma once

#include <exception>
#include <utility>

#include "core/library_thread.hpp"

namespace pravega_actor {

/// Calls `code(arguments...)`; `threw(text)` hears of an exception. What it throws itself is
/// dropped: there may be no memory to tell of anything. To be called within a `callback_scope`.
template <class Threw, class Code, class... Arguments>
void call_caught(const Threw& threw, const Code& code, Arguments&&... arguments) noexcept {
  const auto tell = [&threw](const char* what) {
    try {
      threw(what);
    } catch (...) {
    }
  };
  try {
    code(std::forward<Arguments>(arguments)...);
  } catch (const std::exception& reason) {
    tell(reason.what());
  } catch (...) {
    tell("something that is no std::exception");
  }
}

/// The same in a `callback_scope`: the code must not wait for the library.
template <class Threw, class Code, class... Arguments>
void call_user(const Threw& threw, const Code& code, Arguments&&... arguments) noexcept {
  const callback_scope here;
  call_caught(threw, code, std::forward<Arguments>(arguments)...);
}

/// The same where nobody hears of an exception.
template <class Code, class... Arguments>
void call_unheard(const Code& code, Arguments&&... arguments) noexcept {
  call_user([](const char*) {}, code, std::forward<Arguments>(arguments)...);
}

}  // namespace pravega_actor
