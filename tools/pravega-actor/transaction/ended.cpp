#include "transaction/ended.hpp"

#include <fmt/format.h>

namespace pravega_actor::tool {

std::string named_transaction::to_string() const {
  return fmt::format("transaction {} of {}", id.to_string(), stream.to_string());
}

std::string named_transaction::status_command() const {
  return fmt::format("`pravega-actor transaction status {} {}`", stream.to_string(),
                     id.to_string());
}

const char* state_after(const result<void>& outcome, const char* done) noexcept {
  if (outcome) return done;
  switch (outcome.error().code()) {
    case errc::transaction_committed:
      return "committed";
    case errc::transaction_aborted:
    case errc::transaction_expired:
      return "aborted";
    default:
      return "unknown";
  }
}

}  // namespace pravega_actor::tool
