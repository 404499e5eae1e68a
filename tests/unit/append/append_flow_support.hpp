// An append flow that is led into each of its states, and its reactions as text.
#pragma once

#include <limits>
#include <string>
#include <vector>

#include "append/append_flow.hpp"
#include "support/catch.hpp"
#include "wire/codec.hpp"

namespace pravega_actor::test {

using namespace internal;

using lines = std::vector<std::string>;

struct channel_notice_text {
  std::string operator()(const setup_answered& n) const {
    return "setup_answered " + std::to_string(n.stored);
  }
  std::string operator()(const segment_inspected& n) const {
    return n.sealed ? "inspected sealed" : "inspected";
  }
  std::string operator()(const append_progressed&) const { return "progressed"; }
  std::string operator()(const append_refused& n) const {
    return "refused " + std::string{to_string(n.reason.code())} +
           (n.in_doubt ? " in_doubt" : "");
  }
  std::string operator()(const channel_closed& n) const {
    return "closed " + std::string{to_string(n.reason.code())};
  }
};

inline lines text_of(const append_flow::reaction& what) {
  lines out;
  if (what.ends_session)
    out.push_back("end_session" + (what.close_reason
                                       ? " " + std::string{to_string(what.close_reason->code())}
                                       : std::string{}));
  if (what.advances) {
    out.emplace_back("advance");
    for (const auto& each : what.durable)
      out.back() += " " + std::to_string(each->first_event_number()) + "-" +
                    std::to_string(each->last_event_number());
  }
  if (what.notice) out.push_back("report " + std::visit(channel_notice_text{}, *what.notice));
  return out;
}
inline lines text_of(const std::optional<append_flow::reaction>& what) {
  return what ? text_of(*what) : lines{"stale"};
}
inline lines text_of(const result<append_flow::reaction>& what) {
  if (what) return text_of(*what);
  return {"error " + std::string{to_string(what.error().code())}};
}

struct append_flow_fixture {
  using connection = append_flow::connection;
  using life = append_flow::life;
  using duty = append_flow::duty;
  static constexpr auto nothing_stored = std::numeric_limits<std::int64_t>::min();
  static constexpr auto request_id = std::int64_t{9} << 32;
  const std::string name = "scope/stream/4.#epoch.1";
  const uuid writer_id{5, 6};
  time_point now{seconds{1000}};
  append_flow flow;
  std::uint64_t tickets = 0;

  // A block has one event unless several are waiting when it is closed.
  explicit append_flow_fixture(append_limits limits = {9, 8, 1})
      : flow{name, append_log{writer_id, request_id, std::make_shared<buffer_pool>(), limits}} {
    (void)flow.attach();
  }

  void write(int events = 1) {
    const char payload = 'x';
    for (; events > 0; --events)
      flow.log().append({0.5, ++tickets}, as_bytes(std::string_view{&payload, 1}));
  }
  /// Sends what is due in one turn; the last event numbers of its blocks.
  std::vector<std::int64_t> send() {
    std::vector<std::int64_t> out;
    while (flow.due(out.size()) == duty::send) {
      const auto block = flow.take_block(now);
      REQUIRE(block);
      out.push_back(block->last_event_number());
      flow.on_handed(flow.serial(), true);
    }
    return out;
  }
  template <class T>
  lines reply(const T& what) {
    auto bytes = *wire::encode(what);
    return text_of(flow.on_reply(
        {T::code, byte_view{bytes}.subspan(limits::frame_header_bytes), {}}, now));
  }
  lines acknowledged(std::int64_t number) {
    return reply(wire::data_appended{writer_id, number, number - 1, request_id, 0});
  }
  lines set_up(std::int64_t stored = nothing_stored) {
    return reply(wire::append_setup{request_id, name, writer_id, stored});
  }
  lines inspected(bool sealed = true) {
    return reply(wire::stream_segment_info{request_id, name, true, sealed});
  }
  lines refused() { return reply(wire::no_such_segment{request_id, name, "", -1}); }
  lines resume(std::int64_t stored = nothing_stored) {
    return text_of(flow.resume(flow.generation(), stored));
  }
  lines finalize(std::optional<std::int64_t> stored) {
    return text_of(flow.finalize(flow.generation(), stored));
  }
  lines use() { return text_of(flow.use(flow.generation())); }
  lines closed() {
    return text_of(flow.on_session_closed(flow.serial(), errc::connection_lost));
  }

  void lead_to(connection to) {
    if (to == connection::none) return;
    (void)use();
    if (to == connection::handshake) return;
    (void)resume(flow.log().acknowledged());
    if (to == connection::open) return;
    write();
    REQUIRE(flow.due() == duty::send);
    (void)flow.take_block(now);
    flow.on_handed(flow.serial(), false);
    REQUIRE(flow.at() == to);
  }
  void lead_to(life to) {
    if (to == life::final_known) (void)finalize(std::nullopt);
    if (to == life::retired) (void)flow.retire();
    REQUIRE(flow.segment_life() == to);
  }
};

}  // namespace pravega_actor::test
