#include "store/read_session.hpp"

#include <algorithm>
#include <utility>

#include "pravega_actor/limits.hpp"
#include "store/store_limits.hpp"

namespace pravega_sandbox {

bool read_session::read(const wire::read_segment& request) {
  auto& replies = context_.replies;
  // A real server repeats the offset here instead of the id.
  bool goes_on = true;
  if (!context_.allows(request.delegation_token, request.segment, permission::read,
                       request.request_id, goes_on))
    return goes_on;
  if (!context_.serves(request.segment)) {
    return replies.add(wire::wrong_host{request.request_id, request.segment, {}, {}});
  }
  if (request.offset < 0) {
    return replies.add(wire::error_message{request.request_id, request.segment,
                                           "offset must not be negative",
                                           wire::message_error::illegal_argument});
  }
  const auto target = context_.store.find(request.segment);
  if (!target) {
    return replies.add(
        wire::no_such_segment{request.request_id, request.segment, {}, request.offset});
  }
  const auto wanted = static_cast<std::size_t>(std::max(0, request.suggested_length));
  const auto bytes_max =
      std::clamp(wanted, store_limits::read_bytes_min, pravega_actor::limits::read_bytes_max);
  return answer({target, request.offset, bytes_max, request.request_id});
}

bool read_session::answer(const read_state& read) {
  const auto& target = *read.segment;
  if (read.offset < target.start_offset()) {
    return context_.replies.add(wire::segment_is_truncated{
        read.request_id, target.name(), target.start_offset(), {}, read.offset});
  }
  if (read.offset >= target.length()) return target.sealed() ? answer_end(read) : park(read);
  const auto remaining = static_cast<std::size_t>(target.length() - read.offset);
  const auto available = std::min(read.bytes_max, remaining);
  const auto size = std::clamp<std::size_t>(
      context_.faults.read_bytes(target.name(), read.offset, available), 1, available);
  const bool reaches_tail = size == remaining;
  // The end comes with the last data if more was asked for than remained.
  const bool ends = target.sealed() && reaches_tail && read.bytes_max > remaining;
  context_.store.count_read(size);
  return context_.replies.add_read(
      {target.name(), read.offset, reaches_tail && !target.sealed(), ends, {}, read.request_id},
      target.read(read.offset, size));
}

bool read_session::answer_end(const read_state& read) {
  if (read.offset > read.segment->length()) return false;
  return context_.replies.add_read(
      {read.segment->name(), read.offset, false, true, {}, read.request_id}, {});
}

std::size_t read_session::bytes_of(std::size_t reads) noexcept {
  return reads * store_limits::parked_read_bytes;
}

bool read_session::park(const read_state& read) {
  const auto reads = parked_.size() + 1;
  if (reads > store_limits::parked_reads_max || !memory_.resize(bytes_of(reads))) return false;
  const auto id = ++last_id_;
  auto& parked = parked_.emplace(id, read).first->second;
  parked.place = read.segment->park(read.offset, waiter_, id);
  return true;
}

bool read_session::resume(std::uint64_t read_id) {
  const auto it = parked_.find(read_id);
  if (it == parked_.end()) return true;
  const auto read = std::move(it->second);
  parked_.erase(it);
  memory_.set(bytes_of(parked_.size()));
  const auto& target = *read.segment;
  if (!context_.owns(target.name())) {
    return context_.replies.add(wire::wrong_host{read.request_id, target.name(), {}, {}});
  }
  if (target.deleted()) return answer_empty(read);
  if (target.sealed() && read.offset >= target.length()) {
    return context_.replies.add(
        wire::segment_is_sealed{read.request_id, target.name(), {}, read.offset});
  }
  return answer(read);
}

// "Ask again."
bool read_session::answer_empty(const read_state& read) {
  return context_.replies.add_read(
      {read.segment->name(), read.offset, true, false, {}, read.request_id}, {});
}

bool read_session::evict_parked() {
  bool goes_on = true;
  for (const auto& [id, read] : std::exchange(parked_, {})) {
    read.segment->unpark(read.place);
    goes_on = goes_on && answer_empty(read);
  }
  memory_.set(0);
  return goes_on;
}

void read_session::clear() {
  for (const auto& [id, read] : std::exchange(parked_, {}))
    read.segment->unpark(read.place);
  memory_.set(0);
}

}  // namespace pravega_sandbox
