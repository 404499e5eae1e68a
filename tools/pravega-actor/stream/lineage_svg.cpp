#include "stream/lineage_svg.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <fstream>

#include "common/report.hpp"

namespace pravega_actor::tool {

namespace {

// All lengths in pixels.
constexpr double left = 64;
constexpr double top = 56;
constexpr double bottom = 76;
constexpr double right = 24;
constexpr double keys_high_min = 320;
constexpr double segment_high = 44;
constexpr double keys_high_max = 1600;
constexpr double epoch_wide_max = 190;
constexpr double epoch_wide_min = 34;
constexpr double wide_wanted = 1100;
constexpr double line_high = 15;
constexpr double font = 12;
/// Smaller letters cannot be read: the label is left to the tooltip.
constexpr double font_min = 6;
/// Of the height of the letters.
constexpr double character_wide = 0.55;
constexpr double gap = 1.5;

constexpr const char* style =
    "text{font:12px sans-serif;fill:#1b2733}"
    ".title{font-size:16px;font-weight:600}.axis{fill:#5a6672}"
    ".grid{stroke:#d5dbe1;stroke-width:1}"
    ".live{fill:#bfe6cf;stroke:#1f8a4c}.closed{fill:#d9e3ef;stroke:#6f89a6}"
    ".gone{fill:#f3f4f6;stroke:#b3bac2;stroke-dasharray:4 3}"
    ".gone-text{fill:#8a939c}"
    ".tick{stroke:#c2410c;stroke-width:2}.tick-text{fill:#c2410c;font-size:10px}";

std::string escaped(std::string_view text) {
  std::string safe;
  for (const char c : text) {
    if (c == '&')
      safe += "&amp;";
    else if (c == '<')
      safe += "&lt;";
    else if (c == '>')
      safe += "&gt;";
    else if (c == '"')
      safe += "&quot;";
    else
      safe += c;
  }
  return safe;
}

struct canvas {
  double keys_high = keys_high_min;
  double epoch_wide = epoch_wide_max;
  double wide = 0;
  double high = 0;
  [[nodiscard]] double x(std::int32_t epoch) const { return left + epoch_wide * epoch; }
  [[nodiscard]] double y(double key) const { return top + keys_high * (1.0 - key); }
};

canvas canvas_for(const stream_lineage& seen, bool readers) {
  canvas on;
  std::size_t most = 1;
  for (std::int32_t epoch = 0; epoch < seen.epochs; ++epoch) {
    const auto count = std::count_if(
        seen.segments.begin(), seen.segments.end(), [epoch](const lineage_segment& each) {
          return each.opened <= epoch && (!each.closed || *each.closed > epoch);
        });
    most = std::max(most, static_cast<std::size_t>(count));
  }
  on.keys_high =
      std::clamp(static_cast<double>(most) * segment_high, keys_high_min, keys_high_max);
  const auto epochs = std::max(seen.epochs, 1);
  on.epoch_wide = std::clamp(wide_wanted / epochs, epoch_wide_min, epoch_wide_max);
  // At least as wide as the legend.
  on.wide = std::max(left + on.epoch_wide * epochs + right, readers ? 510.0 : 440.0);
  on.high = top + on.keys_high + bottom;
  return on;
}

std::vector<std::string> label_lines(const lineage_segment& of) {
  std::vector<std::string> lines{fmt::format("{}.{}", of.id.number, of.id.epoch)};
  lines.push_back(fmt::format("[{:.4g}, {:.4g})", of.range.low, of.range.high));
  lines.push_back(of.stored ? with_unit(static_cast<double>(of.stored->bytes()))
                            : "truncated away");
  return lines;
}

std::string_view class_of(const lineage_segment& each) {
  if (each.live()) return "live";
  return each.stored ? "closed" : "gone";
}

struct box {
  double x = 0;
  double y = 0;
  double wide = 0;
  double high = 0;
};

box box_of(const canvas& on, const stream_lineage& all, const lineage_segment& of) {
  const auto end = std::min(of.closed.value_or(all.epochs), all.epochs);
  return {on.x(of.opened) + gap, on.y(of.range.high) + gap,
          on.x(end) - on.x(of.opened) - 2 * gap,
          std::max(on.y(of.range.low) - on.y(of.range.high) - 2 * gap, 1.0)};
}

// From 0 (the first stored byte) to 1 (the last).
double part_of(const lineage_segment& of, std::int64_t offset) {
  if (offset < 0 || !of.stored) return 1.0;
  const auto bytes = static_cast<double>(of.stored->bytes());
  if (bytes <= 0) return 0.0;
  return std::clamp(static_cast<double>(offset - of.stored->start_offset) / bytes, 0.0, 1.0);
}

std::string tick(const canvas& on, const stream_lineage& all, const lineage_segment& of,
                 const reader_tick& at) {
  const auto in = box_of(on, all, of);
  const auto part = part_of(of, at.offset);
  const double x = in.x + in.wide * part;
  const auto place =
      at.offset < 0 ? std::string{"the end"}
                    : fmt::format("offset {}", grouped(static_cast<std::uint64_t>(at.offset)));
  auto text = fmt::format(
      "<g><title>{0}</title><line class=\"tick\" x1=\"{1:.1f}\" x2=\"{1:.1f}\" y1=\"{2:.1f}\" "
      "y2=\"{3:.1f}\"/>",
      escaped(fmt::format("reader {}: segment {}.{}, {}", at.reader, at.in.number, at.in.epoch,
                          place)),
      x, in.y, in.y + in.high);
  // The name of the segment stands in the middle.
  if (in.high >= 3 * line_high)
    text += fmt::format(
        "<text class=\"tick-text\" x=\"{:.1f}\" y=\"{:.1f}\" text-anchor=\"{}\">{}</text>",
        part > 0.5 ? x - 4 : x + 4, in.y + in.high - 5, part > 0.5 ? "end" : "start",
        escaped(at.reader));
  return text + "</g>\n";
}

std::string rectangle(const canvas& on, const stream_lineage& all, const lineage_segment& of) {
  const auto end = std::min(of.closed.value_or(all.epochs), all.epochs);
  const auto [x, y, wide, high] = box_of(on, all, of);
  const auto lines = label_lines(of);
  auto text = fmt::format(
      "<g><title>{}</title><rect class=\"{}\" x=\"{:.1f}\" y=\"{:.1f}\" width=\"{:.1f}\" "
      "height=\"{:.1f}\" rx=\"3\"/>\n",
      escaped(fmt::format("segment {}: keys {}, {}; epochs {} to {}", lines[0], lines[1],
                          lines[2], of.opened, end - 1)),
      class_of(of), x, y, wide, high);
  // The name stays in any rectangle that has room for letters; what follows only at full size.
  const auto room = std::min(static_cast<std::size_t>(high / line_high), lines.size());
  const auto shown = std::max<std::size_t>(room, 1);
  double line_y = y + high / 2 - static_cast<double>(shown) * line_high / 2 + line_high - 4;
  for (std::size_t i = 0; i < shown; ++i, line_y += line_high) {
    const auto wanted = static_cast<double>(lines[i].size()) * character_wide;
    const double size = std::min({font, wide / wanted, i == 0 ? high - 1 : font});
    if (size < (i == 0 ? font_min : font)) break;
    text += fmt::format(
        "<text class=\"{}\" x=\"{:.1f}\" y=\"{:.1f}\" text-anchor=\"middle\"{}{}>{}</text>\n",
        class_of(of) == "gone" ? "gone-text" : "label", x + wide / 2, line_y,
        i == 0 ? " font-weight=\"600\"" : "",
        size < font ? fmt::format(" style=\"font-size:{:.1f}px\"", size) : "",
        escaped(lines[i]));
  }
  return text + "</g>\n";
}

std::string axes(const canvas& on, const stream_lineage& seen) {
  std::string text;
  for (const double key : {0.0, 0.25, 0.5, 0.75, 1.0})
    text += fmt::format(
        "<line class=\"grid\" x1=\"{0:.1f}\" x2=\"{1:.1f}\" y1=\"{2:.1f}\" y2=\"{2:.1f}\"/>"
        "<text class=\"axis\" x=\"{3:.1f}\" y=\"{4:.1f}\" text-anchor=\"end\">{5:.2f}</text>\n",
        left, on.x(seen.epochs), on.y(key), left - 8, on.y(key) + 4, key);
  text += fmt::format(
      "<text class=\"axis\" transform=\"translate(16 {:.1f}) rotate(-90)\" "
      "text-anchor=\"middle\">routing keys</text>\n",
      top + on.keys_high / 2);
  // At most one number for each two characters' room.
  const auto every = std::max(1, static_cast<int>(30 / on.epoch_wide));
  for (std::int32_t epoch = 0; epoch < seen.epochs; epoch += every)
    text += fmt::format(
        "<text class=\"axis\" x=\"{:.1f}\" y=\"{:.1f}\" text-anchor=\"middle\">{}</text>\n",
        on.x(epoch) + on.epoch_wide / 2, top + on.keys_high + 18, epoch);
  text += fmt::format("<text class=\"axis\" x=\"{:.1f}\" y=\"{:.1f}\">epoch</text>\n", left,
                      top + on.keys_high + 36);
  return text;
}

std::string legend(const canvas& on, bool readers) {
  std::string text;
  double x = left;
  for (const auto& [name, meaning] :
       {std::pair{"live", "accepts events"}, std::pair{"closed", "sealed"},
        std::pair{"gone", "truncated away"}}) {
    const double y = on.high - 22;
    text += fmt::format(
        "<rect class=\"{}\" x=\"{:.1f}\" y=\"{:.1f}\" width=\"14\" height=\"12\" rx=\"2\"/>"
        "<text x=\"{:.1f}\" y=\"{:.1f}\">{}</text>\n",
        name, x, y, x + 20, y + 10, meaning);
    x += 120;
  }
  if (readers)
    text += fmt::format(
        "<line class=\"tick\" x1=\"{0:.1f}\" x2=\"{0:.1f}\" y1=\"{1:.1f}\" y2=\"{2:.1f}\"/>"
        "<text x=\"{3:.1f}\" y=\"{4:.1f}\">reader</text>\n",
        x + 6, on.high - 22, on.high - 10, x + 14, on.high - 12);
  return text;
}

}  // namespace

std::string lineage_svg(const stream_lineage& seen, const std::vector<reader_tick>& readers) {
  const auto on = canvas_for(seen, !readers.empty());
  const auto live = std::count_if(seen.segments.begin(), seen.segments.end(),
                                  [](const lineage_segment& each) { return each.live(); });
  auto text = fmt::format(
      "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"{0:.0f}\" height=\"{1:.0f}\" "
      "viewBox=\"0 0 {0:.0f} {1:.0f}\">\n<style>{2}</style>\n"
      "<rect width=\"{0:.0f}\" height=\"{1:.0f}\" fill=\"#ffffff\"/>\n"
      "<text class=\"title\" x=\"{3:.0f}\" y=\"26\">{4}</text>\n"
      "<text class=\"axis\" x=\"{3:.0f}\" y=\"44\">{5}</text>\n",
      on.wide, on.high, style, left, escaped(seen.stream.to_string()),
      fmt::format("{} in {}, {}", counted(seen.segments.size(), "segment"),
                  counted(static_cast<std::uint64_t>(seen.epochs), "epoch"),
                  seen.sealed ? "sealed" : fmt::format("{} accept events", live)));
  text += axes(on, seen);
  for (const auto& each : seen.segments)
    text += rectangle(on, seen, each);
  for (const auto& each : readers) {
    const auto of = std::find_if(seen.segments.begin(), seen.segments.end(),
                                 [&](const auto& segment) { return segment.id == each.in; });
    if (of != seen.segments.end()) text += tick(on, seen, *of, each);
  }
  return text + legend(on, !readers.empty()) + "</svg>\n";
}

namespace {

error unwritable(const std::string& path) {
  return error{errc::io_error,
               fmt::format("{} cannot be written: {}", path, std::strerror(errno))};
}

}  // namespace

result<void> write_lineage_svg(const std::string& path, const stream_lineage& seen,
                               const std::vector<reader_tick>& readers) {
  std::ofstream file{path, std::ios::binary};
  file << lineage_svg(seen, readers);
  file.close();
  if (file) return {};
  return unwritable(path);
}

result<void> check_lineage_file(const std::string& path) {
  struct stat about = {};
  const bool exists = ::stat(path.c_str(), &about) == 0;
  // A pipe has somebody at its other end or waits for one: that is seen when it is written.
  if (exists && !S_ISREG(about.st_mode) && !S_ISDIR(about.st_mode)) return {};
  const int opened = ::open(path.c_str(), O_WRONLY | O_CREAT | O_CLOEXEC, 0666);
  if (opened < 0) return unwritable(path);
  ::close(opened);
  if (!exists) ::unlink(path.c_str());
  return {};
}

}  // namespace pravega_actor::tool
