#include "grpc_port/exchange.hpp"

#include <new>

namespace pravega_actor::internal {
namespace {

template <class Message, class Call>
answer read_reply(const Call& call, const grpc::ByteBuffer& bytes) {
  Message held;
  if (auto parsed = parse(bytes, held, lists_of(call)); !parsed) return parsed.error();
  return decode(call, held);
}

answer read_any(const controller::request& call, const grpc::ByteBuffer& bytes) {
  using controller::request_set;
  switch (static_cast<request_set::position>(call.position())) {
#define X(name, rpc, request_message, reply_message) \
  case request_set::position::name:                  \
    return read_reply<pb::reply_message>(call.get<controller::name>(), bytes);
    PRAVEGA_ACTOR_CONTROLLER_CALLS(X)
#undef X
  }
  return errc::internal_error;
}

}  // namespace

grpc::ByteBuffer encode_request(const controller::request& call) {
  return visit([](const auto& each) { return bytes_of(encode(each)); }, call);
}

answer decode_reply(const controller::request& call, const grpc::ByteBuffer& bytes) {
  try {
    return read_any(call, bytes);
  } catch (const std::bad_alloc&) {
    return errc::out_of_memory;
  }
}

}  // namespace pravega_actor::internal
