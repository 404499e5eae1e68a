// A connection port whose connections can be cut, as by a network that fails.
#pragma once

#include <memory>
#include <mutex>
#include <vector>

#include "pravega_actor/ports/connection_port.hpp"

namespace pravega_actor::tool {

/// Passes everything through to another port. Thread-safe.
class cutting_port final : public connection_port {
 public:
  explicit cutting_port(std::shared_ptr<connection_port> inner) : inner_{std::move(inner)} {}

  std::shared_ptr<connection> connect(const endpoint& to, duration timeout,
                                      std::shared_ptr<connection_handler> handler) override;
  std::size_t open_connections() const override { return inner_->open_connections(); }

  /// Ends all connections now; for their users they are lost. Returns how many. Do not call it
  /// inside a handler.
  std::size_t cut();

 private:
  class link;
  const std::shared_ptr<connection_port> inner_;
  std::mutex mutex_;
  std::vector<std::weak_ptr<link>> links_;
};

}  // namespace pravega_actor::tool
