#include "grpc_port/channels.hpp"

#include <arpa/inet.h>
#include <grpcpp/create_channel.h>
#include <grpcpp/security/credentials.h>
#include <grpcpp/support/channel_arguments.h>

#include <algorithm>
#include <utility>

#include "grpc_port/call_site.hpp"
#include "pravega_actor/limits.hpp"

namespace pravega_actor::detail {
namespace {

// A controller that restarts is found again within about a second.
constexpr int reconnect_initial_ms = 20;
constexpr int reconnect_max_ms = 1000;
/// gRPC calls it the least backoff, but uses it as the time that one TCP connect may take.
constexpr int connect_attempt_ms = 5000;
constexpr int name_lookup_period_ms = 1000;
/// Pings that gRPC sends without a call in between. A controller with the usual settings takes
/// three before it answers anything, and sends the client away at the next.
constexpr int pings_in_a_row_max = 2;

int milliseconds_of(duration time) {
  return static_cast<int>(std::chrono::duration_cast<milliseconds>(time).count());
}

grpc::ChannelArguments arguments(duration liveness_timeout) {
  grpc::ChannelArguments to;
  // A call that waits is followed by a ping after half of the time, which has the other half
  // for its answer. Without a call nothing is owed, and nothing is asked.
  const int half_ms = std::max(milliseconds_of(liveness_timeout / 2), 1);
  to.SetInt(GRPC_ARG_KEEPALIVE_TIME_MS, half_ms);
  to.SetInt(GRPC_ARG_KEEPALIVE_TIMEOUT_MS, half_ms);
  to.SetInt(GRPC_ARG_KEEPALIVE_PERMIT_WITHOUT_CALLS, 0);
  to.SetInt(GRPC_ARG_HTTP2_MAX_PINGS_WITHOUT_DATA, pings_in_a_row_max);
  to.SetInt(GRPC_ARG_ENABLE_RETRIES, 0);
  to.SetInt(GRPC_ARG_USE_LOCAL_SUBCHANNEL_POOL, 1);
  to.SetInt(GRPC_ARG_INITIAL_RECONNECT_BACKOFF_MS, reconnect_initial_ms);
  to.SetInt(GRPC_ARG_MAX_RECONNECT_BACKOFF_MS, reconnect_max_ms);
  to.SetInt(GRPC_ARG_MIN_RECONNECT_BACKOFF_MS, connect_attempt_ms);
  to.SetInt(GRPC_ARG_DNS_MIN_TIME_BETWEEN_RESOLUTIONS_MS, name_lookup_period_ms);
  // Controllers are inside: a proxy from the process's environment is for something else.
  to.SetInt(GRPC_ARG_ENABLE_HTTP_PROXY, 0);
  // What a name's TXT record says about policies is not for us.
  to.SetInt(GRPC_ARG_SERVICE_CONFIG_DISABLE_RESOLUTION, 1);
  to.SetMaxReceiveMessageSize(reply_bytes_max);
  // It goes through the addresses of a name until one connects. gRPC's round_robin crashes
  // where something else than a controller listens, so the turns among endpoints are our own.
  to.SetLoadBalancingPolicyName("pick_first");
  return to;
}

std::string target_of(const endpoint& of) {
  in6_addr scratch{};
  if (::inet_pton(AF_INET, of.host.c_str(), &scratch) == 1) return "ipv4:" + of.to_string();
  if (of.host.find(':') != std::string::npos) return "ipv6:" + of.to_string();
  return "dns:///" + of.to_string();
}

channel_view::state state_of(grpc::Channel& channel) {
  // Asking all of them to connect is what keeps the others ready for their turn.
  switch (channel.GetState(true)) {
    case GRPC_CHANNEL_READY:
      return channel_view::state::ready;
    case GRPC_CHANNEL_TRANSIENT_FAILURE:
      return channel_view::state::failing;
    default:
      return channel_view::state::connecting;
  }
}

}  // namespace

controller_channels::controller_channels(const std::vector<endpoint>& configured,
                                         bool discovers, duration liveness_timeout)
    : liveness_timeout_{liveness_timeout} {
  for (const auto& each : configured)
    configured_.push_back(connect_to(each, std::make_shared<channel_health>()));
  if (discovers) discovery_ = std::make_unique<discovery_schedule>();
}

controller_channels::target_pointer controller_channels::connect_to(
    const endpoint& where, std::shared_ptr<channel_health> health) const {
  auto channel = grpc::CreateCustomChannel(target_of(where), grpc::InsecureChannelCredentials(),
                                           arguments(liveness_timeout_));
  return std::make_shared<target>(
      target{where, channel, grpc::GenericStub{channel}, std::move(health)});
}

controller_channels::target_pointer controller_channels::next(time_point now) {
  const std::lock_guard lock{mutex_};
  const auto turn = turn_++;
  if (told_.empty() && configured_.size() == 1) return configured_.front();
  std::vector<channel_view> all;
  all.reserve(told_.size() + configured_.size());
  for (const auto* list : {&told_, &configured_})
    for (const auto& each : *list)
      all.push_back({state_of(*each->channel), each->health->avoided(now)});
  const auto fails = [](const auto& each) {
    return each.now == channel_view::state::failing || each.avoided;
  };
  const auto told_end = all.begin() + static_cast<std::ptrdiff_t>(told_.size());
  // A list that leads nowhere (addresses of another network, say) does no harm, but a newer one
  // may be better.
  if (!told_.empty() && discovery_ && std::all_of(all.begin(), told_end, fails))
    discovery_->call_failed();
  const auto chosen = choose_channel(all, told_.size(), turn);
  return chosen < told_.size() ? told_[chosen] : configured_[chosen - told_.size()];
}

void controller_channels::answered(const target& from, time_point now) {
  const std::lock_guard lock{mutex_};
  from.health->answered(now);
}

void controller_channels::doubted(const target& from, time_point now) {
  const std::lock_guard lock{mutex_};
  from.health->doubted(now);
}

std::size_t controller_channels::count() const {
  std::vector<endpoint> all;
  const std::lock_guard lock{mutex_};
  for (const auto* list : {&told_, &configured_})
    for (const auto& each : *list)
      if (std::find(all.begin(), all.end(), each->where) == all.end())
        all.push_back(each->where);
  return all.size();
}

void controller_channels::unanswered(const target& from, time_point began, time_point now) {
  target_pointer given_up;
  const std::lock_guard lock{mutex_};
  if (!from.health->unanswered(began, now)) return;
  target_pointer fresh;
  for (auto* list : {&told_, &configured_}) {
    for (auto& each : *list) {
      if (each.get() != &from) continue;
      if (!fresh) fresh = connect_to(from.where, from.health);
      given_up = std::exchange(each, fresh);
    }
  }
  if (!first_given_up_) first_given_up_ = given_up;
  // It connects at once: whether the endpoint is alive shows before its next turn.
  if (fresh) (void)fresh->channel->GetState(true);
}

controller_channels::target_pointer controller_channels::target_for(
    const endpoint& where) const {
  for (const auto* all : {&told_, &configured_}) {
    const auto at = std::find_if(all->begin(), all->end(),
                                 [&](const auto& each) { return each->where == where; });
    if (at != all->end()) return *at;
  }
  return connect_to(where, std::make_shared<channel_health>());
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

}  // namespace pravega_actor::detail
