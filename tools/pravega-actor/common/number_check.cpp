#include "common/number_check.hpp"

#include <fmt/format.h>

#include "common/payload.hpp"

namespace pravega_actor::tool {

namespace {

constexpr std::size_t examples_max = 10;
constexpr std::size_t number_bytes = 8;

}  // namespace

void number_check::example(std::string text) {
  if (found_.examples.size() < examples_max) found_.examples.push_back(std::move(text));
}

void number_check::arrived(byte_view payload) {
  if (payload.size() < number_bytes) {
    ++found_.foreign;
    return example(fmt::format("an event of {} bytes has no number", payload.size()));
  }
  const auto number = number_of(payload);
  if (grows_ && number >= seen_.size() && number < numbered_events_max)
    seen_.resize(number + 1);
  if (number >= seen_.size()) {
    ++found_.foreign;
    return example(fmt::format("event {} was not expected", number));
  }
  if (seen_[number]) {
    ++found_.doubled;
    example(fmt::format("event {} came twice", number));
  } else {
    seen_[number] = true;
    ++found_.distinct;
  }
  auto& last = last_[number % keys_];
  const auto signed_number = static_cast<std::int64_t>(number);
  if (signed_number < last) {
    ++found_.reordered;
    example(fmt::format("key {}: event {} came after {}", number % keys_, number, last));
  } else {
    last = signed_number;
  }
}

number_findings number_check::findings() const {
  auto found = found_;
  found.expected = seen_.size();
  found.lost = seen_.size() - found.distinct;
  for (std::uint64_t i = 0; i < seen_.size() && found.lost > 0; ++i) {
    if (found.examples.size() >= examples_max) break;
    if (!seen_[i]) found.examples.push_back(fmt::format("event {} is missing", i));
  }
  return found;
}

}  // namespace pravega_actor::tool
