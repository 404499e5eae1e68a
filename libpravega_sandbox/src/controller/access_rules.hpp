// What a call to the controller needs: the permissions, under the names that 0.13 gives to
// resources, and the delegation token that its answer brings.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "controller/stream_record.hpp"
#include "pravega_actor/names.hpp"
#include "pravega_actor/ports/controller_calls.hpp"
#include "security/permission.hpp"

namespace pravega_sandbox {

// Names of resources.
[[nodiscard]] std::string root_resource();
[[nodiscard]] std::string scope_resource(const std::string& scope);
[[nodiscard]] std::string stream_resource(const scoped_stream& stream);
[[nodiscard]] std::string group_resource(const pravega_actor::scoped_group& group);

struct needed_permission {
  std::string resource;
  permission needed = permission::read;
};

struct access_rule {
  /// False: nobody need say who he is.
  bool needs_user = true;
  needed_permission right;
  /// A call that no 0.13 controller can answer.
  bool is_broken = false;
  /// The stream that the answer's token is for, and what it grants.
  std::optional<scoped_stream> token_for;
  permission token_grants = permission::none;
};

struct access_terms {
  /// See `access_options`.
  bool groups_write_with_read = true;
  /// The use that a call names whose own type does not say it.
  pravega_actor::access_operation use = pravega_actor::access_operation::unspecified;
};
[[nodiscard]] access_rule rule_of(const controller::request& call, access_terms terms);

/// The reply with a token in it, if this kind of reply has one.
[[nodiscard]] controller::reply with_token(const controller::reply& answer, std::string token);

}  // namespace pravega_sandbox
