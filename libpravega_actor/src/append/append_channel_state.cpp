// What an append channel says of itself, and what it is told about its segment.
#include <utility>

#include "append/append_channel.hpp"

namespace pravega_actor::internal {

bool append_channel::events_wait() const {
  auto owner = owner_.lock();
  if (!owner) return false;
  checked_lock lock{owner->mutex()};
  return !flow_.log().empty();
}

bool append_channel::final_known() const {
  auto owner = owner_.lock();
  if (!owner) return false;
  checked_lock lock{owner->mutex()};
  return final_known_locked();
}

bool append_channel::retired() const {
  auto owner = owner_.lock();
  if (!owner) return true;
  checked_lock lock{owner->mutex()};
  return flow_.segment_life() == append_flow::life::retired;
}

bool append_channel::seal_expected() const {
  auto owner = owner_.lock();
  if (!owner) return false;
  checked_lock lock{owner->mutex()};
  return flow_.seal_expected();
}

void append_channel::expect_seal() {
  auto owner = owner_.lock();
  if (!owner) return;
  after_lock todo;
  {
    checked_lock lock{owner->mutex()};
    todo = carry_out_locked(*owner, flow_.expect_seal());
  }
  deliver(*owner, std::move(todo));
}

append_channel::snapshot append_channel::look() const {
  auto owner = owner_.lock();
  if (!owner) return {};
  checked_lock lock{owner->mutex()};
  return look_locked();
}

append_channel::snapshot append_channel::look_locked() const {
  const auto& log = flow_.log();
  snapshot out{flow_.at() == append_flow::connection::open,
               log.in_flight(),
               log.pending_events(),
               log.acknowledged(),
               session_ ? session_->peer().to_string() : std::string{},
               {}};
  if (const auto since = flow_.owed_since())
    out.owed = owed_line{flow_.owed_text(), name_, out.peer, *since};
  return out;
}

}  // namespace pravega_actor::internal
