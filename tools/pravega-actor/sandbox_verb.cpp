// pravega-actor sandbox: an embedded Pravega as a process.
#include <fmt/format.h>

#include <algorithm>

#include "common/log_lines.hpp"
#include "common/report.hpp"
#include "common/signals.hpp"
#include "common/waiting.hpp"
#include "pravega_sandbox/sandbox.hpp"
#include "sandbox_protection.hpp"

namespace pravega_actor::tool {

namespace {

constexpr std::size_t default_memory_mb = 4096;
constexpr double memory_mb_max = 1 << 20;
constexpr milliseconds look_interval{1000};
constexpr seconds full_note_interval{60};
/// Of windows and periods: a day.
constexpr double period_ms_max = 24.0 * 3600 * 1000;

struct daemon_options {
  pravega_sandbox::sandbox_options sandbox;
  protection_options protection;
  std::size_t memory_mb = default_memory_mb;
};

std::string counters_text(const pravega_sandbox::sandbox_counters& seen) {
  return fmt::format(
      "connections {} (open {}), controller calls {}, appends {} ({} events, {} bytes), "
      "reads {} ({} bytes), memory {} bytes, dropped {} bytes, scalings by load {}, "
      "truncations by policy {}",
      seen.connections_accepted, seen.connections_open, seen.controller_calls, seen.appends,
      seen.events_appended, seen.bytes_appended, seen.reads, seen.bytes_read, seen.memory_bytes,
      seen.bytes_dropped, seen.auto_scales, seen.retention_truncations);
}

/// Says what a full memory does to events, at most once a minute while it lasts. --quiet does
/// not silence it: otherwise only the clients' errors would show that the memory is full.
class full_notes {
 public:
  full_notes(stderr_log& log, std::size_t memory_mb) : log_{log}, memory_mb_{memory_mb} {}

  void look(const pravega_sandbox::sandbox_counters& seen) {
    const auto now = clock_type::now();
    if (next_ > now) return;
    if (seen.appends_refused_full > refused_)
      say(now, fmt::format("refuses appends ({} so far); truncate or delete streams, or start "
                           "it with a larger --memory-mb or with --drop-oldest",
                           seen.appends_refused_full));
    else if (seen.bytes_dropped > dropped_)
      say(now, fmt::format("drops the oldest events ({} bytes so far)", seen.bytes_dropped));
    refused_ = seen.appends_refused_full;
    dropped_ = seen.bytes_dropped;
  }

 private:
  void say(time_point now, const std::string& what) {
    next_ = now + full_note_interval;
    log_.warning(
        fmt::format("the sandbox's memory of {} MiB is full: it {}", memory_mb_, what));
  }

