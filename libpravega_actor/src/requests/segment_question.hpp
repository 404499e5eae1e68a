// A request to the store of a segment, whatever its command: what to send, and what answers it.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "pravega_actor/result.hpp"
#include "requests/reply_check.hpp"
#include "requests/request_table.hpp"

namespace pravega_actor::internal {

/// What the command of each attempt names besides its own fields.
struct asked_as {
  std::int64_t request_id = 0;
  std::string_view segment;
  std::string_view delegation_token;
};

/// Most requests are one frame and its reply, which is one step. A request that needs another
/// one before it on the same connection has two. Immutable: any thread may call it.
class segment_question {
 public:
  virtual ~segment_question() = default;

  /// The command's name, for texts.
  [[nodiscard]] virtual std::string_view name() const noexcept = 0;
  /// What a delegation token must allow.
  [[nodiscard]] virtual access_operation access() const noexcept = 0;
  [[nodiscard]] virtual repetition repeated() const noexcept = 0;

  /// The frame of a step, counted from 0. Errors: see `wire::encode`.
  [[nodiscard]] virtual result<std::vector<std::byte>> encode(std::size_t step,
                                                              const asked_as& as) const = 0;
  /// The reply to a step. Errors: what the store refused with; protocol_violation for a reply
  /// that does not fit the request.
  [[nodiscard]] virtual result<wire::command> check(std::size_t step, const wire::frame& reply,
                                                    const expected_reply& to) const = 0;
  /// Whether a step follows this reply; else the reply is the answer.
  [[nodiscard]] virtual bool goes_on_after(const wire::command& reply) const = 0;
};

/// The question of a command in the table. Its request id, segment (or target) and delegation
/// token are filled in for each attempt.
///
/// A conditional_append and an append_block_end bind their writer id to the segment first
/// (SetupAppend). The store then says which number it has stored last, so a repeated request is
/// not stored twice: an event number that is stored already is a success, with an unknown write
/// offset (-1). The event numbers of a writer id must ascend: invalid_argument if the store has
/// a later one. An earlier attempt may still be on its way when the store answers the set-up of
/// the next. So a refusal behind a lost answer is outcome_unknown; setup_append then asks for
/// the number alone.
///
/// A read_segment is meant for bytes that are there: where the store has none to give, the
/// error is server_error, and the request is repeated.
template <class Request>
[[nodiscard]] std::shared_ptr<const segment_question> question_of(Request what);

}  // namespace pravega_actor::internal
