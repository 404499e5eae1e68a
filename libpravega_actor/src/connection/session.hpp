// A connection to a segment store on which several users send requests and get their replies.
#pragma once

#include <atomic>
#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <variant>

#include "connection/owed_answer.hpp"
#include "pravega_actor/ports/connection_port.hpp"
#include "wire/frame_reader.hpp"

namespace pravega_actor::internal {

/// Gets the replies of one flow (see `session::attach`). Calls come from the I/O thread, one at
/// a time; `on_session_closed` may also come from the thread that closes the session.
class reply_sink {
 public:
  virtual ~reply_sink() = default;
  /// A reply; the payload lives as long as `frame.owner` is held.
  virtual void on_reply(const wire::frame& reply) = 0;
  /// Whether the request with this id is the sink's own. Asked only where ids cannot be
  /// trusted.
  [[nodiscard]] virtual bool expects(std::int64_t) const { return true; }
  /// The last call of this session.
  virtual void on_session_closed(const error& reason) = 0;
};

/// The reports of a session to the connection actor.
struct session_connected {};
struct session_greeted {
  std::int32_t high = 0;
  std::int32_t low = 0;
};
struct session_ended {
  error reason;
};
using session_notice = std::variant<session_connected, session_greeted, session_ended>;

/// Thread-safe. Sends Hello by itself once connected; replies go to the flow in the upper half
/// of their request id, or all to one sink when the session is dedicated.
class session final : public connection_handler, public std::enable_shared_from_this<session> {
 public:
  using notice_handler = std::function<void(session_notice)>;
  using clock = std::function<time_point()>;

  session(endpoint peer, bool dedicated, std::shared_ptr<buffer_pool> pool,
          notice_handler on_notice, clock now);

  /// Begins to connect.
  void open(connection_port& port, duration timeout);

  /// Registers a flow. False when the session is closed, the flow is taken or there are too
  /// many.
  [[nodiscard]] bool attach(std::int32_t flow, std::shared_ptr<reply_sink> sink);
  /// After it returns no new call to the sink begins.
  void detach(std::int32_t flow);
  [[nodiscard]] std::size_t flows() const;

  /// Sends ready frames. Never blocks; dropped when the session is closed.
  void send(std::span<const shared_bytes> parts);
  void send(std::vector<std::byte> frame);

  /// Ends the session; every sink and the connection actor learn the reason. Idempotent.
  void close(const error& reason);

  [[nodiscard]] const endpoint& peer() const noexcept { return peer_; }
  [[nodiscard]] bool dedicated() const noexcept { return dedicated_; }
  [[nodiscard]] bool closed() const noexcept { return closed_.load(); }
  /// Signs of life so far: receptions that completed a frame or brought much of one.
  [[nodiscard]] std::uint64_t received() const noexcept { return received_.load(); }
  /// Another interval has begun: KeepAlives are counted anew.
  void forget_keep_alives() noexcept { keep_alives_.store(0, std::memory_order_relaxed); }
  [[nodiscard]] time_point now() const { return now_(); }
  [[nodiscard]] std::optional<debt> owed() const noexcept { return owed_.owed(); }
  /// Bytes of all that was sent, and how many of them have not arrived at the peer's system.
  [[nodiscard]] std::uint64_t sent_bytes() const noexcept { return sent_bytes_.load(); }
  [[nodiscard]] std::size_t unsent_bytes() const;

  // connection_handler
  void on_connected() override;
  std::span<std::byte> receive_buffer() override;
  void on_received(std::size_t count) override;
  void on_closed(const error& reason) override;

 private:
  void receive();
  void on_sign_of_life();
  void on_keep_alive();
  void dispatch(const wire::frame& reply);
  void on_stray_token_failure(const wire::frame& reply);
  [[nodiscard]] std::shared_ptr<reply_sink> sink_for(const wire::frame& reply) const;

  const endpoint peer_;
  const bool dedicated_;
  const notice_handler on_notice_;
  const clock now_;
  wire::frame_reader reader_;

  mutable std::mutex mutex_;
  std::shared_ptr<connection> connection_;
  std::map<std::int32_t, std::shared_ptr<reply_sink>> sinks_;
  std::atomic<bool> closed_{false};
  std::atomic<std::uint64_t> received_{0};
  std::atomic<std::uint64_t> sent_bytes_{0};
  std::atomic<std::uint32_t> keep_alives_{0};
  owed_answer owed_;
  // Only the I/O thread.
  bool greeted_ = false;
  bool heard_ = false;
  const std::byte* first_byte_ = nullptr;
  /// Received since the last sign of life.
  std::size_t trickled_bytes_ = 0;
};

}  // namespace pravega_actor::internal
