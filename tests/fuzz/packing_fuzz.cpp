// Gzip and base64, each read and written. Input: a number that chooses, then the bytes.
#include "core/base64.hpp"
#include "core/gzip.hpp"
#include "fuzz/fuzz.hpp"

using namespace pravega_actor;
using namespace pravega_actor::internal;
using fuzz::require;

namespace {

constexpr std::size_t plain_bytes_max = 1u << 16;

void unpack(byte_view bytes) {
  const auto plain = gunzip(bytes, plain_bytes_max);
  if (!plain) return;
  require(plain->size() <= plain_bytes_max, "no more than allowed is unpacked");
  const auto packed = gzip(as_bytes(*plain));
  require(packed.has_value(), "what was unpacked can be packed");
  const auto again = gunzip(*packed, plain->size());
  require(again && *again == *plain, "what was packed is the same");
}

void pack(byte_view bytes) {
  const auto packed = gzip(bytes);
  require(packed.has_value(), "everything can be packed");
  const auto plain = gunzip(*packed, bytes.size());
  require(plain && *plain == as_text(bytes), "what was packed is the same");
  if (!bytes.empty())
    require(!gunzip(*packed, bytes.size() - 1), "a limit below the size is kept");
}

void from_text(byte_view bytes) {
  const auto read = from_base64(as_text(bytes));
  if (read) require(to_base64(*read) == as_text(bytes), "only what can be written is read");
}

void to_text(byte_view bytes) {
  const auto read = from_base64(to_base64(bytes));
  require(read && equal(*read, bytes), "base64 reads back");
}

}  // namespace

int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  constexpr void (*checks[])(byte_view) = {unpack, pack, from_text, to_text};
  fuzz::input from{data, size};
  const auto chosen = from.u8() % std::size(checks);
  checks[chosen](from.rest());
  return 0;
}
