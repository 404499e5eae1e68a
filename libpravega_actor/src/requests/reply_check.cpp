#include "requests/reply_check.hpp"

#include <algorithm>
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

result<void> check(const wire::segment_attribute&, const expected_reply&) {
  return {};
}

error condition_failed(const expected_reply& to) {
  return error{errc::conditional_check_failed}.with_subject(std::string{to.segment});
}

result<void> check(const wire::segment_attribute_updated& reply, const expected_reply& to) {
  return reply.success ? result<void>{} : condition_failed(to);
}

// Replies that only repeat the segment's name.
template <class T>
concept names_its_segment = std::is_same_v<T, wire::segment_truncated> ||
    std::is_same_v<T, wire::segment_created> || std::is_same_v<T, wire::segment_sealed> ||
    std::is_same_v<T, wire::segment_deleted> || std::is_same_v<T, wire::segment_policy_updated>;

template <names_its_segment T>
result<void> check(const T& reply, const expected_reply& to) {
  return same_segment(reply.segment, to);
}

// What the reply must share with its request besides.
template <class Reply, class Request>
result<void> check_for(const Request&, const Reply& reply, const expected_reply& to) {
  return check(reply, to);
}

result<void> check_for(const wire::merge_segments& asked, const wire::segments_merged& reply,
                       const expected_reply& to) {
  if (auto same = same_segment(reply.target, to); !same) return same;
  if (reply.source != asked.source)
    return violation("a reply about source " + quoted(std::string_view{reply.source}) +
                     ", not about " + asked.source);
  // Peers of old versions do not name it.
  const auto end = reply.new_target_write_offset;
  const bool possible = end >= -1 && end <= compact_signed_long_max;
  return possible ? result<void>{}
                  : violation("a segment of " + std::to_string(end) + " bytes");
}

result<void> check_for(const wire::read_segment& asked, const wire::segment_read& reply,
                       const expected_reply& to) {
  if (auto same = same_segment(reply.segment, to); !same) return same;
  if (reply.offset != asked.offset)
    return violation("a reply at offset " + std::to_string(reply.offset) + " to a read at " +
                     std::to_string(asked.offset));
  // The least that a store gives.
  constexpr std::int32_t least = 8;
  const auto most = static_cast<std::size_t>(std::max(asked.suggested_length, least));
  if (reply.data.size() > most)
    return violation("a reply of " + std::to_string(reply.data.size()) +
                     " bytes to a read of " + std::to_string(most));
  if (!reply.data.empty()) return {};
  if (reply.end_of_segment) return error{errc::end_of_segment}.with_subject(reply.segment);
  return error{errc::server_error, "an empty answer to a read"}.with_subject(reply.segment);
}

// Whatever a store refuses with: about whom?
result<void> check(const error& refusal, const expected_reply& to) {
  if (auto same = same_request(refusal.request_id(), to); !same) return same;
  const auto& subject = refusal.subject();
  if (subject.empty() || subject == to.other_segment) return {};
  return same_segment(subject, to);
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

namespace {

template <class Request>
error refusal_of(const Request&, const wire::frame& reply, const expected_reply& to) {
  return refusal_in(reply, to);
}

// A merge has conditions on attributes, and its refusal may name the source.
error refusal_of(const wire::merge_segments& asked, const wire::frame& reply,
                 const expected_reply& to) {
  auto either = to;
  either.other_segment = asked.source;
  if (reply.type != wire::segment_attribute_updated::code) return refusal_in(reply, either);
  const auto refused = reply_as<wire::segment_attribute_updated>(reply, to);
  return refused ? violation("a condition that was met does not answer a merge")
                 : refused.error();
}

// A condition that fails is no error of the store's.
error refusal_of(const wire::conditional_append& asked, const wire::frame& reply,
                 const expected_reply& to) {
  using failed = wire::conditional_check_failed;
  if (reply.type != failed::code) return refusal_in(reply, to);
  const auto found = wire::decode_as<failed>(reply.payload);
  if (!found) return found.error();
  if (auto same = same_writer(found->writer_id, to); !same) return same.error();
  if (auto same = same_request_if_any(found->request_id, to); !same) return same.error();
  if (found->event_number == asked.event_number) return condition_failed(to);
  return violation("a refusal of event " + std::to_string(found->event_number) + ", not of " +
                   std::to_string(asked.event_number));
}

}  // namespace

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

template <class Request>
result<reply_type<Request>> reply_to(const wire::frame& reply, const Request& asked,
                                     const expected_reply& to) {
  using expected = reply_type<Request>;
  if (reply.type != expected::code) return refusal_of(asked, reply, to);
  auto decoded = wire::decode_as<expected>(reply.payload);
  if (!decoded) return decoded;
  if (auto meant = same_request(decoded->request_id, to); !meant) return meant.error();
  if (auto fits = check_for(asked, *decoded, to); !fits) return fits.error();
  return decoded;
}

namespace {

template <class Append>
result<wire::data_appended> appended(const wire::frame& reply, const Append& asked,
                                     std::int64_t number, const expected_reply& to) {
  if (reply.type != wire::data_appended::code) return refusal_of(asked, reply, to);
  auto seen = acknowledgement_in(reply, to);
  if (!seen) return seen;
  if (seen->event_number == number) return seen;
  return violation("an acknowledgement of event " + std::to_string(seen->event_number) +
                   ", not of " + std::to_string(number));
}

}  // namespace

template <>
result<wire::data_appended> reply_to(const wire::frame& reply,
                                     const wire::conditional_append& asked,
                                     const expected_reply& to) {
  return appended(reply, asked, asked.event_number, to);
}

template <>
result<wire::data_appended> reply_to(const wire::frame& reply,
                                     const wire::append_block_end& asked,
                                     const expected_reply& to) {
  return appended(reply, asked, asked.last_event_number, to);
}

#define X(request, answer, access, repeated)                                       \
  template result<wire::answer> reply_to(const wire::frame&, const wire::request&, \
                                         const expected_reply&);
PRAVEGA_ACTOR_SEGMENT_REQUESTS(X)
#undef X

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

// The store chooses the rest of the name.
result<std::string> transient_segment_in(const wire::frame& reply, const expected_reply& to) {
  using created = wire::segment_created;
  if (reply.type != created::code) return refusal_in(reply, to);
  auto made = wire::decode_as<created>(reply.payload);
  if (!made) return made.error();
  if (auto same = same_request(made->request_id, to); !same) return same.error();
  const auto prefix = std::string{to.segment} + "#transient.";
  if (made->segment.size() > prefix.size() && made->segment.starts_with(prefix))
    return std::move(made->segment);
  return violation("a transient segment " + quoted(std::string_view{made->segment}) + " of " +
                   std::string{to.segment});
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
