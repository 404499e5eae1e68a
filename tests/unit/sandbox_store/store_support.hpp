// A store model with short-hands for tests.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "store/store_model.hpp"

namespace pravega_sandbox::test {

inline shared_bytes bytes_of(std::string_view text) {
  return shared_bytes::copy_of(pravega_actor::as_bytes(text));
}

inline std::string text_of(const std::vector<shared_bytes>& parts) {
  std::string text;
  for (const auto& part : parts)
    text += pravega_actor::as_text(part.view);
  return text;
}

/// Remembers the reads that it was woken for.
struct recording_waiter final : read_waiter {
  std::vector<std::uint64_t> woken;
  void on_readable(std::uint64_t read_id) override { woken.push_back(read_id); }
};

struct store_fixture {
  store_model model;
  std::int64_t last_number = no_value;
  uuid writer{1, 2};

  explicit store_fixture(store_options options = {}) : model{options} {}

  segment_handle segment(const std::string& name) {
    model.create(name);
    return model.find(name);
  }
  store_status append_parts(const segment_handle& target,
                            const std::vector<shared_bytes>& parts, std::int32_t events = 1,
                            std::size_t received_bytes = 0) {
    const auto stored = target->attribute(writer);
    const auto number = stored == no_value ? 1 : stored + 1;
    return model.append(target,
                        {writer, stored, number, events, std::nullopt, parts, received_bytes});
  }
  store_status append(const segment_handle& target, std::string_view text,
                      std::int32_t events = 1) {
    return append_parts(target, {bytes_of(text)}, events);
  }
};

}  // namespace pravega_sandbox::test
