// pravega-actor verify: numbered events, each there once and in order per key?
#include <fmt/format.h>

#include <algorithm>

#include "common/number_check.hpp"
#include "common/payload.hpp"
#include "common/report.hpp"
#include "common/terminal.hpp"
#include "group/group_reading.hpp"
#include "reading.hpp"

namespace pravega_actor::tool {

namespace {

constexpr double verify_readers_max = 100;

struct verify_options {
  std::string stream;
  std::uint64_t events = 0;
  std::uint32_t keys = 100;
  bool follow = false;
  std::uint32_t idle_s = 60;
  group_options group;
  std::uint32_t readers = 1;
};

/// When slices came.
class arrivals {
 public:
  void note() {
    const auto now = clock_type::now();
    if (any_) longest_gap_ = std::max(longest_gap_, now - last_);
    any_ = true;
    last_ = now;
  }
  [[nodiscard]] duration silence() const { return clock_type::now() - last_; }
  [[nodiscard]] time_point last() const { return last_; }
  [[nodiscard]] double longest_gap_ms() const {
    return std::chrono::duration<double, std::milli>{longest_gap_}.count();
  }

 private:
  bool any_ = false;
  time_point last_ = clock_type::now();
  duration longest_gap_{0};
};

/// Why the reading ended.
enum class verify_end { tail, sealed, count, idle };

std::string_view to_string(verify_end end) noexcept {
  static constexpr std::string_view names[] = {"tail", "sealed", "count", "idle"};
  return names[static_cast<std::size_t>(end)];
}

verify_end end_of(const verify_options& options, read_end end, std::uint64_t seen) {
  if (end == read_end::reached) return options.follow ? verify_end::sealed : verify_end::tail;
  return options.events > 0 && seen >= options.events ? verify_end::count : verify_end::idle;
}

void print_findings(const scoped_stream& stream, const number_findings& found,
                    const std::string& open) {
  print_text(
      fmt::format("{}: {} of {} events read; lost {}, doubled {}, reordered {}, foreign {}\n",
                  stream.to_string(), grouped(found.distinct), grouped(found.expected),
                  found.lost, found.doubled, found.reordered, found.foreign));
  for (const auto& each : found.examples)
    print_text(fmt::format("  {}\n", each));
  if (!open.empty()) print_text(fmt::format("  {}\n", open));
}

styled_line progress_line(const verify_options& options, std::uint64_t seen) {
  constexpr std::size_t bar_width = 30;
  if (options.events == 0) return fmt::format("read {}", grouped(seen));
  return bar(static_cast<double>(seen) / static_cast<double>(options.events), bar_width)
      .add(fmt::format(" read {} of {}", grouped(seen), grouped(options.events)));
}

/// What has been read, and when.
struct verification {
  verification(const common_options& shared, const verify_options& given)
      : common{shared}, options{given} {}

  const common_options& common;
  const verify_options& options;
  number_check check{options.events, options.keys};
  std::uint64_t seen = 0;
  arrivals when;
  time_point begin = clock_type::now();

