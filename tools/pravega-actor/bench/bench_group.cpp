// pravega-actor bench group: how soon the readers of a group share its segments.
#include <fmt/format.h>

#include <algorithm>
#include <future>
#include <memory>
#include <optional>
#include <thread>
#include <vector>

#include "bench/bench_group.hpp"
#include "common/payload.hpp"
#include "common/report.hpp"
#include "common/signals.hpp"
#include "common/waiting.hpp"
#include "group/groups.hpp"
#include "pravega_actor/version.hpp"
#include "stream/streams.hpp"

namespace pravega_actor::tool {

namespace {

constexpr milliseconds pause{1};
constexpr milliseconds between_looks{50};
constexpr milliseconds between_remarks{200};
constexpr seconds answer_patience{10};
/// For the group's deletion after a stop signal.
constexpr seconds last_patience{3};

double ms_since(time_point begin) {
  return std::chrono::duration<double, std::milli>{clock_type::now() - begin}.count();
}

/// The readers of one group, all in this process, and what the group's state says about them.
class crowd {
 public:
  crowd(const common_options& common, bench_session& session,
        const group_bench_options& options, scoped_group group)
      : session_{session},
        options_{options},
        group_{std::move(group)},
        live_{STDERR_FILENO, draws_live(common, session.in.settings())} {}

  result<void> add() {
    event_reader_options reading;
    reading.release_between_checkpoints = options_.release_between_checkpoints;
    auto reader = session_.in.pravega().create_event_reader(group_, new_reader_name(), reading);
    if (!reader) return reader.error();
    readers_.push_back(std::move(*reader));
    return {};
  }

  result<void> remove() {
    auto closed = readers_.back().close(answer_patience);
    readers_.pop_back();
    return closed;
  }

  // The time from `begin` until each segment has a reader, and the shares differ by one at
  // most.
  result<double> await_fair(time_point begin) {
    for (;;) {
      auto seen = session_.in.pravega().reader_groups().distribution(group_);
      if (!seen) return seen.error();
      if (is_fair(*seen)) return ms_since(begin);
      const auto sentence =
          fmt::format("{} of {} readers are there, {} segments wait", seen->readers.size(),
                      readers_.size(), seen->unassigned);
      // A segment changes hands once all that was delivered of it is released.
      if (auto read = read_on(begin, sentence); !read) return read.error();
    }
  }

  // The time from `begin` until a reader has delivered one more event.
  result<double> await_event(time_point begin) {
    for (;;) {
      auto events = take_events();
      if (!events) return events.error();
      if (*events > 0) return ms_since(begin);
      if (auto fine = pass(begin, "waiting for an event", pause); !fine) return fine.error();
    }
  }

  result<void> rest(duration time) {
    const auto begin = clock_type::now();
    // In pieces, so that a stop signal ends it soon.
    while (clock_type::now() - begin < time)
      if (auto fine = pass(clock_type::now(), "the readers wait", between_remarks); !fine)
        return fine;
    return {};
  }

 private:
  // Takes and releases items for a while.
  result<void> read_on(time_point begin, const std::string& sentence) {
    const auto until = clock_type::now() + between_looks;
    while (clock_type::now() < until) {
      if (auto events = take_events(); !events) return events.error();
      if (auto fine = pass(begin, sentence, pause); !fine) return fine;
    }
    return {};
  }

  [[nodiscard]] bool is_fair(const segment_distribution& seen) const {
    if (seen.unassigned > 0 || seen.readers.size() != readers_.size()) return false;
    const auto [least, most] =
        std::minmax_element(seen.readers.begin(), seen.readers.end(),
                            [](const auto& a, const auto& b) { return a.second < b.second; });
    return most->second - least->second <= 1;
  }

  result<std::size_t> take_events() {
    std::size_t events = 0;
    for (auto& reader : readers_) {
      auto item = reader.next(duration{0});
      if (!item) return item.error();
      if (const auto* slice = *item ? std::get_if<event_slice>(&**item) : nullptr)
        events += slice->event_count();
    }
    return events;
  }

  result<void> pass(time_point begin, const std::string& sentence, duration time) {
    if (stop_wanted()) return errc::cancelled;
    const auto passed = clock_type::now() - begin;
    if (passed > milliseconds{options_.wait_ms_max})
      return error{errc::deadline_exceeded,
                   fmt::format("{} after {}", sentence, seconds_text(to_ms(passed)))}
          .with_subject(group_.to_string());
    if (passed > between_remarks && live_.due()) live_.draw_sentence(sentence);
    std::this_thread::sleep_for(time);
    return {};
  }

