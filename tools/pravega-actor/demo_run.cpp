#include "demo_run.hpp"

#include <fmt/format.h>

#include "demo_view.hpp"
#include "signals.hpp"
#include "streams.hpp"

namespace pravega_actor::tool {

namespace {

constexpr milliseconds tick{10};
constexpr milliseconds patience{100};
/// How long nothing may move before the demo gives up.
constexpr seconds standstill_max{60};
constexpr std::size_t happenings_max = 64;
constexpr double together_s = 0.25;
constexpr std::string_view no_key = "-";

// "2" from "client/writer-1/segment:demo/log/2.#epoch.0".
std::string segment_of(const std::string& path) {
  const auto slash = path.rfind('/');
  const auto name = slash == std::string::npos ? path : path.substr(slash + 1);
  return name.substr(0, name.find('.'));
}

const char* role_of(const std::string& path) {
  return path.find("/writer") != std::string::npos ? "writer" : "reader";
}

}  // namespace

demo_run::demo_run(demo_target& target, const demo_options& options, demo_file file,
                   key_rule rule, scoped_stream stream)
    : target_{target},
      options_{options},
      file_{std::move(file)},
      rule_{std::move(rule)},
      stream_{std::move(stream)} {
  keys_.reserve(file_.lines.size());
  for (const auto line : file_.lines) {
    keys_.push_back(rule_.key_of(line).value_or(no_key));
    check_.expect(keys_.back(), line);
  }
}

demo_run::~demo_run() {
  reading_ = false;
  if (reader_.joinable()) reader_.join();
  if (subscribed_) target_.pravega().unsubscribe(subscription_);
}

double demo_run::elapsed_s() const {
  return std::chrono::duration<double>{clock_type::now() - begin_}.count();
}

void demo_run::happened(std::string text) {
  const auto at = elapsed_s();
  std::lock_guard lock{mutex_};
  happenings_.push_back({at, std::move(text)});
  if (happenings_.size() > happenings_max) happenings_.pop_front();
}

// One line for all segments that come back at about the same time.
void demo_run::came_back(const char* role, const std::string& segment) {
  const auto at = elapsed_s();
  const auto begin = fmt::format("{}s are back: segments ", role);
  std::lock_guard lock{mutex_};
  ++reconnects_;
  for (auto each = happenings_.rbegin(); each != happenings_.rend(); ++each) {
    if (at - each->at_s > together_s) break;
    if (!each->text.starts_with(begin)) continue;
    each->text += ", " + segment;
    return;
  }
  happenings_.push_back({at, begin + segment});
  if (happenings_.size() > happenings_max) happenings_.pop_front();
}

void demo_run::on_event(const library_event& event) {
  if (event.kind == event_kind::reconnected)
    return came_back(role_of(event.path), segment_of(event.path));
  if (event.kind == event_kind::failed || event.kind == event_kind::gave_up)
    happened(fmt::format("{}: {}: {}", event.path, to_string(event.kind), event.cause));
}

result<void> demo_run::prepare() {
  auto& pravega = target_.pravega();
  auto made = ensure(pravega.streams(), stream_, fixed_segments(options_.segments));
  if (!made) return made.error();
  begin_ = clock_type::now();
  subscription_ = pravega.subscribe([this](const library_event& event) { on_event(event); });
  subscribed_ = true;
  auto writer = pravega.create_writer(stream_);
  if (!writer) return writer.error();
  writer_ = std::move(*writer);
  reader_ = std::thread{[this] { read_all(); }};
  begin_ = clock_type::now();
  return {};
}

// The reader's thread: reads until everything that the stream holds is read.
void demo_run::read_all() {
  auto options = target_.pravega().default_reader_options();
  options.start = read_from_head{};
  auto reader = target_.pravega().create_reader(stream_, options);
  if (!reader) reader_outcome_ = reader.error();
  while (reader && reading_) {
    const auto goal = goal_bytes_.load();
    if (goal >= 0 && read_bytes_.load() >= goal) break;
    auto item = reader->next(patience);
    if (!item) {
      reader_outcome_ = item.error();
      break;
    }
    const auto* slice = *item ? std::get_if<event_slice>(&**item) : nullptr;
    if (slice == nullptr) continue;
    for (const auto event : *slice)
      check_.arrived(as_text(event.payload));
    read_ += slice->event_count();
    read_bytes_ += static_cast<std::int64_t>(slice->bytes().size());
  }
  reader_ended_ = true;
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
  happened(made.what);
}

result<void> demo_run::write_paced(demo_view& view) {
  const auto lines = file_.lines.size();
  while (written_ < lines && !stop_wanted()) {
    const auto part = std::min(1.0, elapsed_s() / options_.seconds);
    const auto due = static_cast<std::uint64_t>(part * static_cast<double>(lines));
    if (auto wrote = write_due(due); !wrote) return wrote;
    cut_if_due();
    view.show_if_due([this] { return progress(); });
    std::this_thread::sleep_for(tick);
  }
  return {};
}

result<void> demo_run::wait_until_durable(demo_view& view) {
  auto seen = writer_.progress().durable_through;
  auto moved = clock_type::now();
  for (;;) {
    auto flushed = writer_.flush(tick);
    if (flushed || !(flushed.error() == errc::deadline_exceeded)) return flushed;
    const auto now = writer_.progress().durable_through;
    if (now != seen) moved = clock_type::now();
    seen = now;
    if (clock_type::now() - moved > standstill_max) return flushed;
    view.show_if_due([this] { return progress(); });
  }
}

// The stream's own size tells when nothing is left, not the number of lines: a line that was
// stored twice must be found.
result<void> demo_run::wait_until_read(demo_view& view) {
  auto seen = target_.pravega().streams().describe(stream_);
  if (!seen) return seen.error();
  goal_bytes_ = bytes_of(*seen);
  auto before = read_bytes_.load();
  auto moved = clock_type::now();
  while (!reader_ended_) {
    const auto now = read_bytes_.load();
    if (now != before) moved = clock_type::now();
    before = now;
    if (clock_type::now() - moved > standstill_max)
      return error{errc::deadline_exceeded, "the reader does not come to the end"}
          .with_stage(stage::read)
          .with_subject(stream_.to_string());
    view.show_if_due([this] { return progress(); });
    std::this_thread::sleep_for(tick);
  }
  return reader_outcome_;
}

demo_progress demo_run::progress() {
  demo_progress now;
  now.seconds = elapsed_s();
  now.lines = file_.lines.size();
  now.written = written_;
  now.durable = writer_.progress().durable_through;
  now.read = read_.load();
  now.bytes = bytes_;
  now.cuts = cuts_;
  now.connections_cut = connections_cut_;
  now.writer = writer_.status();
  std::lock_guard lock{mutex_};
  now.reconnects = reconnects_;
  now.happenings.assign(happenings_.begin(), happenings_.end());
  return now;
}

result<demo_report> demo_run::run(demo_view& view) {
  if (auto prepared = prepare(); !prepared) return prepared.error();
  if (auto wrote = write_paced(view); !wrote) return wrote.error();
  target_.end_cuts();
  if (auto durable = wait_until_durable(view); !durable) return durable.error();
  demo_report report;
  report.seconds = elapsed_s();
  report.stopped = stop_wanted();
  if (auto read = wait_until_read(view); !read) return read.error();
  reading_ = false;
  reader_.join();
  report.end = progress();
  report.found = check_.findings(written_);
  if (auto closed = writer_.close(standstill_max); !closed.outcome)
    return closed.outcome.error();
  return report;
}

}  // namespace pravega_actor::tool
