// How far reading one segment has come, and what follows from each event: pure.
#pragma once

#include <cstdint>
#include <deque>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <variant>

#include "pravega_actor/time.hpp"
#include "read/read_assembler.hpp"
#include "read/read_notice.hpp"
#include "requests/reply_check.hpp"

namespace pravega_actor::internal {

struct read_limits {
  std::size_t request_bytes = limits::read_bytes_max;
  std::size_t prefetch_slices = 2;
  std::size_t event_payload_bytes_max = limits::large_event_payload_bytes_max;
};

/// What waits for a consumer: an error is the last.
using read_outcome = std::variant<read_item, error>;

/// A pure class: no lock, no session, no clock. It holds the place of reading and what waits
/// for a consumer, and says for each event what has to be done; `read_channel` does it. The
/// attached actor has a generation, its session a serial: a reply or the end of a session with
/// an older serial has no effect.
///
/// Without memory a function throws std::bad_alloc. What was added until then stays, and the
/// end of the session leads to a place from which reading goes on.
class read_flow {
 public:
  enum class life : std::uint8_t {
    reading,
    /// Nothing will be added to what waits.
    finished
  };
  /// The session, as seen from here.
  enum class connection : std::uint8_t {
    none,
    /// Nothing is asked for until `resume`.
    attached,
    open
  };
  enum class request_state : std::uint8_t {
    none,
    on_its_way,
    /// A thread cuts the reply without the lock. It has the assembler.
    cutting
  };
  /// What the last reply said about the segment. It survives the session.
  enum class tail : std::uint8_t { unknown, reached, behind };
  /// What the last reply of the session brought.
  enum class last_reply : std::uint8_t { none, empty, data };
  /// What the actor knows of the session.
  enum class reported : std::uint8_t { nothing, an_answer, data };
  /// An event of which only a part came and which is larger than
  /// limits::reader_request_bytes_least.
  enum class large_event : std::uint8_t {
    none,
    /// The owner counts it, and its parts are kept.
    kept,
    /// Its parts are dropped, and nothing is asked for, until the owner has room.
    waits
  };

  struct start {
    std::int64_t offset = 0;
    /// Stop before this offset.
    std::optional<std::int64_t> end;
    std::string delegation_token;
  };
  struct request {
    std::int64_t offset = 0;
    std::int32_t bytes = 0;
    std::int64_t id = 0;
    std::shared_ptr<const std::string> delegation_token;
  };
  /// What follows from an event.
  struct reaction {
    /// For the actor. The channel adds what only the session knows.
    std::optional<read_notice> notice;
    /// The session is not used any more.
    bool ends_session = false;
    /// The session is to be closed: nothing on its connection can be trusted any more.
    std::optional<error> close_reason;
    /// The owner may have room for other segments.
    bool makes_room = false;
  };
  /// What the owner counts, as it changed.
  struct changes {
    /// Something waits where nothing did.
    bool ready = false;
    /// So much more waits, in the unit of `waiting().cost`.
    std::size_t waiting = 0;
    /// So much was dropped of what waited.
    std::size_t dropped = 0;
    /// Bytes that are not on their way any more.
    std::size_t answered_bytes = 0;
    /// The size of a large event that is not kept any more.
    std::size_t event_bytes = 0;
    /// A large event does not wait for room any more.
    bool event_withdrawn = false;
  };
  /// A reply that is to be cut into slices: `assembler.add(data)`, then `on_cut`.
  struct cut {
    std::uint64_t serial = 0;
    read_assembler assembler;
    read_assembler::reply data;
    reported brings = reported::nothing;
  };
  struct answer {
    reaction follows;
    std::optional<cut> to_cut;
  };
  enum class claim : std::uint8_t { refused, kept, needs_room };
  struct taken {
    read_outcome what;
    /// So much less waits.
    std::size_t cost = 0;
  };
  /// What waits. The cost is in bytes, but a small thing counts as a part of a request.
  struct waiting_cost {
    std::size_t slices = 0;
    std::size_t bytes = 0;
    std::size_t cost = 0;
  };
  /// A read that has no answer and was not asked at the segment's tail.
  struct owed_read {
    std::int64_t offset = 0;
    time_point since{};
    /// There must be more behind `offset`.
    bool certain = false;
  };