  // False: enough.
  bool take(const event_slice& slice) {
    for (const auto event : slice)
      check.arrived(event.payload);
    seen += slice.event_count();
    when.note();
    return !options.follow || options.events == 0 || seen < options.events;
  }
  [[nodiscard]] bool may_wait() const {
    return !options.follow || when.silence() < seconds{options.idle_s};
  }
  [[nodiscard]] result<exit_code> report(const scoped_stream& stream, read_end how) const;
};

result<exit_code> verification::report(const scoped_stream& stream, read_end how) const {
  if (how == read_end::stopped) {
    print_error(fmt::format("pravega-actor: stopped by a signal after {} events; not checked\n",
                            grouped(seen)));
    return exit_code::interrupted;
  }
  // Without the wait for the certainty that nothing follows.
  const std::chrono::duration<double> took = when.last() - begin;
  const auto end = end_of(options, how, seen);
  const auto found = check.findings();
  // Whoever waits for the end of a stream has not seen it.
  const bool open = options.events == 0 && end == verify_end::idle;
  const bool ok = found.clean() && !open;
  if (common.json)
    print_json(json_object{}
                   .add("stream", stream.to_string())
                   .add("ok", ok)
                   .add("end", to_string(end))
                   .add("expected", found.expected)
                   .add("events", seen)
                   .add("distinct", found.distinct)
                   .add("lost", found.lost)
                   .add("duplicates", found.doubled)
                   .add("reordered", found.reordered)
                   .add("foreign", found.foreign)
                   .add("longest_gap_ms", when.longest_gap_ms())
                   .add("examples", found.examples));
  else
    print_findings(
        stream, found,
        open ? fmt::format("no event for {} s, and the stream is not sealed", options.idle_s)
             : std::string{});
  if (!common.json)
    note(common,
         fmt::format("{} events in {:.2f} s, {}/s: {}", grouped(seen), took.count(),
                     rounded(took.count() > 0 ? static_cast<double>(seen) / took.count() : 0),
                     ok ? "each arrived once and in order" : "the check failed"));
  if (auto printed = output_outcome(); !printed) return printed.error();
  return ok ? exit_code::ok : exit_code::check_failed;
}

result<read_end> read_alone(session& in, const scoped_stream& stream, verification& work) {
  read_hooks hooks;
  hooks.on_slice = [&](const event_slice& slice) { return work.take(slice); };
  hooks.on_idle = [&] { return work.may_wait(); };
  hooks.progress = [&] { return progress_line(work.options, work.seen); };
  auto outcome =
      read_stream(work.common, in, {stream, read_from_head{}, work.options.follow}, hooks);
  if (!outcome) return outcome.error();
  return outcome->end;
}

// An item is released when it is checked, so that what comes later is later for the check, too.
result<read_end> read_in_group(session& in, const scoped_stream& stream, verification& work) {
  auto group = ready_group(work.common, in, work.options.group, stream);
  if (!group) return group.error();
  group_hooks hooks;
  hooks.on_item = [&](const std::string&, const event_item& item) {
    const auto* slice = std::get_if<event_slice>(&item);
    return item_taken{true, std::nullopt, slice == nullptr || work.take(*slice)};
  };
  hooks.on_idle = [&] { return work.may_wait(); };
  hooks.progress = [&] { return progress_line(work.options, work.seen); };
  group_plan plan{
      stream, *group, {}, reader_options_of(work.options.group), work.options.follow};
  const auto name = new_reader_name();
  for (std::uint32_t i = 1; i <= work.options.readers; ++i)
    plan.readers.push_back(fmt::format("{}-{}", name, i));
  auto outcome = read_group(work.common, in, plan, hooks);
  if (!outcome) return outcome.error();
  note_left(work.common, plan.group, *outcome, false);
  return outcome->end;
}

result<exit_code> run(const common_options& common, const verify_options& options) {
  auto stream = scoped_stream::parse(options.stream);
  if (!stream) return stream.error();
  auto in = session::open(common);
  if (!in) return in.error();
  verification work{common, options};
  auto end = options.group.group.empty() ? read_alone(*in, *stream, work)
                                         : read_in_group(*in, *stream, work);
  if (!end) return end.error();
  return work.report(*stream, *end);
}

}  // namespace

void add_verify_verb(verb_row& root, common_options& common) {
  auto& verb = root.add_action("verify", "Check a stream of numbered events");
  auto options = std::make_shared<verify_options>();
  add_stream_option(verb, options->stream);
  verb.add("--events", options->events,
           "Expected events: numbers 0 to N - 1 (required without --follow)")
      .range(1, static_cast<double>(numbered_events_max));
  verb.add("--keys", options->keys, "Routing keys: event n has the key n mod K")
      .type("K")
      .range(1, bench_keys_max)
      .with_default();
  verb.add("--follow,-f", options->follow,
           "Read while others write; end after N events, or when the stream is sealed");
  verb.add("--idle-s", options->idle_s,
           "With --follow: give up after this many seconds without an event")
      .type("S")
      .range(1, 86'400)
      .with_default();
  add_group_options(verb, options->group);
  verb.add("--readers", options->readers, "With --group: readers of this process")
      .range(1, verify_readers_max)
      .with_default()
      .group(group_heading)
      .needs("--group");
  add_json_option(verb, common);
  add_common_options(verb, common);
  verb.footer =
      "Reads from the head to the present tail. The first 8 bytes of an event are its number,\n"
      "big-endian, as `bench write` writes it. The numbers of one key must rise. The exit\n"
      "code is 1 if an event is lost, doubled, out of order or foreign.\n"
      "\n"
      "With --group, readers of a group read the stream. A new group begins at the head, an\n"
      "existing one continues where it is. The check is the same, so the group must have no\n"
      "other members: they would get some of the events.\n"
      "\n"
      "--json adds longest_gap_ms, the longest time between two slices of events, and the\n"
      "reason for the end: tail, sealed, count or idle. Without --events, all numbers up to\n"
      "the highest one read are expected, and idle is a failure; compare the count with the\n"
      "writer's to find later losses.\n"
      "\n"
      "Example:\n"
      "  pravega-actor bench write bench/s --events 200000 --segments 4\n"
      "  pravega-actor verify bench/s --events 200000\n"
      "  pravega-actor verify bench/s --events 200000 --group check --readers 3";
  verb.check = [options] { return options->events == 0 && !options->follow ? "--events" : ""; };
  verb.run = [&common, options] { return run(common, *options); };
}

}  // namespace pravega_actor::tool
