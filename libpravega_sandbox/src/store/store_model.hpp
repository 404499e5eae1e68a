// All segments of an embedded Pravega: one durable model, whatever number of stores serve it.
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "core/buffer_pool.hpp"
#include "security/delegation_tokens.hpp"
#include "store/holding_order.hpp"
#include "store/memory_account.hpp"
#include "store/segment_model.hpp"
#include "store/store_limits.hpp"

namespace pravega_sandbox {

/// What to do with an append that does not fit into memory.
enum class when_full : std::uint8_t {
  /// Refuse it; the session reports that and closes the connection.
  refuse,
  /// Make room by truncating the segment that holds the most, at its oldest appends, again and
  /// again; refuse if nothing that could be dropped would be enough. Transient segments and
  /// those of transactions stay whole: what is merged from them must be.
  drop_oldest,
};

struct store_options {
  /// Bytes of the events of all segments together; `memory_account` says what else counts.
  std::size_t memory_bytes_max = std::size_t{4} << 30;
  when_full full = when_full::refuse;
  std::size_t segments_max = store_limits::segments_max;
  /// Of all segments together.
  std::size_t names_bytes_max = store_limits::names_bytes_max;
  std::size_t attributes_max = store_limits::attributes_total_max;
};

enum class store_status : std::uint8_t {
  ok,
  missing,
  exists,
  sealed,
  /// The offset lies outside the segment.
  bad_offset,
  /// A condition on an attribute or on the length does not hold.
  bad_condition,
  /// Another append went on with this writer id.
  bad_event_number,
  full,
};

/// One append of a writer, checked and applied atomically.
struct append_request {
  uuid writer;
  /// What the attribute of the writer must be (`no_value`: not set).
  std::int64_t expected_number = no_value;
  /// What it becomes.
  std::int64_t number = 0;
  std::int32_t event_count = 0;
  /// The length that the segment must have.
  std::optional<std::int64_t> expected_length;
  std::span<const shared_bytes> data;
  /// The memory that keeping the data would keep alive, as far as it is more than the data.
  std::size_t received_bytes = 0;
};

enum class attribute_update_type : std::uint8_t {
  none = 0,
  replace = 1,
  replace_if_greater = 2,
  accumulate = 3,
  replace_if_equals = 4,
};

struct attribute_change {
  uuid id;
  attribute_update_type type = attribute_update_type::replace;
  std::int64_t value = 0;
  std::int64_t expected = no_value;
};

/// What was done since the start.
struct store_counters {
  std::uint64_t appends = 0;
  std::uint64_t appends_refused_full = 0;
  std::uint64_t events_appended = 0;
  std::uint64_t bytes_appended = 0;
  /// Of events, to make room for others.
  std::uint64_t bytes_dropped = 0;
  std::uint64_t reads = 0;
  std::uint64_t bytes_read = 0;
  /// Requests whose token had ended, and those whose token was not good for another reason.
  std::uint64_t tokens_expired = 0;
  std::uint64_t tokens_refused = 0;
  /// Connections that ended with a token.
  std::uint64_t token_ends = 0;
};

/// Not thread-safe. It has no clock: its owner sets the time.
class store_model {
 public:
  /// Which of several stores serves a segment.
  using owner_function = std::function<std::size_t(std::string_view segment)>;

  explicit store_model(store_options options = {})
      : options_{options}, memory_{options.memory_bytes_max} {}
  store_model(const store_model&) = delete;
  store_model& operator=(const store_model&) = delete;

  void set_now_ms(std::int64_t now_ms) { now_ms_ = now_ms; }
  [[nodiscard]] std::int64_t now_ms() const noexcept { return now_ms_; }

  /// Without an owner function store 0 serves everything.
  void set_owner(owner_function owner) { owner_ = std::move(owner); }
  [[nodiscard]] std::size_t owner_of(std::string_view segment) const {
    return owner_ ? owner_(segment) : 0;
  }
  /// From now on requests need a delegation token; null: none does. Its clock is that of the
  /// model.
  void require_tokens(std::shared_ptr<const delegation_tokens> tokens) {
    tokens_ = std::move(tokens);
  }
  [[nodiscard]] const delegation_tokens* tokens() const noexcept { return tokens_.get(); }
  /// Call it when owners have changed: reads that wait at a former owner are answered.
  void wake_moved();

