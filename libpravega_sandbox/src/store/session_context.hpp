// What the parts of one session share.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "store/reply_buffer.hpp"
#include "store/store_faults.hpp"
#include "store/store_model.hpp"

namespace pravega_sandbox {

struct session_context {
  store_model& store;
  store_faults& faults;
  /// Which of several stores the session belongs to.
  std::size_t store_index = 0;
  reply_buffer replies = {};

  [[nodiscard]] bool owns(std::string_view segment) const {
    return store.owner_of(segment) == store_index;
  }
  /// Whether this store owns the segment; else the answer is WrongHost.
  [[nodiscard]] bool serves(std::string_view segment) const {
    return owns(segment) && !faults.wrong_host(segment);
  }

  /// What a request's token is worth; good where the store needs none.
  [[nodiscard]] token_finding find_token(const std::string& token, std::string_view segment,
                                         permission needed) const;
  /// Whether the token allows it. If not, the request is answered, or the connection must end:
  /// `goes_on` says which.
  [[nodiscard]] bool allows(const std::string& token, std::string_view segment,
                            permission needed, std::int64_t request_id, bool& goes_on);
};

}  // namespace pravega_sandbox
