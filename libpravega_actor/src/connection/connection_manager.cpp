#include "connection/connection_manager.hpp"

namespace pravega_actor::internal {

namespace {

using manager_pointer = connection_manager_inside::stateful_pointer<connection_manager_state>;
using entry = connection_manager_state::entry;

// The shared connection to use: an unused one, else the least used when there may be no more.
entry* choose_shared(connection_manager_state& state, const endpoint& peer) {
  entry* best = nullptr;
  std::size_t best_flows = 0;
  std::size_t count = 0;
  for (auto& [number, each] : state.connections) {
    if (each.dedicated || each.peer != peer) continue;
    if (each.ready && each.ready->closed()) continue;
    ++count;
    const auto flows = each.ready ? each.ready->flows() : each.waiting.size();
    if (best == nullptr || flows < best_flows) {
      best = &each;
      best_flows = flows;
    }
  }
  if (best != nullptr && (best_flows == 0 || count >= state.per_store_max)) return best;
  return nullptr;
}

void open_new(manager_pointer self, const open_session& what,
              const caf::typed_response_promise<session_opened>& promise) {
  auto& state = self->state;
  const auto number = state.next++;
  auto actor =
      self->spawn(connection_actor, state.setup, what.peer, what.dedicated,
                  weak_handle<connection_owner>{connection_manager_inside{self}}, number);
  self->monitor(actor);
  state.connections.emplace(number,
                            entry{what.peer, what.dedicated, actor, nullptr, {promise}});
}

void answer(entry& which, const result<std::shared_ptr<session>>& outcome) {
  for (auto& promise : which.waiting)
    promise.deliver(session_opened{outcome});
  which.waiting.clear();
}

void on_down(manager_pointer self, const caf::down_msg& down) {
  auto& all = self->state.connections;
  for (auto at = all.begin(); at != all.end(); ++at) {
    if (at->second.actor.address() != down.source) continue;
    answer(at->second,
           error{errc::connection_lost, "the connection's actor ended"}.with_segment_store(
               at->second.peer.to_string()));
    all.erase(at);
    return;
  }
}

}  // namespace

connection_manager_state::~connection_manager_state() {
  for (auto& [number, each] : connections) {
    answer(each, error{errc::actor_terminated, "the connection manager ended"});
    caf::anon_send_exit(each.actor, caf::exit_reason::user_shutdown);
  }
}

connection_manager_inside::behavior_type connection_manager(manager_pointer self,
                                                            connection_setup setup,
                                                            std::size_t per_store_max) {
  self->state.setup = std::move(setup);
  self->state.per_store_max = per_store_max;
  self->set_down_handler([self](const caf::down_msg& down) { on_down(self, down); });
  return {
      [self](const open_session& what) {
        auto promise = self->make_response_promise<session_opened>();
        entry* shared = what.dedicated ? nullptr : choose_shared(self->state, what.peer);
        if (shared == nullptr) {
          open_new(self, what, promise);
        } else if (shared->ready) {
          promise.deliver(session_opened{shared->ready});
        } else {
          shared->waiting.push_back(promise);
        }
        return promise;
      },
      [self](const connection_report& report) {
        auto at = self->state.connections.find(report.number);
        if (at == self->state.connections.end()) return;
        if (report.outcome) at->second.ready = *report.outcome;
        answer(at->second, report.outcome);
      },
      [self](const get_connection_manager_status&) {
        connection_manager_status status;
        for (const auto& [number, each] : self->state.connections) {
          if (!each.ready)
            ++status.connecting;
          else if (each.dedicated)
            ++status.dedicated;
          else
            ++status.shared;
        }
        return status;
      },
  };
}

}  // namespace pravega_actor::internal
