// How a command is described: once, as a list of its fields in wire order. The struct, its
// codec, its printing and the look-up of its request id all follow from that list.
#pragma once

#include <cstddef>
#include <cstdint>
#include <limits>
#include <string>
#include <string_view>
#include <vector>

#include "pravega_actor/uuid.hpp"

namespace pravega_actor::internal::wire {

// The field types of the tables, next to bool, uuid and the structs below. Texts are UTF-8
// here and modified UTF-8 on the wire.
using i8 = std::int8_t;
using i32 = std::int32_t;
using i64 = std::int64_t;
using blob = std::vector<std::byte>;

/// The value of an attribute that is not set, and the last event number of a new writer.
inline constexpr i64 null_attribute_value = std::numeric_limits<i64>::min();

/// How a field stands in the payload.
namespace field {
struct encoded {};
/// Always there.
struct must : encoded {};
/// May be missing at the end of the payload; the default stands then.
struct may : encoded {};
/// Bytes without a length, up to the end of the payload.
struct rest {};
/// A number of zero bytes, up to the end of the payload.
struct zeros {};
/// An event: type 0, length, payload. The member holds the payload.
struct framed_event {};

/// Names a type in an overload.
template <class T>
struct type {};

/// How many bytes must be left for an optional field to be there.
template <class T>
constexpr std::size_t presence_bytes(type<T>) noexcept {
  return sizeof(T);
}
constexpr std::size_t presence_bytes(type<std::string>) noexcept {
  return 1;
}
template <class T>
constexpr std::size_t presence_bytes(type<std::vector<T>>) noexcept {
  return 4;
}
}  // namespace field

/// A struct that is described by its fields, inside a command.
template <class T>
concept record = requires(T& value) {
  T::fields(value, [](auto, std::string_view, auto&) { return true; });
};

}  // namespace pravega_actor::internal::wire

// PRAVEGA_ACTOR_WIRE_EACH(m, (a, b), (c, d)) is m(a, b) m(c, d); up to 27 elements.
#define PRAVEGA_ACTOR_WIRE_PARENS ()
#define PRAVEGA_ACTOR_WIRE_SCAN(...) \
  PRAVEGA_ACTOR_WIRE_SCAN_2(PRAVEGA_ACTOR_WIRE_SCAN_2(PRAVEGA_ACTOR_WIRE_SCAN_2(__VA_ARGS__)))
#define PRAVEGA_ACTOR_WIRE_SCAN_2(...) \
  PRAVEGA_ACTOR_WIRE_SCAN_1(PRAVEGA_ACTOR_WIRE_SCAN_1(PRAVEGA_ACTOR_WIRE_SCAN_1(__VA_ARGS__)))
#define PRAVEGA_ACTOR_WIRE_SCAN_1(...) \
  PRAVEGA_ACTOR_WIRE_SCAN_0(PRAVEGA_ACTOR_WIRE_SCAN_0(PRAVEGA_ACTOR_WIRE_SCAN_0(__VA_ARGS__)))
#define PRAVEGA_ACTOR_WIRE_SCAN_0(...) __VA_ARGS__
#define PRAVEGA_ACTOR_WIRE_EACH(m, ...) \
  __VA_OPT__(PRAVEGA_ACTOR_WIRE_SCAN(PRAVEGA_ACTOR_WIRE_STEP(m, __VA_ARGS__)))
#define PRAVEGA_ACTOR_WIRE_STEP(m, first, ...) \
  m first __VA_OPT__(PRAVEGA_ACTOR_WIRE_AGAIN PRAVEGA_ACTOR_WIRE_PARENS(m, __VA_ARGS__))
#define PRAVEGA_ACTOR_WIRE_AGAIN() PRAVEGA_ACTOR_WIRE_STEP

#define PRAVEGA_ACTOR_WIRE_MEMBER(presence, type, member, initial) type member = initial;
#define PRAVEGA_ACTOR_WIRE_VISIT(presence, type, member, initial) \
  &&visit(field::presence{}, std::string_view{#member}, self.member)

/// A struct with the given fields: (presence, type, name, default), in wire order. A visitor is
/// called with presence, name and member for each until it returns false.
#define PRAVEGA_ACTOR_WIRE_RECORD(record_name, ...)                                     \
  struct record_name {                                                                  \
    PRAVEGA_ACTOR_WIRE_EACH(PRAVEGA_ACTOR_WIRE_MEMBER, __VA_ARGS__)                     \
    template <class Self, class Visitor>                                                \
    static bool fields([[maybe_unused]] Self& self, [[maybe_unused]] Visitor&& visit) { \
      return true PRAVEGA_ACTOR_WIRE_EACH(PRAVEGA_ACTOR_WIRE_VISIT, __VA_ARGS__);       \
    }                                                                                   \
    friend bool operator==(const record_name&, const record_name&) = default;           \
  }

/// The same for a command: `code` is the frame's type, `name` the struct's own name.
#define PRAVEGA_ACTOR_WIRE_COMMAND(command_name, command_code, ...)                     \
  struct command_name {                                                                 \
    static constexpr std::int32_t code = command_code;                                  \
    static constexpr std::string_view name = #command_name;                             \
    PRAVEGA_ACTOR_WIRE_EACH(PRAVEGA_ACTOR_WIRE_MEMBER, __VA_ARGS__)                     \
    template <class Self, class Visitor>                                                \
    static bool fields([[maybe_unused]] Self& self, [[maybe_unused]] Visitor&& visit) { \
      return true PRAVEGA_ACTOR_WIRE_EACH(PRAVEGA_ACTOR_WIRE_VISIT, __VA_ARGS__);       \
    }                                                                                   \
    friend bool operator==(const command_name&, const command_name&) = default;         \
  }
