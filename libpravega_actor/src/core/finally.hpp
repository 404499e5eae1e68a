// Runs something when a scope is left, in whatever way.
#pragma once

#include <utility>

namespace pravega_actor::internal {

template <class F>
class finally {
 public:
  explicit finally(F run) : run_{std::move(run)} {}
  finally(const finally&) = delete;
  finally& operator=(const finally&) = delete;
  ~finally() { run_(); }

 private:
  F run_;
};

}  // namespace pravega_actor::internal
