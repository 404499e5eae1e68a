// How far appending to one segment has come, and what follows from each event: pure.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <variant>

#include "append/append_log.hpp"
#include "append/large_appends.hpp"
#include "pravega_actor/time.hpp"
#include "requests/reply_check.hpp"

namespace pravega_actor::internal {

// The notices to the attached segment writer actor.

struct setup_answered {
  std::int64_t stored = 0;
};
struct append_progressed {};
/// The answer to `send_inspection`.
struct segment_inspected {
  bool sealed = false;
};
struct append_refused {
  error reason;
  /// Whether something was in doubt (see `append_log::in_doubt`) when the refusal came.
  bool in_doubt = false;
};
struct channel_closed {
  error reason;
};
using channel_notice = std::variant<setup_answered, segment_inspected, append_progressed,
                                    append_refused, channel_closed>;

/// A pure class: no lock, no session, no clock. It holds the log, knows whether blocks may
/// leave, and says for each event what has to be done; `append_channel` does it. The attached
/// actor has a generation, its session a serial: what comes with an older number has no effect.
class append_flow {
 public:
  /// The session, as seen from here.
  enum class connection : std::uint8_t {
    /// Nobody has written to the segment yet, and nothing needs a session before.
    unused,
    none,
    /// The handshake is not over: the server has not said what it stores.
    handshake,
    /// Blocks may leave.
    open,
    /// It is of no use any more, and there was no memory to report that.
    lost
  };
  enum class life : std::uint8_t {
    live,
    /// The segment is sealed and its last event number is known: what is left is not stored.
    final_known,
    /// Its successors have taken over, or the writer has ended: nothing is appended any more.
    retired
  };
  /// What a thread has to do that comes by.
  enum class duty : std::uint8_t {
    nothing,
    send,
    /// The next frame of a large event.
    send_part,
    report_loss,
    report_first_event
  };

  /// Blocks that one thread sends in a row.
  static constexpr std::size_t blocks_per_turn_max = 4;

  /// What follows from an event.
  struct reaction {
    /// The owner takes `durable` with the lock held and delivers without it; then the next
    /// blocks may leave.
    bool advances = false;
    append_log::blocks durable;
    /// The next frame may leave.
    bool sends = false;
    /// The session is not used any more; it is closed if there is a reason.
    bool ends_session = false;
    std::optional<error> close_reason;
    /// For the actor.
    std::optional<channel_notice> notice;
  };

  /// `connection` is `none`, or `unused` for a segment that connects for its first event.
  append_flow(std::string segment, append_log log, connection from = connection::none)
      : segment_{std::move(segment)}, log_{std::move(log)}, connection_{from} {}

  // The actor's calls:
  /// A new actor takes over. It gets the generation that `generation()` returns.
  [[nodiscard]] reaction attach();
  /// None: of an older generation. The same with `use`.
  [[nodiscard]] std::optional<reaction> detach(std::uint64_t generation);
  /// A new session, not yet for appends.
  [[nodiscard]] std::optional<reaction> use(std::uint64_t generation);
  /// The server stores the events up to `stored`: drops them and opens the way for the rest.
  /// Error: that cannot be.
  [[nodiscard]] result<reaction> resume(std::uint64_t generation, std::int64_t stored);
  /// The segment is sealed and this is its last event number: drops what is stored. None: the
  /// segment is gone, and nothing was in doubt. Nothing is sent any more.
  [[nodiscard]] result<reaction> finalize(std::uint64_t generation,
                                          std::optional<std::int64_t> stored);
  [[nodiscard]] reaction disconnect(std::uint64_t generation, const error& reason);
  /// What requests need besides from now on.
  void use_token(std::uint64_t generation, const std::string& token) {
    if (accepts(generation)) token_ = token;
  }
  [[nodiscard]] bool accepts(std::uint64_t generation) const noexcept {
    return generation == generation_;
  }

  // What the session brings:
  /// Whether a reply counts.
  [[nodiscard]] bool hears(std::uint64_t serial) const noexcept {
    return serial == serial_ && life_ != life::retired;
  }
  /// Only if `hears`.
  [[nodiscard]] reaction on_reply(const wire::frame& reply, time_point now);
  [[nodiscard]] reaction on_session_closed(std::uint64_t serial, const error& reason);
  /// There was no memory to report the end of the session before `serial`.
  void on_unreported(std::uint64_t serial) noexcept;

