#include "controller/channels.hpp"

#include <arpa/inet.h>
#include <grpcpp/create_channel.h>
#include <grpcpp/security/credentials.h>
#include <grpcpp/support/channel_arguments.h>

#include <algorithm>

#include "controller/call_site.hpp"
#include "pravega_actor/limits.hpp"

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

controller_channels::target_pointer connect_to(const endpoint& where) {
  auto channel = grpc::CreateCustomChannel(target_of(where), grpc::InsecureChannelCredentials(),
                                           arguments());
  auto stub = pb::ControllerService::NewStub(channel);
  return std::make_shared<controller_channels::target>(
      controller_channels::target{where, std::move(channel), std::move(stub)});
}

/// Of some endpoints, from one of them on.
struct choice {
  controller_channels::target_pointer ready;
  controller_channels::target_pointer hopeful;
};

choice choose(const std::vector<controller_channels::target_pointer>& from, std::size_t turn) {
  choice found;
  for (std::size_t i = 0; i < from.size(); ++i) {
    const auto& each = from[(turn + i) % from.size()];
    // Asking all of them to connect is what keeps the others ready for their turn.
    const auto state = each->channel->GetState(true);
    if (state == GRPC_CHANNEL_READY && !found.ready) found.ready = each;
    if (state != GRPC_CHANNEL_TRANSIENT_FAILURE && !found.hopeful) found.hopeful = each;
  }
  return found;
}

}  // namespace

controller_channels::controller_channels(const std::vector<endpoint>& configured,
                                         bool discovers) {
  for (const auto& each : configured)
    configured_.push_back(connect_to(each));
  if (discovers) discovery_ = std::make_unique<discovery_schedule>();
}

controller_channels::target_pointer controller_channels::next() {
  const std::lock_guard lock{mutex_};
  const auto turn = turn_++;
  if (told_.empty() && configured_.size() == 1) return configured_.front();
  const auto told = choose(told_, turn);
  if (told.ready) return told.ready;
  // A list that leads nowhere (addresses of another network, say) does no harm, but a newer one
  // may be better.
  if (!told_.empty() && !told.hopeful && discovery_) discovery_->call_failed();
  const auto configured = choose(configured_, turn);
  if (configured.ready) return configured.ready;
  if (told.hopeful) return told.hopeful;
  return configured.hopeful ? configured.hopeful : configured_[turn % configured_.size()];
}

controller_channels::target_pointer controller_channels::target_for(
    const endpoint& where) const {
  for (const auto* all : {&told_, &configured_}) {
    const auto at = std::find_if(all->begin(), all->end(),
                                 [&](const auto& each) { return each->where == where; });
    if (at != all->end()) return *at;
  }
  return connect_to(where);
}

void controller_channels::discovered(const std::vector<endpoint>& servers) {
  if (servers.empty()) return;
  targets before;
  const std::lock_guard lock{mutex_};
  targets now;
  for (const auto& each : servers) {
    const bool again = std::any_of(now.begin(), now.end(),
                                   [&](const auto& listed) { return listed->where == each; });
    if (again) continue;
    if (now.size() == limits::controller_addresses_max) break;
    now.push_back(target_for(each));
  }
  before = std::exchange(told_, std::move(now));
}

std::vector<endpoint> controller_channels::told() const {
  const std::lock_guard lock{mutex_};
  std::vector<endpoint> all;
  for (const auto& each : told_)
    all.push_back(each->where);
  return all;
}

}  // namespace pravega_actor::detail
