// A value or an error; the return type of everything that can fail.
#pragma once

#include <cassert>
#include <optional>
#include <type_traits>
#include <utility>
#include <variant>

#include "pravega_actor/error.hpp"

namespace pravega_actor {

/// Holds a `T` or an `error`. Access to the part that is absent is a bug of the caller
/// (asserted).
template <class T>
class [[nodiscard]] result {
 public:
  using value_type = T;
  result(T value) : held_{std::in_place_index<0>, std::move(value)} {}  // NOLINT
  result(pravega_actor::error failure)                                  // NOLINT
      : held_{std::in_place_index<1>, std::move(failure)} {}
  result(errc code) : held_{std::in_place_index<1>, code} {}  // NOLINT

  [[nodiscard]] bool has_value() const noexcept { return held_.index() == 0; }
  explicit operator bool() const noexcept { return has_value(); }
  [[nodiscard]] T& value() & { return *std::get_if<0>(&held_); }
  [[nodiscard]] const T& value() const& { return *std::get_if<0>(&held_); }
  [[nodiscard]] T&& value() && { return std::move(*std::get_if<0>(&held_)); }
  T& operator*() & { return value(); }
  const T& operator*() const& { return value(); }
  T&& operator*() && { return std::move(*this).value(); }
  T* operator->() { return &value(); }
  const T* operator->() const { return &value(); }
  [[nodiscard]] const pravega_actor::error& error() const { return *std::get_if<1>(&held_); }
  [[nodiscard]] T value_or(T other) const { return has_value() ? value() : std::move(other); }

  /// `f(value)` on success, the same error else.
  template <class F>
  [[nodiscard]] auto map(F&& f) const -> result<std::invoke_result_t<F, const T&>> {
    if (!has_value()) return error();
    return std::forward<F>(f)(value());
  }

 private:
  std::variant<T, pravega_actor::error> held_;
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
  [[nodiscard]] const pravega_actor::error& error() const { return *error_; }

 private:
  std::optional<pravega_actor::error> error_;
};

}  // namespace pravega_actor
