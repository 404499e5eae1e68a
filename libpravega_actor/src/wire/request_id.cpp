#include "wire/big_endian.hpp"
#include "wire/codec.hpp"

namespace pravega_actor::internal::wire {
namespace {

/// Walks to the request id and reads nothing else.
class request_id_finder {
 public:
  explicit request_id_finder(byte_view payload) noexcept
      : at_{payload.data()}, left_{payload.size()} {}

  // Each returns whether to go on.
  template <class T>
  bool operator()(field::must, std::string_view name, const T& value) noexcept {
    if constexpr (std::is_same_v<T, i64>) {
      if (name == "request_id") return found();
    }
    return skip(value);
  }
  template <class T>
  bool operator()(field::may, std::string_view name, const T& value) noexcept {
    if constexpr (std::is_same_v<T, i64>) {
      if (name == "request_id") return found();
    }
    return left_ < field::presence_bytes(field::type<T>{}) || skip(value);
  }
  bool operator()(field::framed_event, std::string_view, const blob& value) noexcept {
    return skip_bytes(4) && skip(value);
  }
  bool operator()(field::rest, std::string_view, const blob&) noexcept { return false; }
  bool operator()(field::zeros, std::string_view, const i32&) noexcept { return false; }

  [[nodiscard]] std::optional<i64> id() const noexcept { return id_; }

 private:
  bool found() noexcept {
    if (left_ >= sizeof(i64)) id_ = load_big_endian<i64>(at_);
    return false;
  }
  bool skip_bytes(std::size_t count) noexcept {
    if (count > left_) return false;
    at_ += count;
    left_ -= count;
    return true;
  }
  template <class T>
  bool skip(const T&) noexcept {
    return skip_bytes(sizeof(T));
  }
  bool skip(const std::string&) noexcept {
    if (left_ < 2) return false;
    return skip_bytes(2u + load_big_endian<std::uint16_t>(at_));
  }
  bool skip(const blob&) noexcept {
    if (left_ < 4) return false;
    const auto length = load_big_endian<i32>(at_);
    return length >= 0 && skip_bytes(4 + static_cast<std::size_t>(length));
  }
  // No request id stands behind a list or behind iterator arguments.
  template <class T>
  bool skip(const std::vector<T>&) noexcept {
    return false;
  }
  bool skip(const table_iterator_args&) noexcept { return false; }

  const std::byte* at_;
  std::size_t left_;
  std::optional<i64> id_;
};

template <class T>
std::optional<i64> find_request_id(byte_view payload) noexcept {
  request_id_finder finder{payload};
  const T none;
  T::fields(none, finder);
  return finder.id();
}

}  // namespace

std::optional<std::int64_t> peek_request_id(std::int32_t type, byte_view payload) noexcept {
  switch (type) {
#define PRAVEGA_ACTOR_WIRE_CASE(found) \
  case found::code:                    \
    return find_request_id<found>(payload);
    PRAVEGA_ACTOR_WIRE_COMMANDS(PRAVEGA_ACTOR_WIRE_CASE)
#undef PRAVEGA_ACTOR_WIRE_CASE
    default:
      return std::nullopt;
  }
}

std::string_view type_name(std::int32_t type) noexcept {
  switch (type) {
#define PRAVEGA_ACTOR_WIRE_CASE(found) \
  case found::code:                    \
    return found::name;
    PRAVEGA_ACTOR_WIRE_COMMANDS(PRAVEGA_ACTOR_WIRE_CASE)
#undef PRAVEGA_ACTOR_WIRE_CASE
    default:
      return "unknown";
  }
}

}  // namespace pravega_actor::internal::wire
