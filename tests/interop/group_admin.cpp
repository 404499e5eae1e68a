// Administration of a reader group in the tests with Java; prints JSON. The file of a
// checkpoint has the bytes of Java's Checkpoint.toBytes().
//
//   group_admin CONTROLLER SCOPE GROUP create STREAM AUTO_CHECKPOINT_MS REFRESH_MS
//   group_admin CONTROLLER SCOPE GROUP info
//   group_admin CONTROLLER SCOPE GROUP checkpoint NAME FILE
//   group_admin CONTROLLER SCOPE GROUP reset FILE
//   group_admin CONTROLLER SCOPE GROUP fill BYTES
//       writes so many bytes of updates that change nothing into the group's state
#include <fstream>
#include <functional>
#include <iostream>
#include <iterator>
#include <map>
#include <string>
#include <vector>

#include "group_reader/group_model.hpp"
#include "pravega_actor/client.hpp"
#include "pravega_actor/state_synchronizer.hpp"

using namespace pravega_actor;
using namespace pravega_actor::internal;

namespace {

constexpr seconds limit{60};

struct task {
  client& pravega;
  scoped_group group;
  std::vector<std::string> words;
  [[nodiscard]] reader_group_manager groups() const { return pravega.reader_groups(); }
};

result<void> create(const task& what) {
  reader_group_config config;
  config.starting_cuts[{what.group.scope, what.words.at(0)}] = std::nullopt;
  config.automatic_checkpoint_interval_ms = std::stoll(what.words.at(1));
  config.group_refresh_time_ms = std::stoll(what.words.at(2));
  PRAVEGA_ACTOR_LET(const auto made, what.groups().ensure_group(what.group, config));
  const bool fresh = made.outcome == ensured::created;
  std::cout << "{\"created\": " << (fresh ? "true" : "false") << "}\n";
  return {};
}

result<void> info(const task& what) {
  PRAVEGA_ACTOR_LET(const auto now, what.groups().describe(what.group));
  std::cout << R"({"readers": {)";
  const char* separator = "";
  for (const auto& [reader, segments] : now.readers) {
    std::cout << separator << '"' << reader << "\": " << segments.size();
    separator = ", ";
  }
  std::cout << "}, \"unassigned\": " << now.unassigned.size()
            << ", \"future\": " << now.future.size() << ", \"log_bytes\": " << now.log_bytes
            << ", \"generation\": " << now.config.generation << "}\n";
  return {};
}

result<void> make_checkpoint(const task& what) {
  PRAVEGA_ACTOR_LET(const auto made,
                    what.groups().initiate_checkpoint(what.group, what.words.at(0), limit));
  const auto bytes = made.to_bytes();
  std::ofstream file{what.words.at(1), std::ios::binary};
  file.write(reinterpret_cast<const char*>(bytes.data()),
             static_cast<std::streamsize>(bytes.size()));
  std::cout << "{\"name\": \"" << made.name << "\", \"cuts\": " << made.cuts.size() << "}\n";
  return {};
}

result<void> reset(const task& what) {
  std::ifstream file{what.words.at(0), std::ios::binary};
  const std::string text{std::istreambuf_iterator<char>{file}, {}};
  PRAVEGA_ACTOR_LET(
      const auto at,
      checkpoint::from_bytes({reinterpret_cast<const std::byte*>(text.data()), text.size()}));
  PRAVEGA_ACTOR_LET(const auto now,
                    what.groups().reset(what.group, reset_to::given_checkpoint{at}));
  std::cout << "{\"name\": \"" << at.name << "\", \"generation\": " << now.generation << "}\n";
  return {};
}

// The distance of a reader that is not online changes nobody's share.
result<void> fill(const task& what) {
  const auto bytes = std::stoull(what.words.at(0));
  PRAVEGA_ACTOR_LET(const auto state,
                    open_synchronizer<group_model>(what.pravega, state_stream_of(what.group)));
  const std::string nobody(30'000, 'n');
  std::size_t written = 0;
  for (; written < bytes; written += nobody.size())
    PRAVEGA_ACTOR_TRY(state.update_unconditionally({update_distance{nobody, 0, {}}}, limit));
  std::cout << "{\"bytes\": " << written << "}\n";
  return {};
}

}  // namespace

int main(int argc, char** argv) {
  const std::map<std::string, result<void> (*)(const task&)> verbs{
      {"create", create}, {"info", info}, {"checkpoint", make_checkpoint},
      {"reset", reset},   {"fill", fill},
  };
  if (argc < 5 || !verbs.contains(argv[4])) return 2;
  config settings;
  settings.controller_uri = argv[1];
  auto pravega = client::create(settings);
  if (!pravega) {
    std::cerr << pravega.error().to_string() << '\n';
    return 1;
  }
  const auto done = verbs.at(argv[4])({*pravega, {argv[2], argv[3]}, {argv + 5, argv + argc}});
  if (done) return 0;
  std::cerr << done.error().to_string() << '\n';
  return 1;
}