  stderr_log& log_;
  const std::size_t memory_mb_;
  time_point next_{};
  std::uint64_t refused_ = 0;
  std::uint64_t dropped_ = 0;
};

// Until a signal comes or --timeout has passed.
void serve(const common_options& common, pravega_sandbox::sandbox& sandbox, time_point begin,
           full_notes notes) {
  const auto end = begin + milliseconds{static_cast<std::int64_t>(common.timeout_s * 1000)};
  while (!stop_wanted()) {
    const auto now = clock_type::now();
    if (common.timeout_s > 0 && now >= end) return;
    const duration left = common.timeout_s > 0 ? end - now : duration{look_interval};
    wait_for_stop(std::min<duration>(left, look_interval));
    notes.look(sandbox.counters());
  }
}

result<exit_code> run(const common_options& common, daemon_options options) {
  const auto begin = clock_type::now();
  stderr_log log{!common.quiet};
  options.sandbox.memory_bytes_max = options.memory_mb << 20;
  if (auto done = protect(options.protection, options.sandbox); !done) return done.error();
  auto started = [&] {
    const blocking_wait wait{common, for_local("the sandbox to start")};
    return pravega_sandbox::sandbox::start(options.sandbox);
  }();
  if (!started) return started.error();
  auto& sandbox = **started;
  const auto uri = sandbox.controller_uri();
  std::vector<std::string> stores;
  for (const auto& each : sandbox.store_endpoints())
    stores.push_back(each.to_string());
  if (common.json)
    print_json(json_object{}
                   .add("controller", uri)
                   .add("segment_store", stores[0])
                   .add("segment_stores", stores));
  else
    print(uri + "\n");
  if (auto printed = output_outcome(); !printed) return printed.error();
  const auto notes = protection_notes(options.protection, options.sandbox);
  for (const auto& note : notes.infos)
    log.info(note);
  for (const auto& note : notes.warnings)
    log.warning(note);
  log.info(fmt::format("ready in {} ms: controller {}, segment store {}, memory {} MiB",
                       to_ms(clock_type::now() - begin), uri, fmt::join(stores, ", "),
                       options.memory_mb));
  serve(common, sandbox, begin, {log, options.memory_mb});
  log.info(counters_text(sandbox.counters()));
  log.info(stop_wanted() ? "stopped by a signal" : "--timeout passed");
  sandbox.stop();
  return exit_code::ok;
}

}  // namespace

void add_sandbox_verb(verb_row& root, common_options& common) {
  auto& verb = root.add_action("sandbox", "Run an embedded Pravega until SIGINT or SIGTERM");
  auto options = std::make_shared<daemon_options>();
  auto& sandbox = options->sandbox;
  verb.add("--host", sandbox.host, "The address to listen on").with_default();
  verb.add("--published-host", sandbox.published_host,
           "The segment stores' host that clients get (default: --host)");
  verb.add("--controller-port", sandbox.controller_port,
           "Port of the controller; 0: any free port")
      .with_default();
  verb.add("--store-port", sandbox.store_port,
           "First segment store's port, others follow; 0: any free port")
      .with_default();
  verb.add("--published-store-port", sandbox.published_store_port,
           "First store's port for clients, others follow; 0: the real ones")
      .with_default();
  verb.add("--stores", sandbox.stores,
           "Number of segment stores; segments are spread over them")
      .range(1, pravega_sandbox::stores_max)
      .with_default();
  verb.add("--auto-scale-window-ms", sandbox.auto_scale_window_ms,
           "Window for scaling streams by load; 0: never")
      .range(0, period_ms_max)
      .with_default();
  verb.add("--retention-period-ms", sandbox.retention_period_ms,
           "Period of truncation by retention policies; 0: never")
      .range(0, period_ms_max)
      .with_default();
  verb.add("--memory-mb", options->memory_mb, "Limit of events in memory, in MiB")
      .range(1, memory_mb_max)
      .with_default();
  verb.add("--drop-oldest", sandbox.drop_oldest,
           "When memory is full, drop the oldest events of the largest segments "
           "instead of refusing new ones");
  add_protection(verb, options->protection);
  verb.add("--timeout", common.timeout_s, "End after this time (default: never)")
      .type("SECONDS")
      .range(0.1, 86'400);
  verb.add("--json", common.json, "Print the addresses as JSON");
  verb.add("--quiet,-q", common.quiet, "Only warnings on stderr");
  verb.footer =
      "When clients can connect, the sandbox prints the controller's URI (with --json an\n"
      "object) as the first line on standard output. All data is in memory and ends with the\n"
      "process. Each segment store has its own port; --json lists them as \"segment_stores\".\n"
      "\n"
      "Examples:\n"
      "  pravega-actor sandbox --controller-port 9090 --store-port 12345\n"
      "  pravega-actor sandbox --stores 3 --auto-scale-window-ms 5000\n"
      "  pravega-actor sandbox --tls certificates --auth passwords\n"
      "  pravega-actor sandbox --json --quiet";
  verb.run = [&common, options] { return run(common, *options); };
}

}  // namespace pravega_actor::tool
