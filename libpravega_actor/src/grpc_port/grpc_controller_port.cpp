#include <grpc/support/time.h>
#include <grpcpp/client_context.h>
#include <grpcpp/support/time.h>

#include <algorithm>
#include <new>
#include <system_error>
#include <utility>

#include "core/background_thread.hpp"
#include "core/blocked_signals.hpp"
#include "core/controller_service.hpp"
#include "core/doubtful_answer.hpp"
#include "core/forked_child.hpp"
#include "core/is_loopback.hpp"
#include "grpc_port/authorization_desk.hpp"
#include "grpc_port/call_site.hpp"
#include "grpc_port/calls.hpp"
#include "grpc_port/channels.hpp"
#include "grpc_port/exchange.hpp"
#include "grpc_port/published_address.hpp"
#include "grpc_port/tls_failure.hpp"
#include "pravega_actor/config.hpp"

namespace pravega_actor {

using namespace internal;

namespace {

using namespace controller;  // NOLINT: the calls

/// Longest time for a question for the other controllers.
constexpr duration discovery_timeout = seconds{5};
/// Longest time that anybody waits for the end of gRPC's threads.
constexpr duration channels_end_max = seconds{5};
/// Calls may not take longer than this, whatever the caller asks for.
constexpr duration call_timeout_max = std::chrono::hours{24};

gpr_timespec deadline_after(duration timeout) {
  return gpr_time_add(gpr_now(GPR_CLOCK_MONOTONIC),
                      gpr_time_from_nanos(timeout.count(), GPR_TIMESPAN));
}

/// Shared with the calls under way, so that a callback may let the port go.
struct shared_state {
  explicit shared_state(std::string name) : address{std::move(name)} {}
  calls_under_way calls;
  const std::string address;
};

/// One call: all that must live until its answer.
struct exchange {
  std::shared_ptr<shared_state> state;
  controller_channels& channels;
  request call;
  call_site site;
  controller_port::callback done;
  duration timeout;
  time_point began;
  controller_channels::target_pointer target;
  grpc::ByteBuffer sent{};
  grpc::ByteBuffer received{};
  std::shared_ptr<grpc::ClientContext> context = std::make_shared<grpc::ClientContext>();
  std::uint64_t id = 0;
};

/// Where calls go, and as whom. Null: without credentials.
struct call_parts {
  std::shared_ptr<shared_state> state;
  controller_channels& channels;
  std::shared_ptr<authorization_desk> desk;
};

/// What the end of a call says about its channel.
void judge_channel(const exchange& held, const grpc::Status& status) {
  const auto now = clock_type::now();
  const auto code = status.error_code();
  const bool ran_out = code == grpc::StatusCode::DEADLINE_EXCEEDED;
  if (ran_out && now - held.began >= held.timeout) {
    held.channels.unanswered(*held.target, held.context->peer(), held.began, now);
  } else if (code != grpc::StatusCode::UNAVAILABLE && code != grpc::StatusCode::CANCELLED) {
    held.channels.answered(*held.target, now);
  }
  auto* const discovery = held.channels.discovery();
  const bool unanswered = ran_out || code == grpc::StatusCode::UNAVAILABLE;
  if (unanswered && discovery != nullptr) discovery->call_failed();
}

answer outcome_of(const exchange& held, const grpc::Status& status) {
  if (!status.ok()) {
    const auto failure = from_status(status, held.site, held.state->calls.cancelled());
    if (held.channels.secure() || failure != errc::controller_unreachable) return failure;
    return failure.with_detail(failure.detail() +
                               std::string{plain_channel_hint(failure.detail())});
  }
  auto decoded = decode_reply(held.call, held.received);
  if (!decoded) return in_context(decoded.error(), held.site);
  return reachable(*decoded, held.target->where);
}

/// Without memory for an error's words there is still an answer.
answer judge_call(const exchange& held, const grpc::Status& status) {
  try {
    auto outcome = outcome_of(held, status);
    if (outcome || !is_doubtful(outcome.error())) return outcome;
    held.channels.doubted(*held.target, clock_type::now());
    return outcome.error().with_controller(held.target->at.to_string());
  } catch (const std::bad_alloc&) {
    return errc::out_of_memory;
  }
}

void finish(exchange& held, const grpc::Status& status) {
  held.state->calls.answer(held.id, [&] {
    judge_channel(held, status);
    const auto done = std::move(held.done);
    done(judge_call(held, status));
    // A context holds its channel, and the last channel must not end in a thread of gRPC.
    held.context.reset();
    held.target.reset();
  });
}

/// The call ends before anything was sent.
void refuse(exchange& held, const error& why) {
  held.state->calls.answer(held.id, [&] {
    const auto done = std::move(held.done);
    done(in_context(why, held.site));
    held.context.reset();
    held.target.reset();
  });
}

void send(const std::shared_ptr<exchange>& held) {
  const blocked_signals inherited_by_threads_of_grpc;
  const auto path = controller_rpc_path(held->site.rpc);
  std::function<void(grpc::Status)> on_end = [held](const grpc::Status& status) {
    finish(*held, status);
  };
  held->target->stub.UnaryCall(held->context.get(), path, {}, &held->sent, &held->received,
                               std::move(on_end));
}

// gRPC's own call credentials do not work without TLS.
void authorize(const std::shared_ptr<exchange>& held, const result<secret>& header) {
  if (!header) return refuse(*held, header.error());
  try {
    held->site.sent = *header;
    held->context->AddMetadata("authorization", std::string{header->reveal()});
  } catch (const std::bad_alloc&) {
    held->context->TryCancel();
  }
  send(held);
}

void start_call(const call_parts& with, const request& call, duration timeout,
                controller_port::callback done) {
  const auto bounded = std::clamp(timeout, duration::zero(), call_timeout_max);
  const auto now = clock_type::now();
  auto held = std::make_shared<exchange>(
      exchange{with.state, with.channels, call, site_of(call, with.state->address),
               std::move(done), bounded, now, with.channels.next(now)});
  held->sent = encode_request(call);
  held->context->set_deadline(deadline_after(bounded));
  // What takes memory is done: a call that is registered is started.
  const auto context = held->context;
  if (!with.desk) {
    held->id = with.state->calls.add([context] { context->TryCancel(); });
    return send(held);
  }
  const auto question = std::make_shared<authorization_desk::question>(
      [held](const result<secret>& header) { authorize(held, header); });
  held->id = with.state->calls.add([context, question, desk = with.desk] {
    context->TryCancel();
    desk->cancel(question);
  });
  with.desk->ask(question, bounded);
}

credential_use use_of(const controller_address& address,
                      const controller_port_options& options) {
  if (!options.identity) return credential_use::none;
  const bool local =
      std::all_of(address.endpoints.begin(), address.endpoints.end(), is_loopback);
  const bool hidden = options.secure.value_or(address.secure);
  return local || hidden ? credential_use::safe : credential_use::exposed;
}

class grpc_controller_port final : public controller_port {
 public:
  grpc_controller_port(const controller_address& address, std::string name,
                       const controller_port_options& options, channel_credentials credentials)
      : channels_{std::make_unique<controller_channels>(address.endpoints, address.discovers,
                                                        options.liveness_timeout, look_up_host,
                                                        std::move(credentials))},
        state_{std::make_shared<shared_state>(std::move(name))},
        credentials_sent_{use_of(address, options)} {
    if (options.identity) desk_ = std::make_shared<authorization_desk>(options.identity);
  }

