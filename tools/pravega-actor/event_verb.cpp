// pravega-actor event: one event, by its pointer.
#include "common/event_format.hpp"
#include "common/report.hpp"
#include "common/waiting.hpp"

namespace pravega_actor::tool {

namespace {

struct event_options {
  std::string pointer;
  std::string format = "%e%n";
};

result<exit_code> run(const common_options& common, const event_options& options) {
  auto pointer = event_pointer::parse(options.pointer);
  if (!pointer) return pointer.error();
  auto format = event_format::parse(options.format);
  if (!format) return format.error();
  auto in = session::open(common);
  if (!in) return in.error();
  const auto found = [&] {
    const blocking_wait wait{common, for_controller(in->settings(), "read an event")};
    return in->streams().read_event(*pointer);
  }();
  if (!found) return found.error();
  std::string text;
  for (const auto event : *found) {
    if (common.json)
      append_json(text, event);
    else
      format->append(text, event);
  }
  print(text);
  if (auto printed = output_outcome(); !printed) return printed.error();
  return exit_code::ok;
}

}  // namespace

void add_event_verb(verb_row& root, common_options& common) {
  auto& verb = root.add_action("event", "Print one event by its pointer");
  auto options = std::make_shared<event_options>();
  verb.add("pointer,--pointer", options->pointer,
           "The pointer, as `read --format %p` prints it (required)")
      .type("POINTER")
      .required();
  verb.add("--format", options->format, "The format of the event; see `read --help`")
      .type("FORMAT")
      .with_default();
  add_json_option(verb, common);
  add_common_options(verb, common);
  verb.footer =
      "A pointer names segment, offset and length: scope/stream/0.#epoch.0:offset-length.\n"
      "A pointer that does not point at an event is an error.\n"
      "\n"
      "Example:\n"
      "  pravega-actor event \"$(pravega-actor read logs/dpkg --count 1 --format %p)\"";
  verb.run = [&common, options] { return run(common, *options); };
}

}  // namespace pravega_actor::tool
