// How a write log ends: what became of each event, and what it says of itself.
#include <algorithm>
#include <new>

#include "core/bounded_timeout.hpp"
#include "core/user_code.hpp"
#include "writer/write_log.hpp"

namespace pravega_actor::internal {

void write_log::on_gave_up(append_channel& channel, const error& reason, bool certain) {
  {
    checked_lock lock{lock_of_all()};
    fail_locked(reason, certain ? &channel : nullptr);
  }
  deliver();
}

void write_log::refuse_with(const error& reason) {
  checked_lock lock{lock_of_all()};
  refusal_ = reason;
}

void write_log::fail(const error& reason) {
  {
    checked_lock lock{lock_of_all()};
    fail_locked(reason, nullptr);
  }
  deliver();
}

void write_log::close_deadline() {
  auto reason = deadline_error(stage::close);
  {
    checked_lock lock{lock_of_all()};
    if (state_ != state::closing || ledger_.all_durable()) return;
    fail_locked(reason, nullptr);
  }
  deliver();
}

// `certain`: the channel whose unacknowledged events are known not to be stored; it need not be
// in the table any more.
void write_log::fail_locked(const error& reason, append_channel* certain) {
  if (state_ == state::failed || state_ == state::closed) return;
  state_ = state::failed;
  try {
    ledger_.fail(reason, list_unwritten(certain));
  } catch (const std::bad_alloc&) {
    ledger_.fail_unknown(reason);
  }
  // Answers that are still on their way mean nothing any more.
  const auto end = [](append_channel& channel) PRAVEGA_ACTOR_REQUIRES(guard) {
    channel.log().clear();
    (void)channel.retire();
  };
  for (const auto& [id, channel] : table_.channels())
    end(*channel);
  if (certain) end(*certain);
  room_.clear_bytes();
}

// What is known not to be stored, by its first tickets; an event may be there twice.
std::vector<undurable_range> write_log::list_unwritten(append_channel* certain) const {
  std::vector<undurable_range> out;
  const auto add = [&](append_channel& of) PRAVEGA_ACTOR_REQUIRES(guard) {
    const bool known = &of == certain || of.final_known_locked();
    of.log().for_each_block([&](const append_block& block) {
      if (block.ever_sent() && !known) return;
      for (const auto& mark : block.marks())
        add_ticket(out, mark.ticket, false);
    });
  };
  for (const auto& [id, channel] : table_.channels())
    add(*channel);
  if (certain && !table_.channels().contains(certain->of().id)) add(*certain);
  std::sort(out.begin(), out.end(), [](const undurable_range& a, const undurable_range& b) {
    return a.first < b.first;
  });
  return out;
}

void write_log::start_close(duration timeout, std::function<void(const close_report&)> done) {
  bool arm = false;
  {
    checked_lock lock{lock_of_all()};
    const bool waits = done != nullptr;
    if (waits) closers_.push_back(std::move(done));
    if (state_ == state::opening) state_ = state::closed;
    // Each call that waits has a deadline of its own; the first one counts.
    if (state_ == state::open) {
      state_ = state::closing;
      arm = true;
    } else {
      arm = (state_ == state::closing && waits) || state_ == state::failed;
    }
  }
  deliver();
  // Without memory for the message there is no deadline but that of who waits.
  if (arm && hooks_.closing) call_unheard(hooks_.closing, bounded_timeout(timeout));
}

error write_log::deadline_error(stage at) const {
  checked_lock lock{lock_of_all()};
  try {
    auto text =
        std::to_string(ledger_.last() - ledger_.through()) + " events are not durable yet";
    if (trouble_) text += "; " + trouble_->to_string();
    auto late = error{errc::deadline_exceeded, std::move(text)}.with_stage(at).with_subject(
        stream_.to_string());
    if (!trouble_) return late;
    return late.with_segment_store(trouble_->segment_store())
        .with_controller(trouble_->controller());
  } catch (const std::bad_alloc&) {
    return errc::deadline_exceeded;
  }
}

bool write_log::over() const {
  checked_lock lock{lock_of_all()};
  return state_ == state::closed || state_ == state::failed;
}

result<void> write_log::writable() const {
  checked_lock lock{lock_of_all()};
  if (state_ == state::open) return {};
  return state_error();
}

std::optional<error> write_log::failure() const {
  checked_lock lock{lock_of_all()};
  return ledger_.failure();
}

close_report write_log::report() const {
  checked_lock lock{lock_of_all()};
  return ledger_.report();
}

writer_status write_log::status() const {
  static constexpr const char* names[] = {"opening", "open", "closing", "closed", "failed"};
  checked_lock lock{lock_of_all()};
  writer_status out;
  out.stream = stream_;
  out.state = names[static_cast<std::size_t>(state_)];
  out.last_written = ledger_.last();
  out.durable_through = ledger_.through();
  out.outstanding_bytes = room_.budget().outstanding().bytes;
  out.blocks_acknowledged = blocks_acknowledged_;
  for (const auto& [id, channel] : table_.channels()) {
    const auto seen = channel->look_locked();
    out.segments.push_back({channel->name(), seen.connected, seen.peer, seen.events_pending,
                            seen.blocks_in_flight});
    if (seen.owed) out.owed.push_back(*seen.owed);
  }
  if (const auto& failure = ledger_.failure())
    out.last_failure = failure->to_string();
  else if (trouble_)
    out.last_failure = trouble_->to_string();
  return out;
}

void write_log::add_owed(std::vector<owed_line>& to) const {
  checked_lock lock{lock_of_all()};
  for (const auto& [id, channel] : table_.channels())
    if (auto owed = channel->look_locked().owed) to.push_back(std::move(*owed));
}

}  // namespace pravega_actor::internal
