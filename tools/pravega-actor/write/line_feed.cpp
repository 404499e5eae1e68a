#include "write/line_feed.hpp"

#include <fmt/format.h>
#include <unistd.h>

#include "common/owed.hpp"
#include "common/report.hpp"
#include "common/signals.hpp"
#include "common/waiting.hpp"

namespace pravega_actor::tool {

namespace {

constexpr std::uint64_t lines_between_looks = 256;
/// Between notes that nothing moves.
constexpr seconds note_interval{10};
constexpr seconds silence_when_stopped{1};
constexpr std::size_t bar_width = 30;

}  // namespace

line_feed::line_feed(const common_options& common, const session& in, key_rule rule,
                     event_writer writer, bool numbered)
    : common_{common},
      recovery_ms_{in.settings().writer_recovery_timeout_ms},
      rule_{std::move(rule)},
      writer_{std::move(writer)},
      numbered_{numbered},
      input_{STDIN_FILENO},
      live_{STDERR_FILENO, draws_live(common, in.settings())},
      total_bytes_{input_.total_bytes()} {}

double line_feed::seconds_passed() const {
  return std::chrono::duration<double>{clock_type::now() - begin_}.count();
}

std::string line_feed::keys_remark() const {
  if (without_key_ == 0 || !rule_.given()) return {};
  return fmt::format(" ({} without a key)", grouped(without_key_));
}

void line_feed::draw(std::uint64_t durable) {
  const auto bytes = static_cast<double>(input_.bytes());
  styled_line line;
  if (total_bytes_ && *total_bytes_ > 0)
    line = bar(bytes / static_cast<double>(*total_bytes_), bar_width).add(" ");
  line.add(fmt::format("written {}  durable {}  {}/s", grouped(input_.lines()),
                       grouped(durable), with_unit(bytes / seconds_passed())));
  live_.draw({line});
}

// Progress for a terminal; a note when nothing moves.
void line_feed::look() {
  const auto progress = writer_.progress();
  const auto now = clock_type::now();
  if (progress.durable_through != durable_seen_ ||
      progress.durable_through == progress.last_written) {
    durable_seen_ = progress.durable_through;
    changed_ = now;
  }
  const auto silent = now - changed_;
  if (live_.due()) {
    if (silent >= silence_max)
      live_.draw_sentence(owed_text(writer_.status(), silent, recovery_ms_));
    else
      draw(progress.durable_through);
  }
  if (live_.on() || silent < silence_max || now - noted_ < note_interval) return;
  noted_ = now;
  note(common_, "pravega-actor: " + owed_text(writer_.status(), silent, recovery_ms_));
}

result<event_ticket> line_feed::pass_on(const std::optional<std::string_view>& key,
                                        std::string_view line) {
  if (numbered_)
    return writer_.write_numbered(static_cast<event_number>(input_.lines()), key,
                                  as_bytes(line), signal_patience);
  return key ? writer_.write(*key, as_bytes(line), signal_patience)
             : writer_.write(as_bytes(line), signal_patience);
}

result<void> line_feed::write_line(std::string_view line) {
  const auto key = rule_.key_of(line);
  if (!key) ++without_key_;
  for (;;) {
    auto ticket = pass_on(key, line);
    if (ticket) return {};
    if (!(ticket.error() == errc::deadline_exceeded)) return ticket.error();
    look();
    if (stop_wanted()) return errc::cancelled;
  }
}

result<void> line_feed::write_lines() {
  input_.while_waiting([this] { look(); });
  for (;;) {
    auto line = input_.next();
    if (!line) return line.error();
    if (!*line) return stop_wanted() ? result<void>{errc::cancelled} : result<void>{};
    event_bytes_ += (*line)->size();
    if (auto written = write_line(**line); !written) return written;
    if (input_.lines() % lines_between_looks == 0 || !input_.buffered()) look();
  }
}

result<void> line_feed::drain() {
  const int stops = stop_signals();
  changed_ = clock_type::now();
  if (stops > 0)
    note(common_, "pravega-actor: waiting for written events; signal again to stop at once");
  for (;;) {
    auto flushed = writer_.flush(signal_patience);
    if (flushed || !(flushed.error() == errc::deadline_exceeded)) return flushed;
    look();
    const bool stands = clock_type::now() - changed_ > silence_when_stopped;
    if (stop_signals() > stops || (stops > 0 && stands)) return errc::cancelled;
  }
}

}  // namespace pravega_actor::tool
