// `fetch_event`: one event by its pointer.
#include <algorithm>

#include "pravega_actor/large_event.hpp"
#include "pravega_actor/limits.hpp"
#include "streams/stream_inspection.hpp"
#include "wire/event_cursor.hpp"

namespace pravega_actor::internal {

namespace {

using infos = std::vector<result<segment_info>>;

class event_lookup final : public std::enable_shared_from_this<event_lookup> {
 public:
  event_lookup(const event_pointer& at, teller<event_slice> tell)
      : at_{at}, tell_{std::move(tell)} {}

  step begin() {
    return ask_or_fail(controller::get_current_segments{at_.in.stream, access_operation::read},
                       tell_, [me = shared_from_this()](const controller::segment_ranges& now) {
                         me->token_ = now.delegation_token;
                         return me->ask_info();
                       });
  }

 private:
  // A read behind the tail would wait for what is written there next.
  step ask_info() {
    return step{infos_step{{at_.in}, token_, [me = shared_from_this()](const infos& seen) {
                             return me->on_info(seen.front());
                           }}};
  }

  step on_info(const result<segment_info>& seen) {
    if (!seen) return tell_(seen.error());
    if (at_.offset < seen->start_offset)
      return fail(
          {errc::segment_truncated, "the event was truncated away: the segment begins at " +
                                        std::to_string(seen->start_offset)});
    if (at_.length > seen->write_offset - at_.offset)
      return fail({errc::invalid_argument, "no such event: the segment ends at offset " +
                                               std::to_string(seen->write_offset)});
    return read_more();
  }

  step read_more() {
    const auto have = static_cast<std::int64_t>(bytes_.size());
    const auto wanted = std::min<std::int64_t>(at_.length - have, limits::read_bytes_max);
    return step{read_step{at_.in, at_.offset + have, static_cast<std::int32_t>(wanted), token_,
                          [me = shared_from_this()](const result<wire::segment_read>& got) {
                            return me->on_bytes(got);
                          }}};
  }

  step on_bytes(const result<wire::segment_read>& got) {
    if (!got && got.error() == errc::end_of_segment) return broken_off();
    if (!got) return tell_(got.error());
    const auto length = static_cast<std::size_t>(at_.length);
    const auto taken = std::min(got->data.size(), length - bytes_.size());
    bytes_.insert(bytes_.end(), got->data.begin(),
                  got->data.begin() + static_cast<std::ptrdiff_t>(taken));
    // Before the rest is fetched: what is no event may pretend to be large.
    if (bytes_.size() >= limits::event_header_bytes && !is_event())
      return fail({errc::invalid_argument, "the bytes there are not an event of this length"});
    if (bytes_.size() >= limits::event_header_bytes) bytes_.reserve(length);
    if (bytes_.size() == length) return finish();
    if (taken == 0 || got->end_of_segment) return broken_off();
    return read_more();
  }

  [[nodiscard]] bool is_event() const {
    const auto type = wire::load_big_endian<std::int32_t>(bytes_.data());
    const auto payload = wire::load_big_endian<std::int32_t>(bytes_.data() + 4);
    return type == 0 &&
           payload == at_.length - static_cast<std::int32_t>(limits::event_header_bytes);
  }

  step finish() {
    return tell_(event_slice::make(std::make_shared<const segment>(at_.in), at_.offset,
                                   shared_bytes{std::move(bytes_)},
                                   limits::large_event_bytes_max));
  }

  step broken_off() {
    return fail({errc::protocol_violation, "the segment ends within the event"});
  }
  step fail(const error& why) {
    return tell_(why.with_stage(stage::read).with_subject(at_.to_string()));
  }

  const event_pointer at_;
  const teller<event_slice> tell_;
  std::string token_;
  /// Of the event, from its first one on.
  std::vector<std::byte> bytes_;
};

result<void> check_event(const event_pointer& at) {
  if (auto valid = at.check(); !valid) return valid;
  if (auto valid = check_names(at.in.stream); !valid) return valid;
  const auto length = static_cast<std::size_t>(at.length);
  if (length < limits::event_header_bytes)
    return error{errc::invalid_argument, "an event has at least 8 bytes, its header"};
  return {};
}

}  // namespace

step fetch_event(const event_pointer& at, const teller<event_slice>& tell) {
  if (auto valid = check_event(at); !valid)
    return tell(valid.error().with_subject(at.to_string()));
  return std::make_shared<event_lookup>(at, tell)->begin();
}

}  // namespace pravega_actor::internal
