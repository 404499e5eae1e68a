#include "read/read_flow.hpp"

#include <algorithm>
#include <utility>

#include "pravega_actor/limits.hpp"
#include "requests/request_id.hpp"

namespace pravega_actor::internal {

namespace {

/// What a slice or a gap counts at least, as a part of a request.
constexpr std::size_t smallest_cost_part = 32;

}  // namespace

read_flow::read_flow(std::shared_ptr<const segment> of, std::string name, std::int32_t flow,
                     start from, read_limits limits, std::shared_ptr<buffer_pool> pool)
    : of_{std::move(of)},
      name_{std::move(name)},
      flow_{flow},
      limits_{limits},
      end_{from.end},
      pool_{std::move(pool)},
      offset_{from.offset},
      assembler_{make_assembler()},
      token_{std::make_shared<const std::string>(std::move(from.delegation_token))} {}

read_assembler read_flow::make_assembler() const {
  return {of_, offset_, limits_.event_payload_bytes_max, pool_};
}

// --- asking ---------------------------------------------------------------------------------

// A segment that is read to its tail may wait for long: what it asks for is kept for it
// meanwhile, so it is little until more comes. Where an event is unfinished, its rest.
std::size_t read_flow::wish() const noexcept {
  const bool may_ask = life_ == life::reading && connection_ == connection::open &&
                       request_ == request_state::none && event_ != large_event::waits &&
                       waiting_.cost < limits_.prefetch_slices * limits_.request_bytes;
  if (!may_ask) return 0;
  const auto least = std::min(limits_.request_bytes, limits::reader_request_bytes_least);
  const auto grown = tail_ == tail::behind
                         ? limits_.request_bytes
                         : std::clamp(2 * last_bytes_, least, limits_.request_bytes);
  return std::max(grown, std::min(limits_.request_bytes, assembler_.missing_bytes()));
}

read_flow::request read_flow::ask(std::size_t granted_bytes, time_point now) noexcept {
  const auto offset = assembler_.wanted();
  auto bytes = static_cast<std::int64_t>(granted_bytes);
  if (end_) bytes = std::min(bytes, std::max<std::int64_t>(*end_ - offset, request_bytes_min));
  asked_ = {offset, static_cast<std::int32_t>(bytes), request_id(flow_, ++sequence_), token_};
  asked_at_ = now;
  granted_bytes_ = granted_bytes;
  request_ = request_state::on_its_way;
  return asked_;
}

read_flow::reaction read_flow::on_unsent(std::uint64_t serial, const error& reason) {
  if (serial != serial_ || connection_ != connection::open) return {};
  return refuse(reason);
}

void read_flow::answered() noexcept {
  request_ = request_state::none;
  changes_.answered_bytes += std::exchange(granted_bytes_, 0);
}

// --- large events ---------------------------------------------------------------------------

read_flow::claim read_flow::claim_event(std::uint64_t serial,
                                        std::size_t event_bytes) noexcept {
  if (serial != serial_ || life_ == life::finished) return claim::refused;
  if (event_bytes <= event_bytes_) return claim::kept;
  // The one before it is whole by now.
  forget_event();
  return claim::needs_room;
}

void read_flow::on_claimed(std::size_t event_bytes, bool granted) noexcept {
  event_ = granted ? large_event::kept : large_event::waits;
  event_bytes_ = granted ? event_bytes : 0;
}

void read_flow::forget_event() noexcept {
  changes_.event_bytes += std::exchange(event_bytes_, 0);
  if (std::exchange(event_, large_event::none) == large_event::waits)
    changes_.event_withdrawn = true;
}

// --- the actor's calls ----------------------------------------------------------------------

read_flow::reaction read_flow::attach() {
  ++generation_;
  return end_session();
}

// A partial event is asked for again. One that is being cut now is dropped by its cutter.
read_flow::reaction read_flow::end_session() {
  connection_ = connection::none;
  if (request_ == request_state::cutting) assembler_ = make_assembler();
  assembler_.drop_partial();
  answered();
  forget_event();
  reported_ = reported::nothing;
  last_ = last_reply::none;
  ++serial_;
  reaction out;
  out.ends_session = true;
  out.makes_room = true;
  return out;
}

read_flow::reaction read_flow::use() {
  auto out = end_session();
  connection_ = connection::attached;
  return out;
}

read_flow::reaction read_flow::resume() {
  if (connection_ == connection::none || life_ == life::finished) return {};
  connection_ = connection::open;
  trouble_.reset();
  reaction out;
  if (!at_own_end()) return out;
  push_end(false);
  out.notice = read_finished{};
  return out;
}

read_flow::reaction read_flow::skip(std::int64_t to) {
  const bool behind = to <= offset_;
  if (life_ == life::finished || request_ == request_state::cutting || behind) return {};
  // What lies behind the reader's own end is not missing to it.
  const auto until = end_ ? std::min(to, *end_) : to;
  push_gap(until);
  offset_ = until;
  assembler_.move_to(until);
  forget_event();
  return {};
}

read_flow::reaction read_flow::skip_rest() {
  if (life_ == life::finished) return {};
  push_gap(end_.value_or(-1));
  if (end_) offset_ = *end_;
  push_end(!end_);
  return {};
}

read_flow::reaction read_flow::give_up(const error& reason) {
  if (life_ == life::finished) return {};
  push(reason);
  life_ = life::finished;
  return {};
}

read_flow::reaction read_flow::note_trouble(const error& reason) {
  trouble_ = reason;
  return {};
}

read_flow::reaction read_flow::set_token(std::string delegation_token) {
  token_ = std::make_shared<const std::string>(std::move(delegation_token));
  return {};
}

// --- what waits -----------------------------------------------------------------------------

std::size_t read_flow::cost_of(const read_outcome& what) const noexcept {
  const auto* item = std::get_if<read_item>(&what);
  if (item == nullptr || std::holds_alternative<segment_end>(*item)) return 0;
  const auto* slice = std::get_if<event_slice>(item);
  const auto bytes = slice != nullptr ? slice->bytes().size() : 0;
  return std::max(bytes, limits_.request_bytes / smallest_cost_part);
}

std::size_t read_flow::count(const read_outcome& what, bool added) noexcept {
  const auto change = [added](std::size_t& value, std::size_t by) {
    value = added ? value + by : value - by;
  };
  const auto cost = cost_of(what);
  change(waiting_.cost, cost);
  const auto* item = std::get_if<read_item>(&what);
  const auto* slice = item != nullptr ? std::get_if<event_slice>(item) : nullptr;
  if (slice == nullptr) return cost;
  change(waiting_.slices, 1);
  change(waiting_.bytes, slice->bytes().size());
  return cost;
}

void read_flow::push(read_outcome what) {
  outcomes_.push_back(std::move(what));
  if (outcomes_.size() == 1) changes_.ready = true;
  changes_.waiting += count(outcomes_.back(), true);
}

// From `offset_` to `to`. A store that truncates all the time does not fill the queue.
void read_flow::push_gap(std::int64_t to) {
  auto* last = outcomes_.empty() ? nullptr : std::get_if<read_item>(&outcomes_.back());
  auto* gap = last != nullptr ? std::get_if<segment_gap>(last) : nullptr;
  if (gap != nullptr && gap->to == offset_)
    gap->to = to;
  else
    push(read_item{segment_gap{*of_, offset_, to}});
}

void read_flow::push_end(bool sealed) {
  push(read_item{segment_end{*of_, offset_, sealed}});
  life_ = life::finished;
}

read_flow::taken read_flow::take() noexcept {
  taken out{std::move(outcomes_.front())};
  outcomes_.pop_front();
  out.cost = count(out.what, false);
  return out;
}

void read_flow::drop() noexcept {
  changes_.dropped += std::exchange(waiting_, {}).cost;
  outcomes_.clear();
  answered();
  forget_event();
  life_ = life::finished;
}

read_flow::reaction read_flow::give_back(std::deque<read_outcome>& rest) {
  rest.swap(outcomes_);
  drop();
  auto out = end_session();
  out.notice = read_finished{};
  return out;
}

// --- what can be seen -----------------------------------------------------------------------

// More data is certain before the reader's end, and after a reply that did not reach the tail.
bool read_flow::more_is_certain() const noexcept {
  return (end_ && asked_.offset < *end_) || tail_ == tail::behind;
}

read_wait read_flow::waited() const noexcept {
  return {{}, tail_ == tail::reached && !more_is_certain()};
}

std::optional<read_flow::owed_read> read_flow::owed() const noexcept {
  if (request_ != request_state::on_its_way) return std::nullopt;
  const bool certain = more_is_certain();
  if (!certain && tail_ == tail::reached) return std::nullopt;
  return owed_read{asked_.offset, asked_at_, certain};
}

std::string_view to_string(read_flow::life of) noexcept {
  return of == read_flow::life::reading ? "reading" : "finished";
}

std::string_view to_string(read_flow::connection at) noexcept {
  static constexpr std::string_view names[] = {"none", "attached", "open"};
  return names[static_cast<std::size_t>(at)];
}

std::string_view to_string(read_flow::request_state of) noexcept {
  static constexpr std::string_view names[] = {"none", "on_its_way", "cutting"};
  return names[static_cast<std::size_t>(of)];
}

std::string_view to_string(read_flow::large_event of) noexcept {
  static constexpr std::string_view names[] = {"none", "kept", "waits"};
  return names[static_cast<std::size_t>(of)];
}

}  // namespace pravega_actor::internal
