// A value or an error: the return type of every call that can fail.
#pragma once

#include <cassert>
#include <memory>
#include <optional>
#include <type_traits>
#include <utility>

#include "pravega_actor/error.hpp"
#include "pravega_actor/export.hpp"

namespace PRAVEGA_ACTOR_API pravega_actor {

template <class T>
class result;

/// Holds a `T` or an `error`. To access the absent part is a bug of the caller: without NDEBUG
/// an assertion fails.
template <class T>
class [[nodiscard]] result {
 public:
  using value_type = T;
  result(T value) noexcept(std::is_nothrow_move_constructible_v<T>)  // NOLINT
      : value_{std::move(value)}, has_value_{true} {}
  result(pravega_actor::error failure) noexcept  // NOLINT
      : error_{std::move(failure)}, has_value_{false} {}
  result(errc code) noexcept : error_{code}, has_value_{false} {}  // NOLINT

  result(const result& other) : has_value_{other.has_value_} { take(other); }
  result(result&& other) noexcept(std::is_nothrow_move_constructible_v<T>)
      : has_value_{other.has_value_} {
    take(std::move(other));
  }
  result& operator=(const result& other) {
    if (this != &other) *this = result{other};
    return *this;
  }
  result& operator=(result&& other) noexcept {
    static_assert(std::is_nothrow_move_constructible_v<T>,
                  "an assignment that fails half way would leave neither value nor error");
    if (this == &other) return *this;
    clear();
    has_value_ = other.has_value_;
    take(std::move(other));
    return *this;
  }
  ~result() { clear(); }

  [[nodiscard]] bool has_value() const noexcept { return has_value_; }
  explicit operator bool() const noexcept { return has_value_; }
  [[nodiscard]] T& value() & {
    assert(has_value_ && "this result holds an error");
    return value_;
  }
  [[nodiscard]] const T& value() const& {
    assert(has_value_ && "this result holds an error");
    return value_;
  }
  [[nodiscard]] T&& value() && {
    assert(has_value_ && "this result holds an error");
    return std::move(value_);
  }
  T& operator*() & { return value(); }
  const T& operator*() const& { return value(); }
  T&& operator*() && { return std::move(*this).value(); }
  T* operator->() { return &value(); }
  const T* operator->() const { return &value(); }
  [[nodiscard]] const pravega_actor::error& error() const {
    assert(!has_value_ && "this result holds a value");
    return error_;
  }
  [[nodiscard]] T value_or(T other) const { return has_value_ ? value_ : std::move(other); }

  /// `f(value)` on success, otherwise the same error.
  template <class F>
  [[nodiscard]] auto map(F&& f) const -> result<std::invoke_result_t<F, const T&>> {
    if (!has_value_) return error_;
    if constexpr (std::is_void_v<std::invoke_result_t<F, const T&>>) {
      std::forward<F>(f)(value_);
      return {};
    } else {
      return std::forward<F>(f)(value_);
    }
  }
  /// `f(value)`, itself a result, on success; otherwise the same error.
  template <class F>
  [[nodiscard]] auto and_then(F&& f) const& -> std::invoke_result_t<F, const T&> {
    using outcome = std::invoke_result_t<F, const T&>;
    static_assert(std::is_same_v<outcome, result<typename outcome::value_type>>);
    if (!has_value_) return error_;
    return std::forward<F>(f)(value_);
  }
  /// The same; `f` takes over the value.
  template <class F>
  [[nodiscard]] auto and_then(F&& f) && -> std::invoke_result_t<F, T&&> {
    using outcome = std::invoke_result_t<F, T&&>;
    static_assert(std::is_same_v<outcome, result<typename outcome::value_type>>);
    if (!has_value_) return error_;
    return std::forward<F>(f)(std::move(value_));
  }
  /// This value on success; otherwise `f(error)`, itself a `result<T>`.
  template <class F>
  [[nodiscard]] result or_else(F&& f) const {
    if (has_value_) return *this;
    return std::forward<F>(f)(error_);
  }

 private:
  template <class Other>
  void take(Other&& other) {
    if (has_value_)
      std::construct_at(std::addressof(value_), std::forward<Other>(other).value_);
    else
      std::construct_at(std::addressof(error_), std::forward<Other>(other).error_);
  }
  void clear() noexcept {
    if (has_value_)
      std::destroy_at(std::addressof(value_));
    else
      std::destroy_at(std::addressof(error_));
  }

  union {
    T value_;
    pravega_actor::error error_;
  };
  bool has_value_;
};

/// Success without a value, or an `error`.
template <>
class [[nodiscard]] result<void> {
 public:
  using value_type = void;
  result() = default;
  result(pravega_actor::error failure) : error_{std::move(failure)} {}  // NOLINT
  result(errc code) : error_{code} {}                                   // NOLINT

  [[nodiscard]] bool has_value() const noexcept { return !error_; }
  explicit operator bool() const noexcept { return has_value(); }
  [[nodiscard]] const pravega_actor::error& error() const {
    assert(error_ && "this result holds no error");
    return *error_;
  }

  /// `f()`, itself a result, on success; otherwise the same error.
  template <class F>
  [[nodiscard]] auto and_then(F&& f) const -> std::invoke_result_t<F> {
    using outcome = std::invoke_result_t<F>;
    static_assert(std::is_same_v<outcome, result<typename outcome::value_type>>);
    if (error_) return *error_;
    return std::forward<F>(f)();
  }
  /// Success on success; otherwise `f(error)`, itself a `result<void>`.
  template <class F>
  [[nodiscard]] result or_else(F&& f) const {
    if (!error_) return {};
    return std::forward<F>(f)(*error_);
  }

 private:
  std::optional<pravega_actor::error> error_;
};

}  // namespace pravega_actor

// clang-format off
#define PRAVEGA_ACTOR_JOIN_2(a, b) a##b
#define PRAVEGA_ACTOR_JOIN(a, b) PRAVEGA_ACTOR_JOIN_2(a, b)
#define PRAVEGA_ACTOR_ASSIGN(held, declaration, ...) \
  auto held = (__VA_ARGS__);                         \
  if (!held) return held.error();                    \
  declaration = *std::move(held)
// clang-format on

/// Returns the error of a result from the enclosing function; on success continues.
///
///     PRAVEGA_ACTOR_TRY(writer.flush(seconds{5}));
#define PRAVEGA_ACTOR_TRY(...)                                        \
  if (auto pravega_actor_tried = (__VA_ARGS__); !pravega_actor_tried) \
  return pravega_actor_tried.error()

/// Returns the error of a result from the enclosing function; on success declares or assigns
/// its value.
///
///     PRAVEGA_ACTOR_LET(auto writer, pravega.create_writer(stream));
#define PRAVEGA_ACTOR_LET(declaration, ...)                                            \
  PRAVEGA_ACTOR_ASSIGN(PRAVEGA_ACTOR_JOIN(pravega_actor_held_, __LINE__), declaration, \
                       __VA_ARGS__)
