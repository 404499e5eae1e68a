// Calls what the user gave us; it may throw, the library goes on.
#pragma once

#include <exception>
#include <functional>
#include <utility>

#include "core/library_thread.hpp"

namespace pravega_actor::internal {

inline thread_local bool user_code_is_gone = false;

/// From here on, in this thread, what the application's callbacks refer to may be gone.
class user_code_gone_scope {
 public:
  user_code_gone_scope() noexcept : outer_{std::exchange(user_code_is_gone, true)} {}
  ~user_code_gone_scope() { user_code_is_gone = outer_; }
  user_code_gone_scope(const user_code_gone_scope&) = delete;
  user_code_gone_scope& operator=(const user_code_gone_scope&) = delete;

 private:
  const bool outer_;
};

/// A callback of the application as the library keeps it: within a simulation it is not called
/// once what it refers to may be gone. Elsewhere it stays as it is.
template <class R, class... Arguments>
[[nodiscard]] std::function<R(Arguments...)> unless_gone(std::function<R(Arguments...)> code) {
  if (worlds_in_thread == 0 || !code) return code;
  return [held = std::move(code)](Arguments... arguments) -> R {
    if (user_code_is_gone) return R();
    return held(std::forward<Arguments>(arguments)...);
  };
}

/// The same in place, for calls that are made for each event.
template <class R, class... Arguments>
void silence_when_gone(std::function<R(Arguments...)>& code) {
  if (worlds_in_thread != 0) [[unlikely]]
    code = unless_gone(std::move(code));
}

/// Calls `code(arguments...)`, and `threw(text)` if that throws. An exception of `threw` itself
/// is dropped: there may be no memory to report it. Call it within a `callback_scope`.
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

}  // namespace pravega_actor::internal
