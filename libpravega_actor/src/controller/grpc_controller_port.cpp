#include <grpc/support/time.h>
#include <grpcpp/support/time.h>

#include <algorithm>
#include <system_error>
#include <thread>
#include <utility>

#include "controller/call_site.hpp"
#include "controller/calls.hpp"
#include "controller/channels.hpp"
#include "controller/decode.hpp"
#include "controller/encode.hpp"
#include "pravega_actor/config.hpp"

namespace pravega_actor {
namespace {

using namespace controller;  // NOLINT: the calls
namespace pb = detail::pb;
using async_stub = pb::ControllerService::StubInterface::async_interface;
template <class Request, class Response>
using method = void (async_stub::*)(grpc::ClientContext*, const Request*, Response*,
                                    std::function<void(grpc::Status)>);

/// Longest time for a question for the other controllers.
constexpr duration discovery_timeout = seconds{5};
/// Calls may not take longer than this, whatever the caller asks for.
constexpr duration call_timeout_max = std::chrono::hours{24};

gpr_timespec deadline_after(duration timeout) {
  const auto bounded = std::clamp(timeout, duration::zero(), call_timeout_max);
  return gpr_time_add(gpr_now(GPR_CLOCK_MONOTONIC),
                      gpr_time_from_nanos(bounded.count(), GPR_TIMESPAN));
}

/// Shared with the calls under way, so that a callback may let the port go.
struct shared_state {
  explicit shared_state(std::string name) : address{std::move(name)} {}
  detail::calls_under_way calls;
  const std::string address;
};

/// Starts the RPC that belongs to a request.
class starter {
 public:
  starter(std::shared_ptr<shared_state> state, detail::controller_channels& channels,
          const request& call, duration timeout, controller_port::callback done)
      : state_{std::move(state)},
        channels_{channels},
        site_{detail::site_of(call, state_->address)},
        deadline_{deadline_after(timeout)},
        done_{std::move(done)} {}

  void operator()(const get_controller_servers& c) {
    plain(c, &async_stub::getControllerServerList);
  }
  void operator()(const create_scope& c) { plain(c, &async_stub::createScope); }
  void operator()(const delete_scope& c) {
    if (c.recursive) return plain(c, &async_stub::deleteScopeRecursive);
    plain(c, &async_stub::deleteScope);
  }
  void operator()(const check_scope& c) { plain(c, &async_stub::checkScopeExists); }
  void operator()(const list_scopes& c) { plain(c, &async_stub::listScopes); }
  void operator()(const create_stream& c) { plain(c, &async_stub::createStream); }
  void operator()(const update_stream& c) { plain(c, &async_stub::updateStream); }
  void operator()(const truncate_stream& c) { plain(c, &async_stub::truncateStream); }
  void operator()(const seal_stream& c) { plain(c, &async_stub::sealStream); }
  void operator()(const delete_stream& c) { plain(c, &async_stub::deleteStream); }
  void operator()(const check_stream& c) { plain(c, &async_stub::checkStreamExists); }
  void operator()(const get_stream_config& c) { plain(c, &async_stub::getStreamConfiguration); }
  void operator()(const list_streams& c) {
    if (c.tag.empty()) {
      send<list_streams>(&async_stub::listStreamsInScope, detail::encode_all(c));
    } else {
      send<list_streams>(&async_stub::listStreamsInScopeForTag, detail::encode_tagged(c));
    }
  }
  void operator()(const get_current_segments& c) { plain(c, &async_stub::getCurrentSegments); }
  void operator()(const get_epoch_segments& c) { plain(c, &async_stub::getEpochSegments); }
  void operator()(const get_head_segments& c) { plain(c, &async_stub::getSegments); }
  void operator()(const get_successors& c) {
    plain(c, &async_stub::getSegmentsImmediatelyFollowing);
  }
  void operator()(const get_segments_between& c) { plain(c, &async_stub::getSegmentsBetween); }
  void operator()(const scale_stream& c) { plain(c, &async_stub::scale); }
  void operator()(const check_scale& c) { plain(c, &async_stub::checkScale); }
  void operator()(const get_uri& c) { plain(c, &async_stub::getURI); }
  void operator()(const is_segment_valid& c) { plain(c, &async_stub::isSegmentValid); }
  void operator()(const is_stream_cut_valid& c) { plain(c, &async_stub::isStreamCutValid); }
  void operator()(const get_delegation_token& c) { plain(c, &async_stub::getDelegationToken); }
  void operator()(const note_time& c) { plain(c, &async_stub::noteTimestampFromWriter); }
  void operator()(const remove_writer& c) { plain(c, &async_stub::removeWriter); }

 private:
  template <class Call, class Request, class Response>
  void plain(const Call& call, method<Request, Response> rpc) {
    send<Call>(rpc, detail::encode(call));
  }

