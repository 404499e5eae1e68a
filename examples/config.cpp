// Where settings come from, and what happens to wrong ones.
#include <iostream>

#include "pravega_actor/config.hpp"

using namespace pravega_actor;

namespace {

result<config> collect(config_builder& builder) {
  // Later sources in this list beat earlier ones, in whatever order they are added.
  if (auto added = builder.add_uri("tcp://pravega.example.org:9090?connect_timeout_ms=800");
      !added)
    return added.error();
  if (auto added = builder.add_environment({"PRAVEGA_ACTOR_CONNECT_TIMEOUT_MS=900"}); !added)
    return added.error();
  if (auto added =
          builder.add_file_text("close_timeout_ms = 2000  # two seconds\n", "app.conf");
      !added)
    return added.error();
  if (auto added = builder.add_option("writer_blocks_in_flight_max", "4"); !added)
    return added.error();
  return builder.build();
}

}  // namespace

int main() {
  config_builder builder;
  const auto settings = collect(builder);
  if (!settings) {
    std::cerr << settings.error().to_string() << '\n';
    return 1;
  }
  for (const auto& entry : builder.dump())
    if (entry.origin != config_origin::built_in)
      std::cout << entry.key << " = " << entry.value << " (" << to_string(entry.origin) << ", "
                << entry.source << ")\n";

  const auto wrong = builder.add_option("conect_timeout_ms", "5");
  if (wrong) return 1;
  std::cout << wrong.error().to_string() << '\n';

  const bool as_expected = settings->connect_timeout_ms == 900 &&
                           settings->close_timeout_ms == 2000 &&
                           settings->writer_blocks_in_flight_max == 4;
  return as_expected ? 0 : 1;
}
