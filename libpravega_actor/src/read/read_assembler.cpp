#include "read/read_assembler.hpp"

#include <algorithm>
#include <cstring>
#include <limits>
#include <string>
#include <utility>

#include "core/access.hpp"
#include "pravega_actor/limits.hpp"

namespace pravega_actor::internal {

namespace {

using step_kind = wire::event_step::kind;

struct scan {
  std::size_t events = 0;
  std::size_t bytes = 0;
  /// What follows them.
  wire::event_step next;
  [[nodiscard]] bool refused() const noexcept {
    return next.what == step_kind::malformed || next.what == step_kind::too_large;
  }
};

scan scan_events(byte_view data, std::size_t event_payload_bytes_max) noexcept {
  wire::event_cursor cursor{data, event_payload_bytes_max};
  scan found;
  found.next = cursor.next();
  for (; found.next.what == step_kind::event; found.next = cursor.next())
    ++found.events;
  found.bytes = cursor.consumed();
  return found;
}

std::string describe_header(byte_view at) {
  return "type " + std::to_string(wire::load_big_endian<std::int32_t>(at.data())) +
         ", length " + std::to_string(wire::load_big_endian<std::int32_t>(at.data() + 4));
}

error not_an_event(std::int64_t offset, byte_view at) {
  return {errc::protocol_violation, "the bytes at offset " + std::to_string(offset) +
                                        " are not an event (" + describe_header(at) + ")"};
}

error too_large(std::int64_t offset, std::size_t payload_bytes, std::size_t payload_bytes_max) {
  return {errc::limit_exceeded, "the payload of the event at offset " + std::to_string(offset) +
                                    " has " + std::to_string(payload_bytes) +
                                    " bytes, event_payload_bytes_max is " +
                                    std::to_string(payload_bytes_max)};
}

}  // namespace

error read_assembler::refusal(const wire::event_step& next, byte_view at) const {
  const auto reason = next.what == step_kind::too_large
                          ? too_large(offset_, next.bytes_needed, event_payload_bytes_max_)
                          : not_an_event(offset_, at);
  return reason.with_stage(stage::read).with_subject(in_->to_string());
}

read_assembler::read_assembler(std::shared_ptr<const segment> in, std::int64_t offset,
                               std::size_t event_payload_bytes_max,
                               std::shared_ptr<buffer_pool> pool)
    : in_{std::move(in)},
      offset_{offset},
      event_payload_bytes_max_{event_payload_bytes_max},
      pool_{std::move(pool)} {}

void read_assembler::drop_partial() noexcept {
  partial_.reset();
  have_ = 0;
}

void read_assembler::move_to(std::int64_t offset) noexcept {
  drop_partial();
  offset_ = offset;
}

result<std::size_t> read_assembler::partial_size() const {
  if (have_ < limits::event_header_bytes) return limits::event_header_bytes;
  const byte_view held{partial_->data(), have_};
  const auto found = scan_events(held, event_payload_bytes_max_);
  if (found.refused()) return refusal(found.next, held);
  return found.events > 0 ? found.bytes : have_ + found.next.bytes_needed;
}

// What may not be kept is dropped.
bool read_assembler::may_keep(std::size_t bytes, const admission& admit) {
  if (bytes <= limits::reader_request_bytes_least || !admit || admit(bytes)) return true;
  drop_partial();
  return false;
}

// The limit was checked before: the size is that of a valid event.
result<void> read_assembler::begin_partial(byte_view rest, const admission& admit) {
  partial_ = pool_->take(buffer_pool::smallest_bytes);
  have_ = std::min(rest.size(), limits::event_header_bytes);
  std::memcpy(partial_->data(), rest.data(), have_);
  const auto size = partial_size();
  if (!size) return size.error();
  if (!may_keep(*size, admit)) return {};
  if (*size > partial_->capacity()) partial_ = pool_->take(*size);
  std::memcpy(partial_->data(), rest.data(), rest.size());
  have_ = rest.size();
  return {};
}

// Completes the partial event from the front of `data`, in two turns if its header is not
// there.
result<void> read_assembler::fill_partial(byte_view& data, step& out, const admission& admit) {
  for (;;) {
    const auto size = partial_size();
    if (!size) return size.error();
    if (*size > partial_->capacity()) {
      if (!may_keep(*size, admit)) return {};
      auto larger = pool_->take(*size);
      std::memcpy(larger->data(), partial_->data(), have_);
      partial_ = std::move(larger);
    }
    const auto taken = std::min(data.size(), *size - have_);
    if (taken > 0) std::memcpy(partial_->data() + have_, data.data(), taken);
    have_ += taken;
    data = data.subspan(taken);
    if (have_ < *size) return {};
    const auto whole = partial_size();
    if (!whole) return whole.error();
    if (have_ < *whole) continue;
    const byte_view event{partial_->data(), have_};
    out.slices.push_back(access::make<event_slice>(
        in_, offset_, shared_bytes{std::move(partial_), event}, std::size_t{1}));
    advance(event.size());
    drop_partial();
    return {};
  }
}

result<void> read_assembler::cut(const reply& got, step& out, const admission& admit) {
  auto data = got.data.view;
  if (have_ > 0) {
    if (auto filled = fill_partial(data, out, admit); !filled) return filled;
    // Dropped: what is left of the reply begins within the event.
    if (have_ == 0 && out.slices.empty()) return {};
  }
  const auto found = scan_events(data, event_payload_bytes_max_);
  if (found.bytes > 0) {
    out.slices.push_back(access::make<event_slice>(
        in_, offset_, shared_bytes{got.data.owner, data.first(found.bytes)}, found.events));
    advance(found.bytes);
  }
  const auto rest = data.subspan(found.bytes);
  if (found.refused()) return refusal(found.next, rest);
  // Asked again, a last reply that brought whole events brings the partial one alone.
  const bool repeat = found.events > 0 && (got.last || rest.size() * repeat_part < data.size());
  if (!rest.empty() && !repeat) {
    if (auto begun = begin_partial(rest, admit); !begun) return begun;
  }
  out.ends_within_event = got.last && have_ > 0;
  if (out.ends_within_event)
    return error{errc::protocol_violation,
                 "the segment ends within the event at offset " + std::to_string(offset_)}
        .with_stage(stage::read)
        .with_subject(in_->to_string());
  out.finished = got.last && rest.empty();
  return {};
}

read_assembler::step read_assembler::add(const reply& got, const admission& admit) {
  step out;
  if (auto outcome = cut(got, out, admit); !outcome) out.failure = outcome.error();
  if (!out.slices.empty()) access::set_end(out.slices.back(), got.at_tail, out.finished);
  return out;
}

}  // namespace pravega_actor::internal

namespace pravega_actor {

result<event_slice> event_slice::make(std::shared_ptr<const segment> in, std::int64_t offset,
                                      shared_bytes bytes, std::size_t event_payload_bytes_max) {
  if (!in || offset < 0) return error{errc::invalid_argument, "no segment, or offset below 0"};
  constexpr auto offset_max = std::numeric_limits<std::int64_t>::max();
  if (bytes.size() > static_cast<std::uint64_t>(offset_max - offset))
    return error{errc::invalid_argument, "the slice ends after the largest offset"};
  const auto found = internal::scan_events(bytes.view, event_payload_bytes_max);
  if (found.bytes != bytes.size())
    return error{errc::invalid_argument,
                 "no whole event at byte " + std::to_string(found.bytes) + " of the slice"};
  return event_slice{std::move(in), offset, std::move(bytes), found.events};
}

}  // namespace pravega_actor
