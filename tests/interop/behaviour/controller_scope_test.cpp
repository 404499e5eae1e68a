// Scopes and the listings.
#include <algorithm>

#include "interop/behaviour/raw_controller.hpp"
#include "interop/behaviour/server_under_test.hpp"

namespace pravega_actor::behaviour {

namespace {

using names = std::vector<std::string>;

std::string new_scope() {
  auto scope = fresh_name("scope");
  REQUIRE(must(controller::create_scope{scope}).created);
  return scope;
}

/// All pages of a listing; the last one is empty and repeats the token.
template <class Call>
names all_names(Call call) {
  names all;
  for (;;) {
    const auto page = must(call);
    if (page.names.empty()) break;
    all.insert(all.end(), page.names.begin(), page.names.end());
    CHECK_FALSE(page.token.empty());
    call.token = page.token;
  }
  std::sort(all.begin(), all.end());
  return all;
}

void add_stream(const scoped_stream& stream, names tags = {}) {
  auto config = fixed_segments(1);
  config.tags = std::move(tags);
  REQUIRE(must(controller::create_stream{stream, config}).created);
}

auto delete_scope(const std::string& scope) {
  pb::ScopeInfo info;
  info.set_scope(scope);
  return raw_call(&stub::deleteScope, info);
}

}  // namespace

TEST_CASE("A scope is created once", "[controller][scope]") {
  const auto scope = fresh_name("scope");
  CHECK(must(controller::create_scope{scope}).created);
  CHECK_FALSE(must(controller::create_scope{scope}).created);
  pb::ScopeInfo info;
  info.set_scope(scope);
  CHECK(raw_call(&stub::createScope, info).reply.status() ==
        pb::CreateScopeStatus::SCOPE_EXISTS);
}

TEST_CASE("A scope's name is checked", "[controller][scope]") {
  const std::string name = GENERATE("under_score", "_two_", "__a", "a/b", "a b", "a#b");
  CAPTURE(name);
  pb::ScopeInfo info;
  info.set_scope(name);
  const auto answer = raw_call(&stub::createScope, info);
  CHECK(answer.code == grpc::StatusCode::OK);
  CHECK(answer.reply.status() == pb::CreateScopeStatus::INVALID_SCOPE_NAME);
}

TEST_CASE("Letters, digits, dots and dashes make a name", "[controller][scope]") {
  const auto scope = fresh_name("Az09.-");
  CHECK(must(controller::create_scope{scope}).created);
  CHECK(must(controller::check_scope{scope}).exists);
}

TEST_CASE("A scope's name may begin with an underscore", "[controller][scope]") {
  CHECK(must(controller::create_scope{fresh_name("_internal")}).created);
}

TEST_CASE("A scope's name has 255 characters at most", "[controller][scope]") {
  auto name = fresh_name("long");
  name.resize(255, 'x');
  pb::ScopeInfo info;
  info.set_scope(name);
  CHECK(raw_call(&stub::createScope, info).reply.status() == pb::CreateScopeStatus::SUCCESS);
  info.set_scope(name + "x");
  CHECK(raw_call(&stub::createScope, info).reply.status() ==
        pb::CreateScopeStatus::INVALID_SCOPE_NAME);
}

TEST_CASE("Whether a scope exists is told", "[controller][scope]") {
  const auto scope = fresh_name("scope");
  CHECK_FALSE(must(controller::check_scope{scope}).exists);
  must(controller::create_scope{scope});
  CHECK(must(controller::check_scope{scope}).exists);
}

TEST_CASE("An empty scope is deleted", "[controller][scope]") {
  const auto scope = new_scope();
  CHECK(must(controller::delete_scope{scope}).deleted);
  CHECK_FALSE(must(controller::check_scope{scope}).exists);
}

TEST_CASE("Deleting a missing scope says so", "[controller][scope]") {
  CHECK(delete_scope(fresh_name("missing")).reply.status() ==
        pb::DeleteScopeStatus::SCOPE_NOT_FOUND);
}

TEST_CASE("A scope with a stream is not deleted", "[controller][scope]") {
  const auto scope = new_scope();
  add_stream({scope, "stream"});
  CHECK(delete_scope(scope).reply.status() == pb::DeleteScopeStatus::SCOPE_NOT_EMPTY);
  CHECK(must(controller::check_scope{scope}).exists);
  CHECK(must(controller::check_stream{{scope, "stream"}}).exists);
}

TEST_CASE("A scope is deleted with all that is in it", "[controller][scope]") {
  const auto scope = new_scope();
  add_stream({scope, "one"});
  add_stream({scope, "two"});
  CHECK(must(controller::delete_scope_recursive{scope}).deleted);
  CHECK_FALSE(must(controller::check_scope{scope}).exists);
}

TEST_CASE("Scopes are listed in pages until one is empty", "[controller][scope][list]") {
  const auto first = new_scope();
  const auto second = new_scope();
  const auto all = all_names(controller::list_scopes{});
  CHECK(std::count(all.begin(), all.end(), first) == 1);
  CHECK(std::count(all.begin(), all.end(), second) == 1);
}

TEST_CASE("Streams are listed with their companions in pages until one is empty",
          "[controller][list]") {
  const auto scope = new_scope();
  add_stream({scope, "a"});
  add_stream({scope, "b"});
  CHECK(all_names(controller::list_streams{scope, {}}) == names{"_MARKa", "_MARKb", "a", "b"});
}

TEST_CASE("The page after the last one is empty and has the same token", "[controller][list]") {
  const auto scope = new_scope();
  add_stream({scope, "a"});
  const auto first = must(controller::list_streams{scope, {}});
  CHECK(first.names.size() == 2);
  const auto second = must(controller::list_streams{scope, first.token});
  CHECK(second.names.empty());
  CHECK(second.token == first.token);
}

TEST_CASE("A scope without streams lists none", "[controller][list]") {
  CHECK(must(controller::list_streams{new_scope(), {}}).names.empty());
}

TEST_CASE("Streams of a missing scope are not found", "[controller][list]") {
  pb::StreamsInScopeRequest request;
  request.mutable_scope()->set_scope(fresh_name("missing"));
  const auto answer = raw_call(&stub::listStreamsInScope, request);
  CHECK(answer.code == grpc::StatusCode::OK);
  CHECK(answer.reply.status() == pb::StreamsInScopeResponse::SCOPE_NOT_FOUND);
}

TEST_CASE("Streams are listed by tag", "[controller][list]") {
  const auto scope = new_scope();
  add_stream({scope, "a"}, {"red", "blue"});
  add_stream({scope, "b"}, {"blue"});
  add_stream({scope, "c"});
  CHECK(all_names(controller::list_tagged_streams{scope, "blue", {}}) == names{"a", "b"});
  CHECK(all_names(controller::list_tagged_streams{scope, "red", {}}) == names{"a"});
  CHECK(all_names(controller::list_tagged_streams{scope, "green", {}}).empty());
}

}  // namespace pravega_actor::behaviour
