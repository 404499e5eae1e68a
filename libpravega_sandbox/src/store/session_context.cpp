#include "store/session_context.hpp"

namespace pravega_sandbox {

token_finding session_context::find_token(const std::string& token, std::string_view segment,
                                          permission needed) const {
  const auto* const tokens = store.tokens();
  if (tokens == nullptr) return {token_state::good};
  token_finding found;
  if (const auto fault = faults.token_counts_as(segment))
    found.state = *fault;
  else
    found = tokens->check(token, segment, needed, store.now_ms());
  store.count_token(found.state);
  return found;
}

bool session_context::allows(const std::string& token, std::string_view segment,
                             permission needed, std::int64_t request_id, bool& goes_on) {
  goes_on = true;
  const auto found = find_token(token, segment, needed);
  if (found.state == token_state::good) return true;
  if (found.state == token_state::broken) {
    goes_on = false;
    return false;
  }
  const bool expired = found.state == token_state::expired;
  goes_on = replies.add(wire::auth_token_check_failed{
      request_id,
      {},
      expired ? wire::token_error::token_expired : wire::token_error::token_check_failed});
  return false;
}

}  // namespace pravega_sandbox
