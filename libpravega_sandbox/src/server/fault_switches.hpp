// The faults that can be switched on in a running sandbox.
#pragma once

#include <cstdint>

#include "pravega_sandbox/sandbox.hpp"
#include "store/store_faults.hpp"
#include "store/token_orders.hpp"

namespace pravega_sandbox {

/// Used on the sandbox's own thread only.
class fault_switches final : public store_faults {
 public:
  void cut_after_appends(std::uint64_t n, cut_moment moment) {
    appends_left_ = n;
    moment_ = moment;
  }
  void delay_acks(std::int64_t delay_ms) { delay_ms_ = delay_ms; }

  [[nodiscard]] token_orders& tokens() noexcept { return tokens_; }
  std::optional<token_state> token_counts_as(std::string_view) override {
    return tokens_.next();
  }

  // Only what is applied, or would be, counts: the order is not lost to an append that is
  // refused.
  bool close_instead(const append_info&) override {
    if (appends_left_ != 1 || moment_ != cut_moment::before_append) return false;
    appends_left_ = 0;
    return true;
  }
  ack_plan after(const append_info&) override {
    const bool strikes = appends_left_ > 0 && --appends_left_ == 0;
    return {strikes && moment_ == cut_moment::before_ack, delay_ms_,
            strikes && moment_ == cut_moment::after_ack};
  }

 private:
  token_orders tokens_;
  std::uint64_t appends_left_ = 0;
  cut_moment moment_ = cut_moment::before_ack;
  std::int64_t delay_ms_ = 0;
};

}  // namespace pravega_sandbox
