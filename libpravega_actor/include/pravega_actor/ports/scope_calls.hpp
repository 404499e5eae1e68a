// Calls to the controller about scopes and about itself.
#pragma once

#include <string>
#include <vector>

#include "pravega_actor/endpoint.hpp"
#include "pravega_actor/export.hpp"
#include "pravega_actor/ports/call_replies.hpp"

namespace PRAVEGA_ACTOR_API pravega_actor {
namespace controller {

/// Asks for the list of all controllers.
struct get_controller_servers {
  using reply = std::vector<endpoint>;
};
/// Creates a scope.
struct create_scope {
  using reply = creation;
  std::string scope;
};
/// Deletes an empty scope; scope_not_empty if it is not empty.
struct delete_scope {
  using reply = deletion;
  std::string scope;
};
/// Deletes a scope with everything in it.
struct delete_scope_recursive {
  using reply = deletion;
  std::string scope;
};
/// Asks whether a scope exists.
struct check_scope {
  using reply = existence;
  std::string scope;
};
/// Asks for a page of the names of all scopes.
struct list_scopes {
  using reply = name_page;
  /// The token of the previous page; empty: the first page.
  std::string token;
};
/// Asks for a page of the names of a scope's streams.
struct list_streams {
  using reply = name_page;
  std::string scope;
  /// The token of the previous page; empty: the first page.
  std::string token;
};
/// The same for streams with a tag.
struct list_tagged_streams {
  using reply = name_page;
  std::string scope;
  std::string tag;
  /// The token of the previous page; empty: the first page.
  std::string token;
};

}  // namespace controller
}  // namespace pravega_actor

// clang-format off
/// X(request, RPC, message of the request, message of the reply)
#define PRAVEGA_ACTOR_SCOPE_CALLS(X) \
  X(get_controller_servers, "getControllerServerList", ServerRequest, ServerResponse) \
  X(create_scope, "createScope", ScopeInfo, CreateScopeStatus) \
  X(delete_scope, "deleteScope", ScopeInfo, DeleteScopeStatus) \
  X(delete_scope_recursive, "deleteScopeRecursive", ScopeInfo, DeleteScopeStatus) \
  X(check_scope, "checkScopeExists", ScopeInfo, ExistsResponse) \
  X(list_scopes, "listScopes", ScopesRequest, ScopesResponse) \
  X(list_streams, "listStreamsInScope", StreamsInScopeRequest, StreamsInScopeResponse) \
  X(list_tagged_streams, "listStreamsInScopeForTag", StreamsInScopeWithTagRequest, StreamsInScopeResponse)
// clang-format on
