// Decides which senders' requests a writer actor takes, so that the order of sending is the
// order of writing.
#pragma once

#include <cstdint>
#include <map>
#include <optional>

#include "pravega_actor/result.hpp"
#include "pravega_actor/sender_limits.hpp"
#include "pravega_actor/time.hpp"
#include "writer/write_budget.hpp"

namespace pravega_actor::internal {

/// The states of senders; pure, and not thread-safe.
///
/// | state | events | leaves it by |
/// |---|---|---|
/// | open | taken | a refusal that may succeed later: refused |
/// | refused | refused | a request for credit: waiting |
/// | waiting | refused | its room is reserved: granted |
/// | granted | refused | the use of just this credit: open, with the reservation |
///
/// A sender's messages arrive in order. What it sent before it knew of the refusal arrives
/// before the use of a credit that was granted after the refusal; all of that is refused, and
/// what is sent again behind it keeps its order.
///
/// An open sender may ask for credit, too: its room is reserved, and it stays open. Such a
/// credit is void once something of that sender is refused.
///
/// A sender that is open and has nothing reserved is not remembered. When there is no place to
/// remember a refused one, the gate becomes strict: from then on every sender that is not
/// remembered counts as refused, and has to use a credit first.
class sender_gate {
 public:
  /// The number of an actor. Senders without an address share `anonymous`.
  using sender_id = std::uint64_t;
  static constexpr sender_id anonymous = 0;

  explicit sender_gate(std::size_t senders_max = limits::writer_senders_max) noexcept
      : senders_max_{senders_max} {}

  /// Whether what this sender writes or flushes is taken.
  [[nodiscard]] bool open_for(sender_id who) const;
  /// What is reserved for it; null: nothing. Valid until the next call of another function.
  [[nodiscard]] write_room* reservation(sender_id who);
  /// It has written out of its reservation.
  void wrote(sender_id who, time_point now);
  /// Something of it was refused that may succeed later. Returns what is not reserved any more.
  [[nodiscard]] write_room refuse(sender_id who);

  struct asked {
    /// What is not reserved any more.
    write_room released;
    /// An earlier request of this sender, which nobody needs to serve any more; 0: none.
    std::uint64_t withdrawn = 0;
    /// Whether the new request is to be served. Anonymous senders can hear no answer: for them
    /// a request only lifts the refusal.
    bool serve = false;
    /// limit_exceeded: there are too many senders.
    result<void> outcome = {};
  };
  /// It asks for credit, under a number of the caller's that is not 0.
  [[nodiscard]] asked ask(sender_id who, std::uint64_t request);
  /// The request's room is reserved. Returns the number of the credit; 0: nobody wants it any
  /// more, and the room is the caller's to release.
  [[nodiscard]] std::uint64_t grant(sender_id who, std::uint64_t request,
                                    const write_room& room, time_point now);
  /// The request ended without a reservation.
  void drop(sender_id who, std::uint64_t request);
  /// It uses a credit. Any other number than that of the credit that it needs has no effect.
  void use(sender_id who, std::uint64_t credit, time_point now);

  struct ended {
    write_room released;
    std::uint64_t withdrawn = 0;
  };
  /// The sender is gone for good.
  [[nodiscard]] ended gone(sender_id who);
  /// Ends the reservations that were not used for `unused`; a credit that was not used is void
  /// then. Returns what is not reserved any more.
  [[nodiscard]] write_room expire(time_point now, duration unused);

  /// Whether it is remembered: then it has to be watched, so that `gone` can be called.
  [[nodiscard]] bool remembers(sender_id who) const { return senders_.contains(who); }
  [[nodiscard]] std::size_t remembered() const noexcept { return senders_.size(); }
  [[nodiscard]] bool strict() const noexcept { return strict_; }
  /// Whether anything is reserved, and `expire` has to be called some time.
  [[nodiscard]] bool holds_room() const;

 private:
  struct sender {
    bool refused = false;
    /// The request that is not served yet; 0: none.
    std::uint64_t request = 0;
    /// The credit whose use lifts the refusal; 0: none.
    std::uint64_t credit = 0;
    write_room room = {};
    /// Since when the room has not been touched.
    time_point idle_since = {};
  };
  sender* find(sender_id who);
  sender* find_or_add(sender_id who);
  void forget_if_plain(sender_id who);

  const std::size_t senders_max_;
  /// A handful at most times, so a search costs next to nothing.
  std::map<sender_id, sender> senders_;
  std::uint64_t last_credit_ = 0;
  bool strict_ = false;
};

}  // namespace pravega_actor::internal
