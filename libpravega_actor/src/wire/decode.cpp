#include "pravega_actor/limits.hpp"
#include "wire/big_endian.hpp"
#include "wire/codec.hpp"
#include "wire/modified_utf8.hpp"

namespace pravega_actor::internal::wire {
namespace {

// The fewest bytes that a value takes: bounds the count of a list by the bytes that are left.
template <class T>
constexpr std::size_t least_bytes(field::type<T>) noexcept {
  return sizeof(T);
}
constexpr std::size_t least_bytes(field::type<std::string>) noexcept {
  return 2;
}
constexpr std::size_t least_bytes(field::type<table_key>) noexcept {
  return 8;
}
constexpr std::size_t least_bytes(field::type<table_entry>) noexcept {
  return 16;
}
constexpr std::size_t least_bytes(field::type<attribute_update>) noexcept {
  return 33;
}
constexpr std::size_t least_bytes(field::type<merged_source>) noexcept {
  return 10;
}
constexpr std::size_t least_bytes(field::type<storage_chunk>) noexcept {
  return 27;
}

/// Takes fields from the front of a payload; stops at the first that does not decode.
class decoder {
 public:
  explicit decoder(byte_view payload) noexcept : at_{payload.data()}, left_{payload.size()} {}

  template <class T>
  bool operator()(field::must, std::string_view name, T& value) {
    field_ = name;
    return get(value);
  }
  template <class T>
  bool operator()(field::may, std::string_view name, T& value) {
    field_ = name;
    return left_ < field::presence_bytes(field::type<T>{}) || get(value);
  }
  bool operator()(field::rest, std::string_view name, blob& value) {
    field_ = name;
    return get_raw(value, left_);
  }
  bool operator()(field::zeros, std::string_view name, i32& value) {
    field_ = name;
    if (left_ > limits::frame_payload_bytes_max) return fail("longer than a frame");
    value = static_cast<i32>(left_);
    return skip(left_);
  }
  bool operator()(field::framed_event, std::string_view name, blob& value) {
    field_ = name;
    i32 event_type = 0;
    if (!get(event_type)) return false;
    if (event_type != event::code) return fail("not an event");
    return get(value);
  }

  [[nodiscard]] error failure(std::string_view command_name) const {
    auto where = std::string{command_name}.append(".").append(field_);
    return error{errc::malformed_frame, where.append(": ").append(problem_)}.with_stage(
        stage::decode);
  }

 private:
  bool fail(std::string_view problem) {
    problem_ = problem;
    return false;
  }
  bool skip(std::size_t count) {
    if (count > left_) return fail("the payload ends before");
    at_ += count;
    left_ -= count;
    return true;
  }
  bool get_raw(blob& value, std::size_t count) {
    const auto* from = at_;
    if (!skip(count)) return false;
    value.assign(from, from + count);
    return true;
  }
  template <class T>
  requires std::is_integral_v<T>
  bool get(T& value) {
    const auto* from = at_;
    if (!skip(sizeof(T))) return false;
    value = load_big_endian<T>(from);
    return true;
  }
  bool get(bool& value) {
    i8 raw = 0;
    if (!get(raw)) return false;
    value = raw != 0;
    return true;
  }
  bool get(uuid& value) { return get(value.msb) && get(value.lsb); }
  bool get(token_error& value) {
    i32 raw = 0;
    if (!get(raw)) return false;
    const bool listed = raw == -1 || raw == 1;
    value = listed ? static_cast<token_error>(raw) : token_error::token_check_failed;
    return true;
  }
  bool get(message_error& value) {
    i32 raw = 0;
    if (!get(raw)) return false;
    value = raw == 0 ? message_error::illegal_argument : message_error::unspecified;
    return true;
  }
  bool get(std::string& value) {
    std::uint16_t size = 0;
    if (!get(size)) return false;
    const auto* from = at_;
    if (!skip(size)) return false;
    auto decoded = from_modified_utf8({from, size});
    if (!decoded) return fail("not modified UTF-8");
    value = std::move(*decoded);
    return true;
  }
  bool get_length(std::size_t& length) {
    i32 raw = 0;
    if (!get(raw)) return false;
    if (raw < 0) return fail("negative length");
    length = static_cast<std::size_t>(raw);
    return length <= left_ || fail("longer than the rest of the payload");
  }
  bool get(blob& value) {
    std::size_t length = 0;
    return get_length(length) && get_raw(value, length);
  }
  // The size before a key counts a version that an empty key does not have: it is of no use.
  bool get(table_key& value) {
    i32 size = 0;
    if (!get(size) || !get(value.data)) return false;
    return value.data.empty() || get(value.version);
  }
  bool get(table_entry& value) {
    i32 size = 0;
    return get(value.key) && get(size) && get(value.value);
  }
  bool get_if_there(blob& value) { return left_ < 4 || get(value); }
  bool get(table_iterator_args& value) {
    std::size_t prefix_length = 0;
    if (!get_if_there(value.continuation_token)) return false;
    if (left_ >= 4 && !(get_length(prefix_length) && skip(prefix_length))) return false;
    return get_if_there(value.from_key) && get_if_there(value.to_key);
  }
  template <record T>
  bool get(T& value) {
    return T::fields(value,
                     [this](auto, std::string_view, auto& part) { return this->get(part); });
  }
  template <class T>
  bool get(std::vector<T>& list) {
    i32 raw = 0;
    if (!get(raw)) return false;
    if (raw < 0) return fail("negative count");
    const auto count = static_cast<std::size_t>(raw);
    if (count > limits::wire_list_entries_max) return fail("too many entries");
    if (count > left_ / least_bytes(field::type<T>{})) return fail("more entries than fit");
    list.resize(count);
    for (auto& one : list) {
      if (!get(one)) return false;
    }
    return true;
  }

  const std::byte* at_;
  std::size_t left_;
  std::string_view field_ = "payload";
  std::string_view problem_;
};

template <class T>
result<command> decode_any(byte_view payload) {
  auto done = decode_as<T>(payload);
  if (!done) return done.error();
  return command{std::move(*done)};
}

}  // namespace

template <command_struct T>
result<T> decode_as(byte_view payload) {
  T value;
  decoder from{payload};
  if (!T::fields(value, from)) return from.failure(T::name);
  return value;
}

#define PRAVEGA_ACTOR_WIRE_DEFINE(name) template result<name> decode_as(byte_view payload);
PRAVEGA_ACTOR_WIRE_COMMANDS(PRAVEGA_ACTOR_WIRE_DEFINE)
#undef PRAVEGA_ACTOR_WIRE_DEFINE

result<command> decode(std::int32_t type, byte_view payload) {
  switch (type) {
#define PRAVEGA_ACTOR_WIRE_CASE(found) \
  case found::code:                    \
    return decode_any<found>(payload);
    PRAVEGA_ACTOR_WIRE_COMMANDS(PRAVEGA_ACTOR_WIRE_CASE)
#undef PRAVEGA_ACTOR_WIRE_CASE
    default:
      return error{errc::unknown_command, "type " + std::to_string(type)}.with_stage(
          stage::decode);
  }
}

}  // namespace pravega_actor::internal::wire
