// Texts of the wire. Input: the bytes, taken once as modified UTF-8 and once as UTF-8.
#include "fuzz/fuzz.hpp"
#include "wire/modified_utf8.hpp"

using namespace pravega_actor;
using namespace pravega_actor::internal;
using fuzz::require;

namespace {

// Writing a valid text takes exactly the bytes that were foretold, and reads back.
void check_written(std::string_view text, std::size_t foretold) {
  std::vector<std::byte> written;
  wire::append_modified_utf8(written, text);
  require(written.size() == foretold, "a text takes the bytes that were foretold");
  for (const auto byte : written)
    require(byte != std::byte{0} && byte < std::byte{0xF0}, "no NUL, no four-byte form");
}

}  // namespace

int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  fuzz::input from{data, size};
  const auto bytes = from.rest();
  if (const auto text = wire::from_modified_utf8(bytes)) {
    const auto foretold = wire::modified_utf8_size(*text);
    require(foretold.has_value(), "what was read is UTF-8");
    check_written(*text, *foretold);
    std::vector<std::byte> written;
    wire::append_modified_utf8(written, *text);
    const auto again = wire::from_modified_utf8(written);
    require(again && *again == *text, "what was read reads back");
  }
  if (const auto foretold = wire::modified_utf8_size(as_text(bytes)))
    check_written(as_text(bytes), *foretold);
  return 0;
}
