// Where writers' threads, the I/O thread and the segment writer actor meet for one segment.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "append/append_flow.hpp"
#include "append/append_owner.hpp"
#include "append/append_policy.hpp"
#include "connection/session.hpp"
#include "pravega_actor/names.hpp"
#include "pravega_actor/owed_line.hpp"
#include "requests/session_link.hpp"

namespace pravega_actor::internal {

/// Thread-safe: an `append_flow` under the owner's lock, and its session. Blocks go out from
/// the thread that makes them sendable (a writing thread, or the I/O thread after an
/// acknowledgement), so a lone event needs no other thread to leave. The actor only manages the
/// connection; it may die at any moment without loss.
///
/// No function keeps or passes on the lock. What has to happen without it is collected in a
/// value, a `turn` or an `after_lock`, which one function carries out.
class append_channel final : public std::enable_shared_from_this<append_channel> {
 public:
  using notice_handler = std::function<void(std::uint64_t generation, channel_notice)>;

  /// Blocks that a thread hands to the session once it has released the lock, a few at most
  /// while others are in flight: the next acknowledgement's thread goes on. In most cases none.
  class turn {
   public:
    [[nodiscard]] bool empty() const noexcept { return channel_ == nullptr; }
    /// Without the lock. Lets no exception out: a block for which there is no memory ends its
    /// session, and is sent on the next one.
    void run(append_owner& owner) noexcept PRAVEGA_ACTOR_EXCLUDES(append_owner::guard) {
      if (channel_) send(owner);
    }

   private:
    friend class append_channel;
    void send(append_owner& owner) noexcept PRAVEGA_ACTOR_EXCLUDES(append_owner::guard);
    // The segment may be replaced meanwhile, and the last other reference go.
    std::shared_ptr<append_channel> channel_;
    /// None: a loss or the first event is to be reported.
    std::shared_ptr<session> to_;
    /// One of the two; neither: there was no memory.
    append_log::block_pointer block_;
    std::vector<shared_bytes> part_;
    std::uint64_t serial_ = 0;
    std::size_t blocks_ = 0;
  };

  append_channel(std::weak_ptr<append_owner> owner, segment of, append_log log);
  /// Of the part that a transaction has of a segment: on the wire it is called `name`.
  append_channel(std::weak_ptr<append_owner> owner, segment of, std::string name,
                 append_log log, const append_policy& policy);

  [[nodiscard]] const segment& of() const noexcept { return of_; }
  [[nodiscard]] const std::string& name() const noexcept { return name_; }
  [[nodiscard]] const append_policy& policy() const noexcept { return policy_; }

  // By the owner, with the lock held:
  [[nodiscard]] append_log& log() noexcept PRAVEGA_ACTOR_REQUIRES(append_owner::guard) {
    return flow_.log();
  }
  /// What is left in the log is known not to be stored.
  [[nodiscard]] bool final_known_locked() const noexcept
      PRAVEGA_ACTOR_REQUIRES(append_owner::guard) {
    return flow_.segment_life() == append_flow::life::final_known;
  }
  /// Nothing will be appended any more. False if it was retired before.
  bool retire() noexcept PRAVEGA_ACTOR_REQUIRES(append_owner::guard) { return flow_.retire(); }
  /// See `append_flow::settle`.
  void settle_locked(const claimed_number& value, bool sealed)
      PRAVEGA_ACTOR_REQUIRES(append_owner::guard) {
    flow_.settle(value, sealed);
  }
  /// After each change of the log; the caller runs the turn once it has released the lock.
  [[nodiscard]] turn begin_turn() PRAVEGA_ACTOR_REQUIRES(append_owner::guard) {
    return flow_.due() == append_flow::duty::nothing ? turn{} : begin_due_turn();
  }

  /// By the owner, without the lock. See `append_flow::expect_seal`.
  void expect_seal();

