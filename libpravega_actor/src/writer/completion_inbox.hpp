// What the writer actor's requests wait for, on its way from the delivering thread to the
// actor.
#pragma once

#include <atomic>
#include <functional>
#include <memory>
#include <mutex>
#include <utility>

#include "pravega_actor/event_writer.hpp"

namespace pravega_actor::internal {

struct event_writer_state;

/// A request whose answer comes from another thread. All the memory that its outcome needs is
/// taken when the request is accepted.
///
/// It belongs to two: the actor, which answers it, and the writer's log, which completes it by
/// `completion_inbox::put`. Each lets go of it once.
class pending_request {
 public:
  pending_request() = default;
  pending_request(const pending_request&) = delete;
  pending_request& operator=(const pending_request&) = delete;

  /// In the actor: the outcome is there.
  virtual void answer(event_writer_state& state) = 0;
  /// In the actor, which ends: the outcome has not come.
  virtual void answer_at_death(event_writer_state& state) = 0;
  /// Deletes it when the other one has let go.
  void let_go() noexcept {
    if (holders_.fetch_sub(1, std::memory_order_acq_rel) == 1) delete this;
  }
  /// Set by `put`; to be read in `answer`.
  [[nodiscard]] const write_result& outcome() const noexcept { return outcome_; }

 protected:
  virtual ~pending_request() = default;

 private:
  friend class completion_inbox;
  friend class pending_requests;
  write_result outcome_;
  std::atomic<int> holders_{2};
  /// The next one in the inbox.
  pending_request* behind_ = nullptr;
  /// Its neighbours among those that the actor has not answered.
  pending_request* before_ = nullptr;
  pending_request* after_ = nullptr;
};

/// The requests that an actor has not answered, in the order of their arrival. Belongs to the
/// actor.
class pending_requests {
 public:
  pending_requests() = default;
  pending_requests(const pending_requests&) = delete;
  pending_requests& operator=(const pending_requests&) = delete;
  ~pending_requests() = default;

  void add(pending_request& what) noexcept {
    what.before_ = last_;
    (last_ == nullptr ? first_ : last_->after_) = &what;
    last_ = &what;
  }
  void remove(pending_request& what) noexcept {
    (what.before_ == nullptr ? first_ : what.before_->after_) = what.after_;
    (what.after_ == nullptr ? last_ : what.after_->before_) = what.before_;
    what.before_ = what.after_ = nullptr;
  }
  [[nodiscard]] pending_request* first() const noexcept { return first_; }

 private:
  pending_request* first_ = nullptr;
  pending_request* last_ = nullptr;
};

/// Thread-safe. One wake-up brings many outcomes. Neither `put` nor `signal` throws or takes
/// memory; only the wake-up may. If it throws, nothing is lost: the next outcome, or the
/// actor's next message, brings what has come.
class completion_inbox {
 public:
  /// `wake` is called without a lock, from any thread.
  explicit completion_inbox(std::function<void()> wake) : wake_{std::move(wake)} {}
  completion_inbox(const completion_inbox&) = delete;
  completion_inbox& operator=(const completion_inbox&) = delete;
  ~completion_inbox() = default;

  /// The request has its outcome. Lets go of it if the actor has ended.
  void put(pending_request& what, const write_result& outcome) noexcept;
  /// Something else has changed that the actor looks at by itself.
  void signal() noexcept;

  /// For the actor: whether there may be anything to take.
  [[nodiscard]] bool filled() const noexcept { return filled_.load(std::memory_order_acquire); }
  /// Takes the oldest outcome out; null: there is none, and the next one wakes the actor.
  [[nodiscard]] pending_request* take() noexcept;
  /// Puts one back that could not be answered: the next one that comes wakes the actor.
  void put_back(pending_request& what) noexcept;
  /// The actor ends: what comes later is let go of.
  void close() noexcept;

 private:
  void wake_up() noexcept;
  const std::function<void()> wake_;
  std::mutex mutex_;
  pending_request* first_ = nullptr;
  pending_request* last_ = nullptr;
  /// Belongs to the actor: what was taken out at once, and is given out one by one.
  pending_request* taken_ = nullptr;
  std::atomic<bool> filled_{false};
  /// The actor was woken and has not taken everything yet.
  bool awake_ = false;
  bool closed_ = false;
};

}  // namespace pravega_actor::internal
