// Who of the demo's readers read what, and what was read again.
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <mutex>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "pravega_actor/event_slice.hpp"

namespace pravega_actor::tool {

/// One reader of the demo.
struct reader_tally {
  std::string name;
  /// Events that it read first.
  std::uint64_t events = 0;
  /// Events that a killed reader had read and not released.
  std::uint64_t again = 0;
  bool killed = false;
  /// Segments that it has now.
  std::set<std::int64_t> segments = {};
};

/// Keeps apart what readers read first, what they read again because another one was killed,
/// and what must not come again. It knows an event by segment and offset. Thread-safe.
class read_book {
 public:
  using check = std::function<void(std::string_view line)>;
  /// `arrived` gets each event that counts: the first of its place, and one that comes again
  /// for no good reason. One call at a time.
  explicit read_book(check arrived) : arrived_{std::move(arrived)} {}

  /// The reader has joined.
  void add(const std::string& reader);
  /// True: the reader had nothing of this segment before.
  bool read(const std::string& reader, const event_slice& slice);
  /// Everything of the segment before `offset` is released, and the group knows it.
  void released(const std::string& reader, const segment& of, std::int64_t offset);
  /// The reader has no more of this segment.
  void ended(const std::string& reader, const segment& of);
  /// From now on others may read again what this reader has not released.
  void killed(const std::string& reader);

  /// What comes from now on does not count, and `arrived` is not called any more.
  void close();

  /// What the reader has read and not released, in bytes.
  [[nodiscard]] std::int64_t unreleased_bytes(const std::string& reader) const;
  /// In the order of joining.
  [[nodiscard]] std::vector<reader_tally> tallies() const;
  /// Events and bytes, each counted once.
  [[nodiscard]] std::uint64_t events() const;
  [[nodiscard]] std::int64_t bytes() const;

 private:
  struct extent {
    std::int64_t released = 0;
    std::int64_t read = 0;
  };
  struct entry {
    reader_tally tally;
    std::map<segment, extent> holds;
  };
  [[nodiscard]] entry& of(const std::string& reader);
  void take_from_others(const entry& now, const segment& in);
  [[nodiscard]] bool may_come_again(const segment& in, std::int64_t offset, std::int64_t size);
  [[nodiscard]] const entry* find(const std::string& reader) const;

  const check arrived_;
  mutable std::mutex mutex_;
  bool closed_ = false;
  std::vector<entry> readers_;
  /// How far each segment is read.
  std::map<segment, std::int64_t> read_to_;
  /// What of a segment may come again, once.
  struct range {
    std::int64_t from = 0;
    std::int64_t to = 0;
  };
  std::map<segment, range> again_;
  std::uint64_t events_ = 0;
  std::int64_t bytes_ = 0;
};

}  // namespace pravega_actor::tool