  /// `full` if there is no room for another segment.
  store_status create(const std::string& name);
  /// How many more segments there is room for.
  [[nodiscard]] std::size_t segments_free() const noexcept;
  /// Creates a transient part of `parent`, which need not be there; returns its name, or
  /// nothing if there is no room for another segment.
  [[nodiscard]] std::optional<std::string> create_transient(const std::string& parent,
                                                            const uuid& writer);
  /// Null when missing.
  [[nodiscard]] segment_handle find(std::string_view name) const;
  store_status seal(std::string_view name);
  store_status remove(std::string_view name);
  store_status truncate(std::string_view name, std::int64_t offset);
  store_status append(const segment_handle& target, const append_request& request);
  /// The two halves of `append`: what stands against it, where one that does not fit into
  /// memory is counted as refused; and what is done right after `admit` has said ok.
  [[nodiscard]] store_status admit(const segment_handle& target, const append_request& request);
  void apply(segment_model& target, const append_request& request);
  /// Compare and set; `no_value` stands for "not set" on both sides.
  store_status update_attribute(std::string_view name, const attribute_change& change);
  /// Appends `source` to `target` and deletes it, if all conditions on the target's attributes
  /// hold. The source is sealed by this; its attributes are lost. `missing` deletes the source
  /// if it is transient and empty.
  store_status merge(std::string_view target, std::string_view source,
                     std::span<const attribute_change> changes);

  /// Of events.
  [[nodiscard]] std::size_t memory_bytes() const noexcept {
    return memory_.used(memory_use::events);
  }
  /// Whether so many bytes of events fit, if need be where others are dropped.
  [[nodiscard]] bool can_make_room(std::size_t bytes) const;
  /// Of everything; sessions and the controller take their part from it.
  [[nodiscard]] memory_account& memory() noexcept { return memory_; }
  [[nodiscard]] const memory_account& memory() const noexcept { return memory_; }
  /// What all sessions receive into.
  [[nodiscard]] const std::shared_ptr<pravega_actor::internal::buffer_pool>& receive_pool()
      const noexcept {
    return receive_pool_;
  }
  [[nodiscard]] std::size_t segment_count() const noexcept { return segments_.size(); }
  [[nodiscard]] const store_counters& counters() const noexcept { return counters_; }
  void count_read(std::size_t bytes) {
    ++counters_.reads;
    counters_.bytes_read += bytes;
  }
  void count_token(token_state found) {
    if (found == token_state::expired) ++counters_.tokens_expired;
    if (found == token_state::refused || found == token_state::broken)
      ++counters_.tokens_refused;
  }
  void count_token_end() { ++counters_.token_ends; }
  /// Names in order, for inspection.
  [[nodiscard]] std::vector<std::string> segment_names() const;

 private:
  void make_room(std::size_t bytes);
  void holds_other(const segment_model& target, std::size_t before, std::size_t now);
  [[nodiscard]] bool takes_attributes(const segment_model& target, std::size_t added) const;
  void set_attribute(segment_model& target, const uuid& id, std::int64_t value);
  void truncate_to(segment_model& target, std::int64_t offset);

  store_options options_;
  const std::shared_ptr<pravega_actor::internal::buffer_pool> receive_pool_ =
      std::make_shared<pravega_actor::internal::buffer_pool>(store_limits::receive_pool_bytes);
  std::int64_t now_ms_ = 0;
  memory_account memory_;
  /// Of the segments that events may be dropped from; empty if none may.
  holding_order holders_;
  std::size_t names_bytes_ = 0;
  std::size_t attributes_ = 0;
  std::uint64_t transients_ = 0;
  store_counters counters_;
  owner_function owner_;
  std::shared_ptr<const delegation_tokens> tokens_;
  std::map<std::string, segment_handle, std::less<>> segments_;
};

}  // namespace pravega_sandbox
