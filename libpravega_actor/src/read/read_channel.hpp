// Where the I/O thread, consumers and the segment reader actor meet for one segment.
#pragma once

#include <cstdint>
#include <deque>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <variant>

#include "connection/session.hpp"
#include "pravega_actor/owed_line.hpp"
#include "read/read_assembler.hpp"
#include "read/read_machine.hpp"
#include "requests/reply_check.hpp"
#include "requests/session_link.hpp"

namespace pravega_actor::internal {

class read_channel;

/// What owns channels: the queue of a stream reader.
class read_owner {
 public:
  virtual ~read_owner() = default;
  [[nodiscard]] virtual std::mutex& mutex() = 0;
  /// Something waits in a channel where nothing did. With the mutex held.
  virtual void on_ready(read_channel& channel) = 0;
  /// So much more waits in a channel (see `read_channel::cost`). With the mutex held.
  virtual void on_waiting(std::size_t) {}
  /// How many of `wanted` bytes a channel may ask for at present; they count until `give_back`.
  /// 0: the owner pumps it when there is room. With the mutex held, as all that follow.
  [[nodiscard]] virtual std::size_t grant(const read_channel&, std::size_t wanted) {
    return wanted;
  }
  virtual void give_back(std::size_t) noexcept {}
  /// Whether there is room for an event of which only a part came, until `end_event`. If not,
  /// the owner calls `read_channel::begin_event` when there is.
  [[nodiscard]] virtual bool begin_event(const read_channel&, std::size_t) { return true; }
  /// Also of a channel that waits for room: none is needed any more.
  virtual void end_event(const read_channel&, std::size_t) noexcept {}
  /// Channels that wait for room ask, if there is some. May release the lock.
  virtual void pump_waiting(std::unique_lock<std::mutex>&) {}
  /// Tells consumers, after one or more `on_ready`. Without the mutex.
  virtual void wake() = 0;
};

// What the channel tells the segment reader actor that is attached.

/// The first answer of a session, and the first with data.
struct read_progressed {
  bool data = false;
};
/// The server answered with nothing again; `resume` goes on.
struct read_empty {};
struct read_truncated {
  std::int64_t start_offset = 0;
  error reason;
  /// It is not the first time since there was data.
  bool again = false;
  read_wait waited = {};
};
struct read_refused {
  error reason;
  read_wait waited = {};
};
struct read_disconnected {
  error reason;
  read_wait waited = {};
};
/// Nothing more will be read.
struct read_finished {};
using read_notice = std::variant<read_progressed, read_empty, read_truncated, read_refused,
                                 read_disconnected, read_finished>;

struct read_limits {
  std::size_t request_bytes = limits::read_bytes_max;
  std::size_t prefetch_slices = 2;
  std::size_t event_payload_bytes_max = limits::large_event_payload_bytes_max;
};

/// What waits in a channel: an error is the last.
using read_outcome = std::variant<read_item, error>;

/// Thread-safe; guarded by the owner's mutex, but slices are cut without it. The next request
/// goes out from the I/O thread as soon as a reply came and the queue has room, else from the
/// thread that takes an item; there is never more than one. The place of reading is here: the
/// actor only manages the session and may die at any moment without loss.
class read_channel final : public std::enable_shared_from_this<read_channel> {
 public:
  using notice_handler = std::function<void(std::uint64_t generation, const read_notice&)>;

  struct start {
    std::int64_t offset = 0;
    /// Stop before this offset.
    std::optional<std::int64_t> end;
    std::string delegation_token;
  };

  /// `flow` is the upper half of the request ids.
  read_channel(std::weak_ptr<read_owner> owner, segment of, std::int32_t flow, start from,
               read_limits limits, std::shared_ptr<buffer_pool> pool);

  [[nodiscard]] const segment& of() const noexcept { return *of_; }
  [[nodiscard]] const std::string& name() const noexcept { return name_; }

  // With the owner's mutex held:
  /// Takes the next outcome; there must be one. `pump` asks for more.
  [[nodiscard]] read_outcome take();
  [[nodiscard]] bool has_outcomes() const noexcept { return !outcomes_.empty(); }
  /// What waits, in bytes; small things count as a part of a request.
  [[nodiscard]] std::size_t cost() const noexcept { return waiting_.cost; }
  /// None is on its way, and there is room in this channel.
  [[nodiscard]] bool may_ask() const noexcept;
  /// The owner counts an unfinished event of this channel: what it asks for finishes that.
  [[nodiscard]] bool keeps_event() const noexcept { return event_bytes_ > 0; }
  /// Sends a request if none is on its way and there is room. Releases the lock meanwhile.
  void pump(std::unique_lock<std::mutex>& lock);
  /// There is room for its unfinished event: asks for it.
  void begin_event(std::unique_lock<std::mutex>& lock, std::size_t bytes);
  /// Drops what waits; nothing is read any more.
  void drop();
  struct snapshot {
    bool connected = false;
    std::string peer;
    /// Where the next event begins that is not fetched yet.
    std::int64_t offset = 0;
    std::size_t slices_waiting = 0;
    std::size_t bytes_waiting = 0;
    /// What failed and is being mended.
    std::optional<error> trouble;
    /// A read that is not answered, and was not asked at the segment's tail.
    std::optional<owed_line> owed;
  };
  [[nodiscard]] snapshot look_locked() const;

