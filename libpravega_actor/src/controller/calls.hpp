// The calls under way: started, answered once each, cancelled together.
#pragma once

#include <grpcpp/client_context.h>

#include <condition_variable>
#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <mutex>

namespace pravega_actor::detail {

/// Thread-safe. Whoever runs a callback does so within `answer`.
class calls_under_way {
 public:
  /// Registers a call before it starts. After `cancel_all` it is born cancelled.
  [[nodiscard]] std::uint64_t add(std::shared_ptr<grpc::ClientContext> context);
  /// Runs the call's callback and then forgets the call. The callback lets the call's context
  /// go: a context holds its channel, and a channel must not end in a thread of gRPC.
  void answer(std::uint64_t id, const std::function<void()>& callback);
  /// Cancels all calls and waits for their callbacks, but for those that wait here themselves.
  void cancel_all();
  [[nodiscard]] bool cancelled() const;
  /// Whether this thread runs one of these callbacks.
  [[nodiscard]] bool in_callback() const noexcept;

 private:
  mutable std::mutex mutex_;
  std::condition_variable changed_;
  std::map<std::uint64_t, std::shared_ptr<grpc::ClientContext>> calls_;
  std::uint64_t next_id_ = 1;
  std::size_t callbacks_waiting_ = 0;
  bool cancelled_ = false;
};

}  // namespace pravega_actor::detail
