// pravega-actor write --transaction: lines of standard input, all of them or none.
#pragma once

#include "common/command_line.hpp"
#include "common/key_rule.hpp"

namespace pravega_actor::tool {

/// Begins the transaction that takes the lines. Waits for the controller.
[[nodiscard]] result<transaction> begin_for_lines(const common_options& common, session& in,
                                                  const scoped_stream& stream);

/// Writes all lines, then commits; aborts after a stop signal or a failure. Reports which of
/// these happened.
[[nodiscard]] result<exit_code> write_transaction(const common_options& common,
                                                  const session& in, key_rule rule,
                                                  transaction into);

}  // namespace pravega_actor::tool
