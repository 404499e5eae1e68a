// How transactions end, as the verbs report it.
#pragma once

#include <string>

#include "common/command_line.hpp"

namespace pravega_actor::tool {

/// The transaction of the verbs: which one, in which stream.
struct named_transaction {
  scoped_stream stream;
  transaction_id id;

  /// "transaction ID of SCOPE/STREAM".
  [[nodiscard]] std::string to_string() const;
  /// "`pravega-actor transaction status SCOPE/STREAM ID`".
  [[nodiscard]] std::string status_command() const;
};

/// The word for the state of a transaction whose commit or abort ended so: "committed",
/// "aborted" or "unknown". `done`: the word for a success.
[[nodiscard]] const char* state_after(const result<void>& outcome, const char* done) noexcept;

/// How long a commit or an abort may take, unless --timeout says something else.
inline constexpr seconds ending_patience{60};

}  // namespace pravega_actor::tool
