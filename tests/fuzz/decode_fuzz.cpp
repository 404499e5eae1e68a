// Payloads of every command. Input: the frame's type in 32 bits, then the payload.
#include "fuzz/fuzz.hpp"
#include "wire/codec.hpp"

using namespace pravega_actor;
using namespace pravega_actor::internal;
using fuzz::require;

namespace {

// What decodes also prints, has the request id that a peek finds, and comes back from its own
// encoding.
template <class T>
void check(const T& value, byte_view payload) {
  require(!wire::to_string(value).empty(), "a command has a text");
  if constexpr (requires { value.request_id; }) {
    const auto peeked = wire::peek_request_id(T::code, payload);
    require(!peeked || *peeked == value.request_id, "a peek finds the request id");
  }
  const auto frame = wire::encode(value);
  require(frame.has_value(), "what was decoded can be encoded");
  const auto again = wire::decode_as<T>(byte_view{*frame}.subspan(8));
  require(again.has_value(), "what was encoded can be decoded");
  require(*again == value, "a command is the same after its encoding");
}

}  // namespace

int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  fuzz::input from{data, size};
  const auto type = from.i32();
  const auto payload = from.rest();
  (void)wire::peek_request_id(type, payload);
  const bool known = wire::type_name(type) != "unknown";
  const auto decoded = wire::decode(type, payload);
  if (!decoded) {
    require((decoded.error() == errc::unknown_command) == !known, "known types have names");
    require(!decoded.error().detail().empty(), "an error has a detail");
    return 0;
  }
  require(known, "only known types are decoded");
  wire::visit([payload](const auto& value) { check(value, payload); }, *decoded);
  return 0;
}
