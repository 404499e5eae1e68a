// The controller's messages, and what is known of a message's bytes before it is parsed.
#pragma once

#include <grpcpp/support/byte_buffer.h>

#include <array>
#include <cstddef>
#include <cstdint>
#include <span>
#include <string_view>

#include "pravega_actor/internal/controller.pb.h"
#include "pravega_actor/result.hpp"

namespace pravega_actor::internal {

/// A list in a message and how many entries it may have. Parsing takes memory for each entry,
/// so they are counted before.
struct list_limit {
  /// The field of the message, then fields within that, of which the last one that is not 0
  /// repeats.
  std::array<std::uint32_t, 3> path{};
  /// The entries are numbers.
  bool packed = false;
  std::size_t entries_max = 0;
  /// The limit's name, for the error.
  std::string_view name;
};

/// Fills `into` from the bytes of a reply. No message at all, or bytes that are none, are a
/// protocol_violation; more entries than a limit allows, limit_exceeded.
[[nodiscard]] result<void> parse(const grpc::ByteBuffer& bytes,
                                 google::protobuf::MessageLite& into,
                                 std::span<const list_limit> limits);

/// The message as bytes for gRPC.
[[nodiscard]] grpc::ByteBuffer bytes_of(const google::protobuf::MessageLite& message);

}  // namespace pravega_actor::internal
