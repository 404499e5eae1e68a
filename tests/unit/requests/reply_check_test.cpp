#include "requests/reply_check.hpp"

#include "support/catch.hpp"
#include "wire/codec.hpp"

using namespace pravega_actor;
using namespace pravega_actor::internal;

namespace {

const std::string name = "scope/stream/0.#epoch.0";
const std::string other = "scope/stream/1.#epoch.0";
const uuid writer{1, 2};
const expected_reply to{7, name, &writer};

/// A frame and what it refers to.
struct sent {
  std::vector<std::byte> bytes;
  wire::frame frame;
  template <class T>
  explicit sent(const T& reply)
      : bytes{*wire::encode(reply)}, frame{T::code, byte_view{bytes}.subspan(8), nullptr} {}
  /// Without its last bytes.
  sent& cut(std::size_t count) {
    frame.payload = frame.payload.first(frame.payload.size() - count);
    return *this;
  }
};

template <class T, class Reply>
errc refused(const Reply& reply) {
  const sent one{reply};
  const auto got = reply_as<T>(one.frame, to);
  REQUIRE_FALSE(got);
  return got.error().code();
}

template <class Reply>
errc meant(const Reply& reply) {
  const sent one{reply};
  return refusal_in(one.frame, to).code();
}

}  // namespace

TEST_CASE("an AppendSetup counts for its own request, segment and writer", "[reply_check]") {
  using wire::append_setup;
  const sent good{append_setup{7, name, writer, 5}};
  CHECK(reply_as<append_setup>(good.frame, to)->last_event_number == 5);
  CHECK(refused<append_setup>(append_setup{8, name, writer, 5}) == errc::protocol_violation);
  CHECK(refused<append_setup>(append_setup{-1, name, writer, 5}) == errc::protocol_violation);
  CHECK(refused<append_setup>(append_setup{7, other, writer, 5}) == errc::protocol_violation);
  CHECK(refused<append_setup>(append_setup{7, "", writer, 5}) == errc::protocol_violation);
  CHECK(refused<append_setup>(append_setup{7, name, uuid{1, 3}, 5}) ==
        errc::protocol_violation);
  CHECK(refused<append_setup>(wire::segment_created{7, name}) == errc::protocol_violation);
  sent truncated{append_setup{7, name, writer, 5}};
  CHECK(reply_as<append_setup>(truncated.cut(1).frame, to).error() == errc::malformed_frame);
}

TEST_CASE("a StreamSegmentInfo counts if it can be", "[reply_check]") {
  using info = wire::stream_segment_info;
  const auto made = [](std::int64_t from, std::int64_t until) {
    return info{7, name, true, false, false, 0, until, from};
  };
  CHECK(reply_as<info>(sent{made(3, 9)}.frame, to)->write_offset == 9);
  CHECK(refused<info>(made(-1, 9)) == errc::protocol_violation);
  CHECK(refused<info>(made(10, 9)) == errc::protocol_violation);
  CHECK(refused<info>(made(0, std::numeric_limits<std::int64_t>::max())) ==
        errc::protocol_violation);
  CHECK(refused<info>(info{8, name, true, false, false, 0, 9, 0}) == errc::protocol_violation);
  CHECK(refused<info>(info{7, other, true, false, false, 0, 9, 0}) == errc::protocol_violation);
  CHECK(refused<info>(info{7, name, false, true, false, 0, 9, 0}) == errc::segment_not_found);
  CHECK(refused<info>(info{7, name, true, true, true, 0, 9, 0}) == errc::segment_not_found);
}

TEST_CASE("an acknowledgement counts for its own writer and request, forwards",
          "[reply_check]") {
  const auto counts = [](const wire::data_appended& reply) {
    return acknowledgement_in(sent{reply}.frame, to).has_value();
  };
  CHECK(counts({writer, 5, 4, 7, 100}));
  CHECK(counts({writer, 5, std::numeric_limits<std::int64_t>::min(), 7, 100}));
  CHECK_FALSE(counts({uuid{2, 2}, 5, 4, 7, 100}));
  CHECK_FALSE(counts({writer, 5, 4, 8, 100}));
  CHECK_FALSE(counts({writer, 5, 5, 7, 100}));
  CHECK_FALSE(counts({writer, 4, 5, 7, 100}));
}

