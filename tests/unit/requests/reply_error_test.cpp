#include "requests/reply_error.hpp"

#include "support/catch.hpp"
#include "wire/codec.hpp"

using namespace pravega_actor;
using namespace pravega_actor::internal;

namespace {

template <class T>
std::optional<error> error_in(const T& reply) {
  const auto bytes = *wire::encode(reply);
  return error_of_reply({T::code, byte_view{bytes}.subspan(8), nullptr});
}

template <class T>
void check_named(const T& reply, errc expected) {
  const auto found = error_in(reply);
  REQUIRE(found);
  CHECK(*found == expected);
  CHECK(found->request_id() == 7);
  CHECK(found->subject() == "scope/stream/0.#epoch.0");
  CHECK(found->detail() == "first line");
}

const std::string name = "scope/stream/0.#epoch.0";
const std::string trace = "first line\n  at io.pravega\n  at java.lang";

}  // namespace

TEST_CASE("error replies keep name, request id and the first line", "[reply_error]") {
  check_named(wire::wrong_host{7, name, "other:1", trace}, errc::wrong_host);
  check_named(wire::segment_is_sealed{7, name, trace, 3}, errc::segment_sealed);
  check_named(wire::segment_already_exists{7, name, trace}, errc::segment_exists);
  check_named(wire::no_such_segment{7, name, trace, -1}, errc::segment_not_found);
  check_named(wire::table_segment_not_empty{7, name, trace}, errc::table_not_empty);
  check_named(wire::table_key_does_not_exist{7, name, trace}, errc::table_key_not_found);
  check_named(wire::table_key_bad_version{7, name, trace}, errc::table_bad_version);
}

TEST_CASE("error replies with facts of their own", "[reply_error]") {
  const auto number = error_in(wire::invalid_event_number{uuid{1, 2}, 7, trace, 42});
  REQUIRE(number);
  CHECK(*number == errc::invalid_event_number);
  CHECK(number->detail() == "event number 42");
  CHECK(number->request_id() == 7);
  const auto truncated = error_in(wire::segment_is_truncated{7, name, 4096, trace, 8});
  REQUIRE(truncated);
  CHECK(*truncated == errc::segment_truncated);
  CHECK(truncated->detail() == "it starts at 4096");
  CHECK(truncated->subject() == name);
  const auto unsupported = error_in(wire::operation_unsupported{7, "mergeTables", trace});
  REQUIRE(unsupported);
  CHECK(*unsupported == errc::unsupported_operation);
  CHECK(unsupported->detail() == "mergeTables");
  const auto told =
      error_in(wire::error_message{7, name, "no space", wire::message_error::unspecified});
  REQUIRE(told);
  CHECK(*told == errc::server_error);
  CHECK(told->detail() == "no space");
  CHECK(told->retriable());
}

TEST_CASE("tokens: expired ones are worth another attempt", "[reply_error]") {
  const auto with = [](wire::token_error code) {
    return *error_in(wire::auth_token_check_failed{7, trace, code});
  };
  CHECK(with(wire::token_error::token_expired) == errc::token_expired);
  CHECK(with(wire::token_error::token_expired).retriable());
  CHECK(with(wire::token_error::token_check_failed) == errc::token_rejected);
  CHECK(with(wire::token_error::unspecified) == errc::token_rejected);
  CHECK_FALSE(with(wire::token_error::unspecified).retriable());
}

TEST_CASE("replies that are no errors", "[reply_error]") {
  CHECK_FALSE(error_in(wire::keep_alive{}));
  CHECK_FALSE(error_in(wire::data_appended{uuid{1, 2}, 5, 4, 7, 0}));
  CHECK_FALSE(error_in(wire::append_setup{7, name, uuid{1, 2}, 0}));
  CHECK_FALSE(error_in(wire::segment_created{7, name}));
}

TEST_CASE("what does not decode is an error itself", "[reply_error]") {
  const auto bytes = *wire::encode(wire::segment_is_sealed{7, name, trace, 3});
  for (std::size_t size = 0; size < 8 + 2 + name.size(); ++size) {
    const auto cut = error_of_reply(
        {wire::segment_is_sealed::code, byte_view{bytes}.subspan(8, size), nullptr});
    REQUIRE(cut);
    CHECK(*cut == errc::malformed_frame);
  }
  const auto unknown = error_of_reply({4711, {}, nullptr});
  REQUIRE(unknown);
  CHECK(*unknown == errc::unknown_command);
}
