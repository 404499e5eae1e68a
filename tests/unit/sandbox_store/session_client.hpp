// The client's side of a session in tests: commands in, decoded replies out.
#pragma once

#include <deque>
#include <string>
#include <string_view>
#include <vector>

#include "store/store_session.hpp"
#include "support/catch.hpp"
#include "unit/sandbox_store/store_support.hpp"
#include "wire/codec.hpp"

namespace pravega_sandbox::test {

inline const std::string segment_name = "s/t/0.#epoch.0";
inline constexpr uuid writer_id{11, 22};

inline std::vector<std::byte> raw(std::string_view text) {
  const auto view = pravega_actor::as_bytes(text);
  return {view.begin(), view.end()};
}

class session_client final : private session_output {
 public:
  explicit session_client(store_model& store, store_session::options chosen = {})
      : session{store, *this, chosen} {}

  template <class Command>
  void send(const Command& command) {
    const auto frame = wire::encode(command);
    REQUIRE(frame);
    session.on_bytes(*frame);
  }
  /// Several commands in one turn.
  template <class... Commands>
  void send_together(const Commands&... commands) {
    std::vector<std::byte> bytes;
    const bool encoded = (wire::encode_to(bytes, commands).has_value() && ...);
    REQUIRE(encoded);
    session.on_bytes(bytes);
  }
  /// The next reply, which must be of this type.
  template <class Reply>
  Reply expect() {
    REQUIRE_FALSE(replies.empty());
    const auto frame = replies.front();
    replies.pop_front();
    INFO("got " << wire::type_name(frame.type));
    REQUIRE(frame.type == Reply::code);
    auto reply = wire::decode_as<Reply>(frame.payload);
    REQUIRE(reply);
    return *reply;
  }
  std::int64_t setup(const std::string& segment = segment_name, uuid writer = writer_id) {
    send(wire::setup_append{1, writer, segment, {}});
    return expect<wire::append_setup>().last_event_number;
  }
  void append(std::string_view data, std::int64_t number, uuid writer = writer_id) {
    send(block_end(data, number, writer));
  }
  static wire::append_block_end block_end(std::string_view data, std::int64_t number,
                                          uuid writer = writer_id, std::int32_t events = 1) {
    return {writer, 0, raw(data), events, number, 7};
  }
  void read(std::int64_t offset, std::int32_t length,
            const std::string& segment = segment_name) {
    send(wire::read_segment{segment, offset, length, {}, 5});
  }

  std::deque<wire::frame> replies;
  int sends = 0;
  int closes = 0;
  store_session session;

 private:
  void send(std::vector<shared_bytes> parts) override {
    ++sends;
    CHECK(closes == 0);
    for (const auto& part : parts) {
      auto rest = part.view;
      while (!rest.empty()) {
        const auto room = reader_.prepare();
        const auto count = std::min(room.size(), rest.size());
        std::copy_n(rest.begin(), count, room.begin());
        reader_.commit(count);
        rest = rest.subspan(count);
        for (auto next = reader_.next(); next && *next; next = reader_.next()) {
          replies.push_back(**next);
        }
      }
    }
    CHECK(reader_.buffered_bytes() == 0);
  }
  void close() override { ++closes; }

  wire::frame_reader reader_;
};

struct session_fixture {
  store_fixture store;
  segment_handle segment = store.segment(segment_name);
  session_client client{store.model};
};

}  // namespace pravega_sandbox::test