TEST_CASE("data counts at its own place", "[reply_check]") {
  const auto outcome = [](const wire::segment_read& reply) {
    const auto got = data_in(sent{reply}.frame, {to, 100, 8});
    return got ? errc::closed : got.error().code();
  };
  const std::vector<std::byte> eight(8), nine(9);
  CHECK(outcome({name, 100, false, false, eight, 7}) == errc::closed);
  CHECK(outcome({other, 100, false, false, eight, 7}) == errc::protocol_violation);
  CHECK(outcome({name, 99, false, false, eight, 7}) == errc::protocol_violation);
  CHECK(outcome({name, 100, false, false, nine, 7}) == errc::protocol_violation);
  CHECK(outcome({name, 100, false, false, eight, 9}) == errc::protocol_violation);
  sent truncated{wire::segment_read{name, 100, false, false, eight, 7}};
  CHECK(data_in(truncated.cut(9).frame, {to, 100, 8}).error() == errc::malformed_frame);
}

TEST_CASE("a refusal counts for its own request", "[reply_check]") {
  CHECK(meant(wire::segment_is_sealed{7, name, "", 0}) == errc::segment_sealed);
  CHECK(meant(wire::segment_is_sealed{8, name, "", 0}) == errc::protocol_violation);
  CHECK(meant(wire::segment_is_sealed{7, other, "", 0}) == errc::protocol_violation);
  CHECK(meant(wire::no_such_segment{7, name, "", 0}) == errc::segment_not_found);
  CHECK(meant(wire::no_such_segment{7, other, "", 0}) == errc::protocol_violation);
  CHECK(meant(wire::wrong_host{7, other, "", ""}) == errc::protocol_violation);
  CHECK(meant(wire::invalid_event_number{writer, 7, "", 3}) == errc::invalid_event_number);
  CHECK(meant(wire::invalid_event_number{uuid{9, 9}, 7, "", 3}) == errc::protocol_violation);
  CHECK(meant(wire::segment_is_truncated{7, other, 9, "", 3}) == errc::protocol_violation);
  CHECK(meant(wire::auth_token_check_failed{7, "", wire::token_error::token_expired}) ==
        errc::token_expired);
  // An answer to something else is none.
  CHECK(meant(wire::segment_sealed{7, name}) == errc::protocol_violation);
  CHECK(meant(wire::append_setup{7, name, writer, 1}) == errc::protocol_violation);
}

namespace {

/// The outcome of a reply to `asked`; `closed` stands for a success.
template <class Request, class Reply>
errc outcome_of(const Request& asked, const Reply& reply) {
  const sent one{reply};
  const auto got = reply_to(one.frame, asked, to);
  return got ? errc::closed : got.error().code();
}

/// Replies that repeat nothing but the segment's name.
template <class Request, class Reply>
void check_named_reply() {
  const Request asked{};
  CHECK(outcome_of(asked, Reply{7, name}) == errc::closed);
  CHECK(outcome_of(asked, Reply{8, name}) == errc::protocol_violation);
  CHECK(outcome_of(asked, Reply{7, other}) == errc::protocol_violation);
  CHECK(outcome_of(asked, wire::segment_attribute{7, 1}) == errc::protocol_violation);
  CHECK(outcome_of(asked, wire::no_such_segment{7, name, "", -1}) == errc::segment_not_found);
}

}  // namespace

TEST_CASE("replies that repeat the segment's name answer their own requests only",
          "[reply_check]") {
  check_named_reply<wire::truncate_segment, wire::segment_truncated>();
  check_named_reply<wire::create_segment, wire::segment_created>();
  check_named_reply<wire::seal_segment, wire::segment_sealed>();
  check_named_reply<wire::delete_segment, wire::segment_deleted>();
  check_named_reply<wire::update_segment_policy, wire::segment_policy_updated>();
  CHECK(outcome_of(wire::seal_segment{}, wire::segment_deleted{7, name}) ==
        errc::protocol_violation);
}

TEST_CASE("an attribute counts for its own request", "[reply_check]") {
  const wire::get_segment_attribute get{};
  CHECK(outcome_of(get, wire::segment_attribute{7, wire::null_attribute_value}) ==
        errc::closed);
  CHECK(outcome_of(get, wire::segment_attribute{8, 1}) == errc::protocol_violation);
  CHECK(outcome_of(get, wire::segment_attribute_updated{7, true}) == errc::protocol_violation);
  const wire::update_segment_attribute update{};
  CHECK(outcome_of(update, wire::segment_attribute_updated{7, true}) == errc::closed);
  CHECK(outcome_of(update, wire::segment_attribute_updated{7, false}) ==
        errc::conditional_check_failed);
  CHECK(outcome_of(update, wire::segment_attribute_updated{8, false}) ==
        errc::protocol_violation);
}

