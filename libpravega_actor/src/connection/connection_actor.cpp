#include "connection/connection_actor.hpp"

#include "supervision/perform_actions.hpp"
#include "supervision/weak_handle.hpp"
#include "wire/codec.hpp"

namespace pravega_actor::internal {

namespace {

using connection_pointer = connection_handle::stateful_pointer<connection_state>;

void report(connection_pointer self, result<std::shared_ptr<session>> outcome) {
  auto& state = self->state;
  if (state.reported) return;
  state.reported = true;
  if (auto manager = state.manager.lock())
    self->send(manager, connection_report{state.number, std::move(outcome)});
}

struct performer {
  connection_pointer self;

  void operator()(const connection_machine::connect&) const {
    self->state.held->open(*self->state.setup.port, self->state.setup.timing.connect_timeout);
  }
  void operator()(const connection_machine::arm_deadline& a) const {
    self->delayed_send(connection_handle{self}, a.delay, connection_deadline{});
  }
  void operator()(const connection_machine::arm_tick& a) const {
    self->delayed_send(connection_handle{self}, a.delay, connection_tick{});
  }
  void operator()(const connection_machine::report_ready&) const {
    report(self, self->state.held);
  }
  void operator()(const connection_machine::send_keep_alive&) const {
    if (auto frame = wire::encode(wire::keep_alive{})) self->state.held->send(*frame);
  }
  void operator()(const connection_machine::close& a) const {
    const auto reason = a.reason.segment_store().empty()
                            ? a.reason.with_segment_store(self->state.held->peer().to_string())
                            : a.reason;
    self->state.held->close(reason);
    report(self, reason);
    self->quit();
  }
};

void perform(connection_pointer self, const connection_machine::actions& todo) {
  perform_actions<connection_machine>(self, self->state.setup.env, todo, performer{self});
}

struct notice_visitor {
  connection_pointer self;
  connection_machine::actions operator()(const session_connected&) const {
    return self->state.machine->on_connected();
  }
  connection_machine::actions operator()(const session_greeted& n) const {
    return self->state.machine->on_hello(self->state.setup.env->now(), n.high, n.low);
  }
  connection_machine::actions operator()(const session_ended& n) const {
    return self->state.machine->on_closed(n.reason);
  }
};

}  // namespace

connection_state::~connection_state() {
  if (held) held->close(error{errc::connection_lost, "the connection's actor ended"});
}

connection_handle::behavior_type connection_actor(connection_pointer self,
                                                  connection_setup setup, endpoint peer,
                                                  bool dedicated,
                                                  weak_handle<connection_owner> manager,
                                                  std::uint64_t number) {
  auto& state = self->state;
  state.machine = std::make_unique<connection_machine>(setup.timing);
  state.manager = std::move(manager);
  state.number = number;
  state.held = std::make_shared<session>(
      std::move(peer), dedicated, setup.pool,
      [me = weak_self(self)](session_notice notice) {
        me.send(session_said{std::move(notice)});
      },
      [env = setup.env] { return env->now(); });
  state.setup = std::move(setup);
  perform(self, state.machine->start());
  return {
      [self](const session_said& what) {
        perform(self, std::visit(notice_visitor{self}, what.notice));
      },
      [self](const connection_deadline&) { perform(self, self->state.machine->on_deadline()); },
      [self](const connection_tick&) {
        auto& held = *self->state.held;
        // Whoever asked for it may have died before the answer.
        if (held.dedicated() && held.flows() == 0)
          return perform(self, self->state.machine->stop(
                                   error{errc::cancelled, "the connection has no users"}));
        held.forget_keep_alives();
        const auto unsent = held.unsent_bytes();
        const auto arrived = std::max<std::uint64_t>(held.sent_bytes(), unsent) - unsent;
        perform(self, self->state.machine->on_tick(self->state.setup.env->now(),
                                                   {held.received(), arrived, held.owed()}));
      },
  };
}

}  // namespace pravega_actor::internal
