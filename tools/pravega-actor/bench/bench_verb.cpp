// pravega-actor bench write|read|latency: the command line of the benchmarks.
#include "bench/bench.hpp"
#include "common/payload.hpp"

namespace pravega_actor::tool {

namespace {

constexpr std::uint64_t latency_events = 5000;
constexpr std::uint64_t latency_warmup = 100;

using bench_action = result<exit_code> (*)(const common_options&, const bench_options&);

constexpr const char* meaning =
    "A line for people; --json has more. events_per_s and mb_per_s (payload) from the first "
    "event to the last\n"
    "acknowledgement or event; cpu_us_per_event: user and system time of this process, all\n"
    "threads; peak_rss_mb: the most memory of the process. open_ms: until every segment was\n"
    "connected. Quantiles are exact to 1/128.\n"
    "\n";

constexpr const char* write_details =
    "Creates scope and stream if they are missing. The first 8 bytes of event n are n,\n"
    "big-endian, its routing key is `key-<n mod K>`. Each event has its own completion, which "
    "is\n"
    "called when it is durable. p50_us, p99_us and max_us: from before an event is written "
    "(with\n"
    "--rate: from when it was due) until after its completion; the clock is read once for 16\n"
    "events and once for each round of completions, so that no latency is shown too short.\n"
    "longest_gap_ms: the longest time between two acknowledgements while events waited.\n"
    "SIGINT or SIGTERM ends the writing; what was written is made durable and reported.\n"
    "\n";

constexpr const char* read_details =
    "Writes the events first, unmeasured, if the stream is empty or missing. Reads from the "
    "head,\n"
    "looks at each event and adds up the numbers; `check` tells whether the sum is right.\n"
    "p50_us, p99_us and max_us: how long the reading thread waited for the next slice.\n"
    "\n";

constexpr const char* latency_details =
    "One event in flight: written, acknowledged, then the next. p50_us, p99_us and max_us: "
    "from\n"
    "before the write until the thread that waits is awake again; with --reactive until the\n"
    "completion is called, which writes the next event.\n"
    "\n";

verb_row& add_one(verb_row& verb, common_options& common, const char* name, const char* about,
                  const std::shared_ptr<bench_options>& options, bench_action action) {
  constexpr auto events_max = static_cast<double>(numbered_events_max);
  auto& added = verb.add_action(name, about);
  add_stream_option(added, options->stream);
  added.add("--segments", options->segments, "Segments, if the stream is created")
      .range(1, 100'000)
      .with_default();
  added.add("--size", options->size, "Bytes of an event's payload")
      .range(8, limits::event_payload_bytes_max)
      .with_default();
  added.add("--events", options->events, "Events that are measured")
      .range(1, events_max)
      .with_default();
  added.add("--keys", options->keys, "Routing keys").range(1, bench_keys_max).with_default();
  added.add("--warmup", options->warmup, "Events before these, not measured")
      .range(0, events_max)
      .with_default();
  add_json_option(added, common);
  add_common_options(added, common);
  added.run = [&common, options, action] { return action(common, *options); };
  return added;
}

std::string footer(const char* details, const char* example) {
  return std::string{details} + meaning + "Example:\n  pravega-actor bench " + example;
}

}  // namespace

void add_bench_verb(verb_row& root, common_options& common) {
  auto& verb = root.add_action("bench", "Measure writing, reading and latency");
  auto writing = std::make_shared<bench_options>();
  auto& write = add_one(verb, common, "write", "Measure writing", writing, bench_write);
  write.add("--rate", writing->rate, "Events per second; 0: as many as possible")
      .range(0, 1e9)
      .with_default();
  write.footer =
      footer(write_details, "write bench/w --segments 4 --size 100 --events 2000000 --json");
  auto reading = std::make_shared<bench_options>();
  auto& read = add_one(verb, common, "read", "Measure reading", reading, bench_read);
  read.footer = footer(read_details, "read bench/w --events 2000000 --json");
  auto waiting = std::make_shared<bench_options>();
  waiting->events = latency_events;
  waiting->warmup = latency_warmup;
  auto& latency =
      add_one(verb, common, "latency", "Measure one event in flight", waiting, bench_latency);
  latency.add("--reactive", waiting->reactive,
              "The completion of an event writes the next one");
  latency.footer = footer(latency_details, "latency bench/l --size 100 --events 5000");
}

}  // namespace pravega_actor::tool