  bench_session& session_;
  const group_bench_options& options_;
  const scoped_group group_;
  live_lines live_;
  std::vector<event_reader> readers_;
};

/// In ms, but for the share of a core.
struct group_figures {
  double first_event = 0;
  double fair = 0;
  double next_event = 0;
  double joined = 0;
  double left = 0;
  double idle_core_percent_per_reader = 0;
};

result<void> write_one(event_writer& writer, std::uint64_t number) {
  numbered_payload payload{8};
  auto ticket = writer.write("the only key", payload.of(number, 0), answer_patience);
  return ticket ? writer.flush(answer_patience) : result<void>{ticket.error()};
}

result<group_figures> measure(crowd& readers, event_writer& writer,
                              const group_bench_options& options) {
  group_figures figures;
  // One segment has an event before the readers come, the others have none.
  if (auto written = write_one(writer, 0); !written) return written.error();
  auto begin = clock_type::now();
  for (std::uint32_t i = 0; i < options.readers; ++i) {
    if (stop_wanted()) return errc::cancelled;
    if (auto added = readers.add(); !added) return added.error();
  }
  auto took = readers.await_event(begin);
  if (!took) return took.error();
  figures.first_event = *took;
  if (took = readers.await_fair(begin); !took) return took.error();
  figures.fair = *took;

  begin = clock_type::now();
  if (auto written = write_one(writer, 1); !written) return written.error();
  if (took = readers.await_event(begin); !took) return took.error();
  figures.next_event = *took;

  begin = clock_type::now();
  if (auto added = readers.add(); !added) return added.error();
  if (took = readers.await_fair(begin); !took) return took.error();
  figures.joined = *took;

  begin = clock_type::now();
  if (auto removed = readers.remove(); !removed) return removed.error();
  if (took = readers.await_fair(begin); !took) return took.error();
  figures.left = *took;

  stopwatch watch;
  watch.start();
  if (auto rested = readers.rest(seconds{options.idle_s}); !rested) return rested.error();
  watch.stop();
  figures.idle_core_percent_per_reader =
      watch.cpu_us() / watch.seconds() / 1e6 * 100 / options.readers;
  return figures;
}

result<scoped_group> make_group(const common_options& common, bench_session& session,
                                const group_bench_options& options) {
  // The name is new, so the group is.
  auto group = parse_group(new_reader_name(), session.stream.scope);
  if (!group) return group;
  reader_group_config config;
  config.starting_cuts[session.stream];
  config.automatic_checkpoint_interval_ms = options.checkpoint_interval_ms;
  config.group_refresh_time_ms = options.refresh_ms;
  const blocking_wait wait{
      common, for_controller(session.in.settings(), "create the group " + group->to_string(),
                             "it is unknown whether it was created")};
  auto made = session.in.pravega().reader_groups().ensure_group(*group, config);
  if (!made) return made.error();
  return group;
}

// A stop signal shortens it.
result<void> remove_group(const common_options& common, bench_session& session,
                          const scoped_group& group) {
  const blocking_wait wait{
      common,
      finishing(for_controller(session.in.settings(), "delete the group " + group.to_string(),
                               "it is unknown whether it was deleted"))};
  auto promise = std::make_shared<std::promise<result<bool>>>();
  auto removed = promise->get_future();
  session.in.pravega().reader_groups().delete_group_async(
      group, [promise](const result<bool>& outcome) { promise->set_value(outcome); });
  std::optional<time_point> give_up;
  while (removed.wait_for(between_looks) != std::future_status::ready) {
    if (stop_wanted() && !give_up) give_up = clock_type::now() + last_patience;
    if (give_up && clock_type::now() > *give_up)
      return error{errc::deadline_exceeded, "the group was not deleted in time"};
  }
  const auto outcome = removed.get();
  return outcome ? result<void>{} : result<void>{outcome.error()};
}

json_object members(const bench_session& session, const group_bench_options& options,
                    const group_figures& figures) {
  json_object all;
  all.add("verb", "group")
      .add("stream", session.stream.to_string())
      .add("controller", session.in.controller())
      .add("readers", options.readers)
      .add("segments", options.segments)
      .add("refresh_ms", options.refresh_ms)
      .add("checkpoint_interval_ms", options.checkpoint_interval_ms)
      .add("release_between_checkpoints", options.release_between_checkpoints)
      .add("first_event_ms", figures.first_event)
      .add("fair_ms", figures.fair)
      .add("next_event_ms", figures.next_event)
      .add("joined_ms", figures.joined)
      .add("left_ms", figures.left)
      .add("idle_s", options.idle_s)
      .add("idle_core_percent_per_reader", figures.idle_core_percent_per_reader)
      .add("version", version());
  return all;
}

std::string summary_of(const group_bench_options& options, const group_figures& figures) {
  const auto text = [](double ms) { return duration_text(ms * 1e3); };
  return fmt::format(
      "{} readers, {} segments: first event after {}, fair after {}; next event {}; one more "
      "reader has its share after {}, the share of one that left is taken after {}; idle "
      "{:.3f} % of a core per reader",
      grouped(options.readers), grouped(static_cast<std::uint64_t>(options.segments)),
      text(figures.first_event), text(figures.fair), text(figures.next_event),
      text(figures.joined), text(figures.left), figures.idle_core_percent_per_reader);
}

}  // namespace

result<exit_code> bench_group(const common_options& common,
                              const group_bench_options& options) {
  bench_options stream;
  stream.stream = options.stream;
  stream.segments = options.segments;
  auto session = open_session(common, stream);
  if (!session) return session.error();
  auto writer = session->in.pravega().create_writer(session->stream);
  if (!writer) return writer.error();
  auto group = make_group(common, *session, options);
  if (!group) return group.error();
  auto figures = [&]() -> result<group_figures> {
    crowd readers{common, *session, options, *group};
    return measure(readers, *writer, options);
  }();
  auto removed = remove_group(common, *session, *group);
  if (!removed && !figures)
    note(common,
         fmt::format("the group {} may be left behind: {}; `pravega-actor group delete` "
                     "deletes it",
                     group->to_string(), removed.error().detail()));
  if (!figures) return figures.error();
  if (!removed) return removed.error();
  if (common.json)
    print_json(members(*session, options, *figures));
  else
    print_sentence(summary_of(options, *figures));
  if (auto printed = output_outcome(); !printed) return printed.error();
  return exit_code::ok;
}

}  // namespace pravega_actor::tool
