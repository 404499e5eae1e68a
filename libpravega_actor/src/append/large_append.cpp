#include "append/large_append.hpp"

#include <algorithm>
#include <array>
#include <utility>

#include "pravega_actor/limits.hpp"
#include "wire/codec.hpp"
#include "wire/hot.hpp"

namespace pravega_actor::internal {

namespace {

// AttributeUpdateType.ReplaceIfEquals.
constexpr std::int8_t replace_if_equals = 4;

// Unlike each writer's own id, and unlike those of the other large events on their way. Later
// ones use it again: each has a segment of its own.
uuid writer_of_parts(const uuid& writer, std::uint64_t slot) noexcept {
  return {writer.msb, ~writer.lsb ^ slot};
}

/// What stands around a part's data.
struct part_frame_ends {
  std::array<std::byte, wire::conditional_block_prefix_bytes> prefix;
  std::array<std::byte, wire::conditional_block_suffix_bytes> suffix;
  std::array<std::byte, limits::event_header_bytes> header;
};

template <class Request>
std::vector<shared_bytes> frame_of(const Request& what) {
  std::vector<shared_bytes> out;
  if (auto frame = wire::encode(what)) out.emplace_back(std::move(*frame));
  return out;
}

bool of_a_segment(const error& refusal) noexcept {
  return refusal == errc::segment_sealed || refusal == errc::segment_not_found;
}

error broken(const char* what) {
  return error{errc::protocol_violation, what}.with_stage(stage::append);
}

}  // namespace

std::string_view to_string(large_append::step of) noexcept {
  static constexpr std::string_view names[] = {"creating", "setting up", "storing",
                                               "merging",  "renewing",   "over"};
  return names[static_cast<std::size_t>(of)];
}

large_append::large_append(target to, std::shared_ptr<const append_block> event,
                           const part_limits& parts)
    : to_{std::move(to)},
      part_writer_{writer_of_parts(to_.writer_id, to_.slot)},
      event_{std::move(event)},
      number_{event_->last_event_number()},
      bytes_{event_->data_bytes()},
      limits_{parts},
      parts_{static_cast<std::int64_t>((bytes_ + parts.bytes - 1) / parts.bytes)},
      merges_behind_{to_.stored} {}

void large_append::go_to(step next) noexcept {
  step_ = next;
  asked_ = false;
}

bool large_append::has_frame() const noexcept {
  if (step_ == step::over) return false;
  if (step_ == step::merging) return !asked_ && merges_behind_;
  if (step_ != step::storing) return !asked_;
  return parts_sent_ < parts_ &&
         static_cast<std::size_t>(parts_sent_ - parts_stored_) < limits_.in_flight_max;
}

std::size_t large_append::owed() const noexcept {
  if (step_ == step::storing) return static_cast<std::size_t>(parts_sent_ - parts_stored_);
  return asked_ ? 1 : 0;
}

std::string large_append::owed_text() const {
  switch (step_) {
    case step::creating:
      return "a transient segment for a large event";
    case step::storing:
      return "acknowledgement of " + std::to_string(owed()) +
             (owed() == 1 ? " part" : " parts") + " of a large event";
    case step::merging:
      return "the merge of a large event";
    case step::setting_up:
    case step::renewing:
    case step::over:
      break;
  }
  return "AppendSetup for a large event";
}

wire::merge_segments large_append::merge() const {
  return {to_.request_id,
          to_.segment,
          transient_,
          to_.token,
          {{to_.writer_id, replace_if_equals, number(), *merges_behind_}}};
}

std::vector<shared_bytes> large_append::next_frame() {
  std::vector<shared_bytes> out;
  switch (step_) {
    case step::creating:
      out = frame_of(
          wire::create_transient_segment{to_.request_id, part_writer_, to_.segment, to_.token});
      break;
    case step::setting_up:
      out = frame_of(wire::setup_append{to_.request_id, part_writer_, transient_, to_.token});
      break;
    case step::storing:
      out = part_frame(parts_sent_);
      ++parts_sent_;
      break;
    case step::merging:
      out = frame_of(merge());
      break;
    case step::renewing:
      out = frame_of(wire::setup_append{to_.request_id, to_.writer_id, to_.segment, to_.token});
      break;
    case step::over:
      break;
  }
  asked_ = true;
  return out;
}

// The event is its header and its payload, which lie apart.
std::vector<shared_bytes> large_append::part_frame(std::int64_t part) const {
  const auto begin = begin_of(part);
  const auto end = std::min(bytes(), begin + limits_.bytes);
  constexpr auto header_bytes = limits::event_header_bytes;
  auto ends = std::make_shared<part_frame_ends>();
  wire::encode_conditional_block_end_prefix(ends->prefix.data(), part_writer_, part,
                                            static_cast<std::int64_t>(begin), end - begin);
  wire::encode_conditional_block_end_suffix(ends->suffix.data(), to_.request_id);
  const auto& payload = event_->large_payload();
  wire::encode_event_header(ends->header.data(), payload.size());
  std::vector<shared_bytes> out;
  out.reserve(4);
  out.emplace_back(ends, byte_view{ends->prefix});
  if (begin < header_bytes)
    out.emplace_back(
        ends, byte_view{ends->header}.subspan(begin, std::min(end, header_bytes) - begin));
  if (end > header_bytes) {
    const auto from = std::max(begin, header_bytes);
    out.emplace_back(payload.owner, payload.view.subspan(from - header_bytes, end - from));
  }
  out.emplace_back(ends, byte_view{ends->suffix});
  return out;
}

expected_reply large_append::expected() const noexcept {
  switch (step_) {
    case step::setting_up:
    case step::storing:
      return {to_.request_id, transient_, &part_writer_, to_.segment};
    case step::creating:
    case step::merging:
    case step::renewing:
    case step::over:
      break;
  }
  return {to_.request_id, to_.segment, &to_.writer_id, transient_};
}

// A store names the source of a merge where it means its target. That a transient segment is
// gone says nothing about the segment: the next attempt finds out.
error large_append::meant_by(error refusal) const {
  const bool about_target =
      (step_ == step::merging && refusal == errc::segment_sealed) || step_ == step::renewing;
  if (about_target || !of_a_segment(refusal)) return refusal.with_subject(to_.segment);
  return error{errc::server_error,
               "a large event, " + std::string{to_string(step_)} + ": " + refusal.to_string()}
      .with_stage(stage::append)
      .with_subject(to_.segment);
}

result<large_append::answer> large_append::on_reply(const wire::frame& reply) {
  auto out = next_step(reply);
  if (out) return out;
  auto why = meant_by(out.error());
  merge_refused_ = step_ == step::merging && of_a_segment(out.error());
  step_ = step::over;
  return why;
}

result<large_append::answer> large_append::next_step(const wire::frame& reply) {
  if (!awaits_answer()) return broken("an answer that nothing was sent for");
  switch (step_) {
    case step::creating:
      return on_created(reply);
    case step::setting_up:
      return on_set_up(reply);
    case step::storing:
      return on_stored(reply);
    case step::merging:
      return on_merged(reply);
    case step::renewing:
      return on_renewed(reply);
    case step::over:
      break;
  }
  return broken("an answer to what is over");
}

result<large_append::answer> large_append::on_created(const wire::frame& reply) {
  auto made = transient_segment_in(reply, expected());
  if (!made) return made.error();
  transient_ = std::move(*made);
  go_to(step::setting_up);
  return answer::progress;
}

result<large_append::answer> large_append::on_set_up(const wire::frame& reply) {
  const auto setup = reply_as<wire::append_setup>(reply, expected());
  if (!setup) return setup.error();
  if (setup->last_event_number != wire::null_attribute_value)
    return broken("a new transient segment that stores something");
  go_to(step::storing);
  return answer::progress;
}

result<large_append::answer> large_append::on_stored(const wire::frame& reply) {
  if (reply.type != wire::data_appended::code) return refusal_in(reply, expected());
  const auto seen = acknowledgement_in(reply, expected());
  if (!seen) return seen.error();
  const auto part = seen->event_number;
  if (part < parts_stored_ || part >= parts_sent_)
    return broken("an acknowledgement of a part that is not on its way");
  parts_stored_ = part + 1;
  if (parts_stored_ == parts_) go_to(step::merging);
  return answer::progress;
}

result<large_append::answer> large_append::on_merged(const wire::frame& reply) {
  const auto merged = reply_to(reply, merge(), expected());
  if (!merged) return merged.error();
  event_.reset();
  go_to(step::renewing);
  return answer::merged;
}

result<large_append::answer> large_append::on_renewed(const wire::frame& reply) {
  const auto setup = reply_as<wire::append_setup>(reply, expected());
  if (!setup) return setup.error();
  if (setup->last_event_number != number())
    return error{errc::invalid_event_number,
                 "the segment stores " + std::to_string(setup->last_event_number) +
                     " after the merge of event " + std::to_string(number())}
        .with_stage(stage::append);
  go_to(step::over);
  return answer::renewed;
}

}  // namespace pravega_actor::internal
