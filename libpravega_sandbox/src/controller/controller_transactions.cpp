// The part of the controller model that deals with transactions.
#include <algorithm>
#include <utility>

#include "controller/controller_limits.hpp"
#include "controller/controller_model.hpp"

namespace pravega_sandbox {

namespace {

using pravega_actor::error;
using pravega_actor::segment;

error refused(const stream_transaction& which, transaction_state state) {
  return error{errc::precondition_failed,
               "transaction " + which.id.to_string() + " is " + std::string{to_string(state)}};
}

/// The text is the real server's: clients know it.
result<void> check_lease(std::int64_t lease_ms) {
  if (lease_ms < controller_limits::lease_ms_min)
    return error{errc::invalid_argument, "lease should be greater than minimum lease"};
  if (lease_ms > controller_limits::lease_ms_max)
    return error{errc::invalid_argument, "lease value too large, max value is " +
                                             std::to_string(controller_limits::lease_ms_max)};
  return {};
}

/// A part of a segment of the transaction's epoch; the segment itself need not exist.
std::string part_name(const stream_transaction& of, std::int32_t number) {
  return segment{of.stream, {number, of.id.epoch()}}.transaction_name(of.id.value);
}

}  // namespace

std::vector<segment_with_range> controller_model::parts_of(const stream_transaction& which) {
  std::vector<segment_with_range> parts;
  const auto* const record = find(which.stream);
  const auto* const segments =
      record == nullptr ? nullptr : record->epoch_segments(which.id.epoch());
  if (segments == nullptr) return parts;
  for (const auto& [id, range] : *segments)
    parts.push_back({{id.number, which.id.epoch()}, range});
  return parts;
}

controller_model::answer controller_model::on(const controller::create_transaction& call) {
  const auto* const stream = find(call.stream);
  if (stream == nullptr) return missing(call.stream);
  PRAVEGA_ACTOR_TRY(check_lease(call.lease_ms));
  if (stream->sealed()) return error{errc::stream_sealed}.with_subject(call.stream.to_string());
  PRAVEGA_ACTOR_TRY(transactions_.check_room(call.stream));
  const auto epoch = stream->reference_of(stream->epoch());
  const auto count = stream->epoch_segments(epoch)->size();
  PRAVEGA_ACTOR_TRY(check_room_for(count, 0, transaction_registry::bytes_of(call.stream)));
  const auto id = transactions_.begin(call.stream, epoch, call.lease_ms, store_.now_ms());
  transaction_memory_.set(transactions_.bytes());
  auto parts = parts_of({call.stream, id});
  for (const auto& each : parts)
    store_.create(part_name({call.stream, id}, each.id.number));
  return reply_with(controller::created_transaction{id, std::move(parts), {}});
}

controller_model::answer controller_model::on(const controller::ping_transaction& call) {
  const auto status =
      transactions_.ping({call.stream, call.id}, call.lease_ms, store_.now_ms());
  return reply_with(controller::transaction_pinged{status});
}

controller_model::answer controller_model::on(const controller::commit_transaction& call) {
  const stream_transaction which{call.stream, call.id};
  if (!transactions_.commit(which)) return refused(which, transactions_.state_of(which));
  if (!loses_commit_ || !loses_commit_()) end_transactions_in_time();
  return reply_with(controller::done{});
}

controller_model::answer controller_model::on(const controller::abort_transaction& call) {
  const stream_transaction which{call.stream, call.id};
  if (!transactions_.abort(which)) return refused(which, transactions_.state_of(which));
  end_transactions_in_time();
  return reply_with(controller::done{});
}

controller_model::answer controller_model::on(const controller::check_transaction& call) {
  return reply_with(
      controller::transaction_checked{transactions_.state_of({call.stream, call.id})});
}

controller_model::answer controller_model::on(
    const controller::list_completed_transactions& call) {
  auto all = transactions_.completed(call.stream);
  std::sort(all.begin(), all.end(), [](const auto& a, const auto& b) { return a.id < b.id; });
  return reply_with(controller::completed_transactions{std::move(all)});
}

void controller_model::end_transactions_in_time() {
  if (!ends_later_ || !ends_later_()) (void)end_transactions();
}

std::size_t controller_model::expire_transactions() {
  const auto expired = transactions_.expire(store_.now_ms());
  expired_ += expired;
  const bool waits_for_room = transactions_.any_committing() && !ends_later_ && !loses_commit_;
  if (expired > 0 || waits_for_room) end_transactions_in_time();
  transactions_.forget_old(store_.now_ms());
  transaction_memory_.set(transactions_.bytes());
  return expired;
}

std::size_t controller_model::end_transactions() {
  std::size_t ended = 0;
  for (const auto& which : std::set{transactions_.aborting()}) {
    delete_parts(which);
    transactions_.end(which, store_.now_ms());
    ++ended;
  }
  for (const auto& stream : transactions_.committing())
    ended += commit_transactions(stream);
  transaction_memory_.set(transactions_.bytes());
  return ended;
}

void controller_model::delete_parts(const stream_transaction& which) {
  for (const auto& each : parts_of(which))
    store_.remove(part_name(which, each.id.number));
}

// Those that cannot be committed now stay as they are, as with the real controller.
std::size_t controller_model::commit_transactions(const scoped_stream& stream) {
  std::size_t committed = 0;
  auto* const record = look_up(stream);
  if (record == nullptr) return committed;
  for (auto next = transactions_.next_commits(stream); !next.empty();
       next = transactions_.next_commits(stream)) {
    const auto epoch = next.front().epoch();
    const bool same = record->reference_of(record->epoch()) == record->reference_of(epoch);
    const bool done = same ? merge_into(stream, record->active(), next)
                           : roll_transactions(stream, *record, next);
    if (!done) break;
    for (const auto& id : next)
      transactions_.end({stream, id}, store_.now_ms());
    committed += next.size();
  }
  return committed;
}

// Either all targets take the transactions, or none does.
bool controller_model::merge_into(const scoped_stream& stream,
                                  const std::vector<segment_with_range>& targets,
                                  const std::vector<transaction_id>& ids) {
  const bool all_open = std::all_of(targets.begin(), targets.end(), [&](const auto& each) {
    const auto held = store_.find(segment{stream, each.id}.to_string());
    return held && !held->sealed();
  });
  if (!all_open) return false;
  for (const auto& each : targets) {
    const auto target = segment{stream, each.id}.to_string();
    for (const auto& id : ids)
      (void)store_.merge(target, part_name({stream, id}, each.id.number), {});
  }
  return true;
}

// The transactions' epoch is over: copies of its segments follow the active ones, take the
// transactions and are sealed; copies of the active ones follow them.
bool controller_model::roll_transactions(const scoped_stream& stream, stream_record& record,
                                         const std::vector<transaction_id>& ids) {
  const auto epoch = ids.front().epoch();
  const auto copies = record.epoch_segments(epoch)->size() + record.active().size();
  if (!check_room_for(copies, copies)) return false;
  const auto replaced = record.active();
  const auto before = record.metadata_bytes();
  const auto rolled = record.roll(epoch);
  if (!rolled) return false;
  recount(before, record.metadata_bytes());
  for (const auto& each : rolled->copies)
    store_.create(segment{stream, each.id}.to_string());
  (void)merge_into(stream, rolled->copies, ids);
  for (const auto& each : rolled->copies)
    store_.seal(segment{stream, each.id}.to_string());
  apply_scale(stream, replaced, rolled->active);
  return true;
}

void controller_model::forget_transactions(const scoped_stream& stream) {
  for (const auto& id : transactions_.live(stream))
    delete_parts({stream, id});
  transactions_.forget(stream);
  transaction_memory_.set(transactions_.bytes());
}

}  // namespace pravega_sandbox
