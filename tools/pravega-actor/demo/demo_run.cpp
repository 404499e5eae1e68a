#include "demo/demo_run.hpp"

#include <fmt/format.h>

#include <thread>

#include "common/signals.hpp"
#include "common/waiting.hpp"
#include "demo/demo_view.hpp"
#include "stream/streams.hpp"

namespace pravega_actor::tool {

namespace {

constexpr milliseconds demo_tick{10};
/// All readers have joined their group by then.
constexpr seconds joining_patience{20};
/// How long nothing may move before the demo gives up.
constexpr seconds standstill_max{60};
/// The same once a signal came.
constexpr seconds standstill_when_stopped{5};
constexpr seconds demo_lineage_patience{60};
/// An actor that is to be killed acts after a cut at the latest; cut so often.
constexpr double push_interval_s = 0.5;
/// The part of the lines that is written when all else is done; the same part goes into a
/// transaction.
constexpr std::uint64_t held_back_part = 50;
constexpr std::string_view no_key = "-";

// A single line is not written in a transaction.
std::uint64_t paced_of(std::uint64_t lines) {
  return lines - (lines < 2 ? 0 : std::max<std::uint64_t>(1, lines / held_back_part));
}

}  // namespace

demo_run::demo_run(demo_target& target, const demo_options& options, demo_file file,
                   key_rule rule, scoped_stream stream)
    : target_{target},
      options_{options},
      file_{std::move(file)},
      rule_{std::move(rule)},
      stream_{std::move(stream)},
      paced_lines_{paced_of(file_.lines.size())} {
  keys_.reserve(file_.lines.size());
  for (const auto line : file_.lines) {
    keys_.push_back(rule_.key_of(line).value_or(no_key));
    check_.expect(keys_.back(), line);
  }
}

demo_run::~demo_run() {
  readers_.reset();
  scaling_.reset();
  target_.killer().end_kills();
  target_.killer().on_kill({});
  if (subscribed_) target_.pravega().unsubscribe(subscription_);
}

double demo_run::elapsed_s() const {
  return std::chrono::duration<double>{clock_type::now() - begin_.load()}.count();
}

void demo_run::happened(tone meaning, std::string what) {
  story_.add(elapsed_s(), meaning, std::move(what));
}

void demo_run::happened_to(tone meaning, const std::string& what, std::int64_t segment) {
  story_.add_to(elapsed_s(), meaning, what, segment);
}

void demo_run::on_event(const library_event& event) {
  switch (event.kind) {
    case event_kind::reconnected: {
      std::lock_guard lock{mutex_};
      ++reconnects_;
      break;
    }
    case event_kind::restarted: {
      std::lock_guard lock{mutex_};
      ++restarts_;
      break;
    }
    default:
      break;
  }
  const std::string_view role = role_of(event.path);
  switch (event.kind) {
    case event_kind::reconnected:
      return happened_to(tone::good, fmt::format("{} reconnected to", role),
                         segment_of(event.path));
    case event_kind::split:
    case event_kind::merged:
      return happened_to(tone::active, "writer continues in the successors of",
                         segment_of(event.path));
    case event_kind::restarted:
    case event_kind::failed:
    case event_kind::gave_up:
      return happened(
          event.kind == event_kind::restarted ? tone::good : tone::bad,
          fmt::format("{} {}: {}", actor_of(event.path), to_string(event.kind), event.cause));
    default:
      return;
  }
}

result<void> demo_run::prepare() {
  auto& pravega = target_.pravega();
  const blocking_wait wait{target_.common(),
                           for_controller(target_.settings(), "create " + stream_.to_string(),
                                          "nothing was written")};
  auto made = ensure(pravega.streams(), stream_, fixed_segments(options_.segments));
  if (!made) return made.error();
  begin_ = clock_type::now();
  subscription_ = pravega.subscribe([this](const library_event& event) { on_event(event); });
  subscribed_ = true;
  target_.killer().on_kill([this](const std::string& where) {
    happened(tone::warning, "killed a segment writer " + where);
  });
  readers_.emplace(
      pravega, stream_, [this](std::string_view line) { check_.arrived(line); },
      [this](tone meaning, const std::string& what, std::int64_t segment) {
        if (segment < 0) return happened(meaning, what);
        happened_to(meaning, what, segment);
      });
  auto writer = pravega.create_writer(stream_);
  if (!writer) return writer.error();
  writer_ = std::move(*writer);
  if (auto joined = readers_->start(options_.readers, joining_patience); !joined) return joined;
  begin_ = clock_type::now();
  scaling_.emplace(pravega.streams(), stream_,
                   scaling_plan{options_.splits, options_.merges, options_.seconds},
                   [this](const std::string& what) { happened(tone::active, what); });
  scaling_->start();
  return {};
}

result<void> demo_run::write_due(std::uint64_t due) {
  while (written_ < due) {
    const auto line = file_.lines[written_];
    auto ticket = writer_.try_write(keys_[written_], as_bytes(line));
    if (!ticket && ticket.error() == errc::would_block) return {};
    if (!ticket) return ticket.error();
    ++written_;
    bytes_ += line.size();
  }
  return {};
}

void demo_run::cut_if_due() {
  const auto part = static_cast<double>(cuts_ + 1) / static_cast<double>(options_.cuts + 1);
  if (cuts_ >= options_.cuts || elapsed_s() < options_.seconds * part) return;
  const auto made = target_.cut(cuts_++);
  connections_cut_ += made.connections;
  happened(tone::warning, made.what);
}

// The order waits for the next actor that does something: at the next cut or scale.
void demo_run::kill_if_due() {
  auto& killer = target_.killer();
  const auto now = elapsed_s();
  const auto part =
      (static_cast<double>(kills_ordered_) + 0.5) / static_cast<double>(options_.kills);
  if (kills_ordered_ < options_.kills && now >= options_.seconds * part) {
    ++kills_ordered_;
    killer.kill_one();
  }
  const bool something_comes = cuts_ < options_.cuts || !scaling_->ended();
  if (killer.waiting() == 0 || something_comes || now < last_push_s_ + push_interval_s) return;
  last_push_s_ = now;
  const auto made = target_.cut_all();
  connections_cut_ += made.connections;
  happened(tone::warning, made.what + ", so that the actor to kill becomes active");
}

// At work: one that has something in hand. When the time is over, any.
void demo_run::kill_reader_if_due() {
  const auto now = elapsed_s();
  const auto part =
      (static_cast<double>(readers_killed_) + 0.5) / static_cast<double>(options_.reader_kills);
  if (readers_killed_ >= options_.reader_kills || now < options_.seconds * part) return;
  if (readers_->kill_one(now >= options_.seconds)) ++readers_killed_;
}

bool demo_run::more_to_do() const {
  return cuts_ < options_.cuts || readers_killed_ < options_.reader_kills ||
         kills_ordered_ < options_.kills || target_.killer().waiting() > 0 ||
         !scaling_->ended();
}

std::uint64_t demo_run::due() const {
  const auto part = std::min(1.0, elapsed_s() / options_.seconds);
  const auto by_time = static_cast<std::uint64_t>(part * static_cast<double>(paced_lines_));
  if (!more_to_do()) return by_time;
  const auto held_back = std::max<std::uint64_t>(1, paced_lines_ / held_back_part);
  return std::min(by_time, paced_lines_ - held_back);
}

result<void> demo_run::write_paced(demo_view& view) {
  while (written_ < paced_lines_ && !stop_wanted()) {
    if (auto wrote = write_due(due()); !wrote) return wrote;
    cut_if_due();
    kill_if_due();
    kill_reader_if_due();
    if (scaling_->ended())
      if (auto scaled = scaling_->outcome(); !scaled) return scaled;
    view.show_if_due([this] { return progress(); });
    std::this_thread::sleep_for(demo_tick);
  }
  target_.killer().end_kills();
  scaling_->stop();
  return scaling_->outcome();
}

result<void> demo_run::wait_until_durable(demo_view& view) {
  auto seen = writer_.progress().durable_through;
  auto moved = clock_type::now();
  for (;;) {
    auto flushed = writer_.flush(demo_tick);
    if (flushed || !(flushed.error() == errc::deadline_exceeded)) return flushed;
    const auto now = writer_.progress().durable_through;
    if (now != seen) moved = clock_type::now();
    seen = now;
    if (stands_still(moved))
      return stop_wanted() ? result<void>{stopped_early()} : std::move(flushed);
    view.show_if_due([this] { return progress(); });
  }
}

// Behind all other lines of their keys, which are durable.
result<void> demo_run::write_transactions() {
  if (stop_wanted()) return {};
  std::vector<keyed_line> lines;
  for (auto i = paced_lines_; i < file_.lines.size(); ++i)
    lines.push_back({keys_[i], file_.lines[i]});
  const blocking_wait wait{target_.common(),
                           finishing(for_controller(target_.settings(), "end transactions"))};
  auto done = run_demo_transactions(
      target_.pravega(), stream_, lines,
      [this](std::string what) { happened(tone::active, std::move(what)); });
  if (!done) return done.error();
  transactions_ = *done;
  written_ += transactions_.committed;
  for (const auto& each : lines)
    bytes_ += each.line.size();
  return {};
}

bool demo_run::stands_still(time_point moved) {
  const auto longest = stop_wanted() ? standstill_when_stopped : standstill_max;
  return clock_type::now() - moved > longest;
}

error demo_run::stopped_early() const {
  return error{errc::cancelled,
               fmt::format("stopped by a signal; durable: {} of {} written lines",
                           writer_.progress().durable_through, written_)}
      .with_subject(stream_.to_string());
}

// The stream's own size, not the number of lines, shows when nothing is left: a line that was
// stored twice must be found.
result<void> demo_run::wait_until_read(demo_view& view, stream_lineage& lineage) {
  auto seen = [this] {
    const blocking_wait wait{
        target_.common(),
        finishing(for_controller(target_.settings(), "list the stream's epochs"))};
    return target_.pravega().streams().lineage(
        stream_, stop_wanted() ? standstill_when_stopped : demo_lineage_patience);
  }();
  if (!seen) return seen.error();
  std::int64_t stored = 0;
  for (const auto& each : seen->segments)
    if (each.stored) stored += each.stored->bytes();
  lineage = std::move(*seen);
  const auto& book = readers_->book();
  auto before = book.bytes();
  auto moved = clock_type::now();
  while (book.bytes() < stored) {
    const auto now = book.bytes();
    if (now != before) moved = clock_type::now();
    before = now;
    if (stands_still(moved) && stop_wanted()) return stopped_early();
    if (stands_still(moved)) {
      if (auto failed = readers_->outcome(); !failed) return failed;
      return error{errc::deadline_exceeded, "the readers do not reach the end"}
          .with_stage(stage::read)
          .with_subject(stream_.to_string());
    }
    view.show_if_due([this] { return progress(); });
    std::this_thread::sleep_for(demo_tick);
  }
  return {};
}

demo_progress demo_run::progress() {
  demo_progress now;
  now.seconds = elapsed_s();
  now.lines = file_.lines.size();
  now.written = written_;
  now.durable = writer_.progress().durable_through + transactions_.committed;
  now.transactions = transactions_;
  now.read = readers_->book().events();
  now.readers = readers_->book().tallies();
  now.readers_killed = readers_killed_;
  now.bytes = bytes_;
  now.cuts = cuts_;
  now.connections_cut = connections_cut_;
  now.splits = scaling_->splits();
  now.merges = scaling_->merges();
  now.killed = target_.killer().killed();
  now.writer = writer_.status();
  if (options_.watch_status)
    if (auto seen = target_.pravega().status(); seen) now.actors = std::move(seen->actors);
  now.happenings = story_.all();
  std::lock_guard lock{mutex_};
  now.reconnects = reconnects_;
  now.restarts = restarts_;
  return now;
}

result<demo_report> demo_run::run(demo_view& view) {
  if (auto prepared = prepare(); !prepared) return prepared.error();
  if (auto wrote = write_paced(view); !wrote) return wrote.error();
  target_.end_cuts();
  if (auto durable = wait_until_durable(view); !durable) return durable.error();
  if (auto ended = write_transactions(); !ended) return ended.error();
  demo_report report;
  report.seconds = elapsed_s();
  report.stopped = stop_wanted();
  if (auto read = wait_until_read(view, report.lineage); !read) return read.error();
  readers_->stop();
  report.end = progress();
  report.complete = report.end.splits == options_.splits &&
                    report.end.merges == options_.merges &&
                    report.end.killed == options_.kills &&
                    report.end.readers_killed == options_.reader_kills && transactions_.done;
  report.found = check_.findings(written_);
  if (auto closed = writer_.close(standstill_max); !closed.outcome)
    return closed.outcome.error();
  return report;
}

}  // namespace pravega_actor::tool