  /// `flow` is the upper half of the request ids.
  read_flow(std::shared_ptr<const segment> of, std::string name, std::int32_t flow, start from,
            read_limits limits, std::shared_ptr<buffer_pool> pool);

  // The actor's calls; those of an older generation must not come here (`accepts`):
  [[nodiscard]] bool accepts(std::uint64_t generation) const noexcept {
    return generation == generation_;
  }
  /// A new actor takes over. It gets the generation that `generation()` returns.
  [[nodiscard]] reaction attach();
  [[nodiscard]] reaction end_session();
  /// A new session, with the serial that `serial()` returns.
  [[nodiscard]] reaction use();
  /// Begins to read, or goes on after a pause.
  [[nodiscard]] reaction resume();
  /// Adds a gap up to `to`, or the own end if that comes first, and goes on there.
  [[nodiscard]] reaction skip(std::int64_t to);
  /// Adds that the rest is gone, up to the own end if there is one, and the end.
  [[nodiscard]] reaction skip_rest();
  [[nodiscard]] reaction give_up(const error& reason);
  /// Something failed that is being mended: until the next `resume`.
  [[nodiscard]] reaction note_trouble(const error& reason);
  /// From the next request on.
  [[nodiscard]] reaction set_token(std::string delegation_token);

  // Asking. There is never more than one request.
  /// How many bytes it would ask for; 0: none at present.
  [[nodiscard]] std::size_t wish() const noexcept;
  /// Only if there is a wish. `granted_bytes`, at most the wish, count until they appear in
  /// `changes::answered_bytes`.
  [[nodiscard]] request ask(std::size_t granted_bytes, time_point now) noexcept;
  /// What was asked for, or was to be, could not be sent.
  [[nodiscard]] reaction on_unsent(std::uint64_t serial, const error& reason);

  // What the session brings:
  /// Whether a reply with this id would be the answer to the request.
  [[nodiscard]] bool expects(std::uint64_t serial, std::int64_t request_id) const noexcept;
  [[nodiscard]] answer on_reply(std::uint64_t serial, const wire::frame& reply);
  /// The reply was cut, or nothing is to be read any more.
  [[nodiscard]] reaction on_cut(cut&& done, read_assembler::step&& step);
  [[nodiscard]] reaction on_session_closed(std::uint64_t serial, const error& reason);

  // While a reply is cut, for an event of which only a part is there:
  [[nodiscard]] claim claim_event(std::uint64_t serial, std::size_t event_bytes) noexcept;
  /// The owner's answer where a claim needs room.
  void on_claimed(std::size_t event_bytes, bool granted) noexcept;
  /// There is room for the event that waited.
  void begin_event(std::size_t event_bytes) noexcept { on_claimed(event_bytes, true); }

  // The owner's calls:
  [[nodiscard]] bool has_outcomes() const noexcept { return !outcomes_.empty(); }
  /// Only if there is one.
  [[nodiscard]] taken take() noexcept;
  /// What changed since the last call. Each change must reach the owner's account.
  [[nodiscard]] changes take_changes() noexcept { return std::exchange(changes_, {}); }
  /// Drops what waits; nothing is read any more.
  void drop() noexcept;
  /// The same for a segment with which another reader goes on: moves what waits to `rest`,
  /// which is empty, and leaves the session.
  [[nodiscard]] reaction give_back(std::deque<read_outcome>& rest);