  /// All that must live until the answer.
  template <class Request, class Response>
  struct exchange {
    std::shared_ptr<shared_state> state;
    detail::controller_channels& channels;
    detail::controller_channels::target_pointer target;
    detail::call_site site;
    controller_port::callback done;
    Request request;
    Response response;
    std::shared_ptr<grpc::ClientContext> context = std::make_shared<grpc::ClientContext>();
    std::uint64_t id = 0;
  };

  template <class Call, class Request, class Response>
  void send(method<Request, Response> rpc, Request message) {
    using held_exchange = exchange<Request, Response>;
    auto held = std::make_shared<held_exchange>(held_exchange{std::move(state_),
                                                              channels_,
                                                              channels_.next(),
                                                              std::move(site_),
                                                              std::move(done_),
                                                              std::move(message),
                                                              {}});
    held->context->set_deadline(deadline_);
    held->id = held->state->calls.add([context = held->context] { context->TryCancel(); });
    (held->target->stub->async()->*rpc)(
        held->context.get(), &held->request, &held->response,
        [held](const grpc::Status& status) { finish<Call>(*held, status); });
  }

  template <class Call, class Exchange>
  static void finish(Exchange& held, const grpc::Status& status) {
    held.state->calls.answer(held.id, [&] {
      const auto done = std::move(held.done);
      done(outcome<Call>(held, status));
      // A context holds its channel, and the last channel must not end in a thread of gRPC.
      held.context.reset();
      held.target.reset();
    });
  }

  template <class Call, class Exchange>
  static detail::answer outcome(const Exchange& held, const grpc::Status& status) {
    if (!status.ok()) {
      const bool unanswered = status.error_code() == grpc::StatusCode::UNAVAILABLE ||
                              status.error_code() == grpc::StatusCode::DEADLINE_EXCEEDED;
      auto* const discovery = held.channels.discovery();
      if (unanswered && discovery != nullptr) discovery->call_failed();
      return detail::from_status(status, held.site, held.state->calls.cancelled());
    }
    auto decoded = detail::decode(detail::reply_to<Call>{}, held.response);
    if (!decoded) return detail::in_context(decoded.error(), held.site);
    return decoded;
  }

  std::shared_ptr<shared_state> state_;
  detail::controller_channels& channels_;
  detail::call_site site_;
  const gpr_timespec deadline_;
  controller_port::callback done_;
};

class grpc_controller_port final : public controller_port {
 public:
  grpc_controller_port(const controller_address& address, std::string name)
      : channels_{std::make_unique<detail::controller_channels>(address.endpoints,
                                                                address.scheme == "pravega")},
        state_{std::make_shared<shared_state>(std::move(name))} {}

  ~grpc_controller_port() override {
    state_->calls.cancel_all();
    if (state_->calls.in_callback()) end_channels_elsewhere();
  }

  void start(const request& call, duration timeout, callback done) override {
    auto* const discovery = channels_->discovery();
    if (discovery != nullptr && discovery->due(clock_type::now())) discover();
    visit(starter{state_, *channels_, call, timeout, std::move(done)}, call);
  }
  void shut_down() override { state_->calls.cancel_all(); }
  std::string address() const override { return state_->address; }

 private:
  /// Nobody waits for the list: until it is there, calls go where they can. The channels
  /// outlive every callback.
  void discover() {
    auto on_list = [channels = channels_.get()](const result<reply>& got) {
      const auto* const servers = got ? got->get_if<std::vector<endpoint>>() : nullptr;
      if (servers != nullptr) channels->discovered(*servers);
      channels->discovery()->answered(servers != nullptr && !servers->empty());
    };
    const request call{get_controller_servers{}};
    visit(starter{state_, *channels_, call, discovery_timeout, std::move(on_list)}, call);
  }

  /// The end of gRPC's last channel waits for the end of its threads, so it cannot happen in
  /// one of them. It has to be the very last, after the context of the call that is on the
  /// stack.
  void end_channels_elsewhere() {
    auto* const channels = channels_.release();
    try {
      std::thread{[channels, state = state_] {
        state->calls.cancel_all();
        delete channels;
      }}.detach();
    } catch (const std::system_error&) {
      // No thread: to keep the channels for ever is the harm that is left.
    }
  }

  std::unique_ptr<detail::controller_channels> channels_;
  const std::shared_ptr<shared_state> state_;
};

}  // namespace

result<std::shared_ptr<controller_port>> make_grpc_controller_port(const std::string& uri) {
  const auto address = parse_controller_uri(uri);
  if (!address) return address.error();
  std::string name;
  for (const auto& each : address->endpoints) {
    if (!name.empty()) name += ',';
    name += each.to_string();
  }
  return std::shared_ptr<controller_port>{
      std::make_shared<grpc_controller_port>(*address, std::move(name))};
}

}  // namespace pravega_actor
