// Replies that report a failure, also from servers that leave the end of a payload away.
#include "wire/commands_error.hpp"

#include "support/catch.hpp"
#include "unit/wire/short_payloads.hpp"

using namespace pravega_actor;
using namespace pravega_actor::internal;
using namespace pravega_actor::test;

TEST_CASE("numbers of errors that are not listed") {
  const auto token = wire::encode(wire::auth_token_check_failed{.request_id = 1}).value();
  auto payload = std::vector<std::byte>(token.begin() + 8, token.end());
  payload.back() = std::byte{7};
  CHECK(wire::decode_as<wire::auth_token_check_failed>(payload)->error_code ==
        wire::token_error::token_check_failed);

  const auto message = wire::encode(wire::error_message{.request_id = 1}).value();
  payload.assign(message.begin() + 8, message.end());
  payload.back() = std::byte{7};
  CHECK(wire::decode_as<wire::error_message>(payload)->error_code ==
        wire::message_error::unspecified);
}

TEST_CASE("errors: what older servers leave away has its default") {
  using namespace wire;
  const segment_is_sealed sealed{1, "s", "trace", 5};
  CHECK(without_end(sealed, 8) == segment_is_sealed{1, "s", "trace", -1});
  CHECK(without_end(sealed, 8 + text_bytes("trace")) == segment_is_sealed{1, "s", "", -1});
  const no_such_segment missing{1, "s", "trace", 5};
  CHECK(without_end(missing, 8) == no_such_segment{1, "s", "trace", -1});
  const segment_is_truncated truncated{1, "s", 7, "trace", 5};
  CHECK(without_end(truncated, 8) == segment_is_truncated{1, "s", 7, "trace", -1});
  const invalid_event_number event{{1, 2}, 3, "trace", 5};
  CHECK(without_end(event, 8) == invalid_event_number{{1, 2}, 3, "trace", -1});
  const auth_token_check_failed token{1, "trace", token_error::token_expired};
  CHECK(without_end(token, 4) == auth_token_check_failed{1, "trace", token_error::unspecified});
  CHECK(without_end(wrong_host{1, "s", "host", "trace"}, text_bytes("trace")) ==
        wrong_host{1, "s", "host", ""});
}

TEST_CASE("errors: a field that must be there is missed by name") {
  using namespace wire;
  CHECK(missing_in(segment_is_truncated{1, "s", 7, "", 5}, 8 + text_bytes("") + 1) ==
        "segment_is_truncated.start_offset");
  CHECK(missing_in(error_message{1, "s", "m", message_error::illegal_argument}, 1) ==
        "error_message.error_code");
  CHECK(missing_in(table_key_bad_version{1, "s", "t"}, 1) ==
        "table_key_bad_version.server_stack_trace");
}
