#include "client/client_actor.hpp"

#include <algorithm>
#include <utility>

#include "client/client_core.hpp"
#include "client/group_calls.hpp"
#include "client/logger_scope.hpp"
#include "core/access.hpp"
#include "group_manager/group_resetter.hpp"
#include "group_manager/group_watcher.hpp"
#include "group_reader/open_event_reader.hpp"
#include "reader/open_reader.hpp"
#include "supervision/weak_handle.hpp"
#include "synchronizer/open_synchronizer.hpp"
#include "transaction/open_transactional_writer.hpp"
#include "writer/open_writer.hpp"

namespace pravega_actor::internal {

namespace {

using self_pointer = client_actor_interface::stateful_pointer<client_actor_state>;

error already_closed() {
  return error{errc::closed, "the client is closed"};
}

// Answers come in other threads; a promise belongs to its actor.
template <class Answer, class Outcome>
std::function<void(const Outcome&)> deliver_in(self_pointer self,
                                               caf::typed_response_promise<Answer> promise) {
  return [to = client_actor_interface{self},
          promise = std::move(promise)](const Outcome& outcome) {
    caf::anon_send(to, run_in_client_actor{
                           [promise, outcome]() mutable { promise.deliver(Answer{outcome}); }});
  };
}

// --- streams --------------------------------------------------------------------------------

template <class T>
using done_with = std::function<void(const result<T>&)>;

struct stream_calls {
  stream_manager at;

