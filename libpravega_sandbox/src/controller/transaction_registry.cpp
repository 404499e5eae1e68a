#include "controller/transaction_registry.hpp"

#include <algorithm>
#include <string>

#include "controller/controller_limits.hpp"

namespace pravega_sandbox {

namespace {

using controller::ping_status;
using pravega_actor::error;

ping_status ping_status_of(transaction_state state) {
  switch (state) {
    case transaction_state::open:
      return ping_status::open;
    case transaction_state::committing:
    case transaction_state::committed:
      return ping_status::committed;
    case transaction_state::aborting:
    case transaction_state::aborted:
      return ping_status::aborted;
    case transaction_state::unknown:
      break;
  }
  return ping_status::unknown;
}

bool is_committed(transaction_state state) {
  return ping_status_of(state) == ping_status::committed;
}

bool is_aborted(transaction_state state) {
  return ping_status_of(state) == ping_status::aborted;
}

}  // namespace

std::size_t transaction_registry::bytes_of(const scoped_stream& stream) noexcept {
  return controller_limits::transaction_bytes +
         controller_limits::name_copies * (stream.scope.size() + stream.stream.size());
}

result<void> transaction_registry::check_room(const scoped_stream& stream) const {
  const auto at = streams_.find(stream);
  const bool full =
      at != streams_.end() && at->second.live.size() >= controller_limits::transactions_max;
  if (!full) return {};
  return error{errc::limit_exceeded,
               "more open transactions than the sandbox allows: transactions_max, " +
                   std::to_string(controller_limits::transactions_max)};
}

// Epoch and counter, as the real controller makes them.
transaction_id transaction_registry::begin(const scoped_stream& stream, std::int32_t epoch,
                                           std::int64_t lease_ms, std::int64_t now_ms) {
  const auto high = static_cast<std::uint64_t>(static_cast<std::uint32_t>(epoch)) << 32;
  const transaction_id id{{high, ++begun_}};
  const auto longest = std::min(controller_limits::execution_leases_max * lease_ms,
                                controller_limits::execution_ms_max);
  streams_[stream].live[id] = {transaction_state::open, now_ms + lease_ms, now_ms + longest};
  leases_.insert({now_ms + lease_ms, {stream, id}});
  bytes_ += bytes_of(stream);
  return id;
}

transaction_registry::record* transaction_registry::find(const stream_transaction& which) {
  const auto at = streams_.find(which.stream);
  if (at == streams_.end()) return nullptr;
  const auto found = at->second.live.find(which.id);
  return found == at->second.live.end() ? nullptr : &found->second;
}

transaction_state transaction_registry::state_of(const stream_transaction& which) const {
  const auto at = streams_.find(which.stream);
  if (at == streams_.end()) return transaction_state::unknown;
  const auto& [live, committing, completed, outcomes] = at->second;
  if (const auto found = live.find(which.id); found != live.end()) return found->second.state;
  const auto outcome = outcomes.find(which.id);
  return outcome == outcomes.end() ? transaction_state::unknown : outcome->second;
}

ping_status transaction_registry::ping(const stream_transaction& which, std::int64_t lease_ms,
                                       std::int64_t now_ms) {
  auto* const held = find(which);
  if (held == nullptr || held->state != transaction_state::open)
    return ping_status_of(state_of(which));
  if (lease_ms > controller_limits::lease_ms_max) return ping_status::lease_too_large;
  if (now_ms + lease_ms > held->execution_ends_ms)
    return ping_status::max_execution_time_exceeded;
  leases_.erase({held->lease_ends_ms, which});
  held->lease_ends_ms = now_ms + lease_ms;
  leases_.insert({held->lease_ends_ms, which});
  return ping_status::open;
}

void transaction_registry::leave_open(const stream_transaction& which, record& held,
                                      transaction_state next) {
  leases_.erase({held.lease_ends_ms, which});
  held.state = next;
}

bool transaction_registry::commit(const stream_transaction& which) {
  auto* const held = find(which);
  if (held != nullptr && held->state == transaction_state::open) {
    leave_open(which, *held, transaction_state::committing);
    streams_[which.stream].committing.push_back(which.id);
    ++committing_;
  }
  return is_committed(state_of(which));
}

bool transaction_registry::abort(const stream_transaction& which) {
  auto* const held = find(which);
  if (held != nullptr && held->state == transaction_state::open) {
    leave_open(which, *held, transaction_state::aborting);
    aborting_.insert(which);
  }
  return is_aborted(state_of(which));
}

void transaction_registry::abort_open(const scoped_stream& stream) {
  for (const auto& id : live(stream))
    (void)abort({stream, id});
}

std::size_t transaction_registry::expire(std::int64_t now_ms) {
  std::size_t count = 0;
  for (; expires(now_ms); ++count)
    (void)abort(stream_transaction{std::get<1>(*leases_.begin())});
  return count;
}

std::vector<transaction_id> transaction_registry::live(const scoped_stream& stream) const {
  std::vector<transaction_id> ids;
  if (const auto at = streams_.find(stream); at != streams_.end())
    for (const auto& [id, held] : at->second.live)
      ids.push_back(id);
  return ids;
}

std::vector<controller::completed_transaction> transaction_registry::completed(
    const scoped_stream& stream) const {
  std::vector<controller::completed_transaction> all;
  const auto at = streams_.find(stream);
  if (at == streams_.end()) return all;
  const auto& ends = at->second.completed;
  for (auto it = ends.rbegin(); it != ends.rend(); ++it) {
    if (all.size() == controller_limits::listed_transactions_max) break;
    all.push_back({it->id, it->state});
  }
  return all;
}

std::vector<scoped_stream> transaction_registry::committing() const {
  std::vector<scoped_stream> found;
  for (const auto& [stream, of] : streams_)
    if (!of.committing.empty()) found.push_back(stream);
  return found;
}

std::vector<transaction_id> transaction_registry::next_commits(
    const scoped_stream& stream) const {
  std::vector<transaction_id> next;
  const auto at = streams_.find(stream);
  if (at == streams_.end() || at->second.committing.empty()) return next;
  const auto& all = at->second.committing;
  const auto lowest =
      std::min_element(all.begin(), all.end(), [](const auto& a, const auto& b) {
        return a.epoch() < b.epoch();
      })->epoch();
  for (const auto& id : all) {
    if (next.size() == controller_limits::commit_batch_max) break;
    if (id.epoch() == lowest) next.push_back(id);
  }
  return next;
}

void transaction_registry::end(const stream_transaction& which, std::int64_t now_ms) {
  auto* const held = find(which);
  if (held == nullptr || held->state == transaction_state::open) return;
  auto& of = streams_.at(which.stream);
  const auto outcome =
      is_committed(held->state) ? transaction_state::committed : transaction_state::aborted;
  committing_ -= std::erase(of.committing, which.id);
  aborting_.erase(which);
  of.live.erase(which.id);
  of.completed.push_back({which.id, outcome, now_ms});
  of.outcomes[which.id] = outcome;
  if (of.completed.size() > controller_limits::completed_transactions_max)
    forget_oldest(which.stream, of);
}

void transaction_registry::forget_oldest(const scoped_stream& stream, stream_transactions& of) {
  of.outcomes.erase(of.completed.front().id);
  of.completed.pop_front();
  bytes_ -= bytes_of(stream);
}

void transaction_registry::forget_old(std::int64_t now_ms) {
  if (streams_.empty() || now_ms < forget_at_ms_) return;
  forget_at_ms_ = now_ms + controller_limits::completed_tick_ms;
  for (auto& [stream, of] : streams_)
    while (!of.completed.empty() &&
           now_ms - of.completed.front().at_ms > controller_limits::completed_kept_ms)
      forget_oldest(stream, of);
  std::erase_if(streams_, [](const auto& each) {
    return each.second.live.empty() && each.second.completed.empty();
  });
}

void transaction_registry::forget(const scoped_stream& stream) {
  const auto at = streams_.find(stream);
  if (at == streams_.end()) return;
  for (const auto& [id, held] : at->second.live) {
    leases_.erase({held.lease_ends_ms, {stream, id}});
    aborting_.erase({stream, id});
  }
  committing_ -= at->second.committing.size();
  bytes_ -= bytes_of(stream) * (at->second.live.size() + at->second.completed.size());
  streams_.erase(at);
}

}  // namespace pravega_sandbox
