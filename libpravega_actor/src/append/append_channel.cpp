#include "append/append_channel.hpp"

#include <utility>

#include "core/enough_memory.hpp"
#include "wire/codec.hpp"

namespace pravega_actor::internal {

append_channel::append_channel(std::weak_ptr<append_owner> owner, segment of, append_log log)
    : append_channel{std::move(owner), of, of.to_string(), std::move(log), stream_segments} {}

append_channel::append_channel(std::weak_ptr<append_owner> owner, segment of, std::string name,
                               append_log log, const append_policy& policy)
    : owner_{std::move(owner)},
      of_{std::move(of)},
      name_{std::move(name)},
      policy_{policy},
      writer_id_{log.writer_id()},
      request_id_{log.request_id()},
      flow_{name_, std::move(log),
            policy.connects_at_once ? append_flow::connection::none
                                    : append_flow::connection::unused} {}

// What a reaction needs the lock for; the rest is for `deliver`.
append_channel::after_lock append_channel::carry_out_locked(append_owner& owner,
                                                            append_flow::reaction&& what) {
  after_lock todo;
  todo.rest = std::move(what);
  todo.generation = flow_.generation();
  todo.serial = flow_.serial();
  if (todo.rest.ends_session) todo.old = std::exchange(session_, nullptr);
  if (todo.old && !todo.old->dedicated()) left_ = todo.old;
  if (todo.rest.notice) todo.to = notices_;
  if (todo.rest.advances) {
    owner.on_durable(todo.rest.durable);
    flow_.log().recycle(std::move(todo.rest.durable));
  }
  if (todo.rest.advances || todo.rest.sends) todo.next = begin_turn();
  return todo;
}

void append_channel::deliver(append_owner& owner, after_lock&& todo) {
  auto& rest = todo.rest;
  todo.next.run(owner);
  if (todo.old && rest.close_reason) leave(*todo.old, *rest.close_reason);
  // A notice may fail for lack of memory: outcomes come first.
  if (rest.advances) owner.deliver();
  if (todo.to && *todo.to) (*todo.to)(todo.generation, std::move(*rest.notice));
}

// Others go on using a shared session.
void append_channel::leave(session& old, const error& reason) const {
  if (old.dedicated())
    old.close(reason);
  else
    old.detach(flow());
}

bool append_channel::needs_own_session() const {
  auto owner = owner_.lock();
  if (!owner) return false;
  std::weak_ptr<session> left;
  {
    checked_lock lock{owner->mutex()};
    left = left_;
  }
  const auto still = left.lock();
  return still && !still->closed();
}

void append_channel::report_end(append_owner& owner, after_lock&& todo) noexcept {
  if (enough_memory_for([&] { deliver(owner, std::move(todo)); })) return;
  checked_lock lock{owner.mutex()};
  flow_.on_unreported(todo.serial);
}

append_channel::turn append_channel::begin_due_turn() {
  turn mine;
  mine.channel_ = shared_from_this();
  (void)take_block(mine);
  return mine;
}

// False: the turn is over.
bool append_channel::take_block(turn& mine) {
  const auto due = flow_.due(mine.blocks_);
  const bool part = due == append_flow::duty::send_part;
  if (due != append_flow::duty::send && !part) return false;
  if (part)
    mine.part_ = flow_.take_part(session_->now());
  else
    mine.block_ = flow_.take_block(session_->now());
  mine.to_ = session_;
  mine.serial_ = flow_.serial();
  ++mine.blocks_;
  return true;
}

void append_channel::turn::send(append_owner& owner) noexcept {
  const auto channel = std::move(channel_);
  if (to_)
    channel->send(owner, *this);
  else
    channel->report(owner);
}

namespace {

// Without memory for the block its session ends, so that the next one sends it: otherwise
// nothing would, until something else happens. False: the session could not even be closed.
bool hand_to(session& to, const append_log::block_pointer& block,
             const std::vector<shared_bytes>& part) noexcept {
  const auto send = [&] { block ? to.send(append_block::parts(block)) : to.send(part); };
  if ((block || !part.empty()) && enough_memory_for(send)) return true;
  return enough_memory_for([&] { to.close(errc::out_of_memory); });
}

}  // namespace

void append_channel::send(append_owner& owner, turn& mine) noexcept {
  for (bool goes_on = true; goes_on;) {
    const bool handed = hand_to(*mine.to_, mine.block_, mine.part_);
    const bool something = mine.block_ || !mine.part_.empty();
    mine.block_.reset();
    mine.part_.clear();
    checked_lock lock{owner.mutex()};
    flow_.on_handed(mine.serial_, handed);
    goes_on = something && take_block(mine);
  }
}

// The first event has come, or a session has ended without the actor's knowledge: nothing else
// would report it.
void append_channel::report(append_owner& owner) noexcept {
  after_lock todo;
  bool first_event = false;
  {
    checked_lock lock{owner.mutex()};
    first_event = flow_.take_first_event();
    if (!first_event) todo = carry_out_locked(owner, flow_.take_loss());
  }
  if (!first_event) return report_end(owner, std::move(todo));
  if (enough_memory_for([&] { owner.on_first_event(*this); })) return;
  checked_lock lock{owner.mutex()};
  flow_.on_first_event_unreported();
}

std::uint64_t append_channel::attach(notice_handler notices) {
  auto owner = owner_.lock();
  if (!owner) return 0;
  auto mine = std::make_shared<const notice_handler>(std::move(notices));
  after_lock todo;
  {
    checked_lock lock{owner->mutex()};
    todo = carry_out_locked(*owner, flow_.attach());
    notices_.swap(mine);
  }
  const auto generation = todo.generation;
  deliver(*owner, std::move(todo));
  return generation;
}

void append_channel::detach(std::uint64_t generation) {
  auto owner = owner_.lock();
  if (!owner) return;
  std::shared_ptr<const notice_handler> old;
  after_lock todo;
  {
    checked_lock lock{owner->mutex()};
    auto ended = flow_.detach(generation);
    if (!ended) return;
    todo = carry_out_locked(*owner, std::move(*ended));
    old.swap(notices_);
  }
  deliver(*owner, std::move(todo));
}

bool append_channel::use(std::uint64_t generation, std::shared_ptr<session> now) {
  auto owner = owner_.lock();
  if (!owner) return false;
  after_lock todo;
  {
    checked_lock lock{owner->mutex()};
    auto used = flow_.use(generation);
    if (!used) return false;
    todo = carry_out_locked(*owner, std::move(*used));
    session_ = now;
  }
  auto link = std::make_shared<session_link<append_channel>>(weak_from_this(), todo.serial);
  deliver(*owner, std::move(todo));
  return now->attach(flow(), std::move(link));
}

void append_channel::send_setup(std::uint64_t generation, const std::string& token) {
  if (auto owner = owner_.lock()) {
    checked_lock lock{owner->mutex()};
    flow_.use_token(generation, token);
  }
  send_request(generation, wire::setup_append{request_id_, writer_id_, name_, token});
}

void append_channel::send_inspection(std::uint64_t generation, const std::string& token) {
  send_request(generation, wire::get_stream_segment_info{request_id_, name_, token});
}

template <class Request>
void append_channel::send_request(std::uint64_t generation, const Request& what) {
  auto owner = owner_.lock();
  if (!owner) return;
  std::shared_ptr<session> to;
  {
    checked_lock lock{owner->mutex()};
    if (flow_.accepts(generation)) to = session_;
  }
  auto frame = wire::encode(what);
  if (to && frame) to->send(std::move(*frame));
}

result<void> append_channel::resume(std::uint64_t generation, std::int64_t stored) {
  auto owner = owner_.lock();
  if (!owner) return errc::closed;
  after_lock todo;
  {
    checked_lock lock{owner->mutex()};
    auto resumed = flow_.resume(generation, stored);
    if (!resumed) return resumed.error();
    todo = carry_out_locked(*owner, std::move(*resumed));
  }
  deliver(*owner, std::move(todo));
  return {};
}

result<void> append_channel::finalize(std::uint64_t generation,
                                      std::optional<std::int64_t> stored) {
  auto owner = owner_.lock();
  if (!owner) return errc::closed;
  after_lock todo;
  {
    checked_lock lock{owner->mutex()};
    auto known = flow_.finalize(generation, stored);
    if (!known) return known.error();
    todo = carry_out_locked(*owner, std::move(*known));
  }
  deliver(*owner, std::move(todo));
  return {};
}

void append_channel::hand_over(std::uint64_t generation,
                               const std::vector<controller::successor>& to,
                               const std::string& delegation_token) {
  auto owner = owner_.lock();
  if (owner && accepts(*owner, generation)) owner->replace_segment(*this, to, delegation_token);
}

void append_channel::give_up(std::uint64_t generation, const error& reason, bool certain) {
  auto owner = owner_.lock();
  if (owner && accepts(*owner, generation)) owner->on_gave_up(*this, reason, certain);
}

bool append_channel::accepts(append_owner& owner, std::uint64_t generation) const {
  checked_lock lock{owner.mutex()};
  return flow_.accepts(generation);
}

void append_channel::disconnect(std::uint64_t generation, const error& reason) {
  auto owner = owner_.lock();
  if (!owner) return;
  after_lock todo;
  {
    checked_lock lock{owner->mutex()};
    todo = carry_out_locked(*owner, flow_.disconnect(generation, reason));
  }
  deliver(*owner, std::move(todo));
}

void append_channel::note_trouble(const error& reason) {
  if (auto owner = owner_.lock()) owner->on_trouble(reason);
}

void append_channel::on_session_closed(std::uint64_t serial, const error& reason) {
  auto owner = owner_.lock();
  if (!owner) return;
  after_lock todo;
  {
    checked_lock lock{owner->mutex()};
    todo = carry_out_locked(*owner, flow_.on_session_closed(serial, reason));
  }
  report_end(*owner, std::move(todo));
}

void append_channel::on_reply(std::uint64_t serial, const wire::frame& reply) {
  auto owner = owner_.lock();
  if (!owner) return;
  after_lock todo;
  {
    checked_lock lock{owner->mutex()};
    if (!flow_.hears(serial)) return;
    todo = carry_out_locked(*owner, flow_.on_reply(reply, session_->now()));
  }
  deliver(*owner, std::move(todo));
}

}  // namespace pravega_actor::internal
