// A reader group's entries, and the states that they lead to. Input: entries, each after its
// length in 16 bits.
#include <optional>

#include "fuzz/fuzz.hpp"
#include "group/group_codec.hpp"
#include "group/group_state.hpp"

using namespace pravega_actor;
using namespace pravega_actor::internal;
using fuzz::require;

namespace {

// What was read can be written, unless the full form of a name is too long, and reads back.
void check_form(const group_entry& entry) {
  const auto bytes = encode_group_entry(entry);
  if (!bytes) return;
  const auto again = decode_group_entry(*bytes);
  require(again && *again == entry, "an entry reads back");
}

// An entry is applied whole or not at all.
void check_state(std::optional<group_state>& state, const group_entry& entry) {
  if (!state) {
    if (entry.updates.empty()) return;
    auto created = group_state::create(entry.updates.front());
    if (created) state = *std::move(created);
    return;
  }
  const auto before = *state;
  if (!state->apply(entry.updates)) require(*state == before, "a refusal changes nothing");
  for (const auto& reader : state->readers())
    if (const auto pending = state->checkpoint_for(reader))
      require(!state->is_complete(*pending), "a pending checkpoint is incomplete");
}

}  // namespace

int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  fuzz::input from{data, size};
  std::optional<group_state> state;
  while (!from.empty()) {
    const std::size_t length = from.u16();
    const auto entry = decode_group_entry(from.bytes(length));
    if (!entry) {
      require(!entry.error().detail().empty(), "an error says what was wrong");
      continue;
    }
    check_form(*entry);
    check_state(state, *entry);
  }
  return 0;
}
