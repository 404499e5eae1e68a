// Three readers of a group share a stream: each order goes to one of them. A checkpoint marks a
// place for all of them at once, and the group goes back to it.
#include <atomic>
#include <iostream>
#include <optional>
#include <string>
#include <thread>
#include <vector>

#include "pravega_actor/client.hpp"
#include "pravega_sandbox/sandbox.hpp"

using namespace pravega_actor;

namespace {

const scoped_stream stream{"examples", "orders"};
const scoped_group group{"examples", "billing"};
constexpr int orders = 900;
constexpr int readers = 3;

int fail(const error& why) {
  std::cerr << why.to_string() << '\n';
  return 1;
}

result<void> write(client& pravega, int count) {
  PRAVEGA_ACTOR_LET(auto writer, pravega.create_writer(stream));
  for (int i = 0; i < count; ++i) {
    const auto key = "customer-" + std::to_string(i % 50);
    PRAVEGA_ACTOR_TRY(writer.write(key, as_bytes("order " + std::to_string(i)), seconds{30}));
  }
  return writer.flush(seconds{30});
}

// Reads until the group has read `wanted` orders. Each call of `next` releases the item before.
result<int> read(client pravega, const std::string& name, std::atomic<int>& left) {
  PRAVEGA_ACTOR_LET(auto reader, pravega.create_event_reader(group, name));
  int mine = 0;
  while (left > 0) {
    PRAVEGA_ACTOR_LET(const auto item, reader.next(milliseconds{200}));
    // Ends of segments, gaps and checkpoints need nothing here: going on releases them.
    const auto* slice = item ? std::get_if<event_slice>(&*item) : nullptr;
    if (slice == nullptr) continue;
    mine += static_cast<int>(slice->event_count());
    left -= static_cast<int>(slice->event_count());
  }
  reader.release();
  PRAVEGA_ACTOR_TRY(reader.close(seconds{30}));
  return mine;
}

// All readers at work, each in a thread of its own; `meanwhile` runs beside them.
template <class F>
int read_together(const client& pravega, int wanted, F meanwhile) {
  std::atomic<int> left{wanted};
  std::atomic<int> failures{0};
  std::vector<std::thread> threads;
  for (int i = 0; i < readers; ++i)
    threads.emplace_back([&, i] {
      const auto name = "worker-" + std::to_string(i);
      const auto got = read(pravega, name, left);
      failures += got ? 0 : fail(got.error());
      if (got) std::cout << name + " has read " + std::to_string(*got) + " orders\n";
    });
  meanwhile();
  for (auto& each : threads)
    each.join();
  return failures;
}

int run(client& pravega) {
  reader_group_config config;
  config.starting_cuts[stream] = std::nullopt;
  config.group_refresh_time_ms = 500;
  config.automatic_checkpoint_interval_ms = 1'000;
  const auto groups = pravega.reader_groups();
  if (const auto made = groups.ensure_group(group, config); !made) return fail(made.error());
  if (const auto written = write(pravega, orders); !written) return fail(written.error());

  std::optional<checkpoint> marked;
  int failures = read_together(pravega, orders, [&] {
    const auto made = groups.initiate_checkpoint(group, "half-way", seconds{30});
    if (made) marked = *made;
  });
  if (failures != 0) return 1;
  if (!marked) return fail(error{errc::deadline_exceeded, "no checkpoint"});

  // Back to the checkpoint: what was read after it comes again, and nothing else.
  if (const auto reset = groups.reset(group, reset_to::given_checkpoint{*marked}); !reset)
    return fail(reset.error());
  const auto unread = groups.unread(group, unread_since::last_checkpoint);
  if (!unread) return fail(unread.error());
  std::cout << "after the reset " << unread->total << " bytes are unread\n";
  return 0;
}

}  // namespace

int main() {
  auto sandbox = pravega_sandbox::sandbox::start();  // an embedded Pravega
  if (!sandbox) return fail(sandbox.error());
  config settings;
  settings.controller_uri = (*sandbox)->controller_uri();
  auto pravega = client::create(settings);
  if (!pravega) return fail(pravega.error());
  auto streams = pravega->streams();
  if (const auto made = streams.ensure_scope(stream.scope); !made) return fail(made.error());
  if (const auto made = streams.ensure_stream(stream, fixed_segments(4)); !made)
    return fail(made.error());
  return run(*pravega);
}
