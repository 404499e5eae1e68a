// The appends of one connection: writer states and acknowledgements.
#pragma once

#include <cstdint>
#include <deque>
#include <map>
#include <optional>

#include "store/session_context.hpp"
#include "wire/append_assembler.hpp"
#include "wire/commands.hpp"

namespace pravega_sandbox {

/// Every member that returns bool says whether the connection may go on.
class append_session {
 public:
  explicit append_session(session_context& context)
      : context_{context}, memory_{context.store.memory(), memory_use::connections} {}

  [[nodiscard]] bool setup(const wire::setup_append& request);
  /// `received_bytes` of memory stay alive with the request's data.
  [[nodiscard]] bool append(const wire::assembled_append& request, std::size_t received_bytes);
  /// A block of this writer begins or ends: it must be set up.
  [[nodiscard]] bool accepts(const uuid& writer);
  /// Acknowledgements of one writer that nothing else separates are sent as one; this ends such
  /// a run.
  void flush_ack();
  /// Sends the acknowledgements that were held back and are due.
  void release_due();
  [[nodiscard]] std::optional<std::int64_t> next_due_ms() const;
  /// When the first of the tokens ends that writers were set up with: then the connection must
  /// end. A later set-up does not put it off.
  [[nodiscard]] std::optional<std::int64_t> ends_at_ms() const noexcept { return ends_at_ms_; }
  /// Whether the session ended at an append behind one that met a sealed segment. A real
  /// server closes then, and the refusal may be lost on its way.
  [[nodiscard]] bool ended_behind_seal() const noexcept { return ended_behind_seal_; }
  void clear();

 private:
  struct writer_state {
    segment_handle segment;
    std::int64_t last_number = no_value;
    std::int64_t last_acked = no_value;
  };
  struct held_ack {
    std::int64_t due_ms = 0;
    wire::data_appended ack;
  };
  using writers = std::map<uuid, writer_state>;

  [[nodiscard]] bool acknowledge(writer_state& state, const wire::assembled_append& request,
                                 std::int64_t delay_ms);
  [[nodiscard]] bool refuse(writers::iterator writer, const wire::assembled_append& request,
                            store_status status);
  void release_all();
  /// False if there is no memory for so many more.
  [[nodiscard]] bool take_memory(std::size_t more_writers, std::size_t more_acks);

  session_context& context_;
  memory_share memory_;
  writers writers_;
  /// The last writer that got SegmentIsSealed, until it is set up again.
  std::optional<uuid> told_sealed_;
  bool ended_behind_seal_ = false;
  std::optional<std::int64_t> ends_at_ms_;
  std::optional<wire::data_appended> run_;
  std::deque<held_ack> held_;
};

}  // namespace pravega_sandbox
