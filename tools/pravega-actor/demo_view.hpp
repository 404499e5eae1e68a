// How the demo shows what it does: live on a terminal, else a line now and then.
#pragma once

#include <functional>
#include <string>
#include <vector>

#include "demo_run.hpp"
#include "terminal.hpp"

namespace pravega_actor::tool {

class demo_view {
 public:
  /// Shows nothing if not `wanted`; a line now and then if not `live`.
  demo_view(bool wanted, bool live, std::vector<std::string> head);

  void show_if_due(const std::function<demo_progress()>& now);
  /// Takes the live part away; without a terminal it tells what happened since the last line.
  void end(const demo_progress& last);

  /// The lines of the live view.
  [[nodiscard]] static std::vector<std::string> lines_of(const demo_progress& now);
  /// The part of it that shows the supervision tree and the writer's segments, if they are
  /// watched.
  [[nodiscard]] static std::vector<std::string> status_of(const demo_progress& now);

 private:
  void show_plain(const demo_progress& now);
  void tell_happenings(const demo_progress& now);

  const bool wanted_;
  live_lines live_;
  time_point next_plain_{};
  double told_through_s_ = -1;
};

}  // namespace pravega_actor::tool
