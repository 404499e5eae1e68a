// One value of a closed set of types, cheap to compile in files that only pass it on.
#pragma once

#include <cassert>
#include <cstdint>
#include <memory>
#include <utility>

#include "pravega_actor/export.hpp"

namespace PRAVEGA_ACTOR_API pravega_actor {

/// The position of `T` in `Set`; negative if it is not in the set. A set specialises it for
/// each of its types.
template <class Set, class T>
inline constexpr int position_in = -1;

/// An immutable value of one of the types in `Set`. Copies share the value, so copying takes no
/// memory and cannot fail. Constructing one takes memory and may throw std::bad_alloc. Any
/// thread may read the value.
///
/// A `std::variant` of many types makes every file that copies or moves it compile the code for
/// all of them; this class only compiles a pointer.
template <class Set>
class one_of {
 public:
  template <class T>
  requires(position_in<Set, T> >= 0)
      one_of(T value)  // NOLINT: a value of the set is one of the set
      : held_{std::make_shared<const T>(std::move(value))},
        position_{static_cast<std::uint8_t>(position_in<Set, T>)} {
    static_assert(position_in<Set, T> < 256);
  }

  /// The position of the held type in the set.
  [[nodiscard]] int position() const noexcept { return position_; }
  template <class T>
  [[nodiscard]] bool holds() const noexcept {
    static_assert(position_in<Set, T> >= 0, "not a type of the set");
    return position_ == position_in<Set, T>;
  }
  /// The value if it is a `T`, else null. It lives as long as this object or a copy of it.
  template <class T>
  [[nodiscard]] const T* get_if() const noexcept {
    return holds<T>() ? static_cast<const T*>(held_.get()) : nullptr;
  }
  /// The value, which must be a `T` (asserted).
  template <class T>
  [[nodiscard]] const T& get() const noexcept {
    assert(holds<T>() && "this holds a value of another type");
    return *static_cast<const T*>(held_.get());
  }

 private:
  std::shared_ptr<const void> held_;
  std::uint8_t position_;
};

}  // namespace pravega_actor
