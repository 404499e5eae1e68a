// A state that several processes share: who leads, and the settings that the leader has chosen.
#include <atomic>
#include <iostream>
#include <map>
#include <string>
#include <thread>
#include <vector>

#include "pravega_actor/codec.hpp"
#include "pravega_actor/state_synchronizer.hpp"
#include "pravega_sandbox/sandbox.hpp"

using namespace pravega_actor;

namespace {

struct fleet {
  std::string leader;
  std::map<std::string, std::string> settings;
};

// An update is a line: "lead NAME", "resign NAME", or "set KEY VALUE". A state is such lines,
// too: those that lead to it.
struct fleet_model {
  using state_type = fleet;
  using initial_type = fleet;
  using update_type = std::string;

  static result<void> encode_update(const std::string& line, std::vector<std::byte>& to) {
    return codec<std::string>::encode(line, to);
  }
  static result<std::string> decode_update(byte_view bytes) {
    return codec<std::string>::decode(bytes);
  }
  static result<void> apply(fleet& to, const std::string& line) {
    const auto first = line.find(' ');
    const auto verb = line.substr(0, first);
    const auto rest = first == std::string::npos ? "" : line.substr(first + 1);
    if (verb == "lead" && to.leader.empty()) {
      to.leader = rest;
    } else if (verb == "resign" && to.leader == rest) {
      to.leader.clear();
    } else if (const auto second = rest.find(' ');
               verb == "set" && second != std::string::npos) {
      to.settings[rest.substr(0, second)] = rest.substr(second + 1);
    } else {
      return error{errc::precondition_failed, "\"" + line + "\" does not fit"};
    }
    return {};
  }
  static result<void> encode_initial(const fleet& state, std::vector<std::byte>& to) {
    std::string lines;
    if (!state.leader.empty()) lines += "lead " + state.leader + '\n';
    for (const auto& [key, value] : state.settings)
      lines.append("set ").append(key).append(" ").append(value).append("\n");
    return codec<std::string>::encode(lines, to);
  }
  static result<void> encode_state(const fleet& state, std::vector<std::byte>& to) {
    return encode_initial(state, to);
  }
  static result<fleet> decode_initial(byte_view bytes) {
    fleet state;
    auto text = as_text(bytes);
    for (auto end = text.find('\n'); end != std::string_view::npos; end = text.find('\n')) {
      if (auto fits = apply(state, std::string{text.substr(0, end)}); !fits)
        return fits.error();
      text.remove_prefix(end + 1);
    }
    return state;
  }
};

using shared_fleet = state_synchronizer<fleet_model>;
constexpr seconds limit{30};

// Leads if nobody does. A process that loses the race computes again, and then finds a leader.
result<bool> try_to_lead(const shared_fleet& shared, const std::string& name) {
  auto seen = shared.update(
      [&](const fleet& now) {
        return now.leader.empty() ? std::vector{"lead " + name, "set chosen-by " + name}
                                  : std::vector<std::string>{};
      },
      limit);
  if (!seen) return seen.error();
  return seen->state->leader == name;
}

result<void> elect(const client& pravega) {
  const scoped_stream stream{"examples", "fleet"};
  PRAVEGA_ACTOR_TRY(pravega.streams().ensure_scope(stream.scope));
  PRAVEGA_ACTOR_TRY(pravega.streams().ensure_stream(stream, fixed_segments(1)));
  std::vector<std::thread> candidates;
  std::atomic<int> leaders{0};
  for (const std::string name : {"ada", "bob", "cy"})
    candidates.emplace_back([&pravega, &leaders, stream, name] {
      auto shared = open_synchronizer<fleet_model>(pravega, stream);
      if (!shared || !shared->initialize({}, limit)) return;
      const auto leads = try_to_lead(*shared, name);
      if (leads && *leads) ++leaders;
    });
  for (auto& each : candidates)
    each.join();
  PRAVEGA_ACTOR_LET(const auto shared, open_synchronizer<fleet_model>(pravega, stream));
  PRAVEGA_ACTOR_LET(const auto last, shared.fetch(limit));
  if (leaders != 1 || last.state->settings.at("chosen-by") != last.state->leader)
    return error{errc::internal_error, "there is not one leader"};
  std::cout << last.state->leader << " leads\n";
  // A new member reads this state instead of all updates.
  PRAVEGA_ACTOR_TRY(shared.compact(limit));
  return {};
}

}  // namespace

int main(int argc, char** argv) {
  auto server = pravega_sandbox::sandbox::start();
  config settings;
  if (argc > 1)
    settings.controller_uri = argv[1];
  else if (server)
    settings.controller_uri = (*server)->controller_uri();
  auto pravega = client::create(settings);
  const auto outcome = pravega ? elect(*pravega) : result<void>{pravega.error()};
  if (!outcome) std::cerr << outcome.error().to_string() << '\n';
  return outcome ? 0 : 1;
}
