#include "append/append_channel.hpp"

#include <new>

#include "requests/reply_check.hpp"
#include "wire/codec.hpp"

namespace pravega_actor {

append_channel::append_channel(std::weak_ptr<append_owner> owner, segment of, append_log log)
    : owner_{std::move(owner)},
      of_{std::move(of)},
      name_{of_.to_string()},
      log_{std::move(log)} {}

void append_channel::pump(std::unique_lock<std::mutex>& lock) {
  if (sending_) return;
  if (!open_) return tell_lost(lock);
  // While the lock is released the segment may be replaced, and the last other reference go.
  std::shared_ptr<append_channel> keep;
  // What is in flight brings an acknowledgement, and with it the I/O thread, which goes on.
  for (std::size_t sent = 0; open_ && (sent < blocks_per_turn_max || log_.in_flight() == 0);
       ++sent) {
    append_log::block_pointer block;
    try {
      block = log_.next_to_send();
      if (!block) break;
    } catch (const std::bad_alloc&) {
    }
    if (!keep) keep = shared_from_this();
    sending_ = true;
    auto to = session_;
    if (log_.in_flight() == 1) owed_since_ = to->now();
    lock.unlock();
    const bool told = send_block(*to, block);
    lock.lock();
    sending_ = false;
    if (!told && session_ == to) {
      open_ = false;
      lost_ = true;
    }
    if (!block) break;
  }
}

// Without memory, also for what would be the block, the next connection sends it: otherwise
// nothing would, until something else happens. False: the session could not even be closed.
bool append_channel::send_block(session& to, const append_log::block_pointer& block) noexcept {
  try {
    if (block) to.send(append_block::parts(block));
    if (block) return true;
  } catch (const std::bad_alloc&) {
  }
  try {
    to.close(errc::out_of_memory);
    return true;
  } catch (const std::bad_alloc&) {
    return false;
  }
}

// A session has ended without the actor's knowledge: nobody else would tell it.
void append_channel::tell_lost(std::unique_lock<std::mutex>& lock) {
  if (!lost_) return;
  const auto keep = shared_from_this();
  auto old = take_session();
  tell_closed(lock, errc::out_of_memory);
  if (lock.owns_lock()) lock.unlock();
  old.reset();
  lock.lock();
}

// Also leaves with the lock held.
void append_channel::tell_closed(std::unique_lock<std::mutex>& lock,
                                 const error& reason) noexcept {
  try {
    return notify(lock, channel_closed{reason});
  } catch (const std::bad_alloc&) {
  }
  if (!lock.owns_lock()) lock.lock();
  lost_ = session_ == nullptr;
}

std::uint64_t append_channel::attach(notice_handler notices) {
  auto owner = owner_.lock();
  if (!owner) return 0;
  std::shared_ptr<session> old;
  std::uint64_t mine = 0;
  {
    std::lock_guard lock{owner->mutex()};
    old = take_session();
    notices_ = std::move(notices);
    mine = ++generation_;
  }
  if (old) old->close(errc::cancelled);
  return mine;
}

std::shared_ptr<session> append_channel::take_session() {
  auto old = std::move(session_);
  session_.reset();
  open_ = false;
  lost_ = false;
  told_progress_ = told_setup_ = told_state_ = told_refused_ = false;
  ++serial_;
  log_.disconnect();
  return old;
}

void append_channel::detach(std::uint64_t generation) {
  auto owner = owner_.lock();
  if (!owner) return;
  std::shared_ptr<session> old;
  {
    std::lock_guard lock{owner->mutex()};
    if (generation != generation_) return;
    notices_ = nullptr;
    old = take_session();
  }
  if (old) old->close(errc::cancelled);
}

bool append_channel::use(std::uint64_t generation, std::shared_ptr<session> now) {
  auto owner = owner_.lock();
  if (!owner) return false;
  std::shared_ptr<session> old;
  std::shared_ptr<session_link<append_channel>> sink;
  {
    std::lock_guard lock{owner->mutex()};
    if (generation != generation_) return false;
    old = take_session();
    session_ = now;
    sink = std::make_shared<session_link<append_channel>>(weak_from_this(), serial_);
  }
  if (old) old->close(errc::cancelled);
  return now->attach(static_cast<std::int32_t>(log_.request_id() >> 32), std::move(sink));
}

void append_channel::send_setup(std::uint64_t generation, const std::string& token) {
  send_request(generation,
               wire::setup_append{log_.request_id(), log_.writer_id(), name_, token});
}

void append_channel::send_inspection(std::uint64_t generation, const std::string& token) {
  send_request(generation, wire::get_stream_segment_info{log_.request_id(), name_, token});
}

template <class Request>
void append_channel::send_request(std::uint64_t generation, const Request& what) {
  auto owner = owner_.lock();
  if (!owner) return;
  std::shared_ptr<session> to;
  {
    std::lock_guard lock{owner->mutex()};
    if (generation != generation_) return;
    to = session_;
  }
  auto frame = wire::encode(what);
  if (to && frame) to->send(std::move(*frame));
}

result<void> append_channel::resume(std::uint64_t generation, std::int64_t stored) {
  auto owner = owner_.lock();
  if (!owner) return errc::closed;
  {
    std::unique_lock lock{owner->mutex()};
    if (generation != generation_ || !session_) return {};
    auto durable = log_.resume(stored);
    if (!durable) return durable.error().with_subject(name_);
    owner->on_durable(*durable);
    log_.recycle(std::move(*durable));
    open_ = true;
    pump(lock);
  }
  owner->settle();
  return {};
}

result<void> append_channel::settle_sealed(std::uint64_t generation,
                                           std::optional<std::int64_t> stored) {
  auto owner = owner_.lock();
  if (!owner) return errc::closed;
  std::shared_ptr<session> old;
  {
    std::lock_guard lock{owner->mutex()};
    if (generation != generation_ || settled_) return {};
    if (stored && log_.in_doubt()) {
      auto durable = log_.resume(*stored);
      if (!durable) return durable.error().with_subject(name_);
      owner->on_durable(*durable);
      log_.recycle(std::move(*durable));
    }
    settled_ = true;
    old = take_session();
  }
  if (old) old->close(errc::segment_sealed);
  owner->settle();
  return {};
}

void append_channel::hand_over(std::uint64_t generation,
                               const std::vector<controller::successor>& to,
                               const std::string& delegation_token) {
  auto owner = owner_.lock();
  if (!owner) return;
  {
    std::lock_guard lock{owner->mutex()};
    if (generation != generation_) return;
  }
  owner->on_sealed(*this, to, delegation_token);
}

void append_channel::disconnect(std::uint64_t generation, const error& reason) {
  auto owner = owner_.lock();
  if (!owner) return;
  std::shared_ptr<session> old;
  {
    std::lock_guard lock{owner->mutex()};
    if (generation != generation_) return;
    old = take_session();
  }
  if (old) old->close(reason);
}

void append_channel::give_up(std::uint64_t generation, const error& reason, bool certain) {
  auto owner = owner_.lock();
  if (!owner) return;
  {
    std::lock_guard lock{owner->mutex()};
    if (generation != generation_) return;
  }
  owner->on_gave_up(*this, reason, certain);
}

void append_channel::note_trouble(const error& reason) {
  if (auto owner = owner_.lock()) owner->on_trouble(reason);
}

template <class F>
bool append_channel::ask_locked(F&& question, bool otherwise) const {
  auto owner = owner_.lock();
  if (!owner) return otherwise;
  std::lock_guard lock{owner->mutex()};
  return question();
}

bool append_channel::events_wait() const {
  return ask_locked([this] { return !log_.empty(); }, false);
}

bool append_channel::settled() const {
  return ask_locked([this] { return settled_; }, false);
}

bool append_channel::retired() const {
  return ask_locked([this] { return retired_; }, true);
}

append_channel::snapshot append_channel::look() const {
  auto owner = owner_.lock();
  if (!owner) return {};
  std::lock_guard lock{owner->mutex()};
  return look_locked();
}

append_channel::snapshot append_channel::look_locked() const {
  return {open_,
          log_.in_flight(),
          log_.pending_events(),
          log_.acknowledged(),
          session_ ? session_->peer().to_string() : std::string{},
          owed()};
}

std::optional<owed_line> append_channel::owed() const {
  const auto blocks = log_.in_flight();
  if (!open_ || !session_ || blocks == 0) return std::nullopt;
  return owed_line{
      "acknowledgement of " + std::to_string(blocks) + (blocks == 1 ? " block" : " blocks"),
      name_, session_->peer().to_string(), owed_since_};
}

void append_channel::notify(std::unique_lock<std::mutex>& lock, channel_notice what) {
  auto to = notices_;
  const auto generation = generation_;
  lock.unlock();
  if (to) to(generation, std::move(what));
}

void append_channel::on_session_closed(std::uint64_t serial, const error& reason) {
  auto owner = owner_.lock();
  if (!owner) return;
  std::unique_lock lock{owner->mutex()};
  if (serial != serial_) return;
  auto old = take_session();
  tell_closed(lock, reason);
}

void append_channel::on_reply(std::uint64_t serial, const wire::frame& reply) {
  auto owner = owner_.lock();
  if (!owner) return;
  std::unique_lock lock{owner->mutex()};
  if (serial != serial_ || retired_) return;
  if (reply.type == wire::data_appended::code) {
    if (open_) on_data_appended(*owner, lock, reply);
    return;
  }
  if (auto what = notice_of(reply)) notify(lock, std::move(*what));
}

void append_channel::on_data_appended(append_owner& owner, std::unique_lock<std::mutex>& lock,
                                      const wire::frame& reply) {
  const auto ack = acknowledgement_in(reply, expected());
  const auto refuse = [&](error why) {
    if (auto what = refusal(std::move(why))) notify(lock, std::move(*what));
  };
  if (!ack) return refuse(ack.error());
  auto durable = log_.acknowledge(ack->event_number);
  if (!durable) return refuse(durable.error().with_subject(name_));
  owner.on_durable(*durable);
  log_.recycle(std::move(*durable));
  if (log_.in_flight() > 0) owed_since_ = session_->now();
  pump(lock);
  if (!told_progress_) {
    told_progress_ = true;
    notify(lock, append_progressed{});
  } else {
    lock.unlock();
  }
  owner.settle();
}

expected_reply append_channel::expected() const noexcept {
  return {log_.request_id(), name_, &log_.writer_id()};
}

std::optional<channel_notice> append_channel::refusal(error why) {
  if (std::exchange(told_refused_, true)) return std::nullopt;
  return append_refused{std::move(why), !settled_ && log_.in_doubt()};
}

std::optional<channel_notice> append_channel::notice_of(const wire::frame& reply) {
  const auto again = [this](const char* what) {
    return refusal(error{errc::protocol_violation, what});
  };
  if (reply.type == wire::append_setup::code) {
    const auto setup = reply_as<wire::append_setup>(reply, expected());
    if (!setup) return refusal(setup.error());
    if (std::exchange(told_setup_, true)) return again("a second AppendSetup");
    return setup_answered{setup->last_event_number};
  }
  if (reply.type == wire::stream_segment_info::code) {
    const auto info = reply_as<wire::stream_segment_info>(reply, expected());
    if (!info) return refusal(info.error());
    if (std::exchange(told_state_, true)) return again("a second StreamSegmentInfo");
    return segment_inspected{info->is_sealed};
  }
  return refusal(refusal_in(reply, expected()));
}

}  // namespace pravega_actor
