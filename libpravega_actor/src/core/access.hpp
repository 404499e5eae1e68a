// The library's way into the public handles: it makes them from internals and reaches what is
// behind them.
#pragma once

#include <utility>

namespace pravega_actor::internal {

/// The one friend of the public classes that refer to internals. Applications cannot use it: it
/// is in no public header, and neither are the classes that it takes and returns.
class access {
 public:
  /// A handle made of internals, by its private constructor.
  template <class Handle, class... Parts>
  [[nodiscard]] static Handle make(Parts&&... parts) {
    return Handle(std::forward<Parts>(parts)...);
  }
  /// The core of a client.
  template <class Client>
  [[nodiscard]] static auto& core_of(const Client& of) noexcept {
    return *of.core_;
  }
  /// The same, shared.
  template <class Client>
  [[nodiscard]] static const auto& shared_core_of(const Client& of) noexcept {
    return of.core_;
  }
  /// Sets what `event_slice::at_tail` and `event_slice::end_of_segment` return.
  template <class Slice>
  static void set_end(Slice& of, bool at_tail, bool end_of_segment) noexcept {
    of.at_tail_ = at_tail;
    of.end_of_segment_ = end_of_segment;
  }
};

}  // namespace pravega_actor::internal
