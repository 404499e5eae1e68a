// Where writers' threads, the I/O thread and the segment writer actor meet for one segment.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <utility>
#include <variant>
#include <vector>

#include "append/append_log.hpp"
#include "connection/session.hpp"
#include "pravega_actor/names.hpp"
#include "pravega_actor/owed_line.hpp"
#include "pravega_actor/ports/controller_port.hpp"
#include "pravega_actor/ports/environment.hpp"
#include "requests/reply_check.hpp"
#include "requests/session_link.hpp"

namespace pravega_actor {

class append_channel;

/// What owns channels: the writer's log. The channel calls `on_durable` with the owner's mutex
/// held, and `settle` afterwards without it.
class append_owner {
 public:
  virtual ~append_owner() = default;
  [[nodiscard]] virtual std::mutex& mutex() = 0;
  /// Blocks became durable, in the segment's order.
  virtual void on_durable(const append_log::blocks& durable) = 0;
  /// Completes events and wakes waiters after one or more `on_durable`.
  virtual void settle() = 0;
  /// The segment is sealed and settled: its successors take what is left in its log, and all
  /// that would have come to it. Retires the channel.
  virtual void on_sealed(append_channel& channel,
                         const std::vector<controller::successor>& successors,
                         const std::string& delegation_token) = 0;
  /// The segment takes no more events; `certain` as in `append_machine::give_up`.
  virtual void on_gave_up(append_channel& channel, const error& reason, bool certain) = 0;
  /// Something failed that is being mended; it explains a deadline that passes meanwhile.
  virtual void on_trouble(const error& reason) = 0;
};

/// What the channel tells the segment writer actor that is attached.
struct setup_answered {
  std::int64_t stored = 0;
};
struct append_progressed {};
/// The answer to `send_inspection`.
struct segment_inspected {
  bool sealed = false;
};
struct append_refused {
  error reason;
  /// Whether something was in doubt (see `append_log::in_doubt`) when the refusal came.
  bool in_doubt = false;
};
struct channel_closed {
  error reason;
};
using channel_notice = std::variant<setup_answered, segment_inspected, append_progressed,
                                    append_refused, channel_closed>;

/// Thread-safe; everything but replies is guarded by the owner's mutex. Blocks go out from
/// whichever thread makes them sendable (a writing thread, or the I/O thread after an
/// acknowledgement), so a lone event needs no other thread to leave. The actor only manages the
/// connection; it may die at any moment without loss.
class append_channel final : public std::enable_shared_from_this<append_channel> {
 public:
  using notice_handler = std::function<void(std::uint64_t generation, channel_notice)>;
  /// Blocks that one thread sends in a row.
  static constexpr std::size_t blocks_per_turn_max = 4;

  append_channel(std::weak_ptr<append_owner> owner, segment of, append_log log);

  [[nodiscard]] const segment& of() const noexcept { return of_; }
  [[nodiscard]] const std::string& name() const noexcept { return name_; }

  // With the owner's mutex held:
  [[nodiscard]] append_log& log() noexcept { return log_; }
  [[nodiscard]] bool connected() const noexcept { return session_ != nullptr; }
  /// The segment is sealed and what is left in the log is known not to be stored.
  [[nodiscard]] bool settled_locked() const noexcept { return settled_; }
  /// Nothing will be appended any more. False if it was retired before.
  bool retire() noexcept { return !std::exchange(retired_, true); }
  /// Sends what may be sent, a few blocks at most while others are in flight: the next
  /// acknowledgement's thread goes on. Releases the lock while it hands blocks to the
  /// connection.
  void pump(std::unique_lock<std::mutex>& lock);

