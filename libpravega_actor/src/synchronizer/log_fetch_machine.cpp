#include "synchronizer/log_fetch_machine.hpp"

#include <algorithm>
#include <string>

#include "pravega_actor/limits.hpp"

namespace pravega_actor::internal {

namespace {

log_fetch_machine::step broken(error why) {
  return log_fetch_machine::finish{std::move(why), true};
}

}  // namespace

log_fetch_machine::step log_fetch_machine::start() {
  return copy_.has_state() ? measure() : begin_again();
}

log_fetch_machine::step log_fetch_machine::begin_again() {
  anew_ = true;
  phase_ = phase::marking;
  return log_request{log_requests::get_mark{}};
}

log_fetch_machine::step log_fetch_machine::measure() {
  phase_ = phase::measuring;
  return log_request{log_requests::get_info{}};
}

log_fetch_machine::step log_fetch_machine::on_answer(const result<log_answer>& got) {
  if (!got) {
    const bool truncated = phase_ == phase::reading && got.error() == errc::segment_truncated;
    return truncated ? begin_again() : step{finish{got.error()}};
  }
  switch (phase_) {
    case phase::marking:
      mark_ = std::get<log_mark>(*got).at;
      return measure();
    case phase::measuring:
      return on_info(std::get<segment_info>(*got));
    case phase::reading:
      return on_bytes(std::get<log_bytes>(*got));
  }
  return finish{errc::internal_error};
}

log_fetch_machine::step log_fetch_machine::on_info(const segment_info& info) {
  const auto stands = copy_.at().offset;
  if (copy_.has_state() && stands > info.write_offset)
    return broken(
        {errc::precondition_failed, "the log ends at " + std::to_string(info.write_offset) +
                                        ", but was read to " + std::to_string(stands) +
                                        ": it is another log, or has lost data"});
  if (!anew_ && stands < info.start_offset) return begin_again();
  auto from = stands;
  if (anew_) {
    const bool there = mark_ && *mark_ >= info.start_offset && *mark_ <= info.write_offset;
    from = there ? *mark_ : info.start_offset;
    copy_.begin_again();
  }
  end_ = info.write_offset;
  const auto bytes = static_cast<std::size_t>(end_ - from);
  if (bytes > limits::synchronizer_fetch_bytes_max)
    return finish{
        error{errc::limit_exceeded,
              std::to_string(bytes) + " bytes of log exceed synchronizer_fetch_bytes_max"}};
  entries_ = entry_assembler{from};
  phase_ = phase::reading;
  return read_on();
}

log_fetch_machine::step log_fetch_machine::read_on() {
  const auto from = entries_.bytes_offset();
  if (from == end_) return on_end();
  const auto left = static_cast<std::size_t>(end_ - from);
  return log_request{log_requests::read{from, std::min(left, limits::synchronizer_read_bytes)}};
}

log_fetch_machine::step log_fetch_machine::on_bytes(const log_bytes& got) {
  // A store gives a few bytes more than a very short read asks for.
  const auto left = static_cast<std::size_t>(end_ - entries_.bytes_offset());
  entries_.feed(byte_view{got.data}.first(std::min(left, got.data.size())));
  for (;;) {
    auto next = entries_.next();
    if (!next) return broken(next.error());
    if (!*next) return read_on();
    if (auto taken = copy_.take((*next)->begin, (*next)->end, (*next)->payload); !taken)
      return broken(taken.error());
  }
}

log_fetch_machine::step log_fetch_machine::on_end() {
  if (entries_.entry_offset() != end_)
    return broken({errc::malformed_frame, "the log ends at " + std::to_string(end_) +
                                              ", inside the entry at offset " +
                                              std::to_string(entries_.entry_offset())});
  if (copy_.has_state() && copy_.is_skipping())
    return broken({errc::precondition_failed,
                   "the log was truncated, and its rest contains no whole state"});
  copy_.reached(end_);
  return finish{};
}

}  // namespace pravega_actor::internal