  ~grpc_controller_port() override {
    auto* const channels = channels_.release();
    if (in_forked_child())
      leave_alone(std::move(desk_));
    else
      end(channels);
  }

  void start(const request& call, duration timeout, callback done) override {
    const blocked_signals inherited_by_threads_of_grpc;
    auto* const discovery = channels_->discovery();
    if (discovery != nullptr && discovery->due(clock_type::now())) discover();
    start_call(parts(), call, timeout, std::move(done));
  }
  void shut_down() override {
    const blocked_signals inherited_by_threads_of_grpc;
    state_->calls.cancel_all();
  }
  std::string address() const override { return state_->address; }
  std::size_t controllers() const override { return channels_->count(); }
  credential_use credentials_sent() const override { return credentials_sent_; }

 private:
  [[nodiscard]] call_parts parts() const { return {state_, *channels_, desk_}; }

  /// Nobody waits for the list: until it is there, calls go where they can. The channels
  /// outlive every callback.
  void discover() {
    auto on_list = [channels = channels_.get()](const result<reply>& got) {
      const auto* const servers = got ? got->get_if<std::vector<endpoint>>() : nullptr;
      if (servers != nullptr) channels->discovered(*servers);
      channels->discovery()->answered(servers != nullptr && !servers->empty());
    };
    start_call(parts(), get_controller_servers{}, discovery_timeout, std::move(on_list));
  }

  /// The end of gRPC's last channel waits for the end of its threads. So it cannot happen in
  /// one of them, where it has to be the very last, after the context of the call that is on
  /// the stack; and where the system refused gRPC a thread, that end never comes, so nobody
  /// waits long. Without a thread to do it, to keep the channels for ever is the harm that is
  /// left.
  void end(controller_channels* channels) noexcept {
    const blocked_signals inherited_by_threads_of_grpc;
    const bool in_callback = state_->calls.in_callback();
    try {
      if (!state_->calls.cancel_all()) return;
      (void)run_in_background(
          [channels, state = state_] {
            if (state->calls.cancel_all()) delete channels;
          },
          in_callback ? duration{0} : channels_end_max);
    } catch (const std::bad_alloc&) {
      // They are kept, as without a thread.
    }
  }

  std::unique_ptr<controller_channels> channels_;
  const std::shared_ptr<shared_state> state_;
  const credential_use credentials_sent_;
  /// Calls that outlive the port hold it, too.
  std::shared_ptr<authorization_desk> desk_;
};

}  // namespace

result<std::shared_ptr<controller_port>> make_grpc_controller_port(
    const std::string& uri, const controller_port_options& options) {
  const auto address = parse_controller_uri(uri);
  if (!address) return address.error();
  const blocked_signals inherited_by_threads_of_grpc;
  channel_credentials credentials;
  if (options.secure.value_or(address->secure)) {
    auto secured = channel_credentials::secured(options.tls);
    if (!secured) return secured.error();
    credentials = std::move(*secured);
  }
  std::string name;
  for (const auto& each : address->endpoints) {
    if (!name.empty()) name += ',';
    name += each.to_string();
  }
  try {
    return std::shared_ptr<controller_port>{std::make_shared<grpc_controller_port>(
        *address, std::move(name), options, std::move(credentials))};
  } catch (const std::system_error&) {
    return error{errc::io_error, "no thread for the calls of the controller port"};
  }
}

}  // namespace pravega_actor
