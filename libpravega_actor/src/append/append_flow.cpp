#include "append/append_flow.hpp"

#include <utility>

#include "core/enough_memory.hpp"

namespace pravega_actor::internal {

std::string_view to_string(append_flow::connection at) noexcept {
  static constexpr std::string_view names[] = {"unused", "none", "handshake", "open", "lost"};
  return names[static_cast<std::size_t>(at)];
}

std::string_view to_string(append_flow::life of) noexcept {
  static constexpr std::string_view names[] = {"live", "final_known", "retired"};
  return names[static_cast<std::size_t>(of)];
}

bool append_flow::first(report what) noexcept {
  const auto before = reported_;
  reported_ = static_cast<std::uint8_t>(before | static_cast<std::uint8_t>(what));
  return reported_ != before;
}

append_flow::reaction append_flow::end_session(std::optional<error> close_reason) {
  reaction out;
  out.ends_session = connection_ != connection::none && connection_ != connection::unused;
  if (out.ends_session) out.close_reason = std::move(close_reason);
  connection_ = connection::none;
  reported_ = 0;
  ++serial_;
  large_.clear();
  log_.disconnect();
  return out;
}

append_flow::reaction append_flow::attach() {
  ++generation_;
  return end_session(errc::cancelled);
}

std::optional<append_flow::reaction> append_flow::detach(std::uint64_t generation) {
  if (!accepts(generation)) return std::nullopt;
  return end_session(errc::cancelled);
}

std::optional<append_flow::reaction> append_flow::use(std::uint64_t generation) {
  if (!accepts(generation)) return std::nullopt;
  auto out = end_session(errc::cancelled);
  connection_ = connection::handshake;
  return out;
}

result<append_flow::reaction> append_flow::resume(std::uint64_t generation,
                                                  std::int64_t stored) {
  const bool connected =
      connection_ == connection::handshake || connection_ == connection::open;
  if (!accepts(generation) || !connected || life_ != life::live) return reaction{};
  auto durable = log_.resume(stored);
  if (!durable) return durable.error().with_subject(segment_);
  connection_ = connection::open;
  stored_ = stored;
  large_.clear();
  reaction out;
  out.advances = true;
  out.durable = std::move(*durable);
  return out;
}

result<append_flow::reaction> append_flow::finalize(std::uint64_t generation,
                                                    std::optional<std::int64_t> stored) {
  if (!accepts(generation) || life_ != life::live) return reaction{};
  append_log::blocks durable;
  // Of a writer with a name, another process may have taken over.
  if (stored && (log_.in_doubt() || log_.numbered())) {
    auto known = log_.resume(*stored);
    if (!known) return known.error().with_subject(segment_);
    durable = std::move(*known);
  }
  life_ = life::final_known;
  auto out = end_session(errc::segment_sealed);
  out.advances = true;
  out.durable = std::move(durable);
  return out;
}

append_flow::reaction append_flow::disconnect(std::uint64_t generation, const error& reason) {
  return accepts(generation) ? end_session(reason) : reaction{};
}

append_flow::reaction append_flow::on_session_closed(std::uint64_t serial,
                                                     const error& reason) {
  if (serial != serial_) return {};
  auto out = end_session(std::nullopt);
  out.notice = channel_closed{reason};
  return out;
}

error expected_seal() {
  return {errc::segment_sealed, "the controller names what follows it"};
}

append_flow::reaction append_flow::expect_seal() {
  reaction out;
  if (life_ != life::live || std::exchange(seal_expected_, true)) return out;
  out.notice = append_refused{expected_seal()};
  return out;
}

void append_flow::on_unreported(std::uint64_t serial) noexcept {
  if (serial == serial_ && connection_ == connection::none) connection_ = connection::lost;
}

append_flow::duty append_flow::due_unless_open() const noexcept {
  if (connection_ == connection::lost) return duty::report_loss;
  const bool first_event = connection_ == connection::unused && !log_.empty();
  return first_event ? duty::report_first_event : duty::nothing;
}

bool append_flow::take_first_event() noexcept {
  if (due() != duty::report_first_event) return false;
  connection_ = connection::none;
  return true;
}

void append_flow::on_first_event_unreported() noexcept {
  if (connection_ == connection::none) connection_ = connection::unused;
}

append_flow::reaction append_flow::take_loss() {
  if (connection_ != connection::lost) return {};
  return on_session_closed(serial_, errc::out_of_memory);
}

append_log::block_pointer append_flow::take_block(time_point now) noexcept {
  sending_ = true;
  append_log::block_pointer block;
  if (!enough_memory_for([&] { block = log_.next_to_send(); })) return nullptr;
  if (log_.in_flight() == 1) owed_since_ = now;
  return block;
}

void append_flow::on_handed(std::uint64_t serial, bool handed) noexcept {
  sending_ = false;
  if (!handed && serial == serial_) connection_ = connection::lost;
}

append_flow::duty append_flow::due_of_large(std::size_t sent) const noexcept {
  if (!large_.has_frame() && !begins_large()) return duty::nothing;
  const bool goes_on = sent < blocks_per_turn_max || !large_.awaits_answer();
  return goes_on ? duty::send_part : duty::nothing;
}

void append_flow::begin_large() {
  const auto& most = log_.limits();
  large_.begin({segment_, token_, log_.writer_id(), log_.request_id(), stored_},
               log_.next_large(), {most.large_part_bytes, most.large_parts_in_flight_max});
}

std::vector<shared_bytes> append_flow::take_part(time_point now) noexcept {
  sending_ = true;
  std::vector<shared_bytes> out;
  const auto take = [&] {
    if (!large_.awaits_answer()) owed_since_ = now;
    if (begins_large()) begin_large();
    const bool merges = large_.merges_next();
    out = large_.next_frame();
    if (merges) log_.note_merging();
  };
  if (!enough_memory_for(take)) out.clear();
  return out;
}

std::optional<time_point> append_flow::owed_since() const noexcept {
  const bool owed = large_.empty() ? log_.in_flight() > 0 : large_.awaits_answer();
  if (connection_ != connection::open || !owed) return std::nullopt;
  return owed_since_;
}

std::string append_flow::owed_text() const {
  if (!large_.empty()) return large_.owed_text();
  const auto blocks = log_.in_flight();
  return "acknowledgement of " + std::to_string(blocks) + (blocks == 1 ? " block" : " blocks");
}

append_flow::reaction append_flow::on_reply(const wire::frame& reply, time_point now) {
  if (!large_.empty()) return on_large_reply(reply, now);
  if (reply.type != wire::data_appended::code) {
    reaction out;
    out.notice = notice_of(reply);
    return out;
  }
  return connection_ == connection::open ? on_acknowledged(reply, now) : reaction{};
}

append_flow::reaction append_flow::on_acknowledged(const wire::frame& reply, time_point now) {
  reaction out;
  const auto ack = acknowledgement_in(reply, expected());
  if (!ack) {
    out.notice = refusal(ack.error());
    return out;
  }
  auto durable = log_.acknowledge(ack->event_number);
  if (!durable) {
    out.notice = refusal(durable.error().with_subject(segment_));
    return out;
  }
  owed_since_ = now;
  stored_ = ack->event_number;
  note_durable(out, std::move(*durable));
  return out;
}

void append_flow::note_durable(reaction& out, append_log::blocks&& durable) {
  out.advances = true;
  out.durable = std::move(durable);
  if (first(report::progress)) out.notice = append_progressed{};
}

append_flow::reaction append_flow::on_large_reply(const wire::frame& reply, time_point now) {
  reaction out;
  const auto answer = large_.on_reply(reply, log_.large_next());
  if (!answer) {
    if (large_.merge_refused()) log_.note_unmerged();
    out.notice = refusal(answer.error());
    return out;
  }
  owed_since_ = now;
  out.sends = true;
  if (*answer != large_appends::answer::merged) return out;
  stored_ = large_.merged_through();
  auto durable = log_.acknowledge(stored_);
  if (durable)
    note_durable(out, std::move(*durable));
  else
    out.notice = refusal(durable.error().with_subject(segment_));
  return out;
}

expected_reply append_flow::expected() const noexcept {
  return {log_.request_id(), segment_, &log_.writer_id()};
}

std::optional<channel_notice> append_flow::refusal(error why) {
  if (!first(report::refusal)) return std::nullopt;
  return append_refused{std::move(why), life_ == life::live && log_.in_doubt()};
}

std::optional<channel_notice> append_flow::notice_of(const wire::frame& reply) {
  const auto again = [this](const char* what) {
    return refusal(error{errc::protocol_violation, what});
  };
  if (reply.type == wire::append_setup::code) {
    const auto setup = reply_as<wire::append_setup>(reply, expected());
    if (!setup) return refusal(setup.error());
    if (!first(report::setup)) return again("a second AppendSetup");
    return setup_answered{setup->last_event_number};
  }
  if (reply.type == wire::stream_segment_info::code) {
    const auto info = reply_as<wire::stream_segment_info>(reply, expected());
    if (!info) return refusal(info.error());
    if (!first(report::state)) return again("a second StreamSegmentInfo");
    return segment_inspected{info->is_sealed};
  }
  return refusal(refusal_in(reply, expected()));
}

}  // namespace pravega_actor::internal
