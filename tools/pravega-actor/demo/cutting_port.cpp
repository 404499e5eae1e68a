#include "demo/cutting_port.hpp"

#include <atomic>

namespace pravega_actor::tool {

/// Stands between a connection and its user, as the handler of the one and the connection of
/// the other. One mutex keeps the calls to the user apart, so that a cut does not overlap
/// another call.
class cutting_port::link final : public connection, public connection_handler {
 public:
  explicit link(std::shared_ptr<connection_handler> user) : user_{std::move(user)} {}

  void set_inner(std::shared_ptr<connection> inner) {
    std::unique_lock lock{inner_mutex_};
    inner_ = inner;
    lock.unlock();
    if (ended_) inner->close();
  }

  // connection
  void send(std::span<const shared_bytes> parts) override {
    if (auto inner = get()) inner->send(parts);
  }
  [[nodiscard]] std::size_t unsent_bytes() const override {
    auto inner = get();
    return inner ? inner->unsent_bytes() : 0;
  }
  void close() override {
    ended_ = true;
    if (auto inner = take()) inner->close();
  }

  // connection_handler
  void on_connected() override {
    std::lock_guard lock{calls_};
    if (!ended_) user_->on_connected();
  }
  std::span<std::byte> receive_buffer() override {
    std::lock_guard lock{calls_};
    received_by_user_ = !ended_;
    return received_by_user_ ? user_->receive_buffer() : std::span<std::byte>{scratch_};
  }
  void on_received(std::size_t count) override {
    std::lock_guard lock{calls_};
    if (!ended_ && received_by_user_) user_->on_received(count);
  }
  void on_closed(const error& reason) override {
    std::lock_guard lock{calls_};
    const auto gone = take();
    if (!ended_.exchange(true)) user_->on_closed(reason);
  }

  // False: it had ended before.
  bool cut() {
    std::lock_guard lock{calls_};
    if (ended_.exchange(true)) return false;
    if (auto inner = take()) inner->close();
    user_->on_closed(error{errc::connection_lost, "cut on purpose"});
    return true;
  }

 private:
  [[nodiscard]] std::shared_ptr<connection> get() const {
    std::lock_guard lock{inner_mutex_};
    return inner_;
  }
  [[nodiscard]] std::shared_ptr<connection> take() {
    std::lock_guard lock{inner_mutex_};
    return std::move(inner_);
  }

  const std::shared_ptr<connection_handler> user_;
  std::mutex calls_;
  std::atomic<bool> ended_{false};
  bool received_by_user_ = false;
  std::byte scratch_[4096];
  mutable std::mutex inner_mutex_;
  std::shared_ptr<connection> inner_;
};

std::shared_ptr<connection> cutting_port::connect(const endpoint& to, duration timeout,
                                                  std::shared_ptr<connection_handler> handler) {
  auto made = std::make_shared<link>(std::move(handler));
  {
    std::lock_guard lock{mutex_};
    std::erase_if(links_, [](const auto& each) { return each.expired(); });
    links_.push_back(made);
  }
  made->set_inner(inner_->connect(to, timeout, made));
  return made;
}

std::size_t cutting_port::cut() {
  std::vector<std::weak_ptr<link>> links;
  {
    std::lock_guard lock{mutex_};
    links = links_;
  }
  std::size_t count = 0;
  for (const auto& each : links)
    if (auto alive = each.lock()) count += alive->cut() ? 1 : 0;
  return count;
}

}  // namespace pravega_actor::tool
