// A reader of a group, which Java readers may share: reads numbered events until none has come
// for a while, or until its input ends, leaves the group and prints what it read as JSON. With
// LEAVE as AT_END "die" it does not leave: it ends at once, with what it has not released.
//
//   group_peer CONTROLLER SCOPE GROUP READER KEYS IDLE_MS leave|die [COUNT]
#include <atomic>
#include <cstdlib>
#include <future>
#include <iostream>
#include <map>
#include <string>
#include <thread>
#include <vector>

#include "client/client_core.hpp"
#include "core/access.hpp"
#include "group_reader/open_event_reader.hpp"
#include "pravega_actor/client.hpp"
#include "wire/big_endian.hpp"

using namespace pravega_actor;
using namespace pravega_actor::internal;

namespace {

struct tally {
  std::uint64_t count = 0;
  std::uint64_t sum = 0;
  std::uint64_t disorders = 0;
  std::uint64_t checkpoints = 0;
  /// The last number of each key.
  std::map<std::uint64_t, std::uint64_t> last;
  /// Numbers that were taken and not released.
  std::vector<std::uint64_t> held;
};

void take(tally& to, const event_slice& slice, std::uint64_t keys) {
  for (const auto event : slice) {
    const auto number = wire::load_big_endian<std::uint64_t>(event.payload.data());
    ++to.count;
    to.sum += number;
    const auto [at, fresh] = to.last.try_emplace(number % keys, number);
    if (!fresh && at->second >= number) ++to.disorders;
    at->second = number;
    to.held.push_back(number);
  }
}

result<event_reader> open(const client& pravega, const event_reader_request& what) {
  auto opened = std::make_shared<std::promise<result<event_reader>>>();
  open_event_reader_handle(access::core_of(pravega), what, [opened](result<event_reader> got) {
    opened->set_value(std::move(got));
  });
  return opened->get_future().get();
}

struct plan {
  event_reader_request what;
  std::uint64_t keys = 1;
  milliseconds idle{0};
  bool dies = false;
  std::uint64_t count = 0;
};

void print(const tally& seen, std::uint64_t held) {
  std::cout << "{\"count\": " << seen.count << ", \"seq_sum\": " << seen.sum
            << ", \"reordered\": " << seen.disorders
            << ", \"checkpoints\": " << seen.checkpoints << ", \"held\": " << held << "}"
            << std::endl;
}

result<void> read(const client& pravega, const plan& todo, const std::atomic<bool>& over) {
  PRAVEGA_ACTOR_LET(auto reader, open(pravega, todo.what));
  std::cout << "{\"joined\": true}" << std::endl;
  tally seen;
  auto last = clock_type::now();
  while (!over && clock_type::now() - last < todo.idle) {
    PRAVEGA_ACTOR_LET(const auto item, reader.take(milliseconds{100}));
    if (!item) continue;
    last = clock_type::now();
    if (const auto* slice = std::get_if<event_slice>(&item->item))
      take(seen, *slice, todo.keys);
    if (std::holds_alternative<checkpoint_mark>(item->item)) ++seen.checkpoints;
    if (todo.count > 0 && seen.count >= todo.count) break;
    reader.release_through(item->number);
    seen.held.clear();
  }
  print(seen, seen.held.size());
  if (todo.dies) std::_Exit(0);
  return reader.close(seconds{60});
}

}  // namespace

int main(int argc, char** argv) {
  if (argc < 8) return 2;
  config settings;
  settings.controller_uri = argv[1];
  auto pravega = client::create(settings);
  if (!pravega) {
    std::cerr << pravega.error().to_string() << '\n';
    return 1;
  }
  plan todo;
  todo.what.group = {argv[2], argv[3]};
  todo.what.reader = argv[4];
  todo.keys = std::stoull(argv[5]);
  todo.idle = milliseconds{std::stoll(argv[6])};
  todo.dies = std::string{argv[7]} == "die";
  if (argc > 8) todo.count = std::stoull(argv[8]);
  // Who holds the other end of the input ends the reading by closing it.
  std::atomic<bool> over{false};
  std::thread{[&over] {
    while (std::cin.get() != EOF) {
    }
    over = true;
  }}.detach();
  const auto done = read(*pravega, todo, over);
  if (done) return 0;
  std::cerr << done.error().to_string() << std::endl;
  std::_Exit(1);
}
