// pravega-actor bench write|read|latency|transactions|group: the command line of the
// benchmarks.
#include "bench/bench.hpp"
#include "bench/bench_group.hpp"
#include "common/payload.hpp"
#include "pravega_actor/large_event.hpp"

namespace pravega_actor::tool {

namespace {

constexpr std::uint64_t latency_events = 5000;
constexpr std::uint64_t latency_warmup = 100;
constexpr std::uint64_t transactions_events = 100'000;

using bench_action = result<exit_code> (*)(const common_options&, const bench_options&);

constexpr const char* meaning =
    "The output is a line for people; --json has more:\n"
    "  events_per_s, mb_per_s  from the first event to the last acknowledgement or event;\n"
    "                          mb_per_s counts payloads\n"
    "  cpu_us_per_event        user and system time of all threads of this process\n"
    "  peak_rss_mb             the largest memory of this process\n"
    "  open_ms                 the time until every segment was connected\n"
    "Quantiles are exact to 1/128.\n"
    "\n";

constexpr const char* write_details =
    "Creates scope and stream if they are missing. The first 8 bytes of event n are n,\n"
    "big-endian; its routing key is `key-<n mod K>`. Each event has its own completion.\n"
    "SIGINT or SIGTERM ends the writing; written events become durable and are reported.\n"
    "Events above 8 MiB are written as large events, in parts.\n"
    "  p50_us, p99_us, max_us  from before an event is written (with --rate: from when it was\n"
    "                          due) until after its completion. The clock is read once for 16\n"
    "                          events and once for each round of completions, so no latency\n"
    "                          is reported too short.\n"
    "  longest_gap_ms          the longest time between two acknowledgements while events\n"
    "                          waited\n"
    "\n";

constexpr const char* read_details =
    "If the stream is empty or missing, first writes the events, unmeasured. Reads from the\n"
    "head, visits each event and adds up the numbers; `check` says whether the sum is right.\n"
    "  p50_us, p99_us, max_us  the time that the reading thread waited for the next slice\n"
    "\n";

constexpr const char* latency_details =
    "Writes one event at a time and waits for its acknowledgement before the next.\n"
    "  p50_us, p99_us, max_us  from before the write until the waiting thread is awake again;\n"
    "                          with --reactive, until the completion is called, which writes\n"
    "                          the next event\n"
    "\n";

constexpr const char* transactions_details =
    "Writes the events of `bench write` in transactions, and commits each of them. Each of\n"
    "--open threads begins its next transaction when the last one is committed.\n"
    "  p50_us, p99_us, max_us  from before the begin of a transaction until it is committed;\n"
    "                          with --accepted, until the controller has accepted its commit\n"
    "  transactions_per_s      from the first begin until all are committed\n"
    "\n";

verb_row& add_one(verb_row& verb, common_options& common, const char* name, const char* about,
                  const std::shared_ptr<bench_options>& options, bench_action action) {
  constexpr auto events_max = static_cast<double>(numbered_events_max);
  auto& added = verb.add_action(name, about);
  add_stream_option(added, options->stream);
  added.add("--segments", options->segments, "Number of segments of a new stream")
      .range(1, 100'000)
      .with_default();
  added.add("--size", options->size, "Bytes of payload per event")
      .range(8, limits::large_event_bytes_max)
      .with_default();
  added.add("--events", options->events, "Number of measured events")
      .range(1, events_max)
      .with_default();
  added.add("--keys", options->keys, "Number of routing keys")
      .range(1, bench_keys_max)
      .with_default();
  added.add("--warmup", options->warmup, "Number of events before these, not measured")
      .range(0, events_max)
      .with_default();
  add_json_option(added, common);
  add_common_options(added, common);
  added.run = [&common, options, action] { return action(common, *options); };
  return added;
}

constexpr const char* group_details =
    "Creates the stream if it is missing, and a group that is deleted at the end. One segment\n"
    "has an event, the others are empty. All readers are in this process.\n"
    "  first_event_ms  from before the first reader is opened until a reader has the event\n"
    "  fair_ms         from the same moment until each segment has a reader, and no reader "
    "has\n"
    "                  two segments more than another\n"
    "  next_event_ms   from before an event is written until a reader has it\n"
    "  joined_ms       from before one more reader is opened until the shares are fair\n"
    "  left_ms         from before a reader leaves until the shares are fair\n"
    "  idle_core_percent_per_reader\n"
    "                  user and system time of all threads while nothing is written\n"
    "\n"
    "Example:\n  pravega-actor bench group bench/g --segments 500 --readers 100";

std::string footer(const char* details, const char* example) {
  return std::string{details} + meaning + "Example:\n  pravega-actor bench " + example;
}

void add_transactions(verb_row& verb, common_options& common) {
  auto options = std::make_shared<bench_options>();
  options->events = transactions_events;
  auto& added = add_one(verb, common, "transactions", "Measure writing in transactions",
                        options, bench_transactions);
  added.add("--per", options->per_transaction, "Events of each transaction")
      .range(1, 1e9)
      .with_default();
  added.add("--open", options->open, "Transactions that are open at a time")
      .range(1, 256)
      .with_default();
  added.add("--accepted", options->accepted,
            "Begin the next one when the controller has accepted the commit");
  added.footer = footer(transactions_details, "transactions bench/t --per 1000 --open 16");
}

void add_group(verb_row& verb, common_options& common) {
  auto options = std::make_shared<group_bench_options>();
  auto& added = verb.add_action("group", "Measure how soon readers share segments");
  add_stream_option(added, options->stream);
  added.add("--segments", options->segments, "Number of segments of a new stream")
      .range(1, 100'000)
      .with_default();
  added.add("--readers", options->readers, "Number of readers").range(1, 1000).with_default();
  added.add("--refresh-ms", options->refresh_ms, "The group's refresh time")
      .range(0, 3'600'000)
      .with_default();
  added
      .add("--checkpoint-interval-ms", options->checkpoint_interval_ms,
           "Milliseconds between automatic checkpoints; 0: none")
      .range(0, 3'600'000)
      .with_default();
  added.add("--release-between-checkpoints", options->release_between_checkpoints,
            "Readers give segments back at any time");
  added.add("--idle", options->idle_s, "Seconds of the idle readers' measurement")
      .range(1, 3600)
      .with_default();
  add_json_option(added, common);
  add_common_options(added, common);
  added.run = [&common, options] { return bench_group(common, *options); };
  added.footer = group_details;
}

}  // namespace

void add_bench_verb(verb_row& root, common_options& common) {
  auto& verb =
      root.add_action("bench", "Measure writing, reading, latency, transactions and groups");
  verb.footer =
      "Examples:\n"
      "  pravega-actor bench write bench/w --segments 4 --events 2000000\n"
      "  pravega-actor bench read bench/w --events 2000000\n"
      "  pravega-actor bench latency bench/l --json";
  auto writing = std::make_shared<bench_options>();
  auto& write = add_one(verb, common, "write", "Measure writing", writing, bench_write);
  write.add("--rate", writing->rate, "Events per second; 0: as many as possible")
      .range(0, 1e9)
      .with_default();
  write.footer = footer(write_details, "write bench/w --segments 4 --events 2000000 --json");
  auto reading = std::make_shared<bench_options>();
  auto& read = add_one(verb, common, "read", "Measure reading", reading, bench_read);
  read.add("--group", reading->group,
           "Read through one reader of this group, which is set to the head before")
      .type("GROUP");
  read.footer = footer(read_details, "read bench/w --events 2000000 --json");
  add_transactions(verb, common);
  add_group(verb, common);
  auto waiting = std::make_shared<bench_options>();
  waiting->events = latency_events;
  waiting->warmup = latency_warmup;
  auto& latency = add_one(verb, common, "latency", "Measure the latency of one event in flight",
                          waiting, bench_latency);
  latency.add("--reactive", waiting->reactive,
              "Write the next event in the completion of the last one");
  latency.footer = footer(latency_details, "latency bench/l --size 100 --events 5000");
}

}  // namespace pravega_actor::tool
