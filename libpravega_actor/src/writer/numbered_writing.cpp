#include "writer/numbered_writing.hpp"

#include "pravega_actor/limits.hpp"

namespace pravega_actor::internal {

error number_without_name() {
  return {errc::invalid_argument,
          "only a writer with a name takes events with a number (writer_options::name)"};
}

error name_without_number() {
  return {
      errc::invalid_argument,
      "a writer with a name takes events with a number only: use the calls and messages for "
      "numbered events"};
}

error bad_event_number(event_number number) {
  return {errc::invalid_argument, "event number " + std::to_string(number) +
                                      ": numbers are 1 to event_number_max, " +
                                      std::to_string(limits::event_number_max)};
}

result<void> numbered_writing::check(event_number first, std::size_t count) const {
  const auto most = limits::event_number_max;
  const bool in_range = first >= 1 && first <= most && count >= 1 &&
                        count - 1 <= static_cast<std::size_t>(most - first);
  if (!in_range) return bad_event_number(first);
  if (first > last_) return {};
  return error{errc::invalid_argument, "event number " + std::to_string(first) +
                                           " does not grow: this writer has taken " +
                                           std::to_string(last_)};
}

numbered_writing::holding numbered_writing::held(double position, event_number first,
                                                 std::size_t count) const noexcept {
  const auto stored = stored_.at(position);
  if (first > stored) return holding::none;
  const auto last = first + static_cast<event_number>(count) - 1;
  return last <= stored ? holding::all : holding::some;
}

}  // namespace pravega_actor::internal
