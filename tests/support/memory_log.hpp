// The store of a log, as the machines of a synchronizer see it.
#pragma once

#include <algorithm>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "pravega_actor/limits.hpp"
#include "support/text_model.hpp"
#include "synchronizer/log_entry.hpp"
#include "synchronizer/log_requests.hpp"
#include "wire/hot.hpp"

namespace pravega_actor::test {

using namespace internal;

/// One segment with one writer id; answers requests at once.
struct memory_log {
  std::vector<std::byte> bytes;
  std::int64_t start = 0;
  bool sealed = false;
  std::optional<std::int64_t> mark;
  std::optional<std::int64_t> number;
  /// At most so many bytes come in one answer.
  std::size_t piece = 1u << 20;
  std::vector<std::string> asked;

  [[nodiscard]] std::int64_t end() const { return static_cast<std::int64_t>(bytes.size()); }
  /// An event; returns where it ends.
  std::int64_t add(byte_view payload) {
    const auto at = bytes.size();
    bytes.resize(at + limits::event_header_bytes);
    wire::encode_event_header(bytes.data() + at, payload.size());
    bytes.insert(bytes.end(), payload.begin(), payload.end());
    return end();
  }
  std::int64_t add_initial(std::string_view state) {
    return add(*encode_initial_entry(as_bytes(state)));
  }
  std::int64_t add_updates(const std::vector<std::string>& updates) {
    std::vector<shared_bytes> parts;
    for (const auto& each : updates)
      parts.push_back(bytes_of(each));
    return add(*encode_update_entry(parts));
  }

  result<log_answer> answer(const log_request& what) { return std::visit(*this, what); }

  result<log_answer> operator()(const log_requests::get_info&) {
    asked.emplace_back("info");
    return log_answer{segment_info{sealed, start, end(), 0}};
  }
  result<log_answer> operator()(const log_requests::read& a) {
    asked.push_back("read " + std::to_string(a.offset));
    if (a.offset < start) return errc::segment_truncated;
    const auto size =
        std::min({piece, a.bytes_max, static_cast<std::size_t>(end() - a.offset)});
    const auto from = bytes.begin() + static_cast<std::ptrdiff_t>(a.offset);
    return log_answer{log_bytes{{from, from + static_cast<std::ptrdiff_t>(size)}}};
  }
  result<log_answer> operator()(const log_requests::append_at& a) {
    asked.push_back("append at " + std::to_string(a.offset));
    if (sealed) return errc::segment_sealed;
    if (a.offset != end()) return errc::conditional_check_failed;
    return store(a.number, a.payload);
  }
  result<log_answer> operator()(const log_requests::append& a) {
    asked.emplace_back("append");
    if (sealed) return errc::segment_sealed;
    return store(a.number, a.payload);
  }
  result<log_answer> operator()(const log_requests::get_number&) {
    asked.emplace_back("number");
    return log_answer{log_number{number}};
  }
  result<log_answer> operator()(const log_requests::get_mark&) {
    asked.emplace_back("mark");
    return log_answer{log_mark{mark}};
  }
  result<log_answer> operator()(const log_requests::set_mark& a) {
    asked.push_back("set mark " + std::to_string(a.to));
    if (mark != a.expected) return errc::conditional_check_failed;
    mark = a.to;
    return log_answer{log_done{}};
  }
  result<log_answer> operator()(const log_requests::truncate& a) {
    asked.push_back("truncate " + std::to_string(a.offset));
    if (a.offset < start) return errc::segment_truncated;
    start = a.offset;
    return log_answer{log_done{}};
  }

 private:
  result<log_answer> store(std::int64_t as, const shared_bytes& payload) {
    if (number && *number >= as) return log_answer{log_done{}};
    number = as;
    add(payload.view);
    return log_answer{log_done{}};
  }
};

}  // namespace pravega_actor::test