  void operator()(const streams::ensure_scope& m, done_with<ensured> done) const {
    at.ensure_scope_async(m.scope, std::move(done));
  }
  void operator()(const streams::ensure_stream& m, done_with<ensured_config> done) const {
    at.ensure_stream_async(m.stream, m.config, std::move(done));
  }
  void operator()(const streams::delete_scope& m, done_with<bool> done) const {
    at.delete_scope_async(m.scope, std::move(done));
  }
  void operator()(const streams::seal_stream& m, done_with<void> done) const {
    at.seal_stream_async(m.stream, std::move(done));
  }
  void operator()(const streams::delete_stream& m, done_with<bool> done) const {
    at.delete_stream_async(m.stream, std::move(done));
  }
  void operator()(const streams::list_scopes&, done_with<std::vector<std::string>> done) const {
    at.list_scopes_async(std::move(done));
  }
  void operator()(const streams::list_streams& m,
                  done_with<std::vector<std::string>> done) const {
    at.list_streams_async(m.scope, m.tag, std::move(done));
  }
  void operator()(const streams::describe& m, done_with<stream_description> done) const {
    at.describe_async(m.stream, std::move(done));
  }
  void operator()(const streams::get_config& m, done_with<stream_config> done) const {
    at.config_of_async(m.stream, std::move(done));
  }
  void operator()(const streams::get_head_cut& m, done_with<stream_cut> done) const {
    at.head_cut_async(m.stream, std::move(done));
  }
  void operator()(const streams::get_tail_cut& m, done_with<stream_cut> done) const {
    at.tail_cut_async(m.stream, std::move(done));
  }
  void operator()(const streams::get_segments_between& m,
                  done_with<std::vector<segment_id>> done) const {
    at.segments_between_async(m.from, m.to, std::move(done));
  }
  void operator()(const streams::get_splits& m, done_with<stream_splits> done) const {
    at.splits_async(m.stream, m.between, m.timeout, std::move(done));
  }
  void operator()(const streams::read_event& m, done_with<event_slice> done) const {
    at.read_event_async(m.at, std::move(done));
  }
  void operator()(const streams::get_lineage& m, done_with<stream_lineage> done) const {
    at.lineage_async(m.stream, m.timeout, std::move(done));
  }
  void operator()(const streams::update_stream& m, done_with<void> done) const {
    at.update_stream_async(m.stream, m.config, std::move(done));
  }
  void operator()(const streams::change_stream& m, done_with<stream_config> done) const {
    at.change_stream_async(m.stream, m.change, std::move(done));
  }
  void operator()(const streams::truncate_stream& m, done_with<void> done) const {
    at.truncate_stream_async(m.cut, std::move(done));
  }
  void operator()(const streams::scale_stream& m, done_with<stream_scaled> done) const {
    at.scale_stream_async(m.stream, m.sealed, m.ranges, m.timeout, std::move(done));
  }
  void operator()(const streams::split_segment& m, done_with<stream_scaled> done) const {
    at.split_segment_async(m.which, m.parts, m.timeout, std::move(done));
  }
  void operator()(const streams::merge_segments& m, done_with<stream_scaled> done) const {
    at.merge_segments_async(m.stream, m.which, m.timeout, std::move(done));
  }
  void operator()(const streams::scale_to& m, done_with<stream_scaled> done) const {
    at.scale_to_async(m.stream, m.segments, m.timeout, std::move(done));
  }
};

stream_calls calls_for(const client& held, const stream_calls*) {
  return {held.streams()};
}
group_calls calls_for(const client& held, const group_calls*) {
  return {held.reader_groups()};
}

template <class Calls, class Message>
auto handle_call(self_pointer self) {
  using outcome = typename Message::result_type;
  using answer = stream_answer<outcome>;
  return [self](const Message& what) {
    auto promise = self->template make_response_promise<answer>();
    auto done = deliver_in<answer, result<outcome>>(self, promise);
    if (self->state.held)
      calls_for(*self->state.held, static_cast<const Calls*>(nullptr))(what, std::move(done));
    else
      promise.deliver(answer{already_closed()});
    return promise;
  };
}

// --- writers, readers, synchronizers --------------------------------------------------------

// Who asks for something owns it; a request without a sender has no owner. To be called before
// the promise is made, which takes the sender away.
caf::actor_addr owner_of_request(self_pointer self) {
  return caf::actor_cast<caf::actor_addr>(self->current_sender());
}

caf::typed_response_promise<writer_opened> open(self_pointer self, const create_writer& what) {
  const auto owner = owner_of_request(self);
  auto promise = self->make_response_promise<writer_opened>();
  auto& held = self->state.held;
  if (!held) {
    promise.deliver(writer_opened{what.stream, already_closed()});
    return promise;
  }
  open_writer(
      access::core_of(*held), what.stream,
      what.options.value_or(held->default_writer_options()), {true, owner},
      [stream = what.stream, tell = deliver_in<writer_opened, writer_opened>(self, promise)](
          const result<opened_writer>& opened) {
        tell(writer_opened{stream, opened.map([](const opened_writer& w) { return w.actor; })});
      });
  return promise;
}

caf::typed_response_promise<transactional_writer_opened> open(
    self_pointer self, const create_transactional_writer& what) {
  const auto owner = owner_of_request(self);
  auto promise = self->make_response_promise<transactional_writer_opened>();
  auto& held = self->state.held;
  if (!held) {
    promise.deliver(transactional_writer_opened{what.stream, already_closed()});
    return promise;
  }
  open_transactional_writer(
      access::core_of(*held),
      {what.stream, what.options, held->default_writer_options(), owner},
      [stream = what.stream,
       tell = deliver_in<transactional_writer_opened, transactional_writer_opened>(
           self, promise)](const result<transactional_writer_handle>& opened) {
        tell(transactional_writer_opened{stream, opened});
      });
  return promise;
}

caf::typed_response_promise<reader_opened> open(self_pointer self, const create_reader& what) {
  const auto owner = owner_of_request(self);
  auto promise = self->make_response_promise<reader_opened>();
  auto& held = self->state.held;
  if (!held) {
    promise.deliver(reader_opened{what.stream, already_closed()});
    return promise;
  }
  reader_request request{what.stream, what.options.value_or(held->default_reader_options()),
                         reader_use::messages, owner};
  open_reader(
      access::core_of(*held), request,
      [stream = what.stream, tell = deliver_in<reader_opened, reader_opened>(self, promise)](
          const result<opened_reader>& opened) {
        tell(reader_opened{stream, opened.map([](const opened_reader& r) { return r.actor; })});
      });
  return promise;
}

caf::typed_response_promise<synchronizer_opened> open(self_pointer self,
                                                      const create_synchronizer& what) {
  const auto owner = owner_of_request(self);
  auto promise = self->make_response_promise<synchronizer_opened>();
  auto& held = self->state.held;
  if (!held) {
    promise.deliver(synchronizer_opened{what.stream, already_closed()});
    return promise;
  }
  open_synchronizer(
      access::core_of(*held), {what.stream, what.options, what.parts, owner},
      [stream = what.stream, tell = deliver_in<synchronizer_opened, synchronizer_opened>(
                                 self, promise)](const result<synchronizer_control>& opened) {
        tell(synchronizer_opened{stream, address_of(opened)});
      });
  return promise;
}

caf::typed_response_promise<event_reader_opened> open(self_pointer self,
                                                      const create_event_reader& what) {
  const auto owner = owner_of_request(self);
  auto promise = self->make_response_promise<event_reader_opened>();
  auto& held = self->state.held;
  if (!held) {
    promise.deliver(event_reader_opened{what.group, what.reader, already_closed()});
    return promise;
  }
  const auto& core = access::shared_core_of(*held);
  open_event_reader(*core, {what.group, what.reader, what.options, owner, resetter_of(core)},
                    [group = what.group, reader = what.reader,
                     tell = deliver_in<event_reader_opened, event_reader_opened>(
                         self, promise)](const result<event_reader_handle>& opened) {
                      tell(event_reader_opened{group, reader, opened});
                    });
  return promise;
}

caf::typed_response_promise<group_watch_opened> open(self_pointer self,
                                                     const watch_group& what) {
  auto promise = self->make_response_promise<group_watch_opened>();
  auto& held = self->state.held;
  if (!held) {
    promise.deliver(group_watch_opened{what.group, already_closed()});
    return promise;
  }
  open_group_watch(
      access::core_of(*held), what,
      [group = what.group, tell = deliver_in<group_watch_opened, group_watch_opened>(
                               self, promise)](const result<group_watch>& opened) {
        tell(group_watch_opened{group, opened});
      });
  return promise;
}

// --- events ---------------------------------------------------------------------------------

void subscribe(self_pointer self, const event_sink& sink) {
  auto& state = self->state;
  if (!state.held) return;
  const auto number = state.held->subscribe(
      [to = weak_handle<event_sink>{sink}](const library_event& event) { to.send(event); });
  state.subscriptions.emplace_back(sink.address(), number);
  self->monitor(sink);
}

void unsubscribe(self_pointer self, const caf::actor_addr& sink) {
  auto& state = self->state;
  for (const auto& [to, number] : state.subscriptions)
    if (to == sink && state.held) state.held->unsubscribe(number);
  std::erase_if(state.subscriptions, [&](const auto& each) { return each.first == sink; });
}

caf::typed_response_promise<client_status> report_status(self_pointer self) {
  auto promise = self->make_response_promise<client_status>();
  if (self->state.held)
    access::core_of(*self->state.held)
        .request_status(deliver_in<client_status, client_status>(self, promise));
  else
    promise.deliver(client_status{});
  return promise;
}

// --- the end --------------------------------------------------------------------------------

caf::typed_response_promise<client_closed> close(self_pointer self, duration timeout) {
  auto promise = self->make_response_promise<client_closed>();
  auto& state = self->state;
  if (!state.held) {
    client_close_report report;
    report.outcome = already_closed();
    promise.deliver(client_closed{report});
    return promise;
  }
  for (const auto& [sink, number] : std::exchange(state.subscriptions, {}))
    state.held->unsubscribe(number);
  auto last = std::exchange(state.held, std::nullopt);
  last->close_async(timeout, [to = client_actor_interface{self}, self,
                              promise](const client_close_report& report) {
    caf::anon_send(to, run_in_client_actor{[self, promise, report]() mutable {
                     promise.deliver(client_closed{report});
                     self->quit();
                   }});
  });
  return promise;
}

}  // namespace

client_actor_state::~client_actor_state() {
  for (const auto& [sink, number] : subscriptions)
    if (held) held->unsubscribe(number);
}

client_actor_interface::behavior_type client_actor_behavior(self_pointer self, client held) {
  self->state.held = std::move(held);
  self->set_down_handler([self](const caf::down_msg& down) { unsubscribe(self, down.source); });
  // clang-format off
  return {
#define X(message) handle_call<stream_calls, streams::message>(self),
      PRAVEGA_ACTOR_STREAM_MESSAGES(X)
#undef X
#define X(message) handle_call<group_calls, groups::message>(self),
      PRAVEGA_ACTOR_GROUP_MESSAGES(X)
#undef X
      [self](const watch_group& what) { return open(self, what); },
      [self](const create_writer& what) { return open(self, what); },
      [self](const create_transactional_writer& what) { return open(self, what); },
      [self](const create_reader& what) { return open(self, what); },
      [self](const create_synchronizer& what) { return open(self, what); },
      [self](const create_event_reader& what) { return open(self, what); },
      [self](const subscribe_events& what) { subscribe(self, what.sink); },
      [self](const get_client_status&) { return report_status(self); },
      [self](const close_client& what) { return close(self, what.timeout); },
      [](const run_in_client_actor& what) { what.what(); },
  };
// clang-format on
}

}  // namespace pravega_actor::internal

namespace pravega_actor {

using namespace internal;

client_actor make_client_actor(client held) {
  auto& system = access::core_of(held).system();
  const logger_scope here{&system};
  return system.spawn(client_actor_behavior, std::move(held));
}

result<client_actor> make_client_actor(caf::actor_system& system, const config& configuration) {
  auto made = make_client(system, configuration);
  if (!made) return made.error();
  return make_client_actor(std::move(*made));
}

result<client_actor> make_client_actor(caf::actor_system& system, const config& configuration,
                                       client_ports ports) {
  auto made = make_client(system, configuration, std::move(ports));
  if (!made) return made.error();
  return make_client_actor(std::move(*made));
}

}  // namespace pravega_actor
