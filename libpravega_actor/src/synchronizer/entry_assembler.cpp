#include "synchronizer/entry_assembler.hpp"

#include <string>

#include "pravega_actor/limits.hpp"
#include "wire/event_cursor.hpp"

namespace pravega_actor::internal {

void entry_assembler::feed(byte_view data) {
  held_.erase(held_.begin(), held_.begin() + static_cast<std::ptrdiff_t>(taken_));
  taken_ = 0;
  held_.insert(held_.end(), data.begin(), data.end());
}

result<std::optional<entry_assembler::entry>> entry_assembler::next() {
  using kind = wire::event_step::kind;
  wire::event_cursor cursor{byte_view{held_}.subspan(taken_),
                            limits::synchronizer_entry_bytes_max};
  const auto found = cursor.next();
  switch (found.what) {
    case kind::event:
      break;
    case kind::incomplete:
      return std::optional<entry>{};
    case kind::too_large:
      return error{errc::limit_exceeded,
                   "the entry at offset " + std::to_string(begin_) + " has " +
                       std::to_string(found.bytes_needed) +
                       " bytes, which exceeds synchronizer_entry_bytes_max"};
    case kind::malformed:
      return error{errc::malformed_frame,
                   "there is no entry at offset " + std::to_string(begin_)};
  }
  const auto size = cursor.consumed();
  entry out{begin_, begin_ + static_cast<std::int64_t>(size), found.payload};
  taken_ += size;
  begin_ = out.end;
  return std::optional{out};
}

}  // namespace pravega_actor::internal
