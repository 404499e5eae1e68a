#include "controller/channels.hpp"

#include <arpa/inet.h>
#include <grpcpp/create_channel.h>
#include <grpcpp/security/credentials.h>
#include <grpcpp/support/channel_arguments.h>

#include "controller/call_site.hpp"

namespace pravega_actor::detail {
namespace {

// A controller permits pings every five minutes; a client that pings more often is sent away.
constexpr int keepalive_period_ms = 6 * 60 * 1000;
constexpr int keepalive_answer_ms = 20 * 1000;
// A controller that restarts is found again within about a second.
constexpr int reconnect_initial_ms = 20;
constexpr int reconnect_max_ms = 1000;
/// gRPC calls it the least backoff, but uses it as the time that one TCP connect may take.
constexpr int connect_attempt_ms = 5000;
constexpr int name_lookup_period_ms = 1000;

grpc::ChannelArguments arguments() {
  grpc::ChannelArguments to;
  to.SetInt(GRPC_ARG_KEEPALIVE_TIME_MS, keepalive_period_ms);
  to.SetInt(GRPC_ARG_KEEPALIVE_TIMEOUT_MS, keepalive_answer_ms);
  to.SetInt(GRPC_ARG_KEEPALIVE_PERMIT_WITHOUT_CALLS, 0);
  to.SetInt(GRPC_ARG_ENABLE_RETRIES, 0);
  to.SetInt(GRPC_ARG_USE_LOCAL_SUBCHANNEL_POOL, 1);
  to.SetInt(GRPC_ARG_INITIAL_RECONNECT_BACKOFF_MS, reconnect_initial_ms);
  to.SetInt(GRPC_ARG_MAX_RECONNECT_BACKOFF_MS, reconnect_max_ms);
  to.SetInt(GRPC_ARG_MIN_RECONNECT_BACKOFF_MS, connect_attempt_ms);
  to.SetInt(GRPC_ARG_DNS_MIN_TIME_BETWEEN_RESOLUTIONS_MS, name_lookup_period_ms);
  // Controllers are inside: a proxy from the process's environment is for something else.
  to.SetInt(GRPC_ARG_ENABLE_HTTP_PROXY, 0);
  to.SetMaxReceiveMessageSize(reply_bytes_max);
  // Keeps all addresses of a name connected, and reconnects without waiting for a call.
  to.SetLoadBalancingPolicyName("round_robin");
  return to;
}

std::string target_of(const endpoint& of) {
  in6_addr scratch{};
  if (::inet_pton(AF_INET, of.host.c_str(), &scratch) == 1) return "ipv4:" + of.to_string();
  if (of.host.find(':') != std::string::npos) return "ipv6:" + of.to_string();
  return "dns:///" + of.to_string();
}

}  // namespace

controller_channels::controller_channels(const std::vector<endpoint>& endpoints) {
  for (const auto& each : endpoints) {
    auto channel = grpc::CreateCustomChannel(target_of(each),
                                             grpc::InsecureChannelCredentials(), arguments());
    auto stub = pb::ControllerService::NewStub(channel);
    targets_.push_back({std::move(channel), std::move(stub)});
  }
}

pb::ControllerService::Stub& controller_channels::next() {
  const auto turn = turn_.fetch_add(1, std::memory_order_relaxed);
  if (targets_.size() == 1) return *targets_.front().stub;
  const target* hopeful = nullptr;
  const target* ready = nullptr;
  for (std::size_t i = 0; i < targets_.size(); ++i) {
    const auto& each = targets_[(turn + i) % targets_.size()];
    // Asking all of them to connect is what keeps the others ready for their turn.
    const auto state = each.channel->GetState(true);
    if (state == GRPC_CHANNEL_READY && ready == nullptr) ready = &each;
    if (state != GRPC_CHANNEL_TRANSIENT_FAILURE && hopeful == nullptr) hopeful = &each;
  }
  if (ready != nullptr) return *ready->stub;
  return *(hopeful != nullptr ? *hopeful : targets_[turn % targets_.size()]).stub;
}

}  // namespace pravega_actor::detail
