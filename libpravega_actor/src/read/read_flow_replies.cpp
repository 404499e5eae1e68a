// What a read flow makes of replies.
#include <algorithm>
#include <utility>

#include "core/versioned.hpp"
#include "read/read_flow.hpp"
#include "wire/codec.hpp"

namespace pravega_actor::internal {

bool read_flow::expects(std::uint64_t serial, std::int64_t request_id) const noexcept {
  return serial == serial_ && request_ == request_state::on_its_way && request_id == asked_.id;
}

read_flow::reaction read_flow::on_session_closed(std::uint64_t serial, const error& reason) {
  if (serial != serial_) return {};
  const read_disconnected lost{reason, waited()};
  auto out = end_session();
  out.notice = lost;
  return out;
}

read_flow::answer read_flow::on_reply(std::uint64_t serial, const wire::frame& reply) {
  const bool counts =
      serial == serial_ && request_ == request_state::on_its_way && life_ == life::reading;
  if (!counts) return {};
  // Late replies to earlier requests may come.
  const auto id = wire::peek_request_id(reply.type, reply.payload);
  if (id && *id != asked_.id) return {};
  if (reply.type == wire::segment_read::code) return on_data(reply);
  return {on_refusal(reply), std::nullopt};
}

// --- data -----------------------------------------------------------------------------------

read_flow::answer read_flow::on_data(const wire::frame& reply) {
  const auto bytes_max = static_cast<std::size_t>(std::max(asked_.bytes, request_bytes_min));
  const auto view = data_in(reply, {expected(), asked_.offset, bytes_max});
  answer out;
  if (!view && view.error() == errc::malformed_frame) {
    out.follows.close_reason = view.error();
    return out;
  }
  if (!view) return {refuse(view.error().with_stage(stage::read)), std::nullopt};
  tail_ = view->at_tail ? tail::reached : tail::behind;
  last_bytes_ = view->data.size();
  const bool empty = view->data.empty();
  if (empty && !view->end_of_segment) return {on_empty(), std::nullopt};
  last_ = last_reply::data;
  if (!empty) truncation_ = truncation::none;
  out.to_cut.emplace(cut{serial_, std::move(assembler_), trim(*view, reply.owner),
                         empty ? reported::an_answer : reported::data});
  request_ = request_state::cutting;
  return out;
}

read_flow::reaction read_flow::on_empty() {
  answered();
  reaction out;
  if (std::exchange(last_, last_reply::empty) != last_reply::empty) {
    out.notice = report(reported::an_answer);
    return out;
  }
  connection_ = connection::attached;
  out.notice = read_empty{};
  return out;
}

// Cuts off what lies behind the reader's own end.
read_assembler::reply read_flow::trim(const wire::segment_read_view& view,
                                      const std::shared_ptr<const void>& keeper) const {
  auto data = view.data;
  bool last = view.end_of_segment;
  if (end_) {
    const auto left = static_cast<std::size_t>(std::max<std::int64_t>(*end_ - view.offset, 0));
    if (data.size() >= left) {
      data = data.first(left);
      last = true;
    }
  }
  return {shared_bytes{keeper, data}, view.at_tail, last};
}

// Without memory the request stays as it is: the end of the session makes a new assembler.
read_flow::reaction read_flow::on_cut(cut&& done, read_assembler::step&& step) {
  if (done.serial != serial_ || life_ == life::finished) return {};
  for (auto& slice : step.slices) {
    const auto behind = slice.next_offset();
    push(read_item{std::move(slice)});
    offset_ = behind;
  }
  assembler_ = std::move(done.assembler);
  answered();
  auto out = on_all_pushed(std::move(step));
  if (!out.notice) out.notice = report(done.brings);
  return out;
}

std::optional<error> read_flow::failure_of(const read_assembler::step& step) const {
  if (step.ends_within_event && end_ && assembler_.wanted() >= *end_)
    return error{errc::invalid_argument, "the reader's end offset " + std::to_string(*end_) +
                                             " lies within the event at " +
                                             std::to_string(offset_)}
        .with_stage(stage::read);
  if (step.finished && end_ && !at_own_end())
    return error{errc::protocol_violation,
                 "the segment ends at offset " + std::to_string(offset_) +
                     ", before the reader's end offset " + std::to_string(*end_)}
        .with_stage(stage::read);
  return step.failure;
}

read_flow::reaction read_flow::on_all_pushed(read_assembler::step&& step) {
  if (const auto failure = failure_of(step)) return refuse(*failure);
  reaction out;
  if (step.finished) {
    push_end(!at_own_end());
    out.notice = read_finished{};
    return out;
  }
  if (event_ == large_event::kept && assembler_.unfinished_bytes() == 0) {
    forget_event();
    out.makes_room = true;
  }
  return out;
}

std::optional<read_notice> read_flow::report(reported what) noexcept {
  if (reported_ >= what) return std::nullopt;
  reported_ = what;
  return read_progressed{what == reported::data};
}

// --- refusals -------------------------------------------------------------------------------

read_flow::reaction read_flow::on_refusal(const wire::frame& reply) {
  const auto reason = refusal_in(reply, expected()).with_stage(stage::read);
  if (reason == errc::segment_truncated) return on_truncated(reply, reason);
  if (reason != errc::segment_sealed) return refuse(reason);
  // The same as a reply that is empty and the last.
  answered();
  return on_all_pushed(assembler_.add({{}, true, true}));
}

read_flow::reaction read_flow::on_truncated(const wire::frame& reply, const error& reason) {
  const auto found = reply_as<wire::segment_is_truncated>(reply, expected());
  const auto begins = found ? found->start_offset : -1;
  if (begins <= asked_.offset || begins > compact_signed_long_max)
    return refuse(error{errc::protocol_violation,
                        "the segment is truncated at " + std::to_string(begins) +
                            ", but was read at " + std::to_string(asked_.offset)}
                      .with_stage(stage::read));
  connection_ = connection::attached;
  answered();
  const bool again = std::exchange(truncation_, truncation::reported) == truncation::reported;
  reaction out;
  out.notice = read_truncated{begins, reason, again, waited()};
  return out;
}

read_flow::reaction read_flow::refuse(const error& reason) {
  reaction out;
  out.notice = read_refused{reason.with_subject(name_), waited()};
  connection_ = connection::attached;
  answered();
  return out;
}

}  // namespace pravega_actor::internal
