// The controller's gRPC service.
#pragma once

#include <atomic>
#include <cstdint>
#include <functional>
#include <utility>

#include "controller/controller_model.hpp"
#include "server/raw_service.hpp"

namespace pravega_sandbox {

/// Decodes on gRPC's threads and asks the model on its own, through `post`. What is not offered
/// is answered with UNIMPLEMENTED.
class grpc_service final : public raw_service {
 public:
  using job = std::function<void()>;
  grpc_service(controller_model& model, std::function<void(job)> post)
      : model_{model}, post_{std::move(post)} {}

  [[nodiscard]] std::uint64_t calls() const noexcept { return calls_.load(); }

 private:
  void serve(call& one) override;

  controller_model& model_;
  std::function<void(job)> post_;
  std::atomic<std::uint64_t> calls_{0};
};

}  // namespace pravega_sandbox
