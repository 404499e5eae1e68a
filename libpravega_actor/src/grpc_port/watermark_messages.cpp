#include "grpc_port/call_messages.hpp"
#include "grpc_port/fields.hpp"

namespace pravega_actor::internal {
namespace {

using namespace controller;  // NOLINT: the calls and replies

errc code_of(pb::TimestampResponse::Status status) {
  switch (status) {
    case pb::TimestampResponse::INVALID_TIME:
    case pb::TimestampResponse::INVALID_POSITION:
      return errc::invalid_argument;
    case pb::TimestampResponse::INTERNAL_ERROR:
      return errc::controller_failure;
    default:
      return errc::protocol_violation;
  }
}

errc code_of(pb::RemoveWriterResponse::Status status) {
  switch (status) {
    case pb::RemoveWriterResponse::STREAM_DOES_NOT_EXIST:
      return errc::stream_not_found;
    case pb::RemoveWriterResponse::INTERNAL_ERROR:
      return errc::controller_failure;
    default:
      return errc::protocol_violation;
  }
}

}  // namespace

pb::TimestampFromWriter encode(const note_time& call) {
  pb::TimestampFromWriter to;
  to.set_writer(call.writer);
  *to.mutable_position() = cut_of(call.position);
  to.set_timestamp(call.time);
  return to;
}
answer decode(const note_time&, const pb::TimestampResponse& from) {
  if (from.result() == pb::TimestampResponse::SUCCESS) return reply{done{}};
  return refusal(code_of(from.result()), pb::TimestampResponse::Status_Name(from.result()));
}
std::span<const list_limit> lists_of(const note_time&) {
  return {};
}

pb::RemoveWriterRequest encode(const remove_writer& call) {
  pb::RemoveWriterRequest to;
  to.set_writer(call.writer);
  put(call.stream, *to.mutable_stream());
  return to;
}
answer decode(const remove_writer&, const pb::RemoveWriterResponse& from) {
  if (from.result() == pb::RemoveWriterResponse::SUCCESS) return reply{deletion{true}};
  if (from.result() == pb::RemoveWriterResponse::UNKNOWN_WRITER) return reply{deletion{false}};
  return refusal(code_of(from.result()), pb::RemoveWriterResponse::Status_Name(from.result()));
}
std::span<const list_limit> lists_of(const remove_writer&) {
  return {};
}

}  // namespace pravega_actor::internal
