#include "simulation/writer_workload.hpp"

namespace simulation_tests {

using namespace pravega_actor;

namespace {

/// Longer than what a plan from a seed holds back: silence, late delivery and seals together.
constexpr seconds landing_time{20};

constexpr std::size_t large_above_bytes = 1000;
constexpr std::size_t outstanding_most = 32768;

}  // namespace

writer_workload::writer_workload(pravega_sandbox::simulation& world, workload_size size)
    : world_{world}, size_{size} {}

void writer_workload::open(participant& who) {
  auto options = client_->default_writer_options();
  options.block_bytes_max = 4096;
  options.blocks_in_flight_max = 4;
  options.outstanding_bytes_max = outstanding_most;
  if (size_.large)
    options.large_events = large_event_options{1u << 20, large_above_bytes, 500, 4};
  client_->create_writer_async(stream_, options, [this, &who](result<event_writer> opened) {
    if (!opened) {
      if (end_by_seal(opened.error())) {
        who.closed = true;
        return;
      }
      // A controller that is away for longer than a call's deadline: ask again.
      world_.after(milliseconds{500}, [this, &who] { open(who); });
      return;
    }
    who.writer = std::move(*opened);
    write_some(who);
  });
}

std::size_t writer_workload::filling() {
  if (size_.large && world_.chance(0.2)) {
    const bool huge = world_.chance(0.05);
    return (huge ? outstanding_most : large_above_bytes) +
           static_cast<std::size_t>(world_.random() % 5000);
  }
  const auto small =
      world_.chance(0.05) ? 3000 + world_.random() % 9000 : world_.random() % 200;
  return static_cast<std::size_t>(small);
}

bool writer_workload::write_one(participant& who) {
  const bool keyed = !world_.chance(0.2);
  const auto key = keyed ? "key-" + std::to_string(world_.random() % 5) : std::string{};
  auto payload =
      who.name + "|" + key + "|" + std::to_string(who.left) + "|" + std::string(filling(), 'x');
  const auto at = history_.written.size();
  auto done = [this, at, name = who.name](const write_result& outcome) {
    auto& mine = history_.written[at];
    if (mine.told) trouble_.push_back(name + ": completed twice");
    mine.told = true;
    mine.outcome = outcome;
    history_.completions[name].push_back(outcome.ticket);
    world_.note(name + " event " + std::to_string(outcome.ticket) +
                (outcome.outcome ? " durable" : " failed"));
  };
  history_.written.push_back({who.name, key, payload, 0, false, {}});
  auto added = keyed ? who.writer.try_write(key, as_bytes(payload), done)
                     : who.writer.try_write(as_bytes(payload), done);
  if (added) {
    history_.written[at].ticket = *added;
    if (size_.large && payload.size() > large_above_bytes) ++large_events_;
    --who.left;
    return true;
  }
  history_.written.pop_back();
  if (added.error() == errc::would_block) {
    who.writer.when_writable(payload.size(), [this, &who] {
      world_.after(milliseconds{1}, [this, &who] { write_some(who); });
    });
  } else if (size_.truncations > 0 && added.error() == errc::segment_not_found) {
    replace_writer(who);
  } else if (end_by_seal(added.error())) {
    close(who);
  } else {
    trouble_.push_back(who.name + ": " + added.error().to_string());
    close(who);
  }
  return false;
}

void writer_workload::write_some(participant& who) {
  auto burst = 1 + world_.random() % 6;
  while (who.left > 0 && burst-- > 0)
    if (!write_one(who)) return;
  if (who.left == 0) return close(who);
  if (world_.chance(0.05)) flush(who);
  const auto pause = world_.chance(0.3) ? world_.random() % 400 : world_.random() % 5;
  world_.after(milliseconds{static_cast<std::int64_t>(pause)},
               [this, &who] { write_some(who); });
}

void writer_workload::close(participant& who) {
  // Why a writer does not come to its end is seen in its status.
  world_.after(seconds{250}, [this, &who] {
    if (who.closed) return;
    const auto seen = who.writer.status();
    for (const auto& each : seen.segments)
      world_.note(who.name + " waits: " + each.segment +
                  (each.connected ? " connected, " : " not connected, ") +
                  std::to_string(each.events_pending) + " events, " +
                  std::to_string(each.blocks_in_flight) + " blocks in flight");
  });
  who.writer.close_async(seconds{300}, [this, &who](const close_report& report) {
    if (size_.truncations > 0 && !report.outcome &&
        report.outcome.error() == errc::segment_not_found)
      failed_.insert(who.name);
    if (!report.outcome && end_by_seal(report.outcome.error())) failed_.insert(who.name);
    who.closed = true;
    who.report = report;
    world_.note(who.name + (report.outcome ? " closed" : " closed with loss"));
  });
}

void writer_workload::open_reader(reader_options options) {
  if (over_) return;
  client_->create_reader_async(stream_, options, [this, options](result<stream_reader> opened) {
    if (!opened) {
      world_.after(milliseconds{500}, [this, options] { open_reader(options); });
      return;
    }
    reader_ = std::move(*opened);
    read_available();
  });
}

void writer_workload::read_available() {
  while (!over_) {
    auto next = reader_.try_next();
    if (!next && sealed_ && next.error() == errc::end_of_segment) {
      reading_complete_ = true;
      return;
    }
    if (!next) {
      trouble_.push_back("reader: " + next.error().to_string());
      return;
    }
    if (!*next) break;
    record(**next);
    if (world_.chance(0.03)) return replace_reader();
    // Lags, so that a truncation may come before it.
    if (size_.truncations > 0 && world_.chance(0.05)) {
      const auto pause = static_cast<std::int64_t>(world_.random() % 1500);
      return world_.after(milliseconds{pause}, [this] { read_available(); });
    }
  }
  if (over_) return;
  reader_.when_readable(
      [this] { world_.after(microseconds{1}, [this] { read_available(); }); });
}

void writer_workload::record(const read_item& item) {
  const auto* slice = std::get_if<event_slice>(&item);
  if (slice == nullptr) {
    const auto* gap = std::get_if<segment_gap>(&item);
    if (gap != nullptr && size_.truncations > 0) {
      world_.note("reader has a gap from " + std::to_string(gap->from) + " to " +
                  std::to_string(gap->to) + " in " + gap->in.to_string());
      return checker_.read(*gap);
    }
    if (gap != nullptr || (size_.scales == 0 && !size_.seal))
      trouble_.push_back("reader: an end or a gap, where the stream has none");
    return;
  }
  checker_.read(*slice);
  const auto name = slice->in().to_string();
  for (const auto& event : *slice) {
    read_[name].emplace_back(as_text(event.payload));
    read_in_order_.emplace_back(as_text(event.payload));
    ++events_read_;
  }
  world_.note("reader has " + std::to_string(events_read_) + " events");
}

void writer_workload::replace_reader() {
  reader_.release();
  auto options = client_->default_reader_options();
  options.start = reader_.position();
  reader_.close();
  world_.note("reader is replaced");
  open_reader(options);
}

bool writer_workload::all_read() const {
  if (size_.truncations > 0 || sealed_) return reading_complete_;
  return !size_.with_reader || events_read_ >= history_.written.size();
}

void writer_workload::scale_sometimes() {
  if (scales_done_ >= size_.scales || all_closed()) return;
  const auto pause = world_.chance(0.3) ? world_.random() % 30 : world_.random() % 700;
  world_.after(milliseconds{static_cast<std::int64_t>(pause)}, [this] {
    if (!all_closed()) scale_once();
    scale_sometimes();
  });
}

// Splits one segment or merges two neighbours.
void writer_workload::scale_once() {
  auto answer = world_.control(controller::get_current_segments{stream_});
  if (!answer) return trouble_.push_back("scale: " + answer.error().to_string());
  const auto current = answer->get<controller::segment_ranges>().segments;
  if (current.empty()) return;
  const auto at = static_cast<std::size_t>(world_.random() % current.size());
  controller::scale_stream what{stream_, {current[at].id}, {}, 0};
  const auto& range = current[at].range;
  const bool merge = at + 1 < current.size() && world_.chance(current.size() > 4 ? 0.8 : 0.4);
  if (merge) {
    what.sealed.push_back(current[at + 1].id);
    what.ranges = {{range.low, current[at + 1].range.high}};
    // Sometimes two become two others: each new segment follows both.
    const double cut = range.low + (range.high - range.low) / 3;
    if (world_.chance(0.3)) what.ranges = {{range.low, cut}, {cut, what.ranges[0].high}};
  } else {
    const double middle = (range.low + range.high) / 2;
    what.ranges = {{range.low, middle}, {middle, range.high}};
  }
  auto scaled = world_.control(what);
  if (!scaled) return trouble_.push_back("scale: " + scaled.error().to_string());
  ++scales_done_;
  world_.note(merge ? "merged" : "split");
}

bool writer_workload::all_closed() const {
  for (const auto& each : all_)
    if (!each->closed) return false;
  return true;
}

std::vector<std::string> writer_workload::run() {
  actors_before_ = world_.live_actors();
  world_.create_stream(stream_, size_.segments);
  // Not fixed any more, so that it can be merged down to one.
  stream_config any;
  any.scaling = {scaling_policy::kind::by_events_per_s, 1000, 2, 1};
  (void)world_.control(controller::update_stream{stream_, any});
  config settings;
  settings.restart_intensity_max = 100000;
  client_ = std::make_unique<client>(world_.make_client(settings));
  const auto number = client_->subscribe([this](const library_event& event) {
    world_.note(event.path + ": " + std::string{to_string(event.kind)} + " " + event.cause);
  });
  for (std::size_t i = 0; i < size_.writers; ++i) {
    all_.push_back(std::make_unique<participant>());
    all_.back()->name = "writer-" + std::to_string(i);
    all_.back()->left = size_.events_per_writer;
    open(*all_.back());
  }
  if (size_.with_reader) {
    auto from_head = client_->default_reader_options();
    from_head.request_bytes = 2048;
    open_reader(from_head);
  }
  scale_sometimes();
  truncate_sometimes();
  ask_sometimes();
  if (size_.seal) seal_sometime();
  const bool ended =
      world_.run_until([this] { return all_closed() && all_read(); }, seconds{900});
  over_ = true;
  world_.heal();
  bool client_closed = false;
  client_->close_async(seconds{60}, [&](const client_close_report&) { client_closed = true; });
  const bool tree_ended = world_.run_until([&] { return client_closed; }, seconds{120});
  client_->unsubscribe(number);
  if (!tree_ended) trouble_.push_back("the client did not close");
  // Blocks of lost connections may still land, and segments be sealed.
  world_.run_for(landing_time);
  check_asides();
  return verdict(ended);
}

std::vector<std::string> writer_workload::verdict(bool ended) {
  auto found = trouble_;
  if (!ended) found.push_back("not everything was completed: no liveness");
  if (size_.truncations > 0) {
    for (auto& each : truncation_verdict())
      found.push_back(std::move(each));
  } else {
    std::map<std::string, std::vector<std::string>> segments;
    for (const auto& name : world_.segments_of(stream_))
      segments[name] = world_.events_of(name);
    auto readable = segments;
    std::erase_if(readable, [](const auto& each) { return each.second.empty(); });
    if (size_.with_reader && read_ != readable)
      found.push_back("what was read is not what the segments hold");
    for (auto& each : check_history(history_, segments, !sealed_))
      found.push_back(std::move(each));
  }
  for (auto& each : check_reading_order(history_, read_in_order_))
    found.push_back(std::move(each));
  if (!sealed_ && history_.written.size() != size_.writers * size_.events_per_writer)
    found.push_back("the workload was not written whole");
  for (auto& each : all_)
    if (!each->report.outcome && failed_.count(each->name) == 0)
      found.push_back(each->name + ": " + each->report.outcome.error().to_string());
  end_world(found);
  return found;
}

// Everything goes, and nothing is left.
void writer_workload::end_world(std::vector<std::string>& found) {
  for (auto& each : all_)
    each->writer = {};
  reader_ = {};
  world_.run_for(seconds{200});
  client_.reset();
  world_.run_for(seconds{200});
  for (const auto& name : world_.segments_of(stream_))
    if (name.find("#transient.") != std::string::npos) found.push_back(name + " is left");
  if (world_.open_connections() != 0)
    found.push_back(std::to_string(world_.open_connections()) + " connections are left");
  if (world_.live_actors() != actors_before_)
    found.push_back(std::to_string(world_.live_actors() - actors_before_) + " actors are left");
}

}  // namespace simulation_tests