  // Sending:
  /// `sent`: blocks of the turn so far. What is in flight brings an acknowledgement, and with
  /// it a thread that goes on.
  [[nodiscard]] duty due(std::size_t sent = 0) const noexcept {
    if (sending_) return duty::nothing;
    if (life_ == life::retired && connection_ == connection::open) return duty::nothing;
    if (connection_ != connection::open) return due_unless_open();
    if (!large_.empty() || log_.large_next()) return due_of_large(sent);
    if (!log_.ready()) return duty::nothing;
    return sent < blocks_per_turn_max || log_.in_flight() == 0 ? duty::send : duty::nothing;
  }
  /// If sending is due: the block to be handed to the session. Until `on_handed` no other
  /// thread sends. Null: there was no memory to close the block.
  [[nodiscard]] append_log::block_pointer take_block(time_point now) noexcept;
  /// If sending a part is due: the frame. Otherwise as `take_block`; empty: no memory.
  [[nodiscard]] std::vector<shared_bytes> take_part(time_point now) noexcept;
  /// False: there was no memory for handing it over, nor for closing the session instead.
  void on_handed(std::uint64_t serial, bool handed) noexcept;
  /// If reporting a loss is due.
  [[nodiscard]] reaction take_loss();
  /// Whether reporting the first event is due: the caller does it.
  [[nodiscard]] bool take_first_event() noexcept;
  /// There was no memory for that.
  void on_first_event_unreported() noexcept;

  // The owner's calls:
  [[nodiscard]] append_log& log() noexcept { return log_; }
  [[nodiscard]] const append_log& log() const noexcept { return log_; }
  /// See `append_log::settle`. `sealed`: nothing can land any more, so the number is final.
  void settle(const claimed_number& value, bool sealed) {
    log_.settle(value);
    if (sealed && life_ == life::live) life_ = life::final_known;
  }
  /// The controller names a segment that follows this one, which is sealed or soon will be. The
  /// actor hears so, even if nothing is to be sent.
  [[nodiscard]] reaction expect_seal();
  [[nodiscard]] bool seal_expected() const noexcept { return seal_expected_; }
  /// Nothing will be appended any more, and nothing is sent, not even the merge of an event
  /// that is stored. False if it was retired before.
  bool retire() noexcept {
    large_.clear();
    return std::exchange(life_, life::retired) != life::retired;
  }

  [[nodiscard]] connection at() const noexcept { return connection_; }
  [[nodiscard]] life segment_life() const noexcept { return life_; }
  [[nodiscard]] std::uint64_t generation() const noexcept { return generation_; }
  [[nodiscard]] std::uint64_t serial() const noexcept { return serial_; }
  /// If blocks are in flight: when the oldest was sent, or the one before it acknowledged.
  [[nodiscard]] std::optional<time_point> owed_since() const noexcept;
  /// What is owed since then, in words.
  [[nodiscard]] std::string owed_text() const;

 private:
  /// The kinds of replies that the actor gets once per session, however often the server sends
  /// them.
  enum class report : std::uint8_t { setup = 1, state = 2, progress = 4, refusal = 8 };
  [[nodiscard]] bool first(report what) noexcept;
  [[nodiscard]] duty due_unless_open() const noexcept;
  [[nodiscard]] duty due_of_large(std::size_t sent) const noexcept;
  [[nodiscard]] bool begins_large() const noexcept {
    return log_.large_next() && large_.takes_next();
  }
  void begin_large();
  [[nodiscard]] reaction on_large_reply(const wire::frame& reply, time_point now);
  void note_durable(reaction& out, append_log::blocks&& durable);
  [[nodiscard]] reaction end_session(std::optional<error> close_reason);
  [[nodiscard]] reaction on_acknowledged(const wire::frame& reply, time_point now);
  [[nodiscard]] std::optional<channel_notice> notice_of(const wire::frame& reply);
  [[nodiscard]] std::optional<channel_notice> refusal(error why);
  /// What every reply must repeat.
  [[nodiscard]] expected_reply expected() const noexcept;

  const std::string segment_;
  append_log log_;
  connection connection_;
  life life_ = life::live;
  /// A thread is handing a block to a session.
  bool sending_ = false;
  bool seal_expected_ = false;
  /// Of the present session.
  std::uint8_t reported_ = 0;
  std::uint64_t generation_ = 0;
  std::uint64_t serial_ = 0;
  time_point owed_since_{};
  /// The writer's last number in the segment, as the store knows it.
  std::int64_t stored_ = 0;
  std::string token_;
  /// The large events that are on their way.
  large_appends large_;
};

/// Why a segment is taken for sealed when `append_flow::expect_seal` says so.
[[nodiscard]] error expected_seal();

/// "unused", "none", "handshake", ...
[[nodiscard]] std::string_view to_string(append_flow::connection at) noexcept;
/// "live", "final_known", "retired".
[[nodiscard]] std::string_view to_string(append_flow::life of) noexcept;

}  // namespace pravega_actor::internal
