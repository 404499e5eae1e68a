// Adds words to a state that other processes share, as the Java peer's verb "state" does, and
// prints the state as JSON.
//
//   state_peer CONTROLLER SCOPE STREAM NAME COUNT COMPACT_EVERY
#include <iostream>
#include <string>

#include "pravega_actor/state_synchronizer.hpp"
#include "support/text_model.hpp"

using namespace pravega_actor;
using test::text_model;

namespace {

constexpr seconds limit{60};

struct task {
  scoped_stream stream;
  std::string name;
  int count = 0;
  int compact_every = 0;
};

result<text_model::state_type> add_words(const client& pravega, const task& what) {
  PRAVEGA_ACTOR_LET(const auto shared, open_synchronizer<text_model>(pravega, what.stream));
  PRAVEGA_ACTOR_TRY(shared.initialize({}, limit));
  for (int i = 0; i < what.count; ++i) {
    const std::vector<std::string> word{what.name + "-" + std::to_string(i)};
    if (i % 5 == 4) {
      PRAVEGA_ACTOR_TRY(shared.update_unconditionally(word, limit));
    } else {
      PRAVEGA_ACTOR_TRY(shared.update([&](const auto&) { return word; }, limit));
    }
    if (what.compact_every > 0 && i % what.compact_every == what.compact_every - 1) {
      PRAVEGA_ACTOR_LET(const auto done, shared.compact(limit));
      if (done.not_dropped) return *done.not_dropped;
    }
  }
  PRAVEGA_ACTOR_LET(const auto last, shared.fetch(limit));
  return *last.state;
}

}  // namespace

int main(int argc, char** argv) {
  if (argc != 7) return 2;
  config settings;
  settings.controller_uri = argv[1];
  auto pravega = client::create(settings);
  if (!pravega) {
    std::cerr << pravega.error().to_string() << '\n';
    return 1;
  }
  const auto words = add_words(
      *pravega, {{argv[2], argv[3]}, argv[4], std::stoi(argv[5]), std::stoi(argv[6])});
  if (!words) {
    std::cerr << words.error().to_string() << '\n';
    return 1;
  }
  std::string list;
  for (const auto& each : *words)
    list += (list.empty() ? "\"" : ", \"") + each + '"';
  std::cout << R"({"op": "state", "words": [)" << list << "]}\n";
  return 0;
}
