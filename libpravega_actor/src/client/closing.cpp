#include "client/closing.hpp"

#include <algorithm>

#include "supervision/supervisor.hpp"

namespace pravega_actor::internal {

namespace {

using closing_pointer = closing_handle::stateful_pointer<closing_state>;

void finish(closing_pointer self, result<void> outcome) {
  auto& state = self->state;
  if (state.report.outcome && !outcome) state.report.outcome = std::move(outcome);
  auto tell = std::exchange(state.done, nullptr);
  if (tell) tell(state.report);
  state.root = nullptr;
  self->quit();
}

// Who is down already has ended; who does not answer has not.
bool is_late(const caf::error& why) {
  return why == caf::sec::request_timeout;
}

void stop_tree(closing_pointer self) {
  auto& state = self->state;
  if (std::exchange(state.stopping, true)) return;
  if (!state.root) return finish(self, {});
  self->request(state.root, state.timeout, stop_supervisor{})
      .then([self](const supervisor_stopped&) { finish(self, {}); },
            [self](const caf::error& why) {
              if (!is_late(why)) return finish(self, {});
              self->send_exit(self->state.root, caf::exit_reason::kill);
              finish(self, error{errc::deadline_exceeded, "the supervision tree did not stop"}
                               .with_stage(stage::close));
            });
}

void go_on(closing_pointer self) {
  if (self->state.drained_left == 0 && self->state.tasks_left == 0) stop_tree(self);
}

void one_less(closing_pointer self) {
  --self->state.drained_left;
  go_on(self);
}

void end_tasks(closing_pointer self, const std::vector<client_task>& tasks, duration at_most) {
  self->state.tasks_left = tasks.size();
  if (tasks.empty()) return;
  self->set_down_handler([self](const caf::down_msg&) {
    auto& left = self->state.tasks_left;
    if (left > 0) --left;
    go_on(self);
  });
  for (const auto& each : tasks) {
    self->monitor(each);
    self->send(each, end_task{});
  }
  self->delayed_send(closing_handle{self}, at_most, closing_tasks_due{});
}

}  // namespace

closing_handle::behavior_type closing(closing_pointer self, const closing_parts& parts,
                                      duration timeout,
                                      std::function<void(const client_close_report&)> done) {
  auto& state = self->state;
  state.root = parts.root;
  state.done = std::move(done);
  state.drained_left = parts.drained.size();
  const auto time = timeout * 4 / 5;
  state.timeout = std::max<duration>(timeout - time, seconds{1});
  end_tasks(self, parts.tasks, std::min<duration>(time, closing_state::tasks_end_max));
  for (const auto& each : parts.drained)
    self->request(each, time + seconds{1}, drain{time})
        .then(
            [self](const drained& child) {
              auto& report = self->state.report;
              if (!child.outcome) report.outcome = child.outcome;
              if (child.add_to) child.add_to(report);
              one_less(self);
            },
            [self](const caf::error& why) {
              if (is_late(why) && self->state.report.outcome)
                self->state.report.outcome =
                    error{errc::deadline_exceeded, "a child of the client did not answer"}
                        .with_stage(stage::close);
              one_less(self);
            });
  self->send(closing_handle{self}, closing_idle{});
  return {
      [self](const closing_idle&) { go_on(self); },
      [self](const closing_tasks_due&) {
        self->state.tasks_left = 0;
        go_on(self);
      },
  };
}

}  // namespace pravega_actor::internal