  // By the actor, without the mutex:
  /// Takes the channel over; older generations are cut off. Returns the new generation.
  [[nodiscard]] std::uint64_t attach(notice_handler notices);
  /// The actor has ended: closes its connection.
  void detach(std::uint64_t generation);
  /// Uses a session from now on, not yet for appends. False if the session is closed already.
  [[nodiscard]] bool use(std::uint64_t generation, std::shared_ptr<session> now);
  void send_setup(std::uint64_t generation, const std::string& token);
  /// Asks the segment store for the segment's state.
  void send_inspection(std::uint64_t generation, const std::string& token);
  /// Drops what is stored and opens the way for the rest.
  [[nodiscard]] result<void> resume(std::uint64_t generation, std::int64_t stored);
  /// The segment is sealed and `stored` is its last word: drops what is stored. None: the
  /// segment is gone and holds nothing that is not acknowledged. Nothing is sent any more.
  [[nodiscard]] result<void> settle_sealed(std::uint64_t generation,
                                           std::optional<std::int64_t> stored);
  void hand_over(std::uint64_t generation, const std::vector<controller::successor>& to,
                 const std::string& delegation_token);
  void disconnect(std::uint64_t generation, const error& reason);
  void give_up(std::uint64_t generation, const error& reason, bool certain);
  void note_trouble(const error& reason);
  [[nodiscard]] bool events_wait() const;
  [[nodiscard]] bool settled() const;
  [[nodiscard]] bool retired() const;

  struct snapshot {
    bool connected = false;
    std::size_t blocks_in_flight = 0;
    std::size_t events_pending = 0;
    std::int64_t event_number_acknowledged = 0;
    std::string peer;
    std::optional<owed_line> owed;
  };
  [[nodiscard]] snapshot look() const;
  /// The same, with the owner's mutex held.
  [[nodiscard]] snapshot look_locked() const;

 private:
  friend class session_link<append_channel>;
  void on_reply(std::uint64_t serial, const wire::frame& reply);
  void on_session_closed(std::uint64_t serial, const error& reason);
  void on_data_appended(append_owner& owner, std::unique_lock<std::mutex>& lock,
                        const wire::frame& reply);
  [[nodiscard]] std::optional<channel_notice> notice_of(const wire::frame& reply);
  [[nodiscard]] std::optional<owed_line> owed() const;
  /// What every reply must repeat.
  [[nodiscard]] expected_reply expected() const noexcept;
  /// What the actor is told of a refusal; nothing if it was told of one on this session.
  [[nodiscard]] std::optional<channel_notice> refusal(error why);
  template <class Request>
  void send_request(std::uint64_t generation, const Request& what);
  void notify(std::unique_lock<std::mutex>& lock, channel_notice what);
  [[nodiscard]] static bool send_block(session& to,
                                       const append_log::block_pointer& block) noexcept;
  void tell_lost(std::unique_lock<std::mutex>& lock);
  /// What cannot be told for lack of memory is told by `pump` later.
  void tell_closed(std::unique_lock<std::mutex>& lock, const error& reason) noexcept;
  /// A question that needs the owner's mutex; `otherwise` when the owner is gone.
  template <class F>
  [[nodiscard]] bool ask_locked(F&& question, bool otherwise) const;
  /// Forgets the session and returns it, to be closed without the lock.
  [[nodiscard]] std::shared_ptr<session> take_session();

  const std::weak_ptr<append_owner> owner_;
  const segment of_;
  const std::string name_;
  append_log log_;
  std::uint64_t generation_ = 0;
  notice_handler notices_;
  /// The session in use; appends flow only when `open_`.
  std::shared_ptr<session> session_;
  std::uint64_t serial_ = 0;
  bool open_ = false;
  /// When the oldest block in flight was sent, or the one before it acknowledged.
  time_point owed_since_{};
  /// There was no memory to tell the actor that its session has ended.
  bool lost_ = false;
  bool settled_ = false;
  bool retired_ = false;
  /// A thread is handing blocks to the connection; others leave it to that thread.
  bool sending_ = false;
  bool told_progress_ = false;
  /// Of the present session: what a server says once, or again and again, is told once.
  bool told_setup_ = false;
  bool told_state_ = false;
  bool told_refused_ = false;
};

}  // namespace pravega_actor
