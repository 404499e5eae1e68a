// The controller as its users see it: who asks, what he may do, and delegation tokens.
#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "controller/access_rules.hpp"
#include "controller/controller_model.hpp"
#include "pravega_sandbox/access.hpp"
#include "security/accounts.hpp"
#include "security/delegation_tokens.hpp"

namespace pravega_sandbox {

/// Why a call is not answered, with the words of a 0.13 controller.
enum class access_refusal : std::uint8_t {
  none,
  /// No credentials, or of an unknown kind: UNAUTHENTICATED "Authentication failed".
  no_credentials,
  /// UNAUTHENTICATED without a word; the trailers repeat the call's headers.
  wrong_credentials,
  /// UNKNOWN without a word.
  malformed_credentials,
  /// PERMISSION_DENIED "Authorization failed".
  denied,
  /// INTERNAL "Internal exception occurred".
  broken,
};

/// Lets calls pass to the model. Without options everybody may do everything, and there are no
/// tokens. Used on the model's thread.
class access_gate {
 public:
  access_gate(controller_model& model, store_model& store) : model_{model}, store_{store} {}

  /// Access control from now on, tokens included. `clock_offset_ms`: from the store's time to
  /// the time since 1970.
  void guard(access_options options, std::int64_t clock_offset_ms = 0);
  /// Delegation tokens alone: nobody need say who he is.
  void require_tokens(token_options options, std::int64_t clock_offset_ms = 0);

  struct answer {
    access_refusal refused = access_refusal::none;
    /// As of the model; a refusal has the error that a client's controller port makes of it.
    result<controller::reply> reply;
  };
  using access_operation = pravega_actor::access_operation;
  /// `authorization`: the call's header, if it has one. `use`: see `access_terms`.
  [[nodiscard]] answer handle(const controller::request& call,
                              std::optional<std::string_view> authorization,
                              access_operation use = access_operation::unspecified);

  /// The next `count` tokens have a signature of another key.
  void spoil_tokens(std::uint64_t count) { spoiled_left_ = count; }

 private:
  struct finding {
    access_refusal refused = access_refusal::none;
    permission_list permissions = {};
  };
  [[nodiscard]] finding authenticate(std::optional<std::string_view> authorization);
  [[nodiscard]] finding basic(std::string_view token);
  [[nodiscard]] finding bearer(std::string_view token) const;
  [[nodiscard]] std::string next_token(const access_rule& rule);

  controller_model& model_;
  store_model& store_;
  std::optional<access_options> options_;
  accounts accounts_;
  /// Basic tokens that were right, with their users.
  std::map<std::string, std::string, std::less<>> known_good_;
  std::shared_ptr<const delegation_tokens> tokens_;
  std::uint64_t spoiled_left_ = 0;
};

/// The error that a client's controller port makes of a refusal.
[[nodiscard]] pravega_actor::error error_of(access_refusal refused);

}  // namespace pravega_sandbox
