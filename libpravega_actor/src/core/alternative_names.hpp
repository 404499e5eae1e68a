// The names of a variant's alternatives, taken from the types themselves.
#pragma once

#include <array>
#include <string_view>
#include <variant>

namespace pravega_actor::internal {

/// "locate" for `append_machine::locate`. Not for templates and types without a name.
template <class T>
[[nodiscard]] constexpr std::string_view short_type_name() noexcept {
  // g++: "... [with T = a::b::c; ...]", clang: "... [T = a::b::c]".
  constexpr std::string_view whole = __PRETTY_FUNCTION__;
  constexpr auto begin = whole.find("T = ") + 4;
  constexpr auto end = whole.find_first_of(";]", begin);
  constexpr auto name = whole.substr(begin, end - begin);
  return name.substr(name.rfind(':') + 1);
}

/// `names`: of all alternatives, in their order.
template <class Variant>
struct alternatives_of;
template <class... Ts>
struct alternatives_of<std::variant<Ts...>> {
  static constexpr std::array<std::string_view, sizeof...(Ts)> names{short_type_name<Ts>()...};
};

/// The name of the alternative that the variant holds.
template <class... Ts>
[[nodiscard]] std::string_view alternative_name(const std::variant<Ts...>& which) noexcept {
  return alternatives_of<std::variant<Ts...>>::names[which.index()];
}

}  // namespace pravega_actor::internal
