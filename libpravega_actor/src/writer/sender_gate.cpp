#include "writer/sender_gate.hpp"

#include <algorithm>
#include <new>
#include <string>
#include <utility>

namespace pravega_actor::internal {

sender_gate::sender* sender_gate::find(sender_id who) {
  if (senders_.empty()) return nullptr;
  const auto at = senders_.find(who);
  return at == senders_.end() ? nullptr : &at->second;
}

// Null: there are too many, or there is no memory for one more.
sender_gate::sender* sender_gate::find_or_add(sender_id who) {
  if (auto* known = find(who)) return known;
  if (senders_.size() >= senders_max_) return nullptr;
  try {
    auto& added = senders_[who];
    added.refused = strict_;
    return &added;
  } catch (const std::bad_alloc&) {
    return nullptr;
  }
}

// A strict gate has to remember the open ones.
void sender_gate::forget_if_plain(sender_id who) {
  const auto* known = find(who);
  if (known == nullptr || strict_) return;
  if (!known->refused && known->request == 0 && known->room.empty()) senders_.erase(who);
}

bool sender_gate::open_for(sender_id who) const {
  if (senders_.empty()) return !strict_;
  const auto at = senders_.find(who);
  return at == senders_.end() ? !strict_ : !at->second.refused;
}

write_room* sender_gate::reservation(sender_id who) {
  auto* known = find(who);
  return known == nullptr || known->refused || known->room.empty() ? nullptr : &known->room;
}

void sender_gate::wrote(sender_id who, time_point now) {
  auto* known = find(who);
  if (known == nullptr) return;
  known->idle_since = now;
  forget_if_plain(who);
}

write_room sender_gate::refuse(sender_id who) {
  auto* known = find_or_add(who);
  if (known == nullptr) {
    strict_ = true;
    return {};
  }
  known->refused = true;
  known->credit = 0;
  return std::exchange(known->room, {});
}

sender_gate::asked sender_gate::ask(sender_id who, std::uint64_t request) {
  asked out;
  auto* known = find_or_add(who);
  if (known == nullptr) {
    out.outcome =
        error{errc::limit_exceeded, "more than " + std::to_string(senders_max_) + " senders"};
    return out;
  }
  out.released = std::exchange(known->room, {});
  out.withdrawn = std::exchange(known->request, 0);
  known->credit = 0;
  if (who == anonymous) {
    known->refused = false;
    forget_if_plain(who);
    return out;
  }
  known->request = request;
  out.serve = true;
  return out;
}

std::uint64_t sender_gate::grant(sender_id who, std::uint64_t request, const write_room& room,
                                 time_point now) {
  auto* known = find(who);
  if (known == nullptr || request == 0 || known->request != request) return 0;
  known->request = 0;
  known->room = room;
  known->idle_since = now;
  const auto number = ++last_credit_;
  if (known->refused) known->credit = number;
  return number;
}

void sender_gate::drop(sender_id who, std::uint64_t request) {
  auto* known = find(who);
  if (known == nullptr || known->request != request) return;
  known->request = 0;
  forget_if_plain(who);
}

void sender_gate::use(sender_id who, std::uint64_t credit, time_point now) {
  auto* known = find(who);
  if (known == nullptr || credit == 0 || known->credit != credit) return;
  known->refused = false;
  known->credit = 0;
  known->idle_since = now;
}

sender_gate::ended sender_gate::gone(sender_id who) {
  ended out;
  if (auto* known = find(who)) {
    out = {known->room, known->request};
    senders_.erase(who);
  }
  return out;
}

write_room sender_gate::expire(time_point now, duration unused) {
  write_room released;
  for (auto at = senders_.begin(); at != senders_.end();) {
    const auto who = at->first;
    auto& each = at->second;
    ++at;
    if (each.room.empty() || now - each.idle_since < unused) continue;
    released.add(std::exchange(each.room, {}));
    each.credit = 0;
    forget_if_plain(who);
  }
  return released;
}

bool sender_gate::holds_room() const {
  return std::any_of(senders_.begin(), senders_.end(),
                     [](const auto& each) { return !each.second.room.empty(); });
}

}  // namespace pravega_actor::internal
