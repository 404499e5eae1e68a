#include <set>

#include "all_requests.hpp"
#include "scripted_controller.hpp"
#include "support/catch.hpp"

using namespace pravega_actor;
using namespace pravega_actor::internal;
using namespace pravega_actor::test;
using namespace pravega_actor::controller;
using namespace std::chrono_literals;
using code = grpc::StatusCode;

namespace {

const auto& stream = asked_stream;
const auto& first = asked_segment;

template <class... Calls>
bool is(const request& call) {
  return (call.holds<Calls>() || ...);
}

errc expected_missing(const request& call) {
  if (is<get_controller_servers, list_scopes>(call)) return errc::precondition_failed;
  if (is<create_scope, delete_scope, delete_scope_recursive, check_scope, create_stream,
         list_streams, list_tagged_streams, create_reader_group>(call)) {
    return errc::scope_not_found;
  }
  if (is<get_reader_group_config, update_reader_group, delete_reader_group>(call))
    return errc::reader_group_not_found;
  return errc::stream_not_found;
}

errc expected_existing(const request& call) {
  if (is<create_scope>(call)) return errc::scope_exists;
  if (is<create_stream>(call)) return errc::stream_exists;
  if (is<create_reader_group>(call)) return errc::reader_group_exists;
  return errc::precondition_failed;
}

#define X(name, rpc, request_message, reply_message) +1
constexpr std::size_t calls_of_the_controller = PRAVEGA_ACTOR_CONTROLLER_CALLS(X);
#undef X

}  // namespace

TEST_CASE("every kind of request is in the list, under its own RPC") {
  std::set<int> kinds;
  std::set<std::string_view> names;
  for (const auto& call : all_requests()) {
    kinds.insert(call.position());
    names.insert(name_of(call));
  }
  CHECK(kinds.size() == calls_of_the_controller);
  CHECK(names.size() == all_requests().size());
}

TEST_CASE("every gRPC code of every call becomes the right error") {
  scripted_controller server;
  const auto port = port_to(server.uri());
  // The code, its error (the call decides for two of them), and whether a retry makes sense.
  struct row {
    grpc::StatusCode status;
    errc expected;
    bool retriable;
  };
  const std::vector<row> table{
      {code::CANCELLED, errc::controller_failure, true},
      {code::UNKNOWN, errc::controller_failure, true},
      {code::INVALID_ARGUMENT, errc::invalid_argument, false},
      {code::DEADLINE_EXCEEDED, errc::deadline_exceeded, true},
      {code::NOT_FOUND, errc::stream_not_found, false},
      {code::ALREADY_EXISTS, errc::stream_exists, false},
      {code::PERMISSION_DENIED, errc::permission_denied, false},
      {code::UNAUTHENTICATED, errc::unauthenticated, false},
      {code::RESOURCE_EXHAUSTED, errc::controller_failure, true},
      {code::FAILED_PRECONDITION, errc::controller_failure, true},
      {code::ABORTED, errc::controller_failure, true},
      {code::OUT_OF_RANGE, errc::invalid_argument, false},
      {code::UNIMPLEMENTED, errc::unsupported_operation, false},
      {code::INTERNAL, errc::controller_failure, true},
      {code::UNAVAILABLE, errc::controller_unreachable, true},
      {code::DATA_LOSS, errc::controller_failure, true},
  };
  for (const auto& call : all_requests()) {
    const std::string rpc{name_of(call)};
    for (const auto& [status, expected, retriable] : table) {
      server.fail(rpc, status, "because of the test");
      const auto got = failure_of(*port, call);
      CAPTURE(rpc, static_cast<int>(status), got.to_string());
      if (status == code::NOT_FOUND) {
        CHECK(got == expected_missing(call));
      } else if (status == code::ALREADY_EXISTS) {
        CHECK(got == expected_existing(call));
      } else {
        CHECK(got == expected);
      }
      CHECK(got.retriable() == retriable);
      CHECK(got.at() == stage::controller_call);
      CHECK(got.controller() == server.address());
      CHECK(got.detail().rfind(rpc + ": ", 0) == 0);
      CHECK(got.detail().find("because of the test") != std::string::npos);
    }
  }
}