  // By the actor, without the mutex:
  /// Takes the channel over; older generations are cut off. Returns the new generation.
  [[nodiscard]] std::uint64_t attach(notice_handler notices);
  /// The actor has ended: leaves its session.
  void detach(std::uint64_t generation);
  /// Uses a session from now on. False if that is not possible.
  [[nodiscard]] bool use(std::uint64_t generation, std::shared_ptr<session> now);
  /// Begins to read, or goes on after a pause.
  void resume(std::uint64_t generation);
  void disconnect(std::uint64_t generation);
  void set_token(std::uint64_t generation, std::string token);
  /// Reports a gap up to `to`, or the own end if that comes first, and goes on there.
  void skip(std::uint64_t generation, std::int64_t to);
  /// Reports that the rest is gone, up to the own end if there is one, and the end.
  void skip_rest(std::uint64_t generation);
  void give_up(std::uint64_t generation, const error& reason);
  /// Something failed that is being mended: until the next `resume`.
  void note_trouble(std::uint64_t generation, const error& reason);
  /// Nothing more will be read.
  [[nodiscard]] bool finished() const;

 private:
  friend class session_link<read_channel>;
  using locked = std::unique_lock<std::mutex>;
  /// What a server returns at least, if it has it, even if less was asked for.
  static constexpr std::int32_t request_bytes_min = 8;
  struct waiting_cost {
    std::size_t slices = 0;
    std::size_t bytes = 0;
    std::size_t cost = 0;
  };
  void on_reply(std::uint64_t serial, const wire::frame& reply);
  void on_session_closed(std::uint64_t serial, const error& reason);
  [[nodiscard]] bool expects(std::uint64_t serial, std::int64_t request_id) const;
  void on_data(read_owner& owner, locked& lock, const wire::frame& reply);
  void on_step(read_owner& owner, locked& lock, read_assembler::step&& step);
  void on_end_reply(read_owner& owner, locked& lock);
  void on_refusal(read_owner& owner, locked& lock, const wire::frame& reply);
  void on_truncated(locked& lock, const wire::frame& reply, const error& reason);
  /// What every reply must repeat.
  [[nodiscard]] expected_reply expected() const noexcept;
  [[nodiscard]] read_assembler::reply trim(const wire::segment_read_view& view,
                                           const std::shared_ptr<const void>& keeper) const;
  void notify(locked& lock, const read_notice& what);
  void refuse(locked& lock, error reason);
  void push(read_owner& owner, read_outcome what);
  void push_end(read_owner& owner, bool sealed);
  void push_gap(read_owner& owner, std::int64_t to);
  void account(const read_outcome& what, bool added) noexcept;
  [[nodiscard]] std::optional<owed_line> owed() const;
  /// More than the last answer brought must be there.
  [[nodiscard]] bool more_is_certain() const noexcept;
  /// Of the read that is under way on this session.
  [[nodiscard]] read_wait waited(const session* on) const;
  [[nodiscard]] std::size_t wish() const noexcept;
  void ask(locked& lock, std::size_t granted);
  /// Nothing is on its way.
  void answered() noexcept;
  [[nodiscard]] bool admit(read_owner& owner, std::uint64_t serial, std::size_t event_bytes);
  void forget_event() noexcept;
  [[nodiscard]] std::size_t cost_of(const read_outcome& what) const noexcept;
  /// Forgets the session and returns it, to be left without the lock.
  [[nodiscard]] std::shared_ptr<session> take_session();
  void leave(const std::shared_ptr<session>& old) const;

  const std::weak_ptr<read_owner> owner_;
  const std::shared_ptr<const segment> of_;
  const std::string name_;
  const std::int32_t flow_;
  const read_limits limits_;
  const std::optional<std::int64_t> end_;
  std::string token_;
  /// Nothing while the I/O thread cuts a reply without the lock.
  std::optional<read_assembler> assembler_;
  /// Where the next event begins that is not in `outcomes_` or taken.
  std::int64_t offset_;
  const std::shared_ptr<buffer_pool> pool_;

  std::uint64_t generation_ = 0;
  notice_handler notices_;
  std::shared_ptr<session> session_;
  std::uint64_t serial_ = 0;
  /// Requests may be sent.
  bool open_ = false;
  /// One request is on its way; what follows is its own.
  bool asked_ = false;
  std::int64_t asked_offset_ = 0;
  std::int32_t asked_bytes_ = 0;
  std::int64_t asked_id_ = 0;
  time_point asked_at_{};
  /// What the owner counts for it.
  std::size_t granted_bytes_ = 0;
  std::uint32_t sequence_ = 0;
  /// The last reply, or what is expected of a first one: perhaps there is nothing to read.
  bool at_tail_ = true;
  bool answered_before_ = false;
  std::size_t last_bytes_ = 0;
  /// A large event of which the owner counts so many bytes, or that waits for room.
  std::size_t event_bytes_ = 0;
  bool event_waits_ = false;
  enum class heard : std::uint8_t { nothing, an_answer, data };
  heard told_ = heard::nothing;
  /// The last reply was empty.
  bool empty_before_ = false;
  /// There was a truncation, and no data since.
  bool truncated_before_ = false;
  bool finished_ = false;
  std::optional<error> trouble_;

  std::deque<read_outcome> outcomes_;
  waiting_cost waiting_;
};

}  // namespace pravega_actor::internal