TEST_CASE("a merge counts for its own target and source", "[reply_check]") {
  const wire::merge_segments asked{7, name, other, "", {}};
  CHECK(outcome_of(asked, wire::segments_merged{7, name, other, 100}) == errc::closed);
  CHECK(outcome_of(asked, wire::segments_merged{7, name, other, -1}) == errc::closed);
  CHECK(outcome_of(asked, wire::segments_merged{7, name, other, -2}) ==
        errc::protocol_violation);
  CHECK(outcome_of(asked, wire::segments_merged{7, name, name, 100}) ==
        errc::protocol_violation);
  CHECK(outcome_of(asked, wire::segments_merged{7, other, other, 100}) ==
        errc::protocol_violation);
  // The source may be what is missing; a third segment cannot.
  CHECK(outcome_of(asked, wire::no_such_segment{7, other, "", -1}) == errc::segment_not_found);
  CHECK(outcome_of(asked, wire::no_such_segment{7, "third", "", -1}) ==
        errc::protocol_violation);
  CHECK(outcome_of(asked, wire::segment_attribute_updated{7, false}) ==
        errc::conditional_check_failed);
  CHECK(outcome_of(asked, wire::segment_attribute_updated{7, true}) ==
        errc::protocol_violation);
  CHECK(outcome_of(asked, wire::segment_attribute_updated{8, false}) ==
        errc::protocol_violation);
}

TEST_CASE("a conditional append is acknowledged or refused by its own number",
          "[reply_check]") {
  const wire::conditional_append asked{writer, 5, 100, {}, 7};
  using failed = wire::conditional_check_failed;
  CHECK(outcome_of(asked, wire::data_appended{writer, 5, 4, 7, 120}) == errc::closed);
  CHECK(outcome_of(asked, wire::data_appended{writer, 6, 4, 7, 120}) ==
        errc::protocol_violation);
  CHECK(outcome_of(asked, wire::data_appended{uuid{9, 9}, 5, 4, 7, 120}) ==
        errc::protocol_violation);
  CHECK(outcome_of(asked, failed{writer, 5, 7}) == errc::conditional_check_failed);
  CHECK(outcome_of(asked, failed{writer, 4, 7}) == errc::protocol_violation);
  CHECK(outcome_of(asked, failed{uuid{9, 9}, 5, 7}) == errc::protocol_violation);
  CHECK(outcome_of(asked, failed{writer, 5, 8}) == errc::protocol_violation);
  CHECK(outcome_of(asked, wire::segment_attribute_updated{7, false}) ==
        errc::protocol_violation);
}

TEST_CASE("a SegmentRead counts for its own segment and place, with data of its size",
          "[reply_check]") {
  const wire::read_segment asked{"", 20, 10, "", 7};
  const auto got = [&](const std::string& segment, std::int64_t offset, std::size_t bytes,
                       bool end = false) {
    const sent reply{wire::segment_read{segment, offset, false, end, wire::blob(bytes), 7}};
    const auto read = reply_to(reply.frame, asked, to);
    return read ? "ok" : std::string{to_string(read.error().code())};
  };
  CHECK(got(name, 20, 10) == "ok");
  CHECK(got(name, 20, 1, true) == "ok");
  CHECK(got(name, 20, 11) == "protocol_violation");
  CHECK(got(name, 21, 10) == "protocol_violation");
  CHECK(got(other, 20, 10) == "protocol_violation");
  CHECK(got(name, 20, 0) == "server_error");
  CHECK(got(name, 20, 0, true) == "end_of_segment");
  const wire::read_segment few{"", 20, 1, "", 7};
  const sent eight{wire::segment_read{name, 20, false, false, wire::blob(8), 7}};
  CHECK(reply_to(eight.frame, few, to));
}

TEST_CASE("an acknowledgement counts for the block that was asked", "[reply_check]") {
  const wire::append_block_end asked{writer, 8, wire::blob(8), 1, 5, 7};
  const auto got = [&](std::int64_t number) {
    const sent reply{wire::data_appended{writer, number, 4, 7, 100}};
    return reply_to(reply.frame, asked, to).has_value();
  };
  CHECK(got(5));
  CHECK_FALSE(got(6));
}
