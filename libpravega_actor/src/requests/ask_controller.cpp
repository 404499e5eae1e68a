#include "requests/ask_controller.hpp"

#include <caf/all.hpp>

namespace pravega_actor::internal {

namespace {

// They come after a segment without successors when a scale went on meanwhile, or when the
// stream was deleted and created again.
bool all_came_later(const segment& than, const controller::segment_ranges& current) {
  for (const auto& each : current.segments)
    if (each.id.number <= than.id.number) return false;
  return true;
}

error of_earlier_life(const segment& which) {
  return error{errc::stream_not_found, "it was deleted, and created again under its name"}
      .with_stage(stage::controller_call)
      .with_subject(which.to_string());
}

// Calls with the reply in its own type: `ask(request, answered)`.
auto typed(const call_function& call, const std::function<void()>& lost) {
  return [call, lost](auto what, auto answered) {
    call(
        what,
        [answered](const result<controller::reply>& got) {
          answered(controller::reply_of<decltype(what)>(got));
        },
        lost);
  };
}

}  // namespace

void locate_segment(const call_function& call, const segment& of, access_operation access,
                    bool needs_token, std::function<void(const result<located_segment>&)> then,
                    std::function<void()> lost) {
  const auto ask = typed(call, lost);
  using answer = result<located_segment>;
  const auto locate = [=](const std::optional<std::string>& new_token) {
    ask(controller::get_uri{of}, [=](const result<endpoint>& where) {
      then(where ? answer{located_segment{*where, new_token}} : answer{where.error()});
    });
  };
  if (!needs_token) return locate(std::nullopt);
  ask(controller::get_delegation_token{of.stream, access},
      [=](const result<controller::token>& token) {
        if (!token) return then(answer{token.error()});
        locate(token->text);
      });
}

void ask_for_successors(const call_function& call, const segment& of, access_operation access,
                        std::function<void(const result<successor_answer>&)> then,
                        std::function<void()> lost) {
  const auto ask = typed(call, lost);
  using answer = result<successor_answer>;
  const auto on_last = [=](const result<controller::successors>& found) {
    if (!found) return then(answer{found.error()});
    then(answer{{found->segments, found->segments.empty(), found->delegation_token}});
  };
  const auto on_first_epoch = [=](const result<controller::segment_ranges>& first) {
    if (!first) return then(answer{first.error()});
    const bool other = !first->segments.empty() && all_came_later(of, *first);
    then(other ? answer{of_earlier_life(of)} : answer{successor_answer{}});
  };
  const auto on_current = [=](const result<controller::segment_ranges>& current) {
    if (!current) return then(answer{current.error()});
    if (current->segments.empty()) return ask(controller::get_successors{of}, on_last);
    if (!all_came_later(of, *current))
      return then(answer{{{}, false, current->delegation_token}});
    ask(controller::get_epoch_segments{of.stream, 0}, on_first_epoch);
  };
  const auto on_first = [=](const result<controller::successors>& found) {
    if (!found) return then(answer{found.error()});
    if (!found->segments.empty())
      return then(answer{{found->segments, false, found->delegation_token}});
    ask(controller::get_current_segments{of.stream, access}, on_current);
  };
  ask(controller::get_successors{of}, on_first);
}

}  // namespace pravega_actor::internal
