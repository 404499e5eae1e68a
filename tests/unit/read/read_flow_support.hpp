// A read flow that is called directly, with replies as segment stores encode them.
#pragma once

#include "pravega_actor/limits.hpp"
#include "read/read_flow.hpp"
#include "support/catch.hpp"
#include "support/mini_store.hpp"

namespace pravega_actor::test {

using namespace internal;

using flow_state = std::tuple<read_flow::life, read_flow::connection, read_flow::request_state>;

/// "reading open on_its_way", for messages of failed checks.
inline std::string text_of(const flow_state& state) {
  const auto [life, connection, request] = state;
  return std::string{to_string(life)} + ' ' + std::string{to_string(connection)} + ' ' +
         std::string{to_string(request)};
}

struct flow_fixture {
  static constexpr std::int32_t flow_id = 77;
  const std::string name = test_segment().to_string();
  read_flow flow;
  read_flow::request asked;

  explicit flow_fixture(read_flow::start from = {0, std::nullopt, "token"},
                        read_limits limits = {1024, 2, 1u << 20})
      : flow{std::make_shared<const segment>(test_segment()),
             test_segment().to_string(),
             flow_id,
             std::move(from),
             limits,
             std::make_shared<buffer_pool>()} {}

  static time_point at(std::int64_t ms) { return time_point{} + milliseconds{ms}; }
  [[nodiscard]] std::string state() const {
    return text_of({flow.segment_life(), flow.session_state(), flow.asking()});
  }
  /// A session on which reading begins.
  void connect() {
    (void)flow.use();
    (void)flow.resume();
    (void)flow.take_changes();
  }
  /// Asks for all that it wishes.
  const read_flow::request& ask() {
    const auto wish = flow.wish();
    REQUIRE(wish > 0);
    return asked = flow.ask(wish, at(0));
  }
  template <wire::command_struct T>
  [[nodiscard]] static wire::frame frame_of(const T& reply) {
    const auto encoded = std::make_shared<byte_vector>(*wire::encode(reply));
    wire::frame out;
    out.type = T::code;
    out.payload = byte_view{*encoded}.subspan(limits::frame_header_bytes);
    out.owner = encoded;
    return out;
  }
  template <wire::command_struct T>
  [[nodiscard]] read_flow::answer answer(const T& reply) {
    return flow.on_reply(flow.serial(), frame_of(reply));
  }
  [[nodiscard]] read_flow::answer answer_data(const byte_vector& data, bool at_tail = false,
                                              bool end = false) {
    return answer(wire::segment_read{name, asked.offset, at_tail, end, data, asked.id});
  }
  /// Cuts what came, as the channel does.
  [[nodiscard]] read_flow::reaction cut(read_flow::answer&& got) {
    REQUIRE(got.to_cut);
    auto step = got.to_cut->assembler.add(got.to_cut->data);
    return flow.on_cut(std::move(*got.to_cut), std::move(step));
  }
  /// A reply with data, to its end.
  read_flow::reaction bring(const byte_vector& data, bool at_tail = false, bool end = false) {
    return cut(answer_data(data, at_tail, end));
  }
  std::vector<std::string> take_payloads() {
    auto taken = flow.take();
    return payloads_of(std::get<event_slice>(std::get<read_item>(taken.what)));
  }
  template <class T>
  T take_item() {
    auto taken = flow.take();
    return std::get<T>(std::get<read_item>(taken.what));
  }
};

template <class T>
const T& notice(const read_flow::reaction& of) {
  REQUIRE(of.notice);
  REQUIRE(std::holds_alternative<T>(*of.notice));
  return std::get<T>(*of.notice);
}

}  // namespace pravega_actor::test
