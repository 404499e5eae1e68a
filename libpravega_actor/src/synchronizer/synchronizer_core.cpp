#include "synchronizer/synchronizer_core.hpp"

#include <utility>

#include "core/user_code.hpp"

namespace pravega_actor::internal {

namespace {

/// Answers when nobody refers to it any more, if that was not done before.
class answered_once {
 public:
  answered_once(state_done done, threw_handler threw, error otherwise)
      : done_{std::move(done)}, threw_{std::move(threw)}, otherwise_{std::move(otherwise)} {}
  answered_once(const answered_once&) = delete;
  answered_once& operator=(const answered_once&) = delete;
  ~answered_once() { answer(otherwise_); }
  void answer(const result<state_outcome>& outcome) {
    if (auto once = std::exchange(done_, nullptr)) call_user(threw_, once, outcome);
  }

 private:
  state_done done_;
  threw_handler threw_;
  error otherwise_;
};

}  // namespace

void synchronizer_core::start(state_operation what, duration timeout, state_done done) const {
  const auto gone =
      error{errc::actor_terminated, "the synchronizer's actor ended"}.with_controller(
          controller_);
  const auto held = std::make_shared<answered_once>(unless_gone(std::move(done)), threw_, gone);
  auto tell = std::make_shared<const state_done>(
      [held](const result<state_outcome>& outcome) { held->answer(outcome); });
  to_.send(synchronizer_call{std::move(what), timeout, std::move(tell)});
}

}  // namespace pravega_actor::internal
