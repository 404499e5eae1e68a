// Where the I/O thread, consumers and the segment reader actor meet for one segment.
#pragma once

#include <cstdint>
#include <deque>
#include <functional>
#include <memory>
#include <optional>
#include <string>

#include "connection/session.hpp"
#include "pravega_actor/owed_line.hpp"
#include "read/read_flow.hpp"
#include "read/read_owner.hpp"
#include "requests/session_link.hpp"

namespace pravega_actor::internal {

/// Thread-safe: a `read_flow` under its owner's lock, and its session. Slices are cut without
/// the lock. The next request goes out from the I/O thread as soon as a reply came and the
/// queue has room, else from the thread that takes an item. The place of reading is here: the
/// actor only manages the session and may die at any moment without loss.
///
/// No function keeps or passes on the lock. What has to happen without it is collected in a
/// value, an `after_lock`, which `deliver` carries out.
class read_channel final : public std::enable_shared_from_this<read_channel> {
 public:
  using notice_handler = std::function<void(std::uint64_t generation, const read_notice&)>;
  using start = read_flow::start;

  /// What a call leaves to be done without the lock.
  struct after_lock {
    /// Who asks next, once the request is sent. Those before in this list ask later.
    enum class asks : std::uint8_t {
      nobody,
      this_channel,
      /// One that the owner had refused: each item that is taken makes room for about one.
      a_refused_one,
      /// Channels whose large event waits for room.
      large_events
    };
    struct request {
      std::shared_ptr<read_channel> of;
      std::shared_ptr<session> to;
      std::uint64_t serial = 0;
      read_flow::request what;
    };
    struct report {
      std::shared_ptr<const notice_handler> to;
      std::uint64_t generation = 0;
      read_notice what;
    };
    /// The session that is not used any more.
    std::shared_ptr<session> old;
    /// A session that is to be closed, and why.
    std::shared_ptr<session> broken;
    std::optional<error> close_reason;
    std::optional<request> sends;
    std::optional<report> reports;
    waiting_consumers wakes;
    asks next = asks::nobody;
  };

  /// `flow` is the upper half of the request ids; no other channel of the owner has it.
  read_channel(std::weak_ptr<read_owner> owner, segment of, std::int32_t flow, start from,
               read_limits limits, std::shared_ptr<buffer_pool> pool);

  [[nodiscard]] const segment& of() const noexcept { return *of_; }
  [[nodiscard]] const std::string& name() const noexcept { return name_; }
  [[nodiscard]] std::int32_t flow() const noexcept { return flow_id_; }

  // By the owner, with the lock held:
  [[nodiscard]] bool has_outcomes() const noexcept PRAVEGA_ACTOR_REQUIRES(read_owner::guard) {
    return flow_.has_outcomes();
  }
  [[nodiscard]] const read_flow::waiting_cost& waiting() const noexcept
      PRAVEGA_ACTOR_REQUIRES(read_owner::guard) {
    return flow_.waiting();
  }
  /// It asks if it is allowed to.
  [[nodiscard]] bool wants_more() const noexcept PRAVEGA_ACTOR_REQUIRES(read_owner::guard) {
    return flow_.wish() > 0;
  }
  /// The owner counts a large event of this channel: what it asks for finishes that.
  [[nodiscard]] bool keeps_event() const noexcept PRAVEGA_ACTOR_REQUIRES(read_owner::guard) {
    return flow_.event() == read_flow::large_event::kept;
  }
  /// Takes the next outcome; there must be one. Then the owner collects the next request.
  [[nodiscard]] read_flow::taken take() noexcept PRAVEGA_ACTOR_REQUIRES(read_owner::guard) {
    return flow_.take();
  }
  /// The next request, of whom `todo.next` names. The owner calls `deliver` once it has
  /// released the lock.
  void collect_request(read_owner& owner, after_lock& todo) noexcept
      PRAVEGA_ACTOR_REQUIRES(read_owner::guard);
  /// Drops what waits; nothing is read any more. Returns what the owner has to count.
  [[nodiscard]] read_flow::changes drop() noexcept PRAVEGA_ACTOR_REQUIRES(read_owner::guard);
  /// Another reader goes on with the segment: moves what waits to `rest`, which is empty.
  /// Nothing is read any more; the actor leaves. The owner counts it and calls `deliver`.
  void give_back(read_owner& owner, std::deque<read_outcome>& rest, after_lock& todo)
      PRAVEGA_ACTOR_REQUIRES(read_owner::guard);
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
  [[nodiscard]] snapshot look_locked() const PRAVEGA_ACTOR_REQUIRES(read_owner::guard);

  // Without the lock:
  /// Carries out what calls have collected, and what follows from that.
  void deliver(read_owner& owner, after_lock&& todo) PRAVEGA_ACTOR_EXCLUDES(read_owner::guard);

  // By the actor, without the lock:
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
  void on_reply(std::uint64_t serial, const wire::frame& reply);
  void on_session_closed(std::uint64_t serial, const error& reason);
  [[nodiscard]] bool expects(std::uint64_t serial, std::int64_t request_id) const;
  /// What the actor of this generation wants of the flow, and all that follows. False: it was
  /// replaced, or the owner is gone.
  template <class Event>
  bool act(std::uint64_t generation, Event event);
  [[nodiscard]] read_assembler::step cut(read_owner& owner, read_flow::cut& what)
      PRAVEGA_ACTOR_EXCLUDES(read_owner::guard);
  [[nodiscard]] bool claim(read_owner& owner, std::uint64_t serial, std::size_t event_bytes)
      PRAVEGA_ACTOR_EXCLUDES(read_owner::guard);
  /// Why it could not be sent, if so.
  [[nodiscard]] std::optional<error> send(const after_lock::request& what) const noexcept
      PRAVEGA_ACTOR_EXCLUDES(read_owner::guard);
  [[nodiscard]] std::optional<error> carry_out(const after_lock& todo) const
      PRAVEGA_ACTOR_EXCLUDES(read_owner::guard);
  [[nodiscard]] after_lock follow_up(read_owner& owner, const after_lock& done,
                                     const std::optional<error>& unsent)
      PRAVEGA_ACTOR_EXCLUDES(read_owner::guard);
  void collect(read_owner& owner, read_flow::reaction&& what, after_lock& todo)
      PRAVEGA_ACTOR_REQUIRES(read_owner::guard);
  [[nodiscard]] read_notice complete(read_notice what) const
      PRAVEGA_ACTOR_REQUIRES(read_owner::guard);
  void ask(read_owner& owner, after_lock& todo) noexcept
      PRAVEGA_ACTOR_REQUIRES(read_owner::guard);
  [[nodiscard]] std::optional<owed_line> owed() const PRAVEGA_ACTOR_REQUIRES(read_owner::guard);

  const std::weak_ptr<read_owner> owner_;
  const std::shared_ptr<const segment> of_;
  const std::string name_;
  const std::int32_t flow_id_;
  read_flow flow_ PRAVEGA_ACTOR_GUARDED_BY(read_owner::guard);
  /// Set if and only if the flow has a connection.
  std::shared_ptr<session> session_ PRAVEGA_ACTOR_GUARDED_BY(read_owner::guard);
  std::shared_ptr<const notice_handler> notices_ PRAVEGA_ACTOR_GUARDED_BY(read_owner::guard);
};

}  // namespace pravega_actor::internal
