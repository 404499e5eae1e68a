// The handle: the blocking conveniences over the synchronizer's core.
#include <algorithm>
#include <memory>
#include <utility>

#include "core/bounded_timeout.hpp"
#include "core/forked_child.hpp"
#include "core/rendezvous.hpp"
#include "core/waiting.hpp"
#include "pravega_actor/state_synchronizer.hpp"
#include "synchronizer/synchronizer_core.hpp"

namespace pravega_actor {

using namespace internal;

/// The last handle closes the synchronizer.
struct synchronizer_link::guard {
  std::shared_ptr<synchronizer_core> core;
  explicit guard(std::shared_ptr<synchronizer_core> held) : core{std::move(held)} {}
  guard(const guard&) = delete;
  guard& operator=(const guard&) = delete;
  ~guard() {
    if (in_forked_child())
      leave_alone(std::move(core));
    else
      core->close();
  }
};

synchronizer_link::synchronizer_link(std::shared_ptr<synchronizer_core> core)
    : held_{std::make_shared<guard>(std::move(core))} {}

void synchronizer_link::start(state_operation what, duration timeout,
                              std::function<void(const result<state_outcome>&)> done) const {
  if (in_forked_child()) return done(forked_child_error());
  if (!held_) return done(error{errc::closed, "the handle is empty"});
  held_->core->start(std::move(what), bounded_timeout(timeout), std::move(done));
}

result<state_outcome> synchronizer_link::run(state_operation what, duration timeout) const {
  // An operation without time has the synchronizer's own; a wait of none is over at once.
  timeout = std::max<duration>(bounded_timeout(timeout), milliseconds{1});
  const error late{errc::outcome_unknown, "the synchronizer's actor does not answer"};
  return wait_for<state_outcome>(bounded_timeout(timeout + answer_margin), late,
                                 [&](auto done) { start(std::move(what), timeout, done); });
}

time_point synchronizer_link::deadline_after(duration timeout) {
  return clock_type::now() + bounded_timeout(timeout);
}

duration synchronizer_link::time_until(time_point deadline) {
  return deadline - clock_type::now();
}

void synchronizer_link::close() const {
  if (held_ && !in_forked_child()) held_->core->close();
}

}  // namespace pravega_actor