  [[nodiscard]] life segment_life() const noexcept { return life_; }
  [[nodiscard]] connection session_state() const noexcept { return connection_; }
  [[nodiscard]] request_state asking() const noexcept { return request_; }
  [[nodiscard]] large_event event() const noexcept { return event_; }
  [[nodiscard]] std::uint64_t generation() const noexcept { return generation_; }
  [[nodiscard]] std::uint64_t serial() const noexcept { return serial_; }
  /// Where the next event begins that does not wait and was not taken.
  [[nodiscard]] std::int64_t offset() const noexcept { return offset_; }
  [[nodiscard]] const waiting_cost& waiting() const noexcept { return waiting_; }
  [[nodiscard]] const std::optional<error>& trouble() const noexcept { return trouble_; }
  [[nodiscard]] std::optional<owed_read> owed() const noexcept;

 private:
  /// What a server returns at least, if it has it, even if less was asked for.
  static constexpr std::int32_t request_bytes_min = 8;
  [[nodiscard]] answer on_data(const wire::frame& reply);
  [[nodiscard]] reaction on_empty();
  [[nodiscard]] reaction on_refusal(const wire::frame& reply);
  [[nodiscard]] reaction on_truncated(const wire::frame& reply, const error& reason);
  [[nodiscard]] reaction on_all_pushed(read_assembler::step&& step);
  [[nodiscard]] std::optional<error> failure_of(const read_assembler::step& step) const;
  [[nodiscard]] reaction refuse(const error& reason);
  [[nodiscard]] std::optional<read_notice> report(reported what) noexcept;
  /// What every reply must repeat.
  [[nodiscard]] expected_reply expected() const noexcept { return {asked_.id, name_, nullptr}; }
  [[nodiscard]] read_assembler::reply trim(const wire::segment_read_view& view,
                                           const std::shared_ptr<const void>& keeper) const;
  [[nodiscard]] read_wait waited() const noexcept;
  [[nodiscard]] bool more_is_certain() const noexcept;
  [[nodiscard]] bool at_own_end() const noexcept { return end_ && offset_ >= *end_; }
  void answered() noexcept;
  void forget_event() noexcept;
  void push(read_outcome what);
  void push_gap(std::int64_t to);
  void push_end(bool sealed);
  [[nodiscard]] std::size_t cost_of(const read_outcome& what) const noexcept;
  /// Counts it in `waiting_`; returns its cost.
  std::size_t count(const read_outcome& what, bool added) noexcept;
  [[nodiscard]] read_assembler make_assembler() const;

  const std::shared_ptr<const segment> of_;
  const std::string name_;
  const std::int32_t flow_;
  const read_limits limits_;
  const std::optional<std::int64_t> end_;
  const std::shared_ptr<buffer_pool> pool_;

  life life_ = life::reading;
  connection connection_ = connection::none;
  request_state request_ = request_state::none;
  tail tail_ = tail::unknown;
  last_reply last_ = last_reply::none;
  reported reported_ = reported::nothing;
  large_event event_ = large_event::none;
  enum class truncation : std::uint8_t {
    none,
    /// And no data came since. It survives the session.
    reported
  };
  truncation truncation_ = truncation::none;

  std::uint64_t generation_ = 0;
  std::uint64_t serial_ = 0;
  std::uint32_t sequence_ = 0;
  /// The last request.
  request asked_;
  time_point asked_at_{};
  std::size_t granted_bytes_ = 0;
  /// The size of the last reply's data.
  std::size_t last_bytes_ = 0;
  /// The size of a large event that is kept.
  std::size_t event_bytes_ = 0;

  std::int64_t offset_;
  read_assembler assembler_;
  std::deque<read_outcome> outcomes_;
  waiting_cost waiting_;
  changes changes_;
  std::optional<error> trouble_;
  std::shared_ptr<const std::string> token_;
};

/// "reading", "finished".
[[nodiscard]] std::string_view to_string(read_flow::life of) noexcept;
/// "none", "attached", "open".
[[nodiscard]] std::string_view to_string(read_flow::connection at) noexcept;
/// "none", "on_its_way", "cutting".
[[nodiscard]] std::string_view to_string(read_flow::request_state of) noexcept;
/// "none", "kept", "waits".
[[nodiscard]] std::string_view to_string(read_flow::large_event of) noexcept;

}  // namespace pravega_actor::internal
