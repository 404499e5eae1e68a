#include "controller/access_gate.hpp"

#include <string_view>
#include <utility>

#include "core/base64.hpp"
#include "security/security_limits.hpp"

namespace pravega_sandbox {

using pravega_actor::error;

namespace {

// A store reads a claim without "prn::", "/scope:" and "stream:": a name that has parts of
// these would claim other streams than its user may have.
bool names_one_stream(const pravega_actor::scoped_stream& of) noexcept {
  constexpr std::string_view not_in_names = ":/*";
  const auto is_name = [&](std::string_view name) {
    return !name.empty() && name.find_first_of(not_in_names) == std::string_view::npos;
  };
  return is_name(of.scope) && is_name(of.stream);
}

// A page may become empty; its token leads on even so.
controller::reply filtered(const controller::request& call, const permission_list& may,
                           const controller::reply& answer) {
  const auto* const all = answer.get_if<controller::name_page>();
  if (all == nullptr) return answer;
  const auto* const in_scope = call.get_if<controller::list_streams>();
  const auto* const tagged = call.get_if<controller::list_tagged_streams>();
  auto page = *all;
  std::erase_if(page.names, [&](const std::string& name) {
    std::string resource = scope_resource(name);
    if (in_scope != nullptr) resource = stream_resource({in_scope->scope, name});
    if (tagged != nullptr) resource = stream_resource({tagged->scope, name});
    return may.of(resource) < permission::read;
  });
  return page;
}

}  // namespace

error error_of(access_refusal refused) {
  switch (refused) {
    case access_refusal::no_credentials:
      return {errc::unauthenticated, "Authentication failed"};
    case access_refusal::denied:
      return {errc::permission_denied, "Authorization failed"};
    case access_refusal::broken:
      return {errc::controller_failure, "Internal exception occurred"};
    default:
      return errc::unauthenticated;
  }
}

void access_gate::guard(access_options options, std::int64_t clock_offset_ms) {
  require_tokens(options.tokens, clock_offset_ms);
  accounts_ = accounts::parse(options.accounts);
  known_good_.clear();
  options_ = std::move(options);
}

void access_gate::require_tokens(token_options options, std::int64_t clock_offset_ms) {
  tokens_ = std::make_shared<delegation_tokens>(std::move(options), clock_offset_ms);
  store_.require_tokens(tokens_);
}

access_gate::finding access_gate::authenticate(std::optional<std::string_view> authorization) {
  if (!authorization) return {access_refusal::no_credentials};
  if (authorization->size() > security_limits::authorization_bytes_max)
    return {access_refusal::malformed_credentials};
  const auto space = authorization->find_first_of(" \t");
  if (space == std::string_view::npos) return {access_refusal::no_credentials};
  const auto method = authorization->substr(0, space);
  const auto token = authorization->substr(space + 1);
  if (method == "Basic") return basic(token);
  if (method == "Bearer" && options_->bearer) return bearer(token);
  return {access_refusal::no_credentials};
}

// Right ones are remembered: a hash takes milliseconds.
access_gate::finding access_gate::basic(std::string_view token) {
  if (const auto known = known_good_.find(token); known != known_good_.end())
    return {access_refusal::none, *accounts_.permissions_of(known->second)};
  const auto bytes = pravega_actor::internal::from_base64(token);
  if (!bytes) return {access_refusal::malformed_credentials};
  const auto text = pravega_actor::as_text({bytes->data(), bytes->size()});
  const auto colon = text.find(':');
  if (colon == std::string_view::npos) return {access_refusal::malformed_credentials};
  const std::string user{text.substr(0, colon)};
  if (!accounts_.knows(user, text.substr(colon + 1)))
    return {access_refusal::wrong_credentials};
  if (known_good_.size() < security_limits::remembered_headers_max)
    known_good_.emplace(token, user);
  return {access_refusal::none, *accounts_.permissions_of(user)};
}

access_gate::finding access_gate::bearer(std::string_view token) const {
  const auto user = options_->bearer(token);
  if (!user) return {access_refusal::wrong_credentials};
  return {access_refusal::none, permission_list::parse(user->permissions)};
}

access_gate::answer access_gate::handle(const controller::request& call,
                                        std::optional<std::string_view> authorization,
                                        access_operation use) {
  if (!tokens_) return {access_refusal::none, model_.handle(call)};
  const auto refuse = [](access_refusal why) { return answer{why, error_of(why)}; };
  const auto rule = rule_of(call, {options_ && options_->groups_write_with_read, use});
  permission_list may;
  if (options_ && (rule.needs_user || authorization)) {
    auto user = authenticate(authorization);
    if (user.refused != access_refusal::none) return refuse(user.refused);
    may = std::move(user.permissions);
    if (rule.needs_user && !rule.is_broken && may.of(rule.right.resource) < rule.right.needed)
      return refuse(access_refusal::denied);
  }
  if (rule.token_for && !names_one_stream(*rule.token_for))
    return refuse(access_refusal::denied);
  if (rule.is_broken) return refuse(access_refusal::broken);
  auto reply = model_.handle(call);
  if (reply && options_) reply = filtered(call, may, *reply);
  if (reply && rule.token_for) reply = with_token(*reply, next_token(rule));
  return {access_refusal::none, std::move(reply)};
}

std::string access_gate::next_token(const access_rule& rule) {
  const auto resource = stream_resource(*rule.token_for);
  if (spoiled_left_ == 0) return tokens_->issue(resource, rule.token_grants, store_.now_ms());
  --spoiled_left_;
  return tokens_->issue_spoiled(resource, rule.token_grants, store_.now_ms());
}

}  // namespace pravega_sandbox
