#include "pravega_actor/transaction.hpp"

#include <array>

namespace pravega_actor {

namespace {

constexpr std::array<std::string_view, 6> state_names{"unknown",   "open",     "committing",
                                                      "committed", "aborting", "aborted"};

}  // namespace

std::string transaction_id::to_string() const {
  return value.to_string();
}

result<transaction_id> transaction_id::parse(std::string_view text) {
  const auto parsed = uuid::parse(text);
  if (parsed) return transaction_id{*parsed};
  return error{errc::invalid_argument, "the id of a transaction: " + parsed.error().detail()};
}

std::string_view to_string(transaction_state state) noexcept {
  const auto index = static_cast<std::size_t>(state);
  return index < state_names.size() ? state_names[index] : state_names.front();
}

}  // namespace pravega_actor
