// How the demo shows what it does: live on a terminal, else a line now and then.
#pragma once

#include <functional>
#include <string>
#include <vector>

#include "common/terminal.hpp"
#include "demo/demo_run.hpp"

namespace pravega_actor::tool {

class demo_view {
 public:
  /// Shows nothing if not `wanted`; a line now and then if not `live`.
  demo_view(bool wanted, bool live, const std::vector<styled_line>& head);

  void show_if_due(const std::function<demo_progress()>& now);
  /// Leaves what happened on the screen: in the live part's place, else since the last line.
  void end(const demo_progress& last);

  /// The lines of the live view, made for a terminal of that size: what matters most stays.
  [[nodiscard]] static std::vector<styled_line> lines_of(const demo_progress& now,
                                                         terminal_size size);

 private:
  void show_plain(const demo_progress& now);
  void tell_happenings(const demo_progress& now);

  const bool wanted_;
  live_lines live_;
  time_point next_plain_{};
  double told_through_s_ = -1;
};

}  // namespace pravega_actor::tool
