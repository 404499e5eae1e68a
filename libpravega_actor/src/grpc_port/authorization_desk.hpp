// Gets the header `authorization` of each call, within the call's time.
#pragma once

#include <functional>
#include <memory>
#include <mutex>
#include <optional>

#include "grpc_port/call_timer.hpp"
#include "pravega_actor/credentials.hpp"

namespace pravega_actor::internal {

/// Thread-safe. It takes nothing for granted that the application's credentials do: an answer
/// may come at once, late, never or twice, and may have a form that no controller understands.
class authorization_desk {
 public:
  using receiver = std::function<void(const result<secret>&)>;
  /// One question.
  class question {
   public:
    explicit question(receiver then) : then_{std::move(then)} {}

   private:
    friend class authorization_desk;
    /// Null from the second call on.
    [[nodiscard]] receiver take();
    std::mutex mutex_;
    receiver then_;
    std::optional<result<secret>> early_;
    bool inside_ = true;
    bool cancelled_ = false;
  };
  using question_pointer = std::shared_ptr<question>;

  /// Throws std::system_error if the system has no thread.
  explicit authorization_desk(std::shared_ptr<credentials> from) : from_{std::move(from)} {}

  /// Answers once. A header comes inside of this call if the credentials have it at once; an
  /// error never does. deadline_exceeded after `timeout`.
  void ask(const question_pointer& which, duration timeout);
  /// Answers with `cancelled`, unless the answer was given; never inside of this call.
  void cancel(const question_pointer& which);

 private:
  void answer_later(const question_pointer& which, time_point when, error why);
  static result<secret> checked(const result<secret>& got);

  const std::shared_ptr<credentials> from_;
  call_timer timer_;
};

}  // namespace pravega_actor::internal
