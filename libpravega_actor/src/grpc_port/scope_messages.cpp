#include <algorithm>
#include <array>

#include "grpc_port/call_messages.hpp"
#include "grpc_port/fields.hpp"
#include "pravega_actor/limits.hpp"

namespace pravega_actor::internal {
namespace {

using namespace controller;  // NOLINT: the calls and replies

constexpr std::array server_lists{
    list_limit{{1}, false, limits::controller_servers_max, "controller_servers_max"}};

constexpr std::array name_lists{
    list_limit{{1}, false, limits::names_per_page_max, "names_per_page_max"}};

errc code_of(pb::CreateScopeStatus::Status status) {
  switch (status) {
    case pb::CreateScopeStatus::FAILURE:
      return plain_failure;
    case pb::CreateScopeStatus::SCOPE_EXISTS:
      return errc::scope_exists;
    case pb::CreateScopeStatus::INVALID_SCOPE_NAME:
      return errc::invalid_name;
    default:
      return errc::protocol_violation;
  }
}

errc code_of(pb::DeleteScopeStatus::Status status) {
  switch (status) {
    case pb::DeleteScopeStatus::FAILURE:
      return plain_failure;
    case pb::DeleteScopeStatus::SCOPE_NOT_FOUND:
      return errc::scope_not_found;
    case pb::DeleteScopeStatus::SCOPE_NOT_EMPTY:
      return errc::scope_not_empty;
    default:
      return errc::protocol_violation;
  }
}

errc code_of(pb::StreamsInScopeResponse::Status status) {
  switch (status) {
    case pb::StreamsInScopeResponse::FAILURE:
      return plain_failure;
    case pb::StreamsInScopeResponse::SCOPE_NOT_FOUND:
      return errc::scope_not_found;
    default:
      return errc::protocol_violation;
  }
}

pb::ScopeInfo scope_info(const std::string& scope) {
  pb::ScopeInfo to;
  to.set_scope(scope);
  return to;
}

/// Who asks page after page must come to an end.
answer checked_page(name_page page, const std::string& asked_with) {
  const bool nameless = std::any_of(page.names.begin(), page.names.end(),
                                    [](const auto& name) { return name.empty(); });
  if (nameless) return violation("an empty name in a list");
  if (!page.names.empty() && page.token == asked_with)
    return violation("a list whose next page is the same one");
  return reply{std::move(page)};
}

// A page of streams, for both calls that list them.
answer streams_page(const pb::StreamsInScopeResponse& from, const std::string& scope,
                    const std::string& asked_with) {
  if (from.status() != pb::StreamsInScopeResponse::SUCCESS) {
    return refusal(code_of(from.status()),
                   pb::StreamsInScopeResponse::Status_Name(from.status()));
  }
  name_page page;
  page.names.reserve(static_cast<std::size_t>(from.streams_size()));
  for (const auto& stream : from.streams()) {
    const bool elsewhere = !stream.scope().empty() && stream.scope() != scope;
    if (elsewhere) return violation("a stream of another scope");
    page.names.push_back(stream.stream());
  }
  page.token = from.continuationtoken().token();
  return checked_page(std::move(page), asked_with);
}

answer deleted(const pb::DeleteScopeStatus& from) {
  if (from.status() == pb::DeleteScopeStatus::SUCCESS) return reply{deletion{true}};
  if (from.status() == pb::DeleteScopeStatus::SCOPE_NOT_FOUND) return reply{deletion{false}};
  return refusal(code_of(from.status()), pb::DeleteScopeStatus::Status_Name(from.status()));
}

}  // namespace

pb::ServerRequest encode(const get_controller_servers&) {
  return {};
}
answer decode(const get_controller_servers&, const pb::ServerResponse& from) {
  std::vector<endpoint> to;
  to.reserve(static_cast<std::size_t>(from.nodeuri_size()));
  for (const auto& each : from.nodeuri()) {
    auto one = endpoint_of(each);
    if (!one) return one.error();
    to.push_back(std::move(*one));
  }
  return reply{std::move(to)};
}
std::span<const list_limit> lists_of(const get_controller_servers&) {
  return server_lists;
}

pb::ScopeInfo encode(const create_scope& call) {
  return scope_info(call.scope);
}
answer decode(const create_scope&, const pb::CreateScopeStatus& from) {
  if (from.status() == pb::CreateScopeStatus::SUCCESS) return reply{creation{true}};
  if (from.status() == pb::CreateScopeStatus::SCOPE_EXISTS) return reply{creation{false}};
  return refusal(code_of(from.status()), pb::CreateScopeStatus::Status_Name(from.status()));
}
std::span<const list_limit> lists_of(const create_scope&) {
  return {};
}

pb::ScopeInfo encode(const delete_scope& call) {
  return scope_info(call.scope);
}
answer decode(const delete_scope&, const pb::DeleteScopeStatus& from) {
  return deleted(from);
}
std::span<const list_limit> lists_of(const delete_scope&) {
  return {};
}

pb::ScopeInfo encode(const delete_scope_recursive& call) {
  return scope_info(call.scope);
}
answer decode(const delete_scope_recursive&, const pb::DeleteScopeStatus& from) {
  return deleted(from);
}
std::span<const list_limit> lists_of(const delete_scope_recursive&) {
  return {};
}

pb::ScopeInfo encode(const check_scope& call) {
  return scope_info(call.scope);
}
answer decode(const check_scope&, const pb::ExistsResponse& from) {
  return reply{existence{from.exists()}};
}
std::span<const list_limit> lists_of(const check_scope&) {
  return {};
}

pb::ScopesRequest encode(const list_scopes& call) {
  pb::ScopesRequest to;
  to.mutable_continuationtoken()->set_token(call.token);
  return to;
}
answer decode(const list_scopes& call, const pb::ScopesResponse& from) {
  return checked_page(
      {{from.scopes().begin(), from.scopes().end()}, from.continuationtoken().token()},
      call.token);
}
std::span<const list_limit> lists_of(const list_scopes&) {
  return name_lists;
}

pb::StreamsInScopeRequest encode(const list_streams& call) {
  pb::StreamsInScopeRequest to;
  to.mutable_scope()->set_scope(call.scope);
  to.mutable_continuationtoken()->set_token(call.token);
  return to;
}
answer decode(const list_streams& call, const pb::StreamsInScopeResponse& from) {
  return streams_page(from, call.scope, call.token);
}
std::span<const list_limit> lists_of(const list_streams&) {
  return name_lists;
}

pb::StreamsInScopeWithTagRequest encode(const list_tagged_streams& call) {
  pb::StreamsInScopeWithTagRequest to;
  to.mutable_scope()->set_scope(call.scope);
  to.set_tag(call.tag);
  to.mutable_continuationtoken()->set_token(call.token);
  return to;
}
answer decode(const list_tagged_streams& call, const pb::StreamsInScopeResponse& from) {
  return streams_page(from, call.scope, call.token);
}
std::span<const list_limit> lists_of(const list_tagged_streams&) {
  return name_lists;
}

}  // namespace pravega_actor::internal
