#include "read/read_channel.hpp"

#include <utility>

#include "core/enough_memory.hpp"
#include "core/user_code.hpp"
#include "wire/codec.hpp"

namespace pravega_actor::internal {

read_channel::read_channel(std::weak_ptr<read_owner> owner, segment of, std::int32_t flow,
                           start from, read_limits limits, std::shared_ptr<buffer_pool> pool)
    : owner_{std::move(owner)},
      of_{std::make_shared<const segment>(std::move(of))},
      name_{of_->to_string()},
      flow_id_{flow},
      flow_{of_, name_, flow, std::move(from), limits, std::move(pool)} {}

// --- with the lock held ---------------------------------------------------------------------

// What needs memory comes first. What is not collected for lack of it: the changes are by the
// next call, and the exception ends the session or the actor.
void read_channel::collect(read_owner& owner, read_flow::reaction&& what, after_lock& todo) {
  if (what.notice && notices_)
    todo.reports.emplace(
        after_lock::report{notices_, flow_.generation(), complete(std::move(*what.notice))});
  if (what.close_reason && session_) {
    todo.close_reason = what.close_reason->with_segment_store(session_->peer().to_string());
    todo.broken = session_;
  }
  if (what.ends_session) todo.old = std::move(session_);
  owner.account(*this, flow_.take_changes());
  owner.collect_consumers(todo.wakes);
  todo.next = what.makes_room ? after_lock::asks::large_events : after_lock::asks::this_channel;
  collect_request(owner, todo);
}

// What only the session knows: who its peer is, and until when that lived. What a silent peer
// owes, it has owed since then.
read_notice read_channel::complete(read_notice what) const {
  if (!session_) return what;
  std::visit(
      [on = session_.get()](auto& notice) {
        if constexpr (requires { notice.waited; }) {
          const auto owed = on->owed();
          notice.waited.alive_until = owed ? owed->since : on->now();
        }
      },
      what);
  if (auto* refused = std::get_if<read_refused>(&what))
    refused->reason = refused->reason.with_segment_store(session_->peer().to_string());
  return what;
}

void read_channel::collect_request(read_owner& owner, after_lock& todo) noexcept {
  using asks = after_lock::asks;
  while (!todo.sends && todo.next == asks::large_events) {
    const auto begins = owner.next_event();
    if (!begins) todo.next = asks::a_refused_one;
    if (!begins) continue;
    begins->in->flow_.begin_event(begins->bytes);
    begins->in->ask(owner, todo);
  }
  if (!todo.sends && todo.next == asks::a_refused_one) {
    todo.next = asks::this_channel;
    if (const auto other = owner.next_refused()) other->ask(owner, todo);
  }
  if (!todo.sends && todo.next == asks::this_channel) {
    todo.next = asks::nobody;
    ask(owner, todo);
  }
}

void read_channel::ask(read_owner& owner, after_lock& todo) noexcept {
  const auto wish = flow_.wish();
  const auto granted = wish > 0 ? owner.grant(*this, wish) : 0;
  if (granted == 0) return;
  todo.sends.emplace(after_lock::request{shared_from_this(), session_, flow_.serial(),
                                         flow_.ask(granted, session_->now())});
}

read_flow::changes read_channel::drop() noexcept {
  flow_.drop();
  return flow_.take_changes();
}

void read_channel::give_back(read_owner& owner, std::deque<read_outcome>& rest,
                             after_lock& todo) {
  collect(owner, flow_.give_back(rest), todo);
}

read_channel::snapshot read_channel::look_locked() const {
  const auto& waiting = flow_.waiting();
  return {session_ != nullptr,
          session_ ? session_->peer().to_string() : std::string{},
          flow_.offset(),
          waiting.slices,
          waiting.bytes,
          flow_.trouble(),
          owed()};
}

std::optional<owed_line> read_channel::owed() const {
  const auto read = flow_.owed();
  if (!read || !session_) return std::nullopt;
  return owed_line{"data from offset " + std::to_string(read->offset) + " on", name_,
                   session_->peer().to_string(), read->since, read->certain};
}

// --- without the lock -----------------------------------------------------------------------

void read_channel::deliver(read_owner& owner, after_lock&& todo) {
  auto unsent = carry_out(todo);
  while (unsent || todo.next != after_lock::asks::nobody) {
    // The assignment destroys what was carried out: not under the lock.
    todo = follow_up(owner, todo, unsent);
    unsent = carry_out(todo);
  }
}

// Notices come last: they may throw without memory.
std::optional<error> read_channel::carry_out(const after_lock& todo) const {
  if (todo.old) todo.old->detach(flow_id_);
  auto unsent = todo.sends ? todo.sends->of->send(*todo.sends) : std::nullopt;
  for (const auto& [number, ready] : todo.wakes)
    call_unheard(ready);
  if (todo.broken) todo.broken->close(*todo.close_reason);
  if (todo.reports) (*todo.reports->to)(todo.reports->generation, todo.reports->what);
  return unsent;
}

std::optional<error> read_channel::send(const after_lock::request& what) const noexcept {
  std::optional<error> failure;
  const bool enough = enough_memory_for([&] {
    const auto& [offset, bytes, id, token] = what.what;
    auto frame = wire::encode(wire::read_segment{name_, offset, bytes, *token, id});
    if (frame)
      what.to->send(std::move(*frame));
    else
      failure = frame.error().with_stage(stage::read);
  });
  if (!enough) failure = errc::out_of_memory;
  return failure;
}

read_channel::after_lock read_channel::follow_up(read_owner& owner, const after_lock& done,
                                                 const std::optional<error>& unsent) {
  after_lock todo;
  const checked_lock lock{owner.mutex()};
  if (unsent) {
    auto& channel = *done.sends->of;
    channel.collect(owner, channel.flow_.on_unsent(done.sends->serial, *unsent), todo);
  }
  todo.next = done.next;
  collect_request(owner, todo);
  return todo;
}

// --- by sessions ----------------------------------------------------------------------------

bool read_channel::expects(std::uint64_t serial, std::int64_t request_id) const {
  const auto owner = owner_.lock();
  if (!owner) return false;
  const checked_lock lock{owner->mutex()};
  return flow_.expects(serial, request_id);
}

void read_channel::on_session_closed(std::uint64_t serial, const error& reason) {
  const auto owner = owner_.lock();
  if (!owner) return;
  after_lock todo;
  {
    const checked_lock lock{owner->mutex()};
    collect(*owner, flow_.on_session_closed(serial, reason), todo);
  }
  deliver(*owner, std::move(todo));
}

void read_channel::on_reply(std::uint64_t serial, const wire::frame& reply) {
  const auto owner = owner_.lock();
  if (!owner) return;
  after_lock todo;
  read_flow::answer got;
  {
    const checked_lock lock{owner->mutex()};
    got = flow_.on_reply(serial, reply);
    if (!got.to_cut) collect(*owner, std::move(got.follows), todo);
  }
  if (got.to_cut) {
    auto step = cut(*owner, *got.to_cut);
    const checked_lock lock{owner->mutex()};
    collect(*owner, flow_.on_cut(std::move(*got.to_cut), std::move(step)), todo);
  }
  deliver(*owner, std::move(todo));
}

read_assembler::step read_channel::cut(read_owner& owner, read_flow::cut& what) {
  const auto may_keep = [&](std::size_t event_bytes) {
    return claim(owner, what.serial, event_bytes);
  };
  return what.assembler.add(what.data, std::ref(may_keep));
}

bool read_channel::claim(read_owner& owner, std::uint64_t serial, std::size_t event_bytes) {
  const checked_lock lock{owner.mutex()};
  const auto known = flow_.claim_event(serial, event_bytes);
  if (known != read_flow::claim::needs_room) return known == read_flow::claim::kept;
  owner.account(*this, flow_.take_changes());
  const bool granted = owner.claim(*this, event_bytes);
  flow_.on_claimed(event_bytes, granted);
  return granted;
}

// --- by the actor ---------------------------------------------------------------------------

template <class Event>
bool read_channel::act(std::uint64_t generation, Event event) {
  const auto owner = owner_.lock();
  if (!owner) return false;
  after_lock todo;
  {
    const checked_lock lock{owner->mutex()};
    if (!flow_.accepts(generation)) return false;
    collect(*owner, event(flow_), todo);
  }
  deliver(*owner, std::move(todo));
  return true;
}

std::uint64_t read_channel::attach(notice_handler notices) {
  const auto owner = owner_.lock();
  if (!owner) return 0;
  auto handler = std::make_shared<const notice_handler>(std::move(notices));
  after_lock todo;
  std::uint64_t mine = 0;
  {
    const checked_lock lock{owner->mutex()};
    notices_.swap(handler);
    collect(*owner, flow_.attach(), todo);
    mine = flow_.generation();
  }
  deliver(*owner, std::move(todo));
  return mine;
}

void read_channel::detach(std::uint64_t generation) {
  disconnect(generation);
}

bool read_channel::use(std::uint64_t generation, std::shared_ptr<session> now) {
  const auto owner = owner_.lock();
  if (!owner) return false;
  after_lock todo;
  std::shared_ptr<session_link<read_channel>> sink;
  {
    const checked_lock lock{owner->mutex()};
    if (!flow_.accepts(generation)) return false;
    collect(*owner, flow_.use(), todo);
    session_ = now;
    sink = std::make_shared<session_link<read_channel>>(weak_from_this(), flow_.serial());
  }
  deliver(*owner, std::move(todo));
  return now->attach(flow_id_, std::move(sink));
}

void read_channel::resume(std::uint64_t generation) {
  act(generation, [](read_flow& flow) { return flow.resume(); });
}

void read_channel::disconnect(std::uint64_t generation) {
  act(generation, [](read_flow& flow) { return flow.end_session(); });
}

void read_channel::set_token(std::uint64_t generation, std::string token) {
  act(generation, [&](read_flow& flow) { return flow.set_token(std::move(token)); });
}

void read_channel::skip(std::uint64_t generation, std::int64_t to) {
  act(generation, [to](read_flow& flow) { return flow.skip(to); });
}

void read_channel::skip_rest(std::uint64_t generation) {
  act(generation, [](read_flow& flow) { return flow.skip_rest(); });
}

void read_channel::give_up(std::uint64_t generation, const error& reason) {
  act(generation, [&](read_flow& flow) { return flow.give_up(reason); });
}

void read_channel::note_trouble(std::uint64_t generation, const error& reason) {
  act(generation, [&](read_flow& flow) { return flow.note_trouble(reason); });
}

bool read_channel::finished() const {
  const auto owner = owner_.lock();
  if (!owner) return true;
  const checked_lock lock{owner->mutex()};
  return flow_.segment_life() == read_flow::life::finished;
}

}  // namespace pravega_actor::internal
