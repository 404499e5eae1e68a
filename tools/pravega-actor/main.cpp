// pravega-actor: the command-line tool.
#include <cstdio>
#include <cstdlib>
#include <exception>

#include "common/command_line.hpp"
#include "common/command_parser.hpp"
#include "common/descriptors.hpp"
#include "common/report.hpp"
#include "common/signals.hpp"
#include "common/waiting.hpp"

namespace pravega_actor::tool {

namespace {

constexpr const char* about =
    "Writes, reads, checks and measures Pravega streams.\n"
    "`pravega-actor VERB --help` describes each verb.";

std::string footer() {
  return "Examples:\n"
         "  pravega-actor demo\n"
         "  pravega-actor sandbox &\n"
         "  pravega-actor write --create logs/dpkg --key-field 4 < /var/log/dpkg.log\n"
         "  pravega-actor read logs/dpkg --format '%s %o %e%n'\n"
         "\n"
         "Configuration: PRAVEGA_ACTOR_<KEY> variables, PRAVEGA_CONTROLLER_URI, --config, "
         "--set;\n"
         "`pravega-actor config` shows the values in use. Exit codes:\n" +
         exit_code_lines();
}

result<exit_code> told() {
  if (auto printed = output_outcome(); !printed) return printed.error();
  return exit_code::ok;
}

void add_verbs(verb_row& root, common_options& common, bool& for_machines) {
  root.name = "pravega-actor";
  root.about = about;
  root.footer = footer();
  add_common_options(root, common);
  add_write_verb(root, common);
  add_read_verb(root, common);
  add_event_verb(root, common);
  add_stream_verb(root, common);
  add_transaction_verb(root, common);
  add_group_verb(root, common);
  add_verify_verb(root, common);
  add_bench_verb(root, common);
  add_demo_verb(root, common);
  add_sandbox_verb(root, common);
  add_config_verb(root, common);
  auto& help = root.add_action("help", "Print all verbs and options for programs");
  help.hidden = true;
  help.footer = machine_text_format();
  help.add("--machine", for_machines, "The only format (required)").required();
  help.run = [&root] {
    print(machine_text(root));
    return told();
  };
}

int run(int argc, char** argv) {
  hold_standard_descriptors();
  raise_descriptor_limit();
  install_signal_handlers();
  common_options common;
  bool for_machines = false;
  verb_row root;
  add_verbs(root, common, for_machines);
  const auto line = parse_command_line(root, argc, argv);
  if (line.verb == nullptr) {
    print(line.out);
    print_control(line.err);
    const auto printed = output_outcome();
    if (printed) return static_cast<int>(line.code);
    report_error({}, printed.error());
    return process_code(exit_code_of(printed.error()));
  }
  start_attendant();
  auto outcome = line.verb->run();
  if (outcome) return process_code(*outcome);
  report_error(common, outcome.error());
  return process_code(exit_code_of(outcome.error()));
}

}  // namespace

}  // namespace pravega_actor::tool

int main(int argc, char** argv) {
  // What goes wrong is an error of ours; gRPC would write it to stderr once more.
  ::setenv("GRPC_VERBOSITY", "NONE", 0);
  using pravega_actor::tool::exit_code;
  try {
    return pravega_actor::tool::run(argc, argv);
  } catch (const std::exception& reason) {
    std::fprintf(stderr, "pravega-actor: internal error: %s\n", reason.what());
    return static_cast<int>(exit_code::internal);
  }
}
