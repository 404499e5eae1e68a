// What the machines of a synchronizer ask of the store of their log.
#pragma once

#include <cstdint>
#include <optional>
#include <variant>
#include <vector>

#include "pravega_actor/bytes.hpp"
#include "requests/segment_info.hpp"

namespace pravega_actor::internal {

namespace log_requests {

/// Answered with `segment_info`.
struct get_info {};
/// Answered with `log_bytes`.
struct read {
  std::int64_t offset = 0;
  std::size_t bytes_max = 0;
};
/// Appends an event if the segment ends at `offset`; answered with `log_done`.
struct append_at {
  std::int64_t number = 0;
  std::int64_t offset = 0;
  shared_bytes payload;
};
/// Appends an event; answered with `log_done`.
struct append {
  std::int64_t number = 0;
  shared_bytes payload;
};
/// The last event number that is stored of the synchronizer's writer id; answered with
/// `log_number`.
struct get_number {};
/// Answered with `log_mark`.
struct get_mark {};
/// Sets the mark if it is the expected one; answered with `log_done`.
struct set_mark {
  std::int64_t to = 0;
  std::optional<std::int64_t> expected;
};
/// Drops what stands before `offset`; answered with `log_done`.
struct truncate {
  std::int64_t offset = 0;
};

}  // namespace log_requests

/// One request; the next one follows its answer.
using log_request =
    std::variant<log_requests::get_info, log_requests::read, log_requests::append_at,
                 log_requests::append, log_requests::get_number, log_requests::get_mark,
                 log_requests::set_mark, log_requests::truncate>;

struct log_done {};
/// At least one byte, at most as many as were asked for or 8.
struct log_bytes {
  std::vector<std::byte> data;
};
/// Nothing if none is stored.
struct log_number {
  std::optional<std::int64_t> last;
};
/// The offset of a whole state; nothing if it is not set.
struct log_mark {
  std::optional<std::int64_t> at;
};
using log_answer = std::variant<log_done, segment_info, log_bytes, log_number, log_mark>;

}  // namespace pravega_actor::internal
