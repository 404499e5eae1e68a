#include "pravega_actor/ports/scope_calls.hpp"

#include "call_fixture.hpp"

using namespace pravega_actor;
using namespace pravega_actor::internal;
using namespace pravega_actor::test;
using namespace pravega_actor::controller;

TEST_CASE_METHOD(call_fixture, "create_scope") {
  server.on<pb::ScopeInfo, pb::CreateScopeStatus>(
      "createScope", [](const auto& asked, auto& told) {
        told.set_status(asked.scope() == "new" ? pb::CreateScopeStatus::SUCCESS
                                               : pb::CreateScopeStatus::SCOPE_EXISTS);
      });
  CHECK(ask(*port, create_scope{"new"})->created);
  CHECK_FALSE(ask(*port, create_scope{"old"})->created);
  using s = pb::CreateScopeStatus;
  check_statuses<s, s::Status>(
      "createScope", create_scope{"x"},
      {{s::FAILURE, errc::precondition_failed},
       {s::INVALID_SCOPE_NAME, errc::invalid_name},
       {static_cast<s::Status>(no_such_status), errc::protocol_violation}});
}

TEST_CASE_METHOD(call_fixture, "delete_scope, plain and recursive") {
  using s = pb::DeleteScopeStatus;
  const auto check = [this](const std::string& rpc, const auto& call) {
    CHECK(failure(call) == errc::unsupported_operation);
    server.answer(rpc, s{});
    CHECK(ask(*port, call)->deleted);
    s missing;
    missing.set_status(s::SCOPE_NOT_FOUND);
    server.answer(rpc, missing);
    CHECK_FALSE(ask(*port, call)->deleted);
    check_statuses<s, s::Status>(
        rpc, call,
        {{s::FAILURE, errc::precondition_failed},
         {s::SCOPE_NOT_EMPTY, errc::scope_not_empty},
         {static_cast<s::Status>(no_such_status), errc::protocol_violation}});
  };
  check("deleteScope", delete_scope{"sc"});
  check("deleteScopeRecursive", delete_scope_recursive{"sc"});
}

TEST_CASE_METHOD(call_fixture, "check_scope") {
  server.on<pb::ScopeInfo, pb::ExistsResponse>(
      "checkScopeExists",
      [](const auto& asked, auto& told) { told.set_exists(asked.scope() == "there"); });
  CHECK(ask(*port, check_scope{"there"})->exists);
  CHECK_FALSE(ask(*port, check_scope{"gone"})->exists);
}

TEST_CASE_METHOD(call_fixture, "list_scopes passes the token on") {
  server.on<pb::ScopesRequest, pb::ScopesResponse>(
      "listScopes", [](const auto& asked, auto& told) {
        if (asked.continuationtoken().token().empty()) {
          told.add_scopes("a");
          told.add_scopes("b");
        }
        told.mutable_continuationtoken()->set_token("more");
      });
  const auto first = ask(*port, list_scopes{});
  REQUIRE(first);
  CHECK(first->names == std::vector<std::string>{"a", "b"});
  CHECK(first->token == "more");
  const auto last = ask(*port, list_scopes{first->token});
  REQUIRE(last);
  CHECK(last->names.empty());
}

TEST_CASE_METHOD(call_fixture, "list_streams, with and without a tag") {
  using s = pb::StreamsInScopeResponse;
  server.on<pb::StreamsInScopeRequest, s>(
      "listStreamsInScope", [](const auto& asked, auto& told) {
        told.add_streams()->set_stream("in " + asked.scope().scope());
        told.mutable_continuationtoken()->set_token(asked.continuationtoken().token() + "+");
      });
  server.on<pb::StreamsInScopeWithTagRequest, s>(
      "listStreamsInScopeForTag", [](const auto& asked, auto& told) {
        told.add_streams()->set_stream(asked.scope().scope() + " with " + asked.tag());
        told.mutable_continuationtoken()->set_token(asked.continuationtoken().token() + "-");
      });
  const auto all = ask(*port, list_streams{"sc", "t"});
  REQUIRE(all);
  CHECK(all->names == std::vector<std::string>{"in sc"});
  CHECK(all->token == "t+");
  const auto tagged = ask(*port, list_tagged_streams{"sc", "red", "t"});
  REQUIRE(tagged);
  CHECK(tagged->names == std::vector<std::string>{"sc with red"});
  CHECK(tagged->token == "t-");
  const std::vector<std::pair<s::Status, errc>> statuses{
      {s::FAILURE, errc::precondition_failed},
      {s::SCOPE_NOT_FOUND, errc::scope_not_found},
      {static_cast<s::Status>(no_such_status), errc::protocol_violation}};
  check_statuses<s, s::Status>("listStreamsInScope", list_streams{"sc", ""}, statuses);
  check_statuses<s, s::Status>("listStreamsInScopeForTag", list_tagged_streams{"sc", "red", ""},
                               statuses);
}
