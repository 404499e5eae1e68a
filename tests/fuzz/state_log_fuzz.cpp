// The log of a replicated state, as anybody may have written it. Input: the size of pieces,
// then the segment's bytes.
#include "fuzz/fuzz.hpp"
#include "support/text_model.hpp"
#include "synchronizer/entry_assembler.hpp"
#include "synchronizer/local_copy.hpp"
#include "synchronizer/log_entry.hpp"

using namespace pravega_actor;
using namespace pravega_actor::internal;
using fuzz::require;
using test::text_model;

namespace {

// What was read can be written, and reads back.
void check_form(byte_view payload) {
  const auto entry = decode_log_entry(payload);
  if (!entry) {
    require(!entry.error().detail().empty(), "an error says what was wrong");
    return;
  }
  if (entry->is == log_entry::kind::initial) {
    const auto again = encode_initial_entry(entry->parts.front());
    require(again && equal(*again, payload), "a whole state reads back");
    return;
  }
  std::vector<shared_bytes> updates;
  for (const auto& each : entry->parts)
    updates.push_back(shared_bytes::copy_of(each));
  const auto again = encode_update_entry(updates);
  require(again && equal(*again, payload), "updates read back");
}

// Everything up to the first error.
void read(byte_view log, std::size_t piece) {
  local_copy copy{make_model_replica<text_model>()};
  entry_assembler entries{100};
  while (!log.empty()) {
    const auto now = log.first(std::min(piece, log.size()));
    log = log.subspan(now.size());
    entries.feed(now);
    for (;;) {
      const auto next = entries.next();
      if (!next) return;
      if (!*next) break;
      check_form((*next)->payload);
      const auto before = copy.at();
      if (!copy.take((*next)->begin, (*next)->end, (*next)->payload)) return;
      require(copy.at() >= before, "the copy goes forward");
      require(copy.at().offset <= (*next)->end, "the copy is not ahead of the log");
    }
  }
}

}  // namespace

int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  fuzz::input from{data, size};
  const std::size_t piece = 1 + from.u8();
  read(from.rest(), piece);
  return 0;
}
