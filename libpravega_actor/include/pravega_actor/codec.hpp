// Values instead of bytes: how a type becomes the payload of an event and comes back.
#pragma once

#include <concepts>
#include <cstddef>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "pravega_actor/bytes.hpp"
#include "pravega_actor/event_slice.hpp"
#include "pravega_actor/event_writer.hpp"
#include "pravega_actor/export.hpp"
#include "pravega_actor/result.hpp"

namespace PRAVEGA_ACTOR_API pravega_actor {

/// How values of a type become payloads. Specialise it for your types, with two static
/// functions:
///
///     static result<void> encode(const T& value, std::vector<std::byte>& to);  // appends
///     static result<T> decode(byte_view payload);
///
/// Any thread may call them. Writers and readers on either side of a stream must agree on it;
/// the stream itself knows bytes only.
template <class T>
struct codec;

/// A text: its bytes, unchanged.
template <>
struct codec<std::string> {
  static result<void> encode(const std::string& value, std::vector<std::byte>& to) {
    const auto bytes = as_bytes(value);
    to.insert(to.end(), bytes.begin(), bytes.end());
    return {};
  }
  static result<std::string> decode(byte_view payload) { return std::string{as_text(payload)}; }
};

/// A type that has a codec.
template <class T>
concept has_codec = requires(const T& value, std::vector<std::byte>& to, byte_view payload) {
  { codec<T>::encode(value, to) } -> std::same_as<result<void>>;
  { codec<T>::decode(payload) } -> std::same_as<result<T>>;
};

/// The payload of a value, for example for `write_event`.
template <has_codec T>
[[nodiscard]] result<shared_bytes> to_payload(const T& value) {
  std::vector<std::byte> bytes;
  if (auto encoded = codec<T>::encode(value, bytes); !encoded) return encoded.error();
  return shared_bytes{std::move(bytes)};
}

/// The value of a payload.
template <has_codec T>
[[nodiscard]] result<T> from_payload(byte_view payload) {
  return codec<T>::decode(payload);
}

/// Calls `f(value)`, or `f(value, event_view)`, for each event of a slice. Ends at the first
/// payload that does not decode, with the codec's error and the event in its subject.
template <has_codec T, class F>
result<void> for_each_value(const event_slice& slice, F&& f) {
  for (const auto& event : slice) {
    auto value = codec<T>::decode(event.payload);
    if (!value) return value.error().with_subject(event.pointer().to_string());
    if constexpr (std::invocable<F&, T&&, const event_view&>)
      f(std::move(*value), event);
    else
      f(std::move(*value));
  }
  return {};
}

/// A writer of values. Copies refer to the same writer; any thread may use them. If the codec
/// refuses a value, the call returns the codec's error and writes nothing.
template <has_codec T>
class value_writer {
 public:
  value_writer() = default;
  explicit value_writer(event_writer to) : writer_{std::move(to)} {}

  /// See `event_writer::try_write`.
  result<event_ticket> try_write(std::string_view routing_key, const T& value,
                                 write_completion done = {}) {
    return encoded(value, [&](byte_view payload) {
      return writer_.try_write(routing_key, payload, std::move(done));
    });
  }
  /// See `event_writer::write`.
  result<event_ticket> write(std::string_view routing_key, const T& value, duration timeout,
                             write_completion done = {}) {
    return encoded(value, [&](byte_view payload) {
      return writer_.write(routing_key, payload, timeout, std::move(done));
    });
  }
  /// The writer itself, to flush, to close, or to write bytes.
  [[nodiscard]] event_writer& writer() noexcept { return writer_; }

 private:
  /// A buffer larger than this is not kept for the next value.
  static constexpr std::size_t kept_bytes_max = 64u << 10;

  // Values of a thread are encoded into one buffer, and copied from there into the block.
  template <class Write>
  static result<event_ticket> encoded(const T& value, Write write) {
    static thread_local std::vector<std::byte> kept;
    auto buffer = std::exchange(kept, {});
    buffer.clear();
    if (auto done = codec<T>::encode(value, buffer); !done) return done.error();
    auto written = write(byte_view{buffer});
    if (buffer.capacity() <= kept_bytes_max) kept = std::move(buffer);
    return written;
  }

  event_writer writer_;
};

}  // namespace pravega_actor
