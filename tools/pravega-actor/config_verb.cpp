// pravega-actor config: every key, its value and where it came from.
#include <fmt/format.h>

#include <algorithm>

#include "common/report.hpp"

namespace pravega_actor::tool {

namespace {

std::string origin_of(const config_builder::entry& entry) {
  if (entry.source.empty() || entry.origin == config_origin::option)
    return std::string{to_string(entry.origin)};
  return fmt::format("{} ({})", to_string(entry.origin), entry.source);
}

json_array to_json(const std::vector<config_builder::entry>& entries) {
  json_array all;
  for (const auto& each : entries)
    all.add(json_object{}
                .add("key", each.key)
                .add("value", each.value)
                .add("default", each.default_value)
                .add("origin", to_string(each.origin))
                .add("source", each.source)
                .add("meaning", each.sentence));
  return all;
}

void print_table(const std::vector<config_builder::entry>& entries, bool explain) {
  std::size_t keys = 0;
  std::size_t values = 0;
  for (const auto& each : entries) {
    keys = std::max(keys, each.key.size());
    values = std::max(values, each.value.size());
  }
  std::string text;
  for (const auto& each : entries) {
    text += fmt::format("{:<{}}  {:<{}}  {}\n", each.key, keys, each.value, values,
                        origin_of(each));
    if (explain) text += fmt::format("  {}; default {}\n", each.sentence, each.default_value);
  }
  print_text(text);
}

result<exit_code> run(const common_options& common, bool explain) {
  auto builder = read_configuration(common);
  if (!builder) return builder.error();
  if (auto built = builder->build(); !built) return built.error();
  if (common.json)
    print_json(to_json(builder->dump()));
  else
    print_table(builder->dump(), explain);
  if (auto printed = output_outcome(); !printed) return printed.error();
  return exit_code::ok;
}

}  // namespace

void add_config_verb(verb_row& root, common_options& common) {
  auto& verb =
      root.add_action("config", "Show every configuration key, its value and its source");
  auto explain = std::make_shared<bool>(false);
  verb.add("--explain", *explain, "Add the meaning and the default of each key");
  add_json_option(verb, common);
  add_common_options(verb, common);
  verb.footer =
      "Options beat files, files beat variables, variables beat the query of the controller's\n"
      "URI, and all of them beat built-in values.\n"
      "\n"
      "Examples:\n"
      "  pravega-actor config --explain\n"
      "  pravega-actor config --set close_timeout_ms=1000\n"
      "  PRAVEGA_ACTOR_CONNECT_TIMEOUT_MS=500 pravega-actor config";
  verb.run = [&common, explain] { return run(common, *explain); };
}

}  // namespace pravega_actor::tool
