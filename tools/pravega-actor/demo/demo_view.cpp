#include "demo/demo_view.hpp"

#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>

#include "common/report.hpp"
#include "common/status_view.hpp"

namespace pravega_actor::tool {

namespace {

constexpr seconds plain_interval{2};
constexpr std::size_t bar_width_max = 36;
constexpr std::size_t bar_width_min = 4;
/// Of a line with a bar: what is not the bar.
constexpr std::size_t beside_bar = 23;
/// Of a terminal that has room for the rate beside a bar.
constexpr std::size_t columns_with_rate = beside_bar + bar_width_max + 20;
constexpr std::size_t happenings_shown_max = 10;
/// With the supervision tree on a low terminal, and the empty line above them.
constexpr std::size_t happenings_shown_min = 2;

styled_line counter_line(const char* what, std::uint64_t count, const demo_progress& now,
                         std::size_t columns) {
  const auto part = static_cast<double>(count) / static_cast<double>(now.lines);
  const auto room = columns > beside_bar ? columns - beside_bar : 0;
  return styled_line{fmt::format("  {:<8} ", what)}
      .add(bar(part, std::clamp(room, bar_width_min, bar_width_max)))
      .add(fmt::format(" {:>9}", grouped(count)));
}

// Parts one after the other, on as many lines as that takes.
void append_wrapped(std::vector<styled_line>& lines, const std::vector<styled_line>& parts,
                    std::size_t columns) {
  styled_line line;
  for (const auto& each : parts) {
    if (line.columns() > 0 && line.columns() + each.columns() + 4 > columns) {
      lines.push_back(std::move(line));
      line = {};
    }
    line.add(line.columns() == 0 ? "  " : "   ").add(each);
  }
  if (line.columns() > 0) lines.push_back(std::move(line));
}

// "0" of "demo/log/0.#epoch.0".
std::string short_name(const std::string& segment) {
  const auto slash = segment.rfind('/');
  const auto name = slash == std::string::npos ? segment : segment.substr(slash + 1);
  return name.substr(0, name.find('.'));
}

styled_line happening_line(const happening& each) {
  return styled_line{}
      .add(tone::faint, fmt::format("  {:6.2f} s   ", each.at_s))
      .add(each.meaning, each.text());
}

void append_happenings(std::vector<styled_line>& lines, const demo_progress& now,
                       std::size_t rows) {
  const auto left = rows > lines.size() + 1 ? rows - lines.size() - 1 : 0;
  const auto count = now.happenings.size();
  lines.emplace_back();
  for (auto i = count - std::min({count, left, happenings_shown_max}); i < count; ++i)
    lines.push_back(happening_line(now.happenings[i]));
}

std::vector<styled_line> segments_of(const demo_progress& now) {
  std::vector<styled_line> parts{styled_line{"segments"}};
  for (const auto& each : now.writer.segments)
    parts.push_back(
        styled_line{}
            .add(each.connected ? tone::good : tone::bad, each.connected ? "●" : "○")
            .add(" " + short_name(each.segment))
            .add(tone::faint,
                 fmt::format(" {:<4}", each.events_pending > 0
                                           ? fmt::format("+{}", grouped(each.events_pending))
                                           : std::string{})));
  return parts;
}

// Each with what it has read; a killed one stands there with what it had.
std::vector<styled_line> readers_of(const demo_progress& now) {
  std::vector<styled_line> parts;
  for (const auto& each : now.readers)
    parts.push_back(styled_line{}
                        .add(each.killed ? tone::bad : tone::good, each.killed ? "○" : "●")
                        .add(fmt::format(" {} {}", each.name, grouped(each.events))));
  return parts;
}

std::vector<styled_line> counters_of(const demo_progress& now, std::size_t columns) {
  std::vector<styled_line> lines;
  const auto rate = fmt::format(
      "{} lines/s", grouped(static_cast<std::uint64_t>(static_cast<double>(now.written) /
                                                       std::max(now.seconds, 0.001))));
  const bool beside = columns >= columns_with_rate;
  lines.push_back(counter_line("written", now.written, now, columns));
  if (beside) lines.back().add(tone::faint, "   " + rate);
  lines.push_back(counter_line("durable", now.durable, now, columns));
  lines.push_back(counter_line("read", now.read, now, columns));
  std::vector<styled_line> counters{fmt::format("{:.1f} s", now.seconds),
                                    fmt::format("cuts {}", grouped(now.cuts)),
                                    fmt::format("reconnects {}", grouped(now.reconnects)),
                                    fmt::format("splits {}", grouped(now.splits)),
                                    fmt::format("merges {}", grouped(now.merges)),
                                    fmt::format("killed {}", grouped(now.killed))};
  if (!beside) counters.insert(counters.begin() + 1, styled_line{rate});
  append_wrapped(lines, counters, columns);
  append_wrapped(lines, readers_of(now), columns);
  return lines;
}

}  // namespace

demo_view::demo_view(bool wanted, bool live, const std::vector<styled_line>& head)
    : wanted_{wanted}, live_{STDOUT_FILENO, wanted && live} {
  if (!wanted_) return;
  for (const auto& each : head)
    print_line(each);
  if (live) print_line({});
}

std::vector<styled_line> demo_view::lines_of(const demo_progress& now, terminal_size size) {
  auto lines = counters_of(now, size.columns);
  if (now.actors.empty()) {
    append_wrapped(lines, segments_of(now), size.columns);
    append_happenings(lines, now, size.rows);
    return lines;
  }
  // The tree takes what the rest leaves; what does not fit is counter_line.
  auto status = status_lines(now.actors, now.writer);
  const auto rest = lines.size() + happenings_shown_min + 1;
  const auto room = size.rows > rest ? size.rows - rest : 0;
  if (status.size() > room) {
    const auto kept = room > 0 ? room - 1 : 0;
    const auto cut = status.size() - kept;
    status.resize(kept);
    status.emplace_back(fmt::format("  ... {} more lines", cut));
  }
  for (auto& each : status)
    lines.push_back(std::move(each));
  append_happenings(lines, now, size.rows);
  return lines;
}

void demo_view::tell_happenings(const demo_progress& now) {
  for (const auto& each : now.happenings) {
    if (each.at_s <= told_through_s_) continue;
    told_through_s_ = each.at_s;
    print_line(happening_line(each));
  }
}

void demo_view::end(const demo_progress& last) {
  live_.clear();
  if (wanted_) tell_happenings(last);
}

void demo_view::show_plain(const demo_progress& now) {
  tell_happenings(now);
  print_text(
      fmt::format("  {:6.2f} s   written {}, durable {}, read {}, cuts {}, reconnects {}\n",
                  now.seconds, grouped(now.written), grouped(now.durable), grouped(now.read),
                  grouped(now.cuts), grouped(now.reconnects)));
  for (const auto& each : status_lines(now.actors, now.writer))
    print_line(styled_line{"  "}.add(each));
}

void demo_view::show_if_due(const std::function<demo_progress()>& now) {
  if (live_.on()) {
    if (live_.due()) live_.draw(lines_of(now(), size_of_terminal(STDOUT_FILENO)));
    return;
  }
  const auto at = clock_type::now();
  if (!wanted_ || at < next_plain_) return;
  next_plain_ = at + plain_interval;
  show_plain(now());
}

}  // namespace pravega_actor::tool
