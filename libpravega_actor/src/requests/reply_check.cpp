#include "requests/reply_check.hpp"

#include <string>

#include "core/versioned.hpp"
#include "requests/reply_error.hpp"
#include "wire/codec.hpp"

namespace pravega_actor::internal {

namespace {

error violation(std::string what) {
  return {errc::protocol_violation, std::move(what)};
}

std::string quoted(std::string_view text) {
  constexpr std::size_t shown_max = 80;
  return std::string{text.substr(0, shown_max)};
}

result<void> same_request(std::int64_t id, const expected_reply& to) {
  if (id == to.request_id) return {};
  return violation("a reply to request " + std::to_string(id) + ", not to " +
                   std::to_string(to.request_id));
}

// Peers of old versions repeat no id in acknowledgements and reads.
result<void> same_request_if_any(std::int64_t id, const expected_reply& to) {
  return id == -1 ? result<void>{} : same_request(id, to);
}

result<void> same_segment(std::string_view segment, const expected_reply& to) {
  if (segment == to.segment) return {};
  return violation("a reply about segment " + quoted(segment) + ", not about " +
                   std::string{to.segment});
}

result<void> same_writer(const uuid& writer, const expected_reply& to) {
  if (to.writer_id != nullptr && writer == *to.writer_id) return {};
  return violation("a reply to another writer");
}

// There is one overload for each answer that counts, and none that takes any other.

result<void> check(const wire::append_setup& reply, const expected_reply& to) {
  if (auto same = same_segment(reply.segment, to); !same) return same;
  return same_writer(reply.writer_id, to);
}

result<void> check(const wire::stream_segment_info& reply, const expected_reply& to) {
  if (auto same = same_segment(reply.segment, to); !same) return same;
  if (!reply.exists || reply.is_deleted)
    return error{errc::segment_not_found}.with_subject(reply.segment);
  const bool possible = reply.start_offset >= 0 && reply.start_offset <= reply.write_offset &&
                        reply.write_offset <= compact_signed_long_max;
  if (possible) return {};
  return violation("a segment from " + std::to_string(reply.start_offset) + " to " +
                   std::to_string(reply.write_offset));
}

result<void> check(const wire::segment_is_truncated& reply, const expected_reply& to) {
  return same_segment(reply.segment, to);
}

// Whatever a store refuses with: about whom?
result<void> check(const error& refusal, const expected_reply& to) {
  if (auto same = same_request(refusal.request_id(), to); !same) return same;
  return refusal.subject().empty() ? result<void>{} : same_segment(refusal.subject(), to);
}

}  // namespace

error refusal_in(const wire::frame& reply, const expected_reply& to) {
  const auto refused = error_of_reply(reply);
  if (!refused)
    return violation("an answer that does not fit the request: " +
                     std::string{wire::type_name(reply.type)});
  if (*refused == errc::malformed_frame || *refused == errc::unknown_command) return *refused;
  if (auto meant = check(*refused, to); !meant) return meant.error();
  if (reply.type == wire::invalid_event_number::code) {
    const auto which = wire::decode_as<wire::invalid_event_number>(reply.payload);
    if (!which) return which.error();
    if (auto same = same_writer(which->writer_id, to); !same) return same.error();
  }
  return *refused;
}

template <class T>
result<T> reply_as(const wire::frame& reply, const expected_reply& to) {
  if (reply.type != T::code) return refusal_in(reply, to);
  auto decoded = wire::decode_as<T>(reply.payload);
  if (!decoded) return decoded;
  if (auto meant = same_request(decoded->request_id, to); !meant) return meant.error();
  if (auto fits = check(*decoded, to); !fits) return fits.error();
  return decoded;
}

template result<wire::append_setup> reply_as(const wire::frame&, const expected_reply&);
template result<wire::stream_segment_info> reply_as(const wire::frame&, const expected_reply&);
template result<wire::segment_is_truncated> reply_as(const wire::frame&, const expected_reply&);

result<wire::data_appended> acknowledgement_in(const wire::frame& reply,
                                               const expected_reply& to) {
  auto seen = wire::view_data_appended(reply.payload);
  if (!seen) return seen;
  if (auto same = same_writer(seen->writer_id, to); !same) return same.error();
  if (auto same = same_request_if_any(seen->request_id, to); !same) return same.error();
  if (seen->previous_event_number >= seen->event_number)
    return violation("an acknowledgement of event " + std::to_string(seen->event_number) +
                     " after event " + std::to_string(seen->previous_event_number));
  return seen;
}

result<wire::segment_read_view> data_in(const wire::frame& reply, const expected_data& to) {
  auto seen = wire::view_segment_read(reply.payload);
  if (!seen) return seen;
  if (auto same = same_request_if_any(seen->request_id, to.reply); !same) return same.error();
  if (auto same = same_segment(seen->segment, to.reply); !same) return same.error();
  if (seen->offset != to.offset)
    return violation("a reply at offset " + std::to_string(seen->offset) + " to a read at " +
                     std::to_string(to.offset));
  if (seen->data.size() > to.bytes_max)
    return violation("a reply of " + std::to_string(seen->data.size()) +
                     " bytes to a read of " + std::to_string(to.bytes_max));
  return seen;
}

}  // namespace pravega_actor::internal
