// Carries the steps of an operation out, with answers from a script: no actors, no clock.
#pragma once

#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "streams/stream_steps.hpp"

namespace pravega_actor::test {

using namespace internal;

inline const scoped_stream script_stream{"scope", "stream"};

/// What an operation asks, in order, and how it ends.
template <class T>
struct stream_script {
  std::function<result<controller::reply>(const controller::request&)> on_call =
      [](const controller::request&) { return errc::unsupported_operation; };
  std::function<result<segment_info>(const segment&)> on_info = [](const segment&) {
    return result<segment_info>{segment_info{}};
  };
  std::function<result<wire::segment_read>(const read_step&)> on_read = [](const read_step&) {
    return result<wire::segment_read>{errc::unsupported_operation};
  };
  std::function<result<state_outcome>(const state_operation&)> on_log =
      [](const state_operation&) { return errc::unsupported_operation; };
  /// RPCs, "infos of 3", "8 bytes at 100", "pause of 10ms", and operations of the log, for
  /// example "fetch".
  std::vector<std::string> asked;
  std::vector<std::string> tokens;
  std::vector<result<T>> told;
  time_point now{};
  /// A guard against operations that do not end.
  std::size_t steps_max = 50'000;

  teller<T> tell() {
    return teller<T>{[this](const result<T>& outcome) { told.push_back(outcome); }};
  }
  /// False: the operation does not end.
  bool run(step next) {
    for (std::size_t i = 0; i < steps_max; ++i) {
      if (std::holds_alternative<end_step>(next.what)) return true;
      next = carry_out(next);
    }
    return false;
  }
  [[nodiscard]] const result<T>& outcome() const { return told.at(0); }

 private:
  step carry_out(const step& which) {
    if (const auto* call = std::get_if<call_step>(&which.what)) {
      asked.emplace_back(name_of(call->what));
      return call->then(on_call(call->what), now);
    }
    if (const auto* infos = std::get_if<infos_step>(&which.what)) {
      asked.push_back("infos of " + std::to_string(infos->of.size()));
      tokens.push_back(infos->delegation_token);
      std::vector<result<segment_info>> seen;
      for (const auto& each : infos->of)
        seen.push_back(on_info(each));
      return infos->then(seen);
    }
    if (const auto* read = std::get_if<read_step>(&which.what)) {
      asked.push_back(std::to_string(read->bytes_max) + " bytes at " +
                      std::to_string(read->offset));
      tokens.push_back(read->delegation_token);
      return read->then(on_read(*read));
    }
    if (const auto* log = std::get_if<log_step>(&which.what)) {
      static constexpr std::string_view names[] = {"look",       "fetch", "propose", "append",
                                                   "initialize", "reset", "compact"};
      asked.emplace_back(names[log->what.index()]);
      return log->then(on_log(log->what), now);
    }
    const auto& pause = std::get<pause_step>(which.what);
    asked.push_back("pause of " + std::to_string(to_ms(pause.delay)) + "ms");
    now += pause.delay;
    return pause.then(now);
  }
};

}  // namespace pravega_actor::test
