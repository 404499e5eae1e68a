// pravega-actor group describe.
#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>

#include "common/report.hpp"
#include "common/signals.hpp"
#include "common/terminal.hpp"
#include "common/waiting.hpp"
#include "group/group_actions.hpp"
#include "group/group_report.hpp"
#include "stream/stream_actions.hpp"

namespace pravega_actor::tool {

namespace {

constexpr seconds unread_patience{60};
/// One who watches wants to see the rest.
constexpr seconds watching_patience{10};
constexpr std::size_t plain_columns = 80;
/// Numbers far from their names are hard to read.
constexpr std::size_t columns_max = 100;

struct wanted_unread {
  bool checkpoint = false;
  bool live = false;
  /// Then readers that do not answer are no error.
  bool watching = false;
};

result<wanted_unread> parse_unread(const std::string& text, bool watching) {
  if (text == "checkpoint") return wanted_unread{true, false, watching};
  if (text == "live") return wanted_unread{false, true, watching};
  if (text == "both") return wanted_unread{true, true, watching};
  if (text == "none") return wanted_unread{false, false, watching};
  return error{errc::invalid_argument, "--unread takes checkpoint, live, both or none"};
}

result<unread_bytes> unread_of(const common_options& common, group_session& on,
                               unread_since since, seconds longest) {
  const auto patience = patience_of(common, longest);
  auto details = for_controller(on.in.settings(), "count the unread bytes of " + on.name());
  if (since == unread_since::live_position)
    details.what = "the readers of " + on.name() + " to report their places";
  details.longest_ms = to_ms(patience);
  auto unread = [&] {
    // The call has the same end.
    auto without_timeout = common;
    without_timeout.timeout_s = 0;
    const blocking_wait wait{without_timeout, std::move(details)};
    return on.groups().unread(on.group, since, patience);
  }();
  const bool late = !unread && unread.error() == errc::deadline_exceeded;
  if (!late || since != unread_since::live_position) return unread;
  return with_offline_hint(unread.error()).with_subject(on.name());
}

result<group_view> look(const common_options& common, group_session& on,
                        const wanted_unread& unread) {
  auto group = [&] {
    const blocking_wait wait{common, for_controller(on.in.settings(), "describe " + on.name())};
    return on.groups().describe(on.group);
  }();
  if (!group) return group.error();
  group_view seen{std::move(*group), {}, {}, {}};
  if (unread.checkpoint) {
    auto found = unread_of(common, on, unread_since::last_checkpoint, unread_patience);
    if (!found) return found.error();
    seen.since_checkpoint = std::move(*found);
  }
  if (unread.live) {
    auto found = unread_of(common, on, unread_since::live_position,
                           unread.watching ? watching_patience : unread_patience);
    const bool late = !found && found.error() == errc::deadline_exceeded;
    if (!found && !(late && unread.watching)) return found.error();
    if (found) seen.since_live = std::move(*found);
    if (late) seen.live_obstacle = found.error().detail();
  }
  return seen;
}

std::size_t columns_of_output() {
  if (!is_terminal(STDOUT_FILENO)) return plain_columns;
  // The last column stays free: a full line would wrap on some terminals.
  return std::clamp<std::size_t>(terminal_width(STDOUT_FILENO), 1, columns_max + 1) - 1;
}

void print_view(const common_options& common, const group_view& seen) {
  if (common.json) return print_json(tool::to_json(seen));
  for (const auto& each : group_lines(seen, columns_of_output()))
    print_line(each);
}

// As much of the table as the terminal has lines for.
std::vector<styled_line> lines_on_screen(const group_view& seen) {
  auto lines = group_lines(seen, columns_of_output());
  const std::size_t rows = size_of_terminal(STDOUT_FILENO).rows;
  if (lines.size() < rows) return lines;
  const auto kept = std::max<std::size_t>(rows, 2) - 2;
  const auto cut = lines.size() - kept;
  lines.resize(kept);
  lines.emplace_back(fmt::format("... {} more lines", cut));
  return lines;
}

// Until a signal comes. A terminal sees each look at the place of the one before.
result<exit_code> watch(const common_options& common, group_session& on,
                        const wanted_unread& unread, duration interval) {
  live_lines live{STDOUT_FILENO, !common.json && draws_live(common, on.in.settings())};
  bool first = true;
  std::optional<group_view> last;
  while (!stop_wanted()) {
    auto seen = look(common, on, unread);
    if (!seen) return seen.error();
    last = *seen;
    if (live.on()) {
      live.draw(lines_on_screen(*seen));
    } else {
      if (!first && !common.json) print_line({});
      print_view(common, *seen);
    }
    first = false;
    if (output_failed()) break;
    wait_for_stop(interval);
  }
  // The last look stays on the terminal.
  live.clear();
  if (live.on() && last) print_view(common, *last);
  return told();
}

result<exit_code> describe(const common_options& common, const group_action_options& options) {
  auto unread = parse_unread(options.unread, options.watch);
  if (!unread) return unread.error();
  auto on = group_session::open(common, options);
  if (!on) return on.error();
  if (options.watch)
    return watch(common, *on, *unread,
                 milliseconds{static_cast<std::int64_t>(options.interval_s * 1000)});
  auto seen = look(common, *on, *unread);
  if (!seen) return seen.error();
  print_view(common, *seen);
  return told();
}

}  // namespace

void add_group_describe(verb_row& verb, common_options& common,
                        const std::shared_ptr<group_action_options>& options) {
  auto& row =
      add_group_action(verb, common, "describe",
                       "Show readers, segments, offsets and unread bytes", options, describe);
  add_group_argument(row, options->group);
  row.add("--unread", options->unread,
          "Unread bytes: since the last checkpoint, live, both or none")
      .type("KIND")
      .with_default();
  row.add("--watch", options->watch, "Refresh the view until a signal");
  row.add("--interval-s", options->interval_s, "With --watch: seconds between two refreshes")
      .type("S")
      .range(0.1, 3600)
      .with_default()
      .needs("--watch");
  row.footer =
      "Offsets are those in the group's state: if a reader dies, others continue there.\n"
      "Unread bytes count from the last checkpoint that completed, as in Java, or (live) from\n"
      "the places where the readers are now. For the latter each reader must answer, and\n"
      "--timeout limits the wait.\n"
      "\n"
      "Examples:\n"
      "  pravega-actor group describe logs/workers --watch\n"
      "  pravega-actor group describe logs/workers --unread both --json";
}

}  // namespace pravega_actor::tool
