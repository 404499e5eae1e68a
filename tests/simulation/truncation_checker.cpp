#include "simulation/truncation_checker.hpp"

#include <algorithm>

namespace simulation_tests {

using namespace pravega_actor;

namespace {

constexpr std::int64_t header_bytes = 8;

std::int64_t size_of(const std::string& payload) {
  return header_bytes + static_cast<std::int64_t>(payload.size());
}

std::string place(segment_id in, std::int64_t offset) {
  return "segment " + std::to_string(in.number) + ", offset " + std::to_string(offset);
}

}  // namespace

void truncation_checker::hold(id in, std::int64_t start,
                              const std::vector<std::string>& events) {
  auto& mine = held_[in];
  for (const auto& each : events) {
    mine[start] = each;
    start += size_of(each);
  }
  ends_[in] = start;
}

std::int64_t truncation_checker::end_of(id in) const {
  const auto at = ends_.find(in);
  return at == ends_.end() ? 0 : at->second;
}

void truncation_checker::truncate(const std::map<id, std::int64_t>& cut,
                                  const std::set<id>& gone) {
  for (const auto& [in, offset] : cut)
    truncated_to_[in] = std::max(truncated_to_[in], offset);
  gone_.insert(gone.begin(), gone.end());
}

void truncation_checker::read(const event_slice& slice) {
  auto offset = slice.offset();
  for (const auto& event : slice) {
    auto payload = std::string{as_text(event.payload)};
    const auto size = size_of(payload);
    read(slice.in().id, offset, std::move(payload));
    offset += size;
  }
}

void truncation_checker::read(id in, std::int64_t offset, std::string payload) {
  auto& mine = read_[in];
  if (mine.count(offset) != 0)
    trouble_.push_back(place(in, offset) + ": read twice");
  else if (mine.upper_bound(offset) != mine.end())
    trouble_.push_back(place(in, offset) + ": read after what follows it");
  if (in_gap(in, offset)) trouble_.push_back(place(in, offset) + ": read after its gap");
  mine[offset] = std::move(payload);
}

// Its reader may have been replaced before it went on: then the next one says it again.
void truncation_checker::read(const segment_gap& gap) {
  const auto in = gap.in.id;
  const bool to_end = gap.to < 0;
  const bool real = to_end ? gone_.count(in) != 0 : gap.to <= truncated_to_[in];
  if (!real) trouble_.push_back(place(in, gap.from) + ": a gap where nothing was truncated");
  const auto& mine = read_[in];
  const auto first = mine.lower_bound(gap.from);
  if (first != mine.end() && (to_end || first->first < gap.to))
    trouble_.push_back(place(in, first->first) + ": missing, but it was read");
  gaps_.push_back(gap);
}

bool truncation_checker::in_gap(id in, std::int64_t offset) const {
  return std::any_of(gaps_.begin(), gaps_.end(), [&](const segment_gap& gap) {
    return gap.in.id == in && offset >= gap.from && (gap.to < 0 || offset < gap.to);
  });
}

bool truncation_checker::complete() const {
  for (const auto& [in, events] : held_) {
    const auto mine = read_.find(in);
    for (const auto& [offset, payload] : events)
      if ((mine == read_.end() || mine->second.count(offset) == 0) && !in_gap(in, offset))
        return false;
  }
  return true;
}

std::size_t truncation_checker::missing() const {
  std::size_t count = 0;
  for (const auto& [in, events] : held_)
    for (const auto& [offset, payload] : events)
      count += in_gap(in, offset) ? 1 : 0;
  return count;
}

std::vector<std::string> truncation_checker::check() const {
  auto found = trouble_;
  for (const auto& [in, events] : held_) {
    const auto mine = read_.find(in);
    for (const auto& [offset, payload] : events) {
      const bool was_read = mine != read_.end() && mine->second.count(offset) != 0;
      if (!was_read && !in_gap(in, offset))
        found.push_back(place(in, offset) + ": neither read nor in a gap");
    }
  }
  for (const auto& [in, events] : read_) {
    const auto mine = held_.find(in);
    for (const auto& [offset, payload] : events) {
      const bool fits = mine != held_.end() && mine->second.count(offset) != 0 &&
                        mine->second.at(offset) == payload;
      if (!fits) found.push_back(place(in, offset) + ": read what the segment does not hold");
    }
  }
  return found;
}

}  // namespace simulation_tests
