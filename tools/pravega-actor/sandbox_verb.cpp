// pravega-actor sandbox: an embedded Pravega as a process.
#include <fmt/format.h>
#include <spdlog/spdlog.h>

#include <CLI/CLI.hpp>
#include <nlohmann/json.hpp>

#include "log_lines.hpp"
#include "pravega_sandbox/sandbox.hpp"
#include "report.hpp"
#include "signals.hpp"

namespace pravega_actor::tool {

namespace {

constexpr std::size_t default_memory_mb = 4096;
/// Of windows and periods: a day.
constexpr std::int64_t period_ms_max = std::int64_t{24} * 3600 * 1000;

struct daemon_options {
  pravega_sandbox::sandbox_options sandbox;
  std::size_t memory_mb = default_memory_mb;
};

std::shared_ptr<spdlog::logger> make_log(bool quiet) {
  auto log = stderr_logger("sandbox");
  log->set_level(quiet ? spdlog::level::off : spdlog::level::info);
  return log;
}

void log_counters(spdlog::logger& log, const pravega_sandbox::sandbox_counters& seen) {
  log.info(
      "connections {} (open {}), controller calls {}, appends {} ({} events, {} bytes), "
      "reads {} ({} bytes), memory {} bytes, scalings by load {}, truncations by policy {}",
      seen.connections_accepted, seen.connections_open, seen.controller_calls, seen.appends,
      seen.events_appended, seen.bytes_appended, seen.reads, seen.bytes_read, seen.memory_bytes,
      seen.auto_scales, seen.retention_truncations);
}

result<exit_code> run(const common_options& common, daemon_options options) {
  const auto begin = clock_type::now();
  auto log = make_log(common.quiet);
  options.sandbox.memory_bytes_max = options.memory_mb << 20;
  auto started = pravega_sandbox::sandbox::start(options.sandbox);
  if (!started) return started.error();
  auto& sandbox = **started;
  const auto uri = sandbox.controller_uri();
  std::vector<std::string> stores;
  for (const auto& each : sandbox.store_endpoints())
    stores.push_back(each.to_string());
  if (common.json)
    print_json({{"controller", uri}, {"segment_store", stores[0]}, {"segment_stores", stores}});
  else
    print(uri + "\n");
  log->info("ready in {} ms: controller {}, segment store {}, memory {} MiB",
            to_ms(clock_type::now() - begin), uri, fmt::join(stores, ", "), options.memory_mb);
  while (!stop_wanted())
    wait_for_stop(seconds{60});
  log_counters(*log, sandbox.counters());
  log->info("stopped by a signal");
  sandbox.stop();
  return exit_code::ok;
}

}  // namespace

void add_sandbox_verb(CLI::App& app, command_line& line) {
  auto& verb =
      *app.add_subcommand("sandbox", "Run an embedded Pravega until SIGINT or SIGTERM");
  auto options = std::make_shared<daemon_options>();
  auto& sandbox = options->sandbox;
  verb.add_option("--host", sandbox.host, "The address to listen on")->capture_default_str();
  verb.add_option("--published-host", sandbox.published_host,
                  "What clients are told as the segment store's host (default: --host)");
  verb.add_option("--controller-port", sandbox.controller_port, "0: any free port")
      ->capture_default_str();
  verb.add_option("--store-port", sandbox.store_port,
                  "Of the first segment store, the next ones follow; 0: any free")
      ->capture_default_str();
  verb.add_option("--published-store-port", sandbox.published_store_port,
                  "The first store's port as clients are told it; 0: its own")
      ->capture_default_str();
  verb.add_option("--stores", sandbox.stores, "Segment stores; segments are spread over them")
      ->check(CLI::Range(std::size_t{1}, pravega_sandbox::stores_max))
      ->capture_default_str();
  verb.add_option("--auto-scale-window-ms", sandbox.auto_scale_window_ms,
                  "Window of the load that scales streams; 0: never")
      ->check(CLI::Range(std::int64_t{0}, period_ms_max))
      ->capture_default_str();
  verb.add_option("--retention-period-ms", sandbox.retention_period_ms,
                  "How often retention policies truncate streams; 0: never")
      ->check(CLI::Range(std::int64_t{0}, period_ms_max))
      ->capture_default_str();
  verb.add_option("--memory-mb", options->memory_mb, "MiB of events that are kept at most")
      ->check(CLI::Range(std::size_t{1}, std::size_t{1} << 20))
      ->capture_default_str();
  verb.add_flag("--drop-oldest", sandbox.drop_oldest,
                "When memory is full, truncate the oldest events instead of refusing new ones");
  verb.add_flag("--json", line.common.json, "Print the addresses as JSON");
  verb.add_flag("--quiet,-q", line.common.quiet, "No log lines on stderr");
  verb.footer(
      "The first line on standard output is the controller's URI (with --json an object), as "
      "soon\n"
      "as clients can connect. Everything is kept in memory and ends with the process. Each\n"
      "segment store has a port of its own; --json lists them as \"segment_stores\".\n"
      "\n"
      "Examples:\n"
      "  pravega-actor sandbox --controller-port 9090 --store-port 12345\n"
      "  pravega-actor sandbox --stores 3 --auto-scale-window-ms 5000\n"
      "  pravega-actor sandbox --json --quiet");
  verb.callback(
      [&line, options] { line.run = [&line, options] { return run(line.common, *options); }; });
}

}  // namespace pravega_actor::tool
