// Ties a channel to one of its sessions.
#pragma once

#include <cstdint>
#include <memory>
#include <utility>

#include "connection/session.hpp"

namespace pravega_actor::internal {

/// Carries the number of its session to the channel, so that late replies of an older one are
/// recognised; does not keep the channel alive.
template <class Channel>
class session_link final : public reply_sink {
 public:
  session_link(std::weak_ptr<Channel> to, std::uint64_t serial)
      : to_{std::move(to)}, serial_{serial} {}
  void on_reply(const wire::frame& reply) override {
    if (auto channel = to_.lock()) channel->on_reply(serial_, reply);
  }
  [[nodiscard]] bool expects(std::int64_t request_id) const override {
    if constexpr (requires(const Channel& c) { c.expects(serial_, request_id); }) {
      const auto channel = to_.lock();
      return channel && channel->expects(serial_, request_id);
    }
    return true;
  }
  void on_session_closed(const error& reason) override {
    if (auto channel = to_.lock()) channel->on_session_closed(serial_, reason);
  }

 private:
  const std::weak_ptr<Channel> to_;
  const std::uint64_t serial_;
};

}  // namespace pravega_actor::internal
