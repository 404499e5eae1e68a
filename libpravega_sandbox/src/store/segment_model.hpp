// One segment: its bytes, attributes and parked reads.
#pragma once

#include <compare>
#include <cstdint>
#include <deque>
#include <limits>
#include <map>
#include <memory>
#include <span>
#include <string>
#include <vector>

#include "pravega_actor/bytes.hpp"
#include "pravega_actor/uuid.hpp"

namespace pravega_sandbox {

using pravega_actor::byte_view;
using pravega_actor::shared_bytes;
using pravega_actor::uuid;

/// An attribute that is not set.
inline constexpr std::int64_t no_value = std::numeric_limits<std::int64_t>::min();

/// Attributes that the store itself keeps. Events are counted from the first append on, without
/// those that are merged; of transient segments only the time of creation is kept. As on a real
/// server, clients may change them: what the store must know it keeps elsewhere.
inline constexpr uuid creation_time_attribute{1ULL << 63, 0};
inline constexpr uuid event_count_attribute{1ULL << 63, 1};
inline constexpr uuid scale_policy_type_attribute{1ULL << 63, 2};
inline constexpr uuid scale_policy_rate_attribute{1ULL << 63, 3};
inline constexpr uuid rollover_size_attribute{1ULL << 63, 4};

[[nodiscard]] std::size_t size_of(std::span<const shared_bytes> parts);

/// Gets a call when a parked read can be answered.
class read_waiter {
 public:
  virtual void on_readable(std::uint64_t read_id) = 0;

 protected:
  ~read_waiter() = default;
};

/// State of a segment. Everybody may look; only the store_model changes it. A handle outlives
/// the segment's deletion and then says `deleted`.
class segment_model {
 public:
  segment_model(std::string name, std::int64_t now_ms);

  [[nodiscard]] const std::string& name() const noexcept { return name_; }
  [[nodiscard]] std::int64_t start_offset() const noexcept { return start_offset_; }
  [[nodiscard]] std::int64_t length() const noexcept { return length_; }
  /// Bytes that were not truncated.
  [[nodiscard]] std::size_t held_bytes() const noexcept {
    return static_cast<std::size_t>(length_ - start_offset_);
  }
  [[nodiscard]] bool sealed() const noexcept { return sealed_; }
  [[nodiscard]] bool deleted() const noexcept { return deleted_; }
  [[nodiscard]] std::int64_t last_modified_ms() const noexcept { return last_modified_ms_; }
  /// When it was created and how many events were appended, whatever the attributes say.
  [[nodiscard]] std::int64_t created_ms() const noexcept { return created_ms_; }
  [[nodiscard]] std::int64_t events_appended() const noexcept { return events_appended_; }
  /// The value, or `no_value`.
  [[nodiscard]] std::int64_t attribute(const uuid& id) const;
  [[nodiscard]] std::size_t attribute_count() const noexcept { return attributes_.size(); }

  /// Hands out up to `bytes_max` bytes from `offset` without a copy; `offset` lies in
  /// [start_offset, length].
  [[nodiscard]] std::vector<shared_bytes> read(std::int64_t offset,
                                               std::size_t bytes_max) const;

  /// A parked read's place: by offset, then by age.
  struct parked_place {
    std::int64_t offset = 0;
    std::uint64_t age = 0;
    friend auto operator<=>(const parked_place&, const parked_place&) = default;
  };
  /// `waiter` hears of `read_id` once the read from `offset` can be answered (data, seal,
  /// deletion), or when the segment may have moved; the read is then no longer parked.
  parked_place park(std::int64_t offset, read_waiter& waiter, std::uint64_t read_id);
  /// No effect if nothing is parked there any more.
  void unpark(const parked_place& place) { parked_.erase(place); }
  [[nodiscard]] std::size_t parked() const noexcept { return parked_.size(); }

 private:
  friend class store_model;

  struct chunk {
    std::int64_t offset = 0;
    shared_bytes data;
    /// The memory that the data keeps alive; an estimate where it was received.
    std::size_t kept_bytes = 0;
    /// Whether an append begins here: data may be dropped up to such a place.
    bool begins_append = true;
  };
  struct parked_read {
    read_waiter* waiter = nullptr;
    std::uint64_t read_id = 0;
  };
  using parked_reads = std::map<parked_place, parked_read>;

  /// `received_bytes` of memory stay alive with the parts.
  void append(std::span<const shared_bytes> parts, std::size_t received_bytes,
              std::int64_t now_ms);
  void append_copy(std::span<const shared_bytes> parts, std::size_t size);
  void append_from(segment_model& source, std::int64_t now_ms);
  void end_tail();
  void compact(chunk& kept) const;
  void set_attribute(const uuid& id, std::int64_t value);
  void seal(std::int64_t now_ms);
  void mark_deleted();
  /// `offset` lies in [start_offset, length].
  void truncate(std::int64_t offset);
  /// Where the second oldest append (or group of small ones) begins, or length.
  [[nodiscard]] std::int64_t next_append_offset() const;
  void wake();
  void wake_all() { wake_until(parked_.end()); }
  void wake_until(parked_reads::iterator end);

  std::string name_;
  std::int64_t start_offset_ = 0;
  std::int64_t length_ = 0;
  std::int64_t created_ms_ = 0;
  std::int64_t events_appended_ = 0;
  std::int64_t last_modified_ms_ = 0;
  bool sealed_ = false;
  bool deleted_ = false;
  std::deque<chunk> chunks_;
  /// The last chunk's memory while small appends may still be added to it.
  std::shared_ptr<std::byte[]> tail_;
  std::map<uuid, std::int64_t> attributes_;
  parked_reads parked_;
  std::uint64_t last_parked_ = 0;
};

using segment_handle = std::shared_ptr<segment_model>;

}  // namespace pravega_sandbox
