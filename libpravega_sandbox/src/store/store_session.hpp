// One connection to the sandbox's segment store: bytes in, replies out.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>

#include "store/append_session.hpp"
#include "store/read_session.hpp"
#include "store/received_memory.hpp"
#include "store/segment_requests.hpp"
#include "store/session_output.hpp"
#include "wire/frame_reader.hpp"

namespace pravega_sandbox {

/// Follows the protocol of a 0.13 segment store. No socket, thread or clock: its owner feeds
/// bytes, sets the store's time and carries the output. Each call of `on_received`,
/// `on_bytes` or `on_frame` is one turn and sends at most once. Not thread-safe.
class store_session final : private read_waiter {
 public:
  struct options {
    /// Which of several stores this is.
    std::size_t store_index = 0;
    /// Must outlive the session; null is no faults.
    store_faults* faults = nullptr;
  };
  store_session(store_model& store, session_output& output);
  store_session(store_model& store, session_output& output, options chosen);
  ~store_session();
  store_session(const store_session&) = delete;
  store_session& operator=(const store_session&) = delete;

  /// Room to receive into, and how much of it was filled. Empty if the session has ended;
  /// it ends if there is no memory for it.
  [[nodiscard]] std::span<std::byte> receive_buffer();
  void on_received(std::size_t count);
  /// The same with a copy.
  void on_bytes(pravega_actor::byte_view bytes);
  /// One whole frame.
  void on_frame(const wire::frame& frame);
  /// The peer has closed: forgets writers and parked reads, deletes the connection's transient
  /// segments. Sends nothing.
  void on_closed();
  /// Sends acknowledgements that a fault held back and that are due by the store's time. Ends
  /// the connection if a token has ended that a writer was set up with.
  void on_time();
  /// When `on_time` is wanted next for acknowledgements.
  [[nodiscard]] std::optional<std::int64_t> next_due_ms() const {
    return appends_.next_due_ms();
  }
  /// When it is wanted for the end of a token. It may move to an earlier time.
  [[nodiscard]] std::optional<std::int64_t> ends_at_ms() const noexcept {
    return appends_.ends_at_ms();
  }
  /// Whether the session ended because of a token's end.
  [[nodiscard]] bool ended_with_token() const noexcept { return ended_with_token_; }
  /// Answers parked reads with no data and atTail, as a real server does now and then.
  void evict_parked_reads();
  /// Ends the connection from this side, as a fault does.
  void shut();

  [[nodiscard]] bool closed() const noexcept { return closed_; }
  /// See `append_session::ended_behind_seal`.
  [[nodiscard]] bool ended_behind_seal() const noexcept { return appends_.ended_behind_seal(); }
  [[nodiscard]] std::size_t parked_reads() const noexcept { return reads_.parked(); }

 private:
  void on_readable(std::uint64_t read_id) override;
  [[nodiscard]] bool handle(const wire::frame& frame);
  [[nodiscard]] bool handle_hello(const wire::frame& frame);
  [[nodiscard]] bool handle_request(const wire::frame& frame);
  template <class Request>
  [[nodiscard]] bool request(const wire::frame& frame);
  void take_frames();
  [[nodiscard]] bool take_memory();
  void free_large_buffer();
  void end_turn();
  void release();

  store_faults no_faults_;
  session_output& output_;
  session_context context_;
  memory_share memory_;
  wire::frame_reader reader_;
  wire::append_assembler assembler_;
  received_memory received_;
  append_session appends_;
  read_session reads_;
  segment_requests requests_;
  bool in_turn_ = false;
  bool doomed_ = false;
  bool closed_ = false;
  bool ended_with_token_ = false;
};

}  // namespace pravega_sandbox
