#include "wire/hot.hpp"

#include "wire/commands_segment.hpp"

namespace pravega_actor::internal::wire {
namespace {

/// Takes values from the front of a payload. A value that is missing, and all after it, read as
/// 0 or empty: `complete` shows this at the end.
class taker {
 public:
  explicit taker(byte_view payload) noexcept : left_{payload} {}

  template <class T>
  T number() noexcept {
    const auto from = raw(sizeof(T));
    return from.empty() ? T{} : load_big_endian<T>(from.data());
  }
  std::int64_t number_or(std::int64_t missing) noexcept {
    return left_.size() < sizeof missing ? missing : number<std::int64_t>();
  }
  uuid id() noexcept {
    const auto from = raw(uuid_bytes);
    return from.empty() ? uuid{} : load_uuid(from.data());
  }
  byte_view data() noexcept {
    const auto length = number<std::int32_t>();
    if (length < 0) complete_ = false;
    return raw(length < 0 ? 0 : static_cast<std::size_t>(length));
  }
  byte_view raw(std::size_t count) noexcept {
    if (!complete_ || count > left_.size()) {
      complete_ = false;
      return {};
    }
    const auto taken = left_.first(count);
    left_ = left_.subspan(count);
    return taken;
  }
  [[nodiscard]] byte_view rest() const noexcept { return left_; }
  [[nodiscard]] bool complete() const noexcept { return complete_; }

 private:
  byte_view left_;
  bool complete_ = true;
};

error malformed(std::string_view command_name, std::string_view problem) {
  auto text = std::string{command_name}.append(": ").append(problem);
  return error{errc::malformed_frame, std::move(text)}.with_stage(stage::decode);
}

constexpr std::string_view too_short = "a length or the payload is too short or too long";

}  // namespace

result<segment_read_view> view_segment_read(byte_view payload) {
  taker from{payload};
  segment_read_view view;
  view.segment = as_text(from.raw(from.number<std::uint16_t>()));
  view.offset = from.number<std::int64_t>();
  view.at_tail = from.number<std::int8_t>() != 0;
  view.end_of_segment = from.number<std::int8_t>() != 0;
  view.data = from.data();
  view.request_id = from.number_or(-1);
  if (!from.complete()) return malformed(segment_read::name, too_short);
  return view;
}

result<data_appended> view_data_appended(byte_view payload) {
  taker from{payload};
  data_appended view;
  view.writer_id = from.id();
  view.event_number = from.number<std::int64_t>();
  view.previous_event_number = from.number_or(-1);
  view.request_id = from.number_or(-1);
  view.current_segment_write_offset = from.number_or(-1);
  if (!from.complete()) return malformed(data_appended::name, too_short);
  return view;
}

result<append_block_view> view_append_block(byte_view payload) {
  taker from{payload};
  const auto writer_id = from.id();
  if (!from.complete()) return malformed(append_block::name, too_short);
  return append_block_view{writer_id, from.rest()};
}

result<append_block_end_view> view_append_block_end(byte_view payload) {
  taker from{payload};
  append_block_end_view view;
  view.writer_id = from.id();
  view.size_of_whole_events = from.number<std::int32_t>();
  view.data = from.data();
  view.num_events = from.number<std::int32_t>();
  view.last_event_number = from.number<std::int64_t>();
  view.request_id = from.number_or(-1);
  if (!from.complete()) return malformed(append_block_end::name, too_short);
  return view;
}

result<conditional_view> view_conditional_append(byte_view payload) {
  taker from{payload};
  conditional_view view;
  view.writer_id = from.id();
  view.event_number = from.number<std::int64_t>();
  view.expected_offset = from.number<std::int64_t>();
  const auto event_start = from.rest();
  const bool is_event = from.number<std::int32_t>() == event::code;
  const auto payload_bytes = from.data().size();
  view.request_id = from.number_or(-1);
  if (!from.complete()) return malformed(conditional_append::name, too_short);
  if (!is_event) return malformed(conditional_append::name, "not an event");
  view.data = event_start.first(limits::event_header_bytes + payload_bytes);
  return view;
}

result<conditional_view> view_conditional_block_end(byte_view payload) {
  taker from{payload};
  conditional_view view;
  view.writer_id = from.id();
  view.event_number = from.number<std::int64_t>();
  view.expected_offset = from.number<std::int64_t>();
  view.data = from.data();
  view.request_id = from.number<std::int64_t>();
  if (!from.complete()) return malformed(conditional_block_end::name, too_short);
  return view;
}

}  // namespace pravega_actor::internal::wire
