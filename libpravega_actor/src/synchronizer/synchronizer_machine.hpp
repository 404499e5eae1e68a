// The operations of a synchronizer, one at a time, as requests to the store of its log.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string_view>
#include <variant>

#include "pravega_actor/synchronizer_engine.hpp"
#include "synchronizer/local_copy.hpp"
#include "synchronizer/log_append_machine.hpp"
#include "synchronizer/log_fetch_machine.hpp"

namespace pravega_actor::internal {

/// A pure machine. Between two operations it is idle, and `start` begins the next. It asks one
/// request at a time. If it cannot understand the log, or the segment is gone, it stops: every
/// later operation ends with the same error, and nothing is written.
class synchronizer_machine {
 public:
  /// The operation is over.
  struct finish {
    result<state_outcome> outcome;
  };
  /// A request, or the end.
  using action =
      std::variant<log_requests::get_info, log_requests::read, log_requests::append_at,
                   log_requests::append, log_requests::get_number, log_requests::get_mark,
                   log_requests::set_mark, log_requests::truncate, finish>;
  /// The actor that carries the actions out, as a fault plan names it.
  static constexpr std::string_view actor = "synchronizer";

  explicit synchronizer_machine(std::unique_ptr<replica> of) : copy_{std::move(of)} {}

  [[nodiscard]] action start(state_operation what);
  [[nodiscard]] action on_answer(const result<log_answer>& got);
  /// The actor that was asked ended: its request may have been carried out.
  [[nodiscard]] action on_actor_lost();
  /// There is no time left for the request, and it was not sent.
  [[nodiscard]] action on_too_late(const error& why);

  /// Whether the request finds out what became of an entry, which has a time of its own.
  [[nodiscard]] bool is_resolving() const noexcept {
    return append_ && append_->is_resolving();
  }
  /// Whether the operation may have stored an entry, as far as is known now.
  [[nodiscard]] bool may_have_written() const noexcept { return may_have_written_; }
  [[nodiscard]] const std::optional<error>& failure() const noexcept { return failure_; }
  [[nodiscard]] const local_copy& copy() const noexcept { return copy_; }

 private:
  /// What the machine does apart from fetching and appending.
  enum class cleaning : std::uint8_t { none, look, mark, check, truncate };

  [[nodiscard]] action begin(const state_operations::look& what);
  [[nodiscard]] action begin(const state_operations::fetch& what);
  [[nodiscard]] action begin(const state_operations::propose& what);
  [[nodiscard]] action begin(const state_operations::append& what);
  [[nodiscard]] action begin(const state_operations::initialize& what);
  [[nodiscard]] action begin(const state_operations::reset& what);
  [[nodiscard]] action begin(const state_operations::compact& what);

  [[nodiscard]] action fetch();
  [[nodiscard]] action write_initial(byte_view initial);
  [[nodiscard]] action write_whole();
  [[nodiscard]] action write(result<std::vector<std::byte>> entry, bool at_end_only);
  [[nodiscard]] action step(log_fetch_machine::step next);
  [[nodiscard]] action step(log_append_machine::step next);
  [[nodiscard]] action on_fetched(const log_fetch_machine::finish& found);
  [[nodiscard]] action on_appended(const result<bool>& outcome);
  [[nodiscard]] action on_written();
  [[nodiscard]] action clean_up(cleaning next, log_request what);
  [[nodiscard]] action ask(log_request what);
  [[nodiscard]] action on_cleaned(const result<log_answer>& got);
  [[nodiscard]] action on_marked();
  [[nodiscard]] action succeed(bool accepted);
  [[nodiscard]] action compacted(std::optional<error> not_dropped);
  [[nodiscard]] action fail(const error& why, bool broken = false);

  local_copy copy_;
  state_operation now_;
  std::int64_t number_ = 0;
  std::optional<log_fetch_machine> fetch_;
  std::optional<log_append_machine> append_;
  bool may_have_written_ = false;
  cleaning cleaning_ = cleaning::none;
  log_request asked_;
  /// Where the state that compaction wrote begins, and the mark before.
  std::int64_t whole_begin_ = 0;
  std::optional<std::int64_t> old_mark_;
  std::optional<error> failure_;
};

}  // namespace pravega_actor::internal
