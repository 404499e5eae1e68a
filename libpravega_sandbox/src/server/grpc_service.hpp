// The controller's gRPC service.
#pragma once

#include <atomic>
#include <cstdint>
#include <functional>
#include <utility>

#include "controller/access_gate.hpp"
#include "server/raw_service.hpp"

namespace pravega_sandbox {

/// Decodes on gRPC's threads and asks the gate on the model's, through `post`. What is not
/// offered is answered with UNIMPLEMENTED.
class grpc_service final : public raw_service {
 public:
  using job = std::function<void()>;
  grpc_service(access_gate& gate, std::function<void(job)> post)
      : gate_{gate}, post_{std::move(post)} {}

  [[nodiscard]] std::uint64_t calls() const noexcept { return calls_.load(); }

 private:
  void serve(call& one) override;

  access_gate& gate_;
  std::function<void(job)> post_;
  std::atomic<std::uint64_t> calls_{0};
};

}  // namespace pravega_sandbox
