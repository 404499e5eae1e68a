// The frames of one connection, put together to appends. Input: a stream of frames.
#include <cstring>

#include "fuzz/fuzz.hpp"
#include "wire/append_assembler.hpp"
#include "wire/commands_append.hpp"
#include "wire/event_cursor.hpp"

using namespace pravega_actor;
using namespace pravega_actor::internal;
using fuzz::require;

namespace {

void check(const wire::assembled_append& append, std::size_t bytes_received) {
  std::vector<std::byte> joined;
  for (const auto& part : append.parts())
    joined.insert(joined.end(), part.view.begin(), part.view.end());
  require(joined.size() == append.data_bytes(), "the size is that of the parts");
  require(equal(append.data().view, joined), "the data is that of the parts");
  require(joined.size() <= bytes_received, "no more data than was received");
  require(append.num_events > 0, "an append has events");
  wire::event_cursor events{joined};
  while (events.next().what == wire::event_step::kind::event) {
  }
  require(events.consumed() <= joined.size(), "events lie within the data");
}

}  // namespace

int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  wire::frame_reader reader;
  wire::append_assembler assembler;
  fuzz::input from{data, size};
  while (!from.empty()) {
    const auto room = reader.prepare();
    const auto piece = from.bytes(room.size());
    std::memcpy(room.data(), piece.data(), piece.size());
    reader.commit(piece.size());
    for (;;) {
      const auto next = reader.next();
      if (!next) return 0;
      if (!*next) break;
      const auto answer = assembler.feed(**next);
      if (!answer) return 0;
      const bool opened = (*next)->type == wire::append_block::code;
      require(opened ? assembler.block_writer().has_value() && !*answer : true,
              "a block stays open until its end");
      if (*answer) {
        require(!assembler.block_writer(), "an append ends its block");
        check(**answer, size);
      }
    }
  }
  return 0;
}
