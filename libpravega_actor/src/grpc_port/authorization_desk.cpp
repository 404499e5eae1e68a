#include "grpc_port/authorization_desk.hpp"

#include <exception>
#include <utility>

#include "core/authorization.hpp"
#include "core/library_thread.hpp"

namespace pravega_actor::internal {
namespace {

error late() {
  return error{errc::deadline_exceeded, "the client's credentials did not answer in time"};
}

}  // namespace

authorization_desk::receiver authorization_desk::question::take() {
  const std::lock_guard lock{mutex_};
  return std::exchange(then_, nullptr);
}

result<secret> authorization_desk::checked(const result<secret>& got) {
  if (!got) return got;
  if (auto fits = check_authorization(got->reveal()); !fits) return fits.error();
  return got;
}

void authorization_desk::answer_later(const question_pointer& which, time_point when,
                                      error why) {
  timer_.at(when, [which, why = std::move(why)] {
    if (const auto then = which->take()) then(why);
  });
}

void authorization_desk::ask(const question_pointer& which, duration timeout) {
  const auto until = clock_type::now() + timeout;
  const auto on_answer = [which](const result<secret>& got) {
    {
      const std::lock_guard lock{which->mutex_};
      if (which->inside_) {
        if (!which->early_) which->early_ = checked(got);
        return;
      }
    }
    if (const auto then = which->take()) then(checked(got));
  };
  try {
    const callback_scope code_of_the_application;
    from_->get(timeout, on_answer);
  } catch (const std::exception& thrown) {
    on_answer(error{errc::unauthenticated,
                    std::string{"the client's credentials threw: "}.append(thrown.what())});
  }
  std::optional<result<secret>> early;
  bool cancelled = false;
  {
    const std::lock_guard lock{which->mutex_};
    which->inside_ = false;
    early = std::exchange(which->early_, std::nullopt);
    cancelled = which->cancelled_;
  }
  if (cancelled) return answer_later(which, clock_type::now(), errc::cancelled);
  if (!early) return answer_later(which, until, late());
  if (!*early) return answer_later(which, clock_type::now(), early->error());
  if (const auto then = which->take()) then(*early);
}

void authorization_desk::cancel(const question_pointer& which) {
  {
    const std::lock_guard lock{which->mutex_};
    which->cancelled_ = true;
    // The end of `ask` sees to it.
    if (which->inside_) return;
  }
  answer_later(which, clock_type::now(), errc::cancelled);
}

}  // namespace pravega_actor::internal
