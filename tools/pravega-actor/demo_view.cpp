#include "demo_view.hpp"

#include <fmt/format.h>
#include <unistd.h>

#include "report.hpp"
#include "status_view.hpp"

namespace pravega_actor::tool {

namespace {

constexpr seconds plain_interval{2};
constexpr std::size_t bar_width = 36;
constexpr std::size_t happenings_shown = 6;

std::string counted(const char* what, std::uint64_t count, const demo_progress& now) {
  const auto part = static_cast<double>(count) / static_cast<double>(now.lines);
  return fmt::format("  {:<8} {} {:>9}", what, bar(part, bar_width), grouped(count));
}

// "0" of "demo/log/0.#epoch.0".
std::string short_name(const std::string& segment) {
  const auto slash = segment.rfind('/');
  const auto name = slash == std::string::npos ? segment : segment.substr(slash + 1);
  return name.substr(0, name.find('.'));
}

void append_happenings(std::vector<std::string>& lines, const demo_progress& now) {
  lines.emplace_back();
  const auto count = now.happenings.size();
  for (auto i = count - std::min(count, happenings_shown); i < count; ++i)
    lines.push_back(
        fmt::format("  {:6.2f} s   {}", now.happenings[i].at_s, now.happenings[i].text));
}

}  // namespace

demo_view::demo_view(bool wanted, bool live, std::vector<std::string> head)
    : wanted_{wanted}, live_{STDOUT_FILENO, wanted && live} {
  if (!wanted_) return;
  for (const auto& each : head)
    print(each + "\n");
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

std::vector<std::string> demo_view::lines_of(const demo_progress& now) {
  std::vector<std::string> lines{
      "",
      counted("written", now.written, now),
      counted("durable", now.durable, now),
      counted("read", now.read, now),
      "",
      fmt::format("  {:6.1f} s   {:.0f} lines/s   cuts {}   reconnects {}   splits {}   "
                  "merges {}   killed {}",
                  now.seconds, static_cast<double>(now.written) / std::max(now.seconds, 0.001),
                  now.cuts, now.reconnects, now.splits, now.merges, now.killed),
  };
  if (!now.actors.empty()) {
    lines.emplace_back();
    for (auto& each : status_of(now))
      lines.push_back(std::move(each));
    append_happenings(lines, now);
    return lines;
  }
  std::string segments = "  segments ";
  for (const auto& each : now.writer.segments)
    segments += fmt::format(
        "  {} {} {:<4}", each.connected ? "●" : "○", short_name(each.segment),
        each.events_pending > 0 ? fmt::format("+{}", each.events_pending) : std::string{});
  lines.push_back(std::move(segments));
  append_happenings(lines, now);
  return lines;
}

void demo_view::tell_happenings(const demo_progress& now) {
  for (const auto& each : now.happenings) {
    if (each.at_s <= told_through_s_) continue;
    told_through_s_ = each.at_s;
    print(fmt::format("  {:6.2f} s   {}\n", each.at_s, each.text));
  }
}

void demo_view::end(const demo_progress& last) {
  if (wanted_ && !live_.on()) tell_happenings(last);
  live_.clear();
}

void demo_view::show_plain(const demo_progress& now) {
  tell_happenings(now);
  print(fmt::format("  {:6.2f} s   written {}, durable {}, read {}, cuts {}, reconnects {}\n",
                    now.seconds, grouped(now.written), grouped(now.durable), grouped(now.read),
                    now.cuts, now.reconnects));
  for (const auto& each : status_of(now))
    print("  " + each + "\n");
}

void demo_view::show_if_due(const std::function<demo_progress()>& now) {
  if (live_.on()) {
    if (live_.due()) live_.draw(lines_of(now()));
    return;
  }
  const auto at = clock_type::now();
  if (!wanted_ || at < next_plain_) return;
  next_plain_ = at + plain_interval;
  show_plain(now());
}

}  // namespace pravega_actor::tool
