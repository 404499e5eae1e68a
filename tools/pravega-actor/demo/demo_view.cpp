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
constexpr std::size_t happenings_shown_max = 6;
/// With the supervision tree on a low terminal.
constexpr std::size_t happenings_shown_min = 2;

std::string counted(const char* what, std::uint64_t count, const demo_progress& now,
                    std::size_t columns) {
  const auto part = static_cast<double>(count) / static_cast<double>(now.lines);
  const auto room = columns > beside_bar ? columns - beside_bar : 0;
  return fmt::format("  {:<8} {} {:>9}", what,
                     bar(part, std::clamp(room, bar_width_min, bar_width_max)), grouped(count));
}

std::size_t columns_of(const std::string& text) {
  return static_cast<std::size_t>(
      std::count_if(text.begin(), text.end(), [](char c) { return (c & 0xC0) != 0x80; }));
}

// Parts one after the other, on as many lines as that takes.
void append_wrapped(std::vector<std::string>& lines, const std::vector<std::string>& parts,
                    std::size_t columns) {
  std::string line;
  for (const auto& each : parts) {
    if (!line.empty() && columns_of(line) + columns_of(each) + 4 > columns) {
      lines.push_back(std::move(line));
      line.clear();
    }
    line += (line.empty() ? "  " : "   ") + each;
  }
  if (!line.empty()) lines.push_back(std::move(line));
}

// "0" of "demo/log/0.#epoch.0".
std::string short_name(const std::string& segment) {
  const auto slash = segment.rfind('/');
  const auto name = slash == std::string::npos ? segment : segment.substr(slash + 1);
  return name.substr(0, name.find('.'));
}

std::string happening_text(const happening& each) {
  return fmt::format("  {:6.2f} s   {}", each.at_s, each.text);
}

void append_happenings(std::vector<std::string>& lines, const demo_progress& now,
                       std::size_t shown) {
  lines.emplace_back();
  const auto count = now.happenings.size();
  for (auto i = count - std::min(count, shown); i < count; ++i)
    lines.push_back(happening_text(now.happenings[i]));
}

std::vector<std::string> segments_of(const demo_progress& now) {
  std::vector<std::string> parts{"segments"};
  for (const auto& each : now.writer.segments)
    parts.push_back(fmt::format(
        "{} {} {:<4}", each.connected ? "●" : "○", short_name(each.segment),
        each.events_pending > 0 ? fmt::format("+{}", each.events_pending) : std::string{}));
  return parts;
}

}  // namespace

demo_view::demo_view(bool wanted, bool live, std::vector<std::string> head)
    : wanted_{wanted}, live_{STDOUT_FILENO, wanted && live} {
  if (!wanted_) return;
  for (const auto& each : head)
    print_text(each + "\n");
}

std::vector<std::string> demo_view::status_of(const demo_progress& now) {
  std::vector<std::string> lines;
  if (now.actors.empty()) return lines;
  lines.emplace_back("  supervision tree");
  for (auto& each : actor_lines(now.actors))
    lines.push_back(std::move(each));
  lines.emplace_back("  segments of the writer");
  for (auto& each : segment_lines(now.writer))
    lines.push_back(std::move(each));
  return lines;
}

std::vector<std::string> demo_view::lines_of(const demo_progress& now, terminal_size size) {
  const auto columns = size.columns;
  std::vector<std::string> lines{counted("written", now.written, now, columns),
                                 counted("durable", now.durable, now, columns),
                                 counted("read", now.read, now, columns)};
  append_wrapped(
      lines,
      {fmt::format("{:.1f} s", now.seconds),
       fmt::format("{:.0f} lines/s",
                   static_cast<double>(now.written) / std::max(now.seconds, 0.001)),
       fmt::format("cuts {}", now.cuts), fmt::format("reconnects {}", now.reconnects),
       fmt::format("splits {}", now.splits), fmt::format("merges {}", now.merges),
       fmt::format("killed {}", now.killed)},
      columns);
  if (now.actors.empty()) {
    append_wrapped(lines, segments_of(now), columns);
    const auto left = size.rows > lines.size() + 1 ? size.rows - lines.size() - 1 : 0;
    append_happenings(lines, now, std::min(left, happenings_shown_max));
    return lines;
  }
  // The tree takes what the rest leaves; what does not fit is counted.
  auto status = status_of(now);
  const auto rest = lines.size() + happenings_shown_min + 3;
  const auto room = size.rows > rest ? size.rows - rest : 0;
  if (status.size() > room) {
    const auto kept = room > 0 ? room - 1 : 0;
    const auto cut = status.size() - kept;
    status.resize(kept);
    status.push_back(fmt::format("  ... {} more lines", cut));
  }
  lines.emplace_back();
  for (auto& each : status)
    lines.push_back(std::move(each));
  const auto left = size.rows > lines.size() + 1 ? size.rows - lines.size() - 1 : 0;
  append_happenings(lines, now, std::min(left, happenings_shown_max));
  return lines;
}

void demo_view::tell_happenings(const demo_progress& now) {
  for (const auto& each : now.happenings) {
    if (each.at_s <= told_through_s_) continue;
    told_through_s_ = each.at_s;
    print_text(happening_text(each) + "\n");
  }
}

void demo_view::end(const demo_progress& last) {
  live_.clear();
  if (wanted_) tell_happenings(last);
}

void demo_view::show_plain(const demo_progress& now) {
  tell_happenings(now);
  print_text(fmt::format(
      "  {:6.2f} s   written {}, durable {}, read {}, cuts {}, reconnects {}\n", now.seconds,
      grouped(now.written), grouped(now.durable), grouped(now.read), now.cuts, now.reconnects));
  for (const auto& each : status_of(now))
    print_text("  " + each + "\n");
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
