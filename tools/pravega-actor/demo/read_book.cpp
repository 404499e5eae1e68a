#include "demo/read_book.hpp"

#include <algorithm>

#include "pravega_actor/bytes.hpp"

namespace pravega_actor::tool {

read_book::entry& read_book::of(const std::string& reader) {
  const auto found = std::find_if(readers_.begin(), readers_.end(),
                                  [&](const auto& each) { return each.tally.name == reader; });
  if (found != readers_.end()) return *found;
  auto& added = readers_.emplace_back();
  added.tally.name = reader;
  return added;
}

const read_book::entry* read_book::find(const std::string& reader) const {
  const auto found = std::find_if(readers_.begin(), readers_.end(),
                                  [&](const auto& each) { return each.tally.name == reader; });
  return found == readers_.end() ? nullptr : &*found;
}

void read_book::add(const std::string& reader) {
  const std::lock_guard held{mutex_};
  static_cast<void>(of(reader));
}

// A segment has one reader: the others have given it back.
void read_book::take_from_others(const entry& now, const segment& in) {
  for (auto& each : readers_) {
    if (&each == &now) continue;
    each.holds.erase(in);
    each.tally.segments.erase(in.id.number);
  }
}

bool read_book::may_come_again(const segment& in, std::int64_t offset, std::int64_t size) {
  const auto found = again_.find(in);
  if (found == again_.end()) return false;
  auto& left = found->second;
  if (offset < left.from || offset >= left.to) return false;
  left.from = offset + size;
  return true;
}

bool read_book::read(const std::string& reader, const event_slice& slice) {
  const std::lock_guard held{mutex_};
  if (closed_ || slice.empty()) return false;
  auto& who = of(reader);
  const auto& in = slice.in();
  const auto [holds, is_new] = who.holds.try_emplace(in, extent{slice.offset(), 0});
  holds->second.read = slice.next_offset();
  if (is_new) take_from_others(who, in);
  // It reads a little more before it is dead.
  if (who.tally.killed)
    again_[in].to = std::max(again_[in].to, slice.next_offset());
  else
    who.tally.segments.insert(in.id.number);
  auto& read_to = read_to_[in];
  for (const auto event : slice) {
    const auto size =
        static_cast<std::int64_t>(limits::event_header_bytes + event.payload.size());
    if (event.offset >= read_to) {
      read_to = event.offset + size;
      ++who.tally.events;
      ++events_;
      bytes_ += size;
      arrived_(as_text(event.payload));
      continue;
    }
    if (may_come_again(in, event.offset, size))
      ++who.tally.again;
    else
      arrived_(as_text(event.payload));
  }
  return is_new;
}

void read_book::released(const std::string& reader, const segment& in, std::int64_t offset) {
  const std::lock_guard held{mutex_};
  auto& holds = of(reader).holds;
  const auto found = holds.find(in);
  if (found != holds.end()) found->second.released = std::max(found->second.released, offset);
}

void read_book::ended(const std::string& reader, const segment& in) {
  const std::lock_guard held{mutex_};
  auto& who = of(reader);
  who.holds.erase(in);
  who.tally.segments.erase(in.id.number);
}

void read_book::killed(const std::string& reader) {
  const std::lock_guard held{mutex_};
  auto& who = of(reader);
  who.tally.killed = true;
  who.tally.segments.clear();
  for (const auto& [in, held_of] : who.holds) {
    const auto [at, is_new] = again_.try_emplace(in, range{held_of.released, held_of.read});
    if (is_new) continue;
    at->second.from = std::min(at->second.from, held_of.released);
    at->second.to = std::max(at->second.to, held_of.read);
  }
}

void read_book::close() {
  const std::lock_guard held{mutex_};
  closed_ = true;
}

std::int64_t read_book::unreleased_bytes(const std::string& reader) const {
  const std::lock_guard held{mutex_};
  const auto* who = find(reader);
  std::int64_t bytes = 0;
  if (who != nullptr)
    for (const auto& [in, held_of] : who->holds)
      bytes += std::max<std::int64_t>(0, held_of.read - held_of.released);
  return bytes;
}

std::vector<reader_tally> read_book::tallies() const {
  const std::lock_guard held{mutex_};
  std::vector<reader_tally> all;
  for (const auto& each : readers_)
    all.push_back(each.tally);
  return all;
}

std::uint64_t read_book::events() const {
  const std::lock_guard held{mutex_};
  return events_;
}

std::int64_t read_book::bytes() const {
  const std::lock_guard held{mutex_};
  return bytes_;
}

}  // namespace pravega_actor::tool