  // By the actor, without the lock:
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
  /// The segment is sealed and `stored` is its last event number: drops what is stored. None:
  /// the segment is gone and holds nothing that is not acknowledged. Nothing is sent any more.
  [[nodiscard]] result<void> finalize(std::uint64_t generation,
                                      std::optional<std::int64_t> stored);
  void hand_over(std::uint64_t generation, const std::vector<controller::successor>& to,
                 const std::string& delegation_token);
  void disconnect(std::uint64_t generation, const error& reason);
  void give_up(std::uint64_t generation, const error& reason, bool certain);
  void note_trouble(const error& reason);
  [[nodiscard]] bool events_wait() const;
  [[nodiscard]] bool final_known() const;
  [[nodiscard]] bool retired() const;
  [[nodiscard]] bool seal_expected() const;
  /// Whether the next session must not be one that others use, too: the channel has left such a
  /// session that is still open. Answers to what it had sent there could come later, and would
  /// look like those to what it sends again.
  [[nodiscard]] bool needs_own_session() const;

  struct snapshot {
    bool connected = false;
    std::size_t blocks_in_flight = 0;
    std::size_t events_pending = 0;
    std::int64_t event_number_acknowledged = 0;
    std::string peer;
    std::optional<owed_line> owed;
  };
  [[nodiscard]] snapshot look() const;
  /// The same, with the owner's lock held.
  [[nodiscard]] snapshot look_locked() const PRAVEGA_ACTOR_REQUIRES(append_owner::guard);

 private:
  friend class session_link<append_channel>;
  /// What a reaction of the flow leaves to be done without the lock.
  struct after_lock {
    append_flow::reaction rest;
    /// The session that has ended.
    std::shared_ptr<session> old;
    turn next;
    /// Where the notice goes, if there is one.
    std::shared_ptr<const notice_handler> to;
    std::uint64_t generation = 0;
    std::uint64_t serial = 0;
  };
  void on_reply(std::uint64_t serial, const wire::frame& reply);
  void on_session_closed(std::uint64_t serial, const error& reason);
  [[nodiscard]] after_lock carry_out_locked(append_owner& owner, append_flow::reaction&& what)
      PRAVEGA_ACTOR_REQUIRES(append_owner::guard);
  void deliver(append_owner& owner, after_lock&& todo)
      PRAVEGA_ACTOR_EXCLUDES(append_owner::guard);
  [[nodiscard]] std::int32_t flow() const noexcept {
    return static_cast<std::int32_t>(request_id_ >> 32);
  }
  void leave(session& old, const error& reason) const;
  void report_end(append_owner& owner, after_lock&& todo) noexcept
      PRAVEGA_ACTOR_EXCLUDES(append_owner::guard);
  void report(append_owner& owner) noexcept PRAVEGA_ACTOR_EXCLUDES(append_owner::guard);
  [[nodiscard]] turn begin_due_turn() PRAVEGA_ACTOR_REQUIRES(append_owner::guard);
  [[nodiscard]] bool take_block(turn& mine) PRAVEGA_ACTOR_REQUIRES(append_owner::guard);
  void send(append_owner& owner, turn& mine) noexcept
      PRAVEGA_ACTOR_EXCLUDES(append_owner::guard);
  [[nodiscard]] bool accepts(append_owner& owner, std::uint64_t generation) const;
  template <class Request>
  void send_request(std::uint64_t generation, const Request& what);

  const std::weak_ptr<append_owner> owner_;
  const segment of_;
  const std::string name_;
  const append_policy policy_;
  const uuid writer_id_;
  const std::int64_t request_id_;
  append_flow flow_ PRAVEGA_ACTOR_GUARDED_BY(append_owner::guard);
  /// Set if and only if the flow has a connection, but when it is lost.
  std::shared_ptr<session> session_ PRAVEGA_ACTOR_GUARDED_BY(append_owner::guard);
  /// The last session that it left to its other users.
  std::weak_ptr<session> left_ PRAVEGA_ACTOR_GUARDED_BY(append_owner::guard);
  std::shared_ptr<const notice_handler> notices_ PRAVEGA_ACTOR_GUARDED_BY(append_owner::guard);
};

}  // namespace pravega_actor::internal
