// An append machine that is led into each of its phases, and its actions as text.
#pragma once

#include <string>
#include <vector>

#include "append/append_machine.hpp"
#include "support/catch.hpp"

namespace pravega_actor::test {

using namespace internal;

using lines = std::vector<std::string>;

struct append_action_text {
  using m = append_machine;
  std::string operator()(const m::locate& a) const {
    return a.needs_token ? "locate with a new token" : "locate";
  }
  std::string operator()(const m::connect& a) const { return "connect " + a.to.to_string(); }
  std::string operator()(const m::send_setup&) const { return "send_setup"; }
  std::string operator()(const m::inspect&) const { return "inspect"; }
  std::string operator()(const m::arm_handshake& a) const {
    return "arm_handshake #" + std::to_string(a.attempt) + " " +
           std::to_string(to_ms(a.delay)) + "ms";
  }
  std::string operator()(const m::resume& a) const {
    return "resume " + std::to_string(a.stored);
  }
  std::string operator()(const m::disconnect& a) const {
    return "disconnect " + std::string{to_string(a.reason.code())};
  }
  std::string operator()(const m::arm_backoff& a) const {
    return "arm_backoff #" + std::to_string(a.attempt) + " " + std::to_string(to_ms(a.delay)) +
           "ms";
  }
  std::string operator()(const m::publish& a) const {
    return "publish " + std::string{to_string(a.kind)};
  }
  std::string operator()(const m::finalize& a) const {
    return "finalize " + (a.stored ? std::to_string(*a.stored) : std::string{"nothing"});
  }
  std::string operator()(const m::check_sealed&) const { return "check_sealed"; }
  std::string operator()(const m::ask_successors&) const { return "ask_successors"; }
  std::string operator()(const m::hand_over& a) const {
    std::string out = "hand_over to";
    for (const auto& each : a.to)
      out += " " + std::to_string(each.segment.id.number);
    return out;
  }
  std::string operator()(const m::give_up& a) const {
    return "give_up " + std::string{to_string(a.reason.code())} + (a.certain ? " certain" : "");
  }
};

inline lines text_of(const append_machine::actions& all) {
  lines out;
  for (const auto& each : all)
    out.push_back(std::visit(append_action_text{}, each));
  return out;
}

struct append_fixture {
  using phase = append_machine::phase;
  append_machine machine{
      {retry_policy{milliseconds{100}, 2.0, seconds{1}, 0.0}, seconds{5}, seconds{30}}};
  time_point now{seconds{1000}};
  bool events_wait = true;
  const endpoint store{"store", 12345};

  lines located() { return text_of(machine.on_located(store, now, 0, events_wait)); }
  lines not_located(const error& why) {
    return text_of(machine.on_located(why, now, 0, events_wait));
  }
  lines connected() { return text_of(machine.on_connected()); }
  lines inspected(bool sealed) {
    return text_of(machine.on_inspected(sealed, now, 0, events_wait));
  }
  lines setup(std::int64_t stored) { return text_of(machine.on_setup(stored)); }
  lines fails(const error& why = errc::connection_lost) {
    return text_of(machine.on_failure(why, now, 0, events_wait));
  }
  lines backoff_over(std::uint64_t attempt) {
    return text_of(machine.on_backoff_over(attempt));
  }
  lines handshake_over(std::uint64_t attempt) {
    return text_of(machine.on_handshake_timeout(attempt, now, 0, events_wait));
  }
  lines sealed() { return text_of(machine.on_sealed(errc::segment_sealed)); }
  bool in_doubt = true;
  lines missing() { return text_of(machine.on_missing(errc::segment_not_found, in_doubt)); }
  lines successors(const result<successor_answer>& answer) {
    return text_of(machine.on_successors(answer, now, 0, events_wait));
  }
  /// Segments 2 and 3 follow segment 1.
  static successor_answer two() {
    return {{{{{2, 1}, {0.0, 0.5}}, {{1, 0}}}, {{{3, 1}, {0.5, 1.0}}, {{1, 0}}}}, false};
  }
  lines violation() { return text_of(machine.on_violation(errc::protocol_violation)); }
  lines stop() { return text_of(machine.stop()); }

  /// Attempt 1 has reached the phase.
  void lead_to(phase to) {
    if (to == phase::idle) return;
    (void)machine.start();
    if (to == phase::locating) return;
    if (to == phase::waiting) return (void)fails();
    (void)located();
    if (to == phase::connecting) return;
    (void)connected();
    if (to == phase::setting_up) return;
    (void)setup(0);
    if (to == phase::asking) {
      (void)sealed();
      (void)located();
      (void)connected();
      (void)inspected(true);
      (void)setup(0);
    }
    if (to == phase::checking || to == phase::inspecting)
      for (std::uint64_t attempt = 1; machine.at() != phase::checking; ++attempt) {
        (void)fails();
        (void)backoff_over(attempt);
        (void)located();
        (void)connected();
        (void)setup(0);
      }
    if (to == phase::inspecting) {
      (void)successors(two());
      (void)located();
      (void)connected();
    }
    if (to == phase::ended) (void)stop();
    REQUIRE(machine.at() == to);
  }
};

}  // namespace pravega_actor::test
