#include "grpc_port/messages.hpp"

#include <google/protobuf/io/coded_stream.h>
#include <google/protobuf/wire_format_lite.h>
#include <grpcpp/support/proto_buffer_reader.h>
#include <grpcpp/support/slice.h>

#include <algorithm>
#include <string>

namespace pravega_actor::internal {
namespace {

using google::protobuf::internal::WireFormatLite;
using google::protobuf::io::CodedInputStream;

/// Numbers of a packed list, up to the limit that is set.
std::size_t count_numbers(CodedInputStream& input) {
  std::size_t count = 0;
  for (std::uint64_t value = 0; input.BytesUntilLimit() > 0 && input.ReadVarint64(&value);)
    ++count;
  return count;
}

/// How often the field at the end of the path comes. What does not decode is left to the
/// parser, which stops at the same place.
std::size_t count_entries(CodedInputStream& input, std::span<const std::uint32_t> path,
                          bool packed) {
  std::size_t count = 0;
  while (const auto tag = input.ReadTag()) {
    const auto field = static_cast<std::uint32_t>(WireFormatLite::GetTagFieldNumber(tag));
    const bool has_length =
        WireFormatLite::GetTagWireType(tag) == WireFormatLite::WIRETYPE_LENGTH_DELIMITED;
    const bool last = path.size() == 1;
    if (field != path.front() || !has_length || (last && !packed)) {
      if (field == path.front() && last) ++count;
      if (!WireFormatLite::SkipField(&input, tag)) break;
      continue;
    }
    int length = 0;
    if (!input.ReadVarintSizeAsInt(&length)) break;
    const auto outer = input.PushLimit(length);
    count += last ? count_numbers(input) : count_entries(input, path.subspan(1), packed);
    input.PopLimit(outer);
  }
  return count;
}

result<void> check_counts(const grpc::ByteBuffer& bytes, std::span<const list_limit> limits) {
  for (const auto& each : limits) {
    auto copy = bytes;  // shares the bytes; a reader wants one that is not const
    grpc::ProtoBufferReader reader{&copy};
    CodedInputStream input{&reader};
    const auto end = std::find(each.path.begin(), each.path.end(), 0U);
    const std::span path{each.path.begin(), end};
    const auto count = count_entries(input, path, each.packed);
    if (count <= each.entries_max) continue;
    return error{errc::limit_exceeded, std::to_string(count) + " entries in the reply, above " +
                                           std::to_string(each.entries_max) + " (" +
                                           std::string{each.name} + ")"};
  }
  return {};
}

}  // namespace

result<void> parse(const grpc::ByteBuffer& bytes, google::protobuf::MessageLite& into,
                   std::span<const list_limit> limits) {
  // gRPC calls that a success, too.
  if (!bytes.Valid()) return error{errc::protocol_violation, "the reply holds no message"};
  if (auto counted = check_counts(bytes, limits); !counted) return counted;
  auto copy = bytes;
  grpc::ProtoBufferReader reader{&copy};
  if (!reader.status().ok() || !into.ParseFromZeroCopyStream(&reader))
    return error{errc::protocol_violation, "the reply's bytes are not the message expected"};
  return {};
}

grpc::ByteBuffer bytes_of(const google::protobuf::MessageLite& message) {
  const grpc::Slice slice{message.SerializeAsString()};
  return {&slice, 1};
}

}  // namespace pravega_actor::internal