// The texts are those of a 0.13 server.
TEST_CASE("a transaction that cannot be begun is refused for good") {
  scripted_controller server;
  const auto port = port_to(server.uri());
  const create_transaction call{stream, 30'000};
  const auto refused_with = [&](code status, const char* text) {
    server.fail("createTransaction", status, text);
    return failure_of(*port, call);
  };
  const auto sealed = refused_with(code::INTERNAL, "Stream: st State: SEALED");
  CHECK(sealed == errc::stream_sealed);
  CHECK(sealed.subject() == "sc/st");
  CHECK(refused_with(code::INTERNAL, "Stream: st State: SEALING") == errc::stream_sealed);
  CHECK(refused_with(code::UNKNOWN, "lease should be greater than minimum lease") ==
        errc::invalid_argument);
  const auto too_large =
      refused_with(code::UNKNOWN, "lease value too large, max value is 600000");
  CHECK(too_large == errc::invalid_argument);
  CHECK_FALSE(too_large.retriable());
  // Whatever else has these codes may help later.
  for (const auto* text : {"", "Stream: st State: UPDATING", "lost"}) {
    CHECK(refused_with(code::INTERNAL, text) == errc::controller_failure);
    CHECK(refused_with(code::UNKNOWN, text) == errc::controller_failure);
  }
  server.fail("pingTransaction", code::INTERNAL, "Stream: st State: SEALED");
  CHECK(failure_of(*port, ping_transaction{stream, asked_transaction, 1}) ==
        errc::controller_failure);
}

TEST_CASE("errors name what the call is about") {
  scripted_controller server;
  const auto port = port_to(server.uri());
  const std::vector<std::pair<request, std::string>> subjects{
      {list_scopes{}, ""},
      {create_scope{"sc"}, "sc"},
      {seal_stream{stream}, "sc/st"},
      {truncate_stream{{stream, {}}}, "sc/st"},
      {get_uri{first}, "sc/st/0.#epoch.0"},
      {get_reader_group_config{asked_group}, "sc/group"},
      {abort_transaction{stream, asked_transaction}, "sc/st"},
      {update_subscriber_cut{asked_group, {}, 0, {stream, {}}}, "sc/st"}};
  for (const auto& [call, subject] : subjects) {
    CHECK(failure_of(*port, call).subject() == subject);
  }
}

TEST_CASE("a call that is not answered ends with its deadline") {
  scripted_controller server;
  server.hang("createScope");
  const auto port = port_to(server.uri());
  const auto began = clock_type::now();
  const auto got = failure_of(*port, create_scope{"sc"}, 200ms);
  const auto took = clock_type::now() - began;
  CHECK(got == errc::deadline_exceeded);
  CHECK(got.detail().rfind("createScope: DEADLINE_EXCEEDED", 0) == 0);
  CHECK(took >= 150ms);
  CHECK(took < 10s);
  CHECK(failure_of(*port, create_scope{"sc"}, 0s) == errc::deadline_exceeded);
  CHECK(failure_of(*port, create_scope{"sc"}, -1s) == errc::deadline_exceeded);
}

TEST_CASE("a controller that is not there is unreachable, at once") {
  std::string uri;
  {
    const scripted_controller gone;
    uri = gone.uri();
  }
  const auto port = port_to(uri);
  const auto began = clock_type::now();
  const auto got = failure_of(*port, create_scope{"sc"});
  CHECK(got == errc::controller_unreachable);
  CHECK(got.retriable());
  CHECK("tcp://" + got.controller() == uri);
  CHECK(clock_type::now() - began < 10s);
}

TEST_CASE("a reply above the limit is refused for good") {
  scripted_controller server;
  pb::DelegationToken large;
  large.set_delegationtoken(std::string(65u << 20, 't'));
  server.answer("getDelegationToken", large);
  const auto port = port_to(server.uri());
  const auto got = failure_of(*port, get_delegation_token{stream});
  CAPTURE(got.to_string());
  CHECK(got == errc::limit_exceeded);
  CHECK(got.detail().find("reply_bytes_max") != std::string::npos);
  CHECK_FALSE(got.retriable());
  large.set_delegationtoken(std::string(60u << 20, 't'));
  server.answer("getDelegationToken", large);
  const auto allowed = ask(*port, get_delegation_token{stream});
  REQUIRE(allowed);
  CHECK(allowed->text.size() == 60u << 20);
}
