// The decoders of the hot paths against the general one. Input: a number that chooses the
// command, then its payload.
#include "fuzz/fuzz.hpp"
#include "wire/codec.hpp"
#include "wire/hot.hpp"
#include "wire/modified_utf8.hpp"

using namespace pravega_actor;
using namespace pravega_actor::internal;
using fuzz::require;

namespace {

void segment_read(byte_view payload) {
  const auto view = wire::view_segment_read(payload);
  const auto whole = wire::decode_as<wire::segment_read>(payload);
  if (!view) return require(!whole, "segment_read: the view refuses only what is malformed");
  const auto name = wire::from_modified_utf8(as_bytes(view->segment));
  require(whole.has_value() == name.has_value(), "segment_read: only the name is not checked");
  if (!whole) return;
  require(*name == whole->segment && view->offset == whole->offset &&
              view->at_tail == whole->at_tail &&
              view->end_of_segment == whole->end_of_segment && equal(view->data, whole->data) &&
              view->request_id == whole->request_id,
          "segment_read: the same values");
}

void data_appended(byte_view payload) {
  const auto view = wire::view_data_appended(payload);
  const auto whole = wire::decode_as<wire::data_appended>(payload);
  require(view.has_value() == whole.has_value(), "data_appended: the same judgement");
  if (view) require(*view == *whole, "data_appended: the same values");
}

void append_block(byte_view payload) {
  const auto view = wire::view_append_block(payload);
  const auto whole = wire::decode_as<wire::append_block>(payload);
  require(view.has_value() == whole.has_value(), "append_block: the same judgement");
  if (view)
    require(view->writer_id == whole->writer_id && equal(view->data, whole->data),
            "append_block: the same values");
}

void append_block_end(byte_view payload) {
  const auto view = wire::view_append_block_end(payload);
  const auto whole = wire::decode_as<wire::append_block_end>(payload);
  require(view.has_value() == whole.has_value(), "append_block_end: the same judgement");
  if (view)
    require(view->writer_id == whole->writer_id &&
                view->size_of_whole_events == whole->size_of_whole_events &&
                equal(view->data, whole->data) && view->num_events == whole->num_events &&
                view->last_event_number == whole->last_event_number &&
                view->request_id == whole->request_id,
            "append_block_end: the same values");
}

template <class T>
bool same_numbers(const wire::conditional_view& view, const T& whole) {
  return view.writer_id == whole.writer_id && view.event_number == whole.event_number &&
         view.expected_offset == whole.expected_offset && view.request_id == whole.request_id;
}

void conditional_append(byte_view payload) {
  const auto view = wire::view_conditional_append(payload);
  const auto whole = wire::decode_as<wire::conditional_append>(payload);
  require(view.has_value() == whole.has_value(), "conditional_append: the same judgement");
  if (view)
    require(same_numbers(*view, *whole) && equal(view->data.subspan(8), whole->event),
            "conditional_append: the same values");
}

void conditional_block_end(byte_view payload) {
  const auto view = wire::view_conditional_block_end(payload);
  const auto whole = wire::decode_as<wire::conditional_block_end>(payload);
  require(view.has_value() == whole.has_value(), "conditional_block_end: the same judgement");
  if (view)
    require(same_numbers(*view, *whole) && equal(view->data, whole->data),
            "conditional_block_end: the same values");
}

}  // namespace

int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  constexpr void (*checks[])(byte_view) = {segment_read,       data_appended,
                                           append_block,       append_block_end,
                                           conditional_append, conditional_block_end};
  fuzz::input from{data, size};
  const auto chosen = from.u8() % std::size(checks);
  checks[chosen](from.rest());
  return 0;
}
