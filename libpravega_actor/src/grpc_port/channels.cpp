#include "grpc_port/channels.hpp"

#include <arpa/inet.h>
#include <grpcpp/create_channel.h>
#include <grpcpp/security/credentials.h>
#include <grpcpp/support/channel_arguments.h>

#include <algorithm>
#include <map>
#include <set>
#include <utility>

#include "pravega_actor/limits.hpp"

namespace pravega_actor::internal {
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

bool is_name(const std::string& host) {
  in6_addr scratch{};
  return host.find(':') == std::string::npos &&
         ::inet_pton(AF_INET, host.c_str(), &scratch) != 1;
}

grpc::ChannelArguments arguments(duration liveness_timeout, const endpoint& where) {
  grpc::ChannelArguments to;
  // A channel to an address asks for the name behind it, as one to the name would.
  if (is_name(where.host)) to.SetString(GRPC_ARG_DEFAULT_AUTHORITY, where.to_string());
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
  to.SetMaxReceiveMessageSize(static_cast<int>(limits::reply_bytes_max));
  // gRPC's round_robin crashes where something else than a controller listens, so the turns are
  // our own.
  to.SetLoadBalancingPolicyName("pick_first");
  return to;
}

std::string target_of(const endpoint& of) {
  if (is_name(of.host)) return "dns:///" + of.to_string();
  return (of.host.find(':') != std::string::npos ? "ipv6:" : "ipv4:") + of.to_string();
}

/// As `target_of`, of what gRPC calls a call's peer: it may escape the brackets.
std::string target_of_peer(std::string peer) {
  for (const auto& [escaped, plain] : {std::pair{"%5B", "["}, std::pair{"%5D", "]"}})
    if (const auto at = peer.find(escaped); at != std::string::npos) peer.replace(at, 3, plain);
  return peer;
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

controller_channels::target_pointer use(controller_channels::target_pointer chosen) {
  chosen->used = true;
  return chosen;
}

}  // namespace

controller_channels::controller_channels(const std::vector<endpoint>& configured,
                                         bool discovers, duration liveness_timeout,
                                         look_up_function look_up,
                                         channel_credentials credentials)
    : liveness_timeout_{liveness_timeout},
      secure_{credentials.secure()},
      names_{std::move(look_up)},
      credentials_{std::move(credentials)} {
  for (const auto& each : configured) {
    configured_.push_back(connect_to(each, each, std::make_shared<channel_health>()));
    if (is_name(each.host)) names_.ask(each.host, clock_type::now());
  }
  if (discovers) discovery_ = std::make_unique<discovery_schedule>();
}

controller_channels::target_pointer controller_channels::connect_to(
    const endpoint& where, const endpoint& at, std::shared_ptr<channel_health> health) {
  auto credentials = credentials_.latest();
  auto channel = grpc::CreateCustomChannel(target_of(at), credentials,
                                           arguments(liveness_timeout_, where));
  return std::make_shared<target>(target{where, at, channel, grpc::GenericStub{channel},
                                         std::move(health), false, std::move(credentials)});
}

controller_channels::targets controller_channels::all() const {
  auto both = told_;
  both.insert(both.end(), configured_.begin(), configured_.end());
  return both;
}

std::vector<channel_view> controller_channels::look(time_point now) const {
  std::vector<channel_view> seen;
  for (const auto& each : all())
    seen.push_back({state_of(*each->channel), each->health->avoided(now)});
  return seen;
}

// A name may stand for other addresses by now where one of them is not well.
void controller_channels::look_up_names(const std::vector<channel_view>& seen, time_point now) {
  const auto each = all();
  for (std::size_t i = 0; i < each.size(); ++i) {
    const bool well = seen[i].now == channel_view::state::ready && !seen[i].avoided;
    if (!well && is_name(each[i]->where.host)) names_.ask(each[i]->where.host, now);
  }
}

controller_channels::targets controller_channels::use_new_addresses() {
  const auto version = names_.version();
  if (version == addresses_version_) return {};
  auto before = all();
  for (auto* list : {&told_, &configured_}) {
    targets fresh;
    for (const auto& each : *list) {
      const auto has = [&each](const auto& other) { return other->where == each->where; };
      if (std::any_of(fresh.begin(), fresh.end(), has)) continue;
      const auto now = targets_for(each->where);
      fresh.insert(fresh.end(), now.begin(), now.end());
    }
    *list = std::move(fresh);
  }
  addresses_version_ = version;
  for (const auto& each : before)
    if (!first_given_up_ && each->used) first_given_up_ = each;
  return before;
}

controller_channels::targets controller_channels::use_new_credentials() {
  targets before;
  if (!secure_) return before;
  for (auto* list : {&told_, &configured_}) {
    for (auto& each : *list) {
      if (state_of(*each->channel) != channel_view::state::failing ||
          credentials_.latest() == each->credentials)
        continue;
      auto fresh = connect_to(each->where, each->at, each->health);
      before.push_back(std::exchange(each, std::move(fresh)));
    }
  }
  for (const auto& each : before)
    if (!first_given_up_ && each->used) first_given_up_ = each;
  return before;
}

controller_channels::target_pointer controller_channels::next(time_point now) {
  targets given_up;
  targets with_old_files;
  const std::lock_guard lock{mutex_};
  given_up = use_new_addresses();
  with_old_files = use_new_credentials();
  const auto turn = turn_++;
  const bool no_choice = told_.empty() && configured_.size() == 1;
  if (no_choice && !is_name(configured_.front()->where.host)) return use(configured_.front());
  const auto seen = look(now);
  look_up_names(seen, now);
  const auto fails = [](const auto& each) {
    return each.now == channel_view::state::failing || each.avoided;
  };
  const auto told_end = seen.begin() + static_cast<std::ptrdiff_t>(told_.size());
  // A list that leads nowhere (addresses of another network, say) does no harm, but a newer one
  // may be better.
  if (!told_.empty() && discovery_ && std::all_of(seen.begin(), told_end, fails))
    discovery_->call_failed();
  return use(all()[choose_channel(seen, told_.size(), turn)]);
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
  std::map<endpoint, std::size_t> well;
  const std::lock_guard lock{mutex_};
  std::set<endpoint> counted;
  for (const auto& each : all()) {
    auto& of_name = well[each->where];
    if (state_of(*each->channel) != channel_view::state::failing &&
        counted.insert(each->at).second)
      ++of_name;
  }
  std::size_t sum = 0;
  for (const auto& [where, addresses] : well)
    sum += std::max<std::size_t>(addresses, 1);
  return sum;
}

void controller_channels::unanswered(const target& from, const std::string& peer,
                                     time_point began, time_point now) {
  target_pointer given_up;
  const std::lock_guard lock{mutex_};
  if (!from.health->unanswered(began, now)) return;
  if (is_name(from.at.host)) note_silence({target_of_peer(peer), began, now});
  target_pointer fresh;
  for (auto* list : {&told_, &configured_}) {
    for (auto& each : *list) {
      if (each.get() != &from) continue;
      if (!fresh) fresh = connect_to(from.where, from.at, from.health);
      given_up = std::exchange(each, fresh);
    }
  }
  if (!first_given_up_) first_given_up_ = given_up;
  // It connects at once: whether the endpoint is alive shows before its next turn.
  if (fresh) (void)fresh->channel->GetState(true);
}

void controller_channels::note_silence(silence of) {
  for (const auto& each : all())
    if (target_of(each->at) == of.target) (void)each->health->unanswered(of.began, of.now);
  silence_ = std::move(of);
}

controller_channels::target_pointer controller_channels::target_for(const endpoint& where,
                                                                    const endpoint& at) {
  for (const auto& each : all())
    if (each->where == where && each->at == at) return each;
  auto health = std::make_shared<channel_health>();
  if (silence_ && silence_->target == target_of(at))
    (void)health->unanswered(silence_->began, silence_->now);
  return connect_to(where, at, std::move(health));
}

controller_channels::targets controller_channels::targets_for(const endpoint& where) {
  targets now;
  for (const auto& address : names_.of(where.host))
    now.push_back(target_for(where, {address, where.port}));
  if (now.empty()) now.push_back(target_for(where, where));
  return now;
}

void controller_channels::discovered(const std::vector<endpoint>& servers) {
  if (servers.empty()) return;
  targets before;
  const std::lock_guard lock{mutex_};
  targets now;
  std::set<endpoint> listed;
  for (const auto& each : servers) {
    if (!listed.insert(each).second) continue;
    if (listed.size() > limits::controller_addresses_max) break;
    if (is_name(each.host)) names_.ask(each.host, clock_type::now());
    const auto of_it = targets_for(each);
    now.insert(now.end(), of_it.begin(), of_it.end());
  }
  before = std::exchange(told_, std::move(now));
}

}  // namespace pravega_actor::internal
