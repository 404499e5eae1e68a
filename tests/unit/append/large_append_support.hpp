// A large event that is led into each of its steps, against a store that says what the test
// wants.
#pragma once

#include <string>
#include <vector>

#include "append/append_log.hpp"
#include "append/large_append.hpp"
#include "support/catch.hpp"
#include "wire/codec.hpp"

namespace pravega_actor::test {

using namespace internal;

struct large_append_fixture {
  using step = large_append::step;
  static constexpr std::int64_t request_id = std::int64_t{9} << 32;
  const std::string name = "scope/stream/4.#epoch.1";
  const std::string transient = name + "#transient.aa.bb";
  const uuid writer_id{5, 6};
  const uuid part_writer{5, ~std::uint64_t{6}};
  const std::string payload = "thirty bytes that are an event";
  large_append large;

  explicit large_append_fixture(large_append::part_limits parts = {10, 2})
      : large{{name, "token", writer_id, request_id, 41}, event(), parts} {}

  std::shared_ptr<append_block> event() const {
    append_log log{writer_id, request_id, std::make_shared<buffer_pool>(), {}};
    // The 42nd event of the segment.
    for (int i = 0; i < 41; ++i)
      log.append({0.5, 1}, as_bytes(payload));
    log.append_large({0.5, 2}, shared_bytes::copy_of(as_bytes(payload)));
    (void)log.next_to_send();
    REQUIRE(log.acknowledge(41));
    REQUIRE(log.large_next());
    return log.next_large();
  }

  /// What leaves now, frame by frame, as the store decodes it.
  std::vector<wire::command> sent() {
    std::vector<wire::command> out;
    while (large.has_frame()) {
      std::vector<std::byte> frame;
      for (const auto& part : large.next_frame())
        frame.insert(frame.end(), part.view.begin(), part.view.end());
      REQUIRE(frame.size() >= limits::frame_header_bytes);
      const auto type = wire::load_big_endian<std::int32_t>(frame.data());
      const auto length = wire::load_big_endian<std::int32_t>(frame.data() + 4);
      REQUIRE(static_cast<std::size_t>(length) + 8 == frame.size());
      auto decoded = wire::decode(type, byte_view{frame}.subspan(8));
      REQUIRE(decoded);
      out.push_back(std::move(*decoded));
    }
    return out;
  }
  template <class T>
  result<large_append::answer> reply(const T& what) {
    const auto bytes = *wire::encode(what);
    return large.on_reply({T::code, byte_view{bytes}.subspan(8), {}});
  }

  wire::segment_created created() const { return {request_id, transient}; }
  wire::append_setup set_up(std::int64_t stored = wire::null_attribute_value) const {
    return {request_id, transient, part_writer, stored};
  }
  wire::data_appended stored(std::int64_t part) const {
    return {part_writer, part, part == 0 ? wire::null_attribute_value : part - 1, request_id,
            0};
  }
  wire::segments_merged merged() const { return {request_id, name, transient, 100}; }
  wire::append_setup renewed(std::int64_t number = 42) const {
    return {request_id, name, writer_id, number};
  }

  /// Into a step, whose frames have left.
  void lead_to(step to) {
    (void)sent();
    if (to == step::creating) return;
    REQUIRE(reply(created()));
    (void)sent();
    if (to == step::setting_up) return;
    REQUIRE(reply(set_up()));
    (void)sent();
    if (to == step::storing) return;
    for (std::int64_t part = 0; part < 4; ++part) {
      REQUIRE(reply(stored(part)));
      (void)sent();
    }
    if (to == step::merging) return;
    REQUIRE(reply(merged()));
    (void)sent();
    if (to == step::renewing) return;
    REQUIRE(reply(renewed()));
  }
};

}  // namespace pravega_actor::test
