// Stream cuts, positions, event pointers, splits and names, binary and as text. Input: a number
// that chooses the form, then the form.
#include "fuzz/fuzz.hpp"
#include "pravega_actor/event_pointer.hpp"
#include "pravega_actor/position.hpp"
#include "pravega_actor/stream_cut.hpp"
#include "pravega_actor/stream_split.hpp"

using namespace pravega_actor;
using fuzz::require;

namespace {

// What was read can be written, unless the full form of a name is too long, and reads back.
template <class T>
void check_bytes(const T& value) {
  const auto bytes = value.to_bytes();
  require(bytes.empty() == !value.check(), "what passes its check can be written");
  if (bytes.empty()) return;
  const auto again = T::from_bytes(bytes);
  require(again && *again == value, "the binary form reads back");
  require(!value.to_string().empty() || value.check(), "a value has a text");
}

void cut_bytes(byte_view form) {
  const auto cut = stream_cut::from_bytes(form);
  if (!cut) return;
  require(cut->check().has_value(), "a cut that was read is valid");
  check_bytes(*cut);
  const auto again = stream_cut::from_text(cut->to_text());
  require(again && *again == *cut, "a cut's text reads back");
}

void cut_text(byte_view form) {
  const auto cut = stream_cut::from_text(as_text(form));
  if (!cut) return;
  require(cut->check().has_value(), "a cut that was read is valid");
  check_bytes(*cut);
}

void position_bytes(byte_view form) {
  const auto read = position::from_bytes(form);
  if (read) check_bytes(*read);
}

void pointer_bytes(byte_view form) {
  const auto pointer = event_pointer::from_bytes(form);
  if (!pointer) return;
  check_bytes(*pointer);
  const auto again = event_pointer::parse(pointer->to_string());
  require(again && *again == *pointer, "a pointer's text reads back");
}

void pointer_text(byte_view form) {
  const auto pointer = event_pointer::parse(as_text(form));
  if (pointer) check_bytes(*pointer);
}

void split_bytes(byte_view form) {
  const auto split = stream_split::from_bytes(form);
  if (!split) return;
  check_bytes(*split);
  const auto again = stream_split::parse(split->to_string());
  require(again && *again == *split, "a split's text reads back");
}

void split_text(byte_view form) {
  const auto split = stream_split::parse(as_text(form));
  if (split) check_bytes(*split);
}

void segment_name(byte_view form) {
  const auto read = segment::parse(as_text(form));
  if (!read) return;
  const auto again = segment::parse(read->to_string());
  require(again && *again == *read, "a segment's name reads back");
  const auto transaction = segment::parse(read->transaction_name({1, 2}));
  require(transaction && *transaction == *read, "a transaction's segment has its parent");
  const auto transient = segment::parse(read->transient_name({1, 2}, {3, 4}));
  require(transient && *transient == *read, "a transient segment has its parent");
}

void stream_name(byte_view form) {
  const auto read = scoped_stream::parse(as_text(form));
  if (read) require(read->to_string() == as_text(form), "a stream's name reads back");
}

void uuid_text(byte_view form) {
  const auto read = uuid::parse(as_text(form));
  if (!read) return;
  const auto again = uuid::parse(read->to_string());
  require(again && *again == *read, "a UUID reads back");
}

}  // namespace

int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  constexpr void (*checks[])(byte_view) = {
      cut_bytes,    cut_text,    position_bytes, pointer_bytes, pointer_text,
      segment_name, stream_name, uuid_text,      split_bytes,   split_text};
  fuzz::input from{data, size};
  const auto chosen = from.u8() % std::size(checks);
  checks[chosen](from.rest());
  return 0;
}
