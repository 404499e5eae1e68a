// A group of actors under the application's supervisor: three readers of one group, and a
// worker for each. Workers and readers are killed at work. A worker that is started again gets
// what its predecessor had not released; a reader that is started again joins the group again.
// So each order is counted once. Then the group continues at a checkpoint that was stored as
// bytes.
#include <chrono>
#include <cstddef>
#include <functional>
#include <iostream>
#include <memory>
#include <mutex>
#include <set>
#include <string>
#include <thread>
#include <vector>

#include "pravega_actor/actors.hpp"
#include "pravega_sandbox/sandbox.hpp"

using namespace pravega_actor;

namespace {

const scoped_stream stream{"examples", "orders"};
const scoped_group group{"examples", "billing"};
constexpr int workers = 3;
constexpr int orders = 600;
constexpr std::size_t slices_in_hand = 2;

/// What the application has processed. The set stands for its database.
class ledger {
 public:
  void add(const event_slice& slice) {
    std::lock_guard lock{mutex_};
    for (const auto event : slice) {
      const auto text = as_text(event.payload);
      seen_.emplace(text.begin(), text.end());
      ++events_;
    }
  }
  std::size_t orders() const {
    std::lock_guard lock{mutex_};
    return seen_.size();
  }
  /// Orders that came again count, too.
  std::size_t events() const {
    std::lock_guard lock{mutex_};
    return events_;
  }

 private:
  mutable std::mutex mutex_;
  std::set<std::string> seen_;
  std::size_t events_ = 0;
};

/// One reader and its worker, in their current lives.
struct desk {
  std::mutex mutex;
  event_reader_handle reader;
  event_subscriber worker;
  std::uint64_t starts = 0;

  // The worker subscribes at the reader as soon as both are there.
  void update(const std::function<void(desk&)>& change) {
    std::lock_guard lock{mutex};
    change(*this);
    ++starts;
    if (reader && worker)
      caf::anon_send(reader, subscribe_event_reader{worker, slices_in_hand});
  }
};

struct office {
  ledger processed;
  std::vector<std::unique_ptr<desk>> desks;
};

event_subscriber::behavior_type work(event_subscriber::pointer self,
                                     const std::shared_ptr<office>& in) {
  const auto reader = [self] {
    return caf::actor_cast<event_reader_handle>(self->current_sender());
  };
  const auto released = [self, reader](std::uint64_t number) {
    self->request(reader(), caf::infinite, release_through{number})
        .then([](const items_released&) {}, [](const caf::error&) {});
  };
  return {
      [=](const slice_delivered& got) {
        in->processed.add(got.slice);  // first the work, then the release
        released(got.number);
        self->send(reader(), read_demand{1});
      },
      [=](const segment_ended& got) { released(got.number); },
      [=](const gap_delivered& got) { released(got.number); },
      [=](const checkpoint_reached& got) { released(got.number); },
      // The supervisor sees the same, and starts another reader if it failed.
      [](const event_reader_ended&) {},
  };
}

supervisor_spec specification(const client& pravega, const std::shared_ptr<office>& in) {
  supervisor_spec spec;
  spec.name = "billing";
  spec.policy.restarts_max = 20;
  for (int i = 0; i < workers; ++i) {
    auto* mine = in->desks.emplace_back(std::make_unique<desk>()).get();
    const auto number = std::to_string(i);
    // The office outlives both: the factories hold it.
    const auto opened = [in, mine](const result<event_reader_handle>& reader) {
      if (reader) mine->update([&](desk& now) { now.reader = *reader; });
    };
    spec.children.push_back({"reader-" + number,
                             event_reader_child(pravega, group, "desk-" + number, {}, opened),
                             restart_type::transient, seconds{10}});
    spec.children.push_back({"worker-" + number, [in, mine](const child_start& as) {
                               const event_subscriber worker = as.spawn(work, in);
                               mine->update([&](desk& now) { now.worker = worker; });
                               return worker;
                             }});
  }
  return spec;
}

result<void> expect(const std::string& what, const std::function<bool()>& holds) {
  const auto limit = std::chrono::steady_clock::now() + seconds{60};
  while (!holds()) {
    if (std::chrono::steady_clock::now() > limit)
      return error{errc::deadline_exceeded, what + " did not come"};
    std::this_thread::sleep_for(milliseconds{5});
  }
  return {};
}

result<void> write(client& pravega, int first, int count) {
  PRAVEGA_ACTOR_LET(auto writer, pravega.create_writer(stream));
  for (int i = first; i < first + count; ++i) {
    const auto key = "customer-" + std::to_string(i % 50);
    PRAVEGA_ACTOR_TRY(writer.write(key, as_bytes("order " + std::to_string(i)), seconds{30}));
  }
  return writer.flush(seconds{30});
}

// Kills a worker, then a reader, and waits until the supervisor has started them again.
result<void> disturb(office& in) {
  const auto restarted = [](desk& which, auto kill) -> result<void> {
    std::uint64_t before = 0;
    {
      std::lock_guard lock{which.mutex};
      before = which.starts;
      kill(which);
    }
    return expect("the restart", [&] {
      std::lock_guard lock{which.mutex};
      return which.starts > before;
    });
  };
  PRAVEGA_ACTOR_TRY(restarted(*in.desks[0], [](desk& which) {
    caf::anon_send_exit(which.worker, caf::exit_reason::kill);
  }));
  return restarted(*in.desks[1], [](desk& which) {
    caf::anon_send_exit(which.reader, caf::exit_reason::kill);
  });
}

// The readers leave the group before their supervisor is gone.
void stop(caf::actor_system& system, const supervisor_handle& supervisor, office& in) {
  caf::scoped_actor self{system};
  self->request(supervisor, seconds{30}, stop_supervisor{})
      .receive([](const supervisor_stopped&) {}, [](const caf::error&) {});
  for (auto& each : in.desks)
    each->update([](desk& now) {
      now.reader = nullptr;
      now.worker = nullptr;
    });
}

// The first day: all orders, with accidents. Returns a checkpoint, as the application stores
// it.
result<std::vector<std::byte>> first_day(caf::actor_system& system, client& pravega) {
  auto in = std::make_shared<office>();
  PRAVEGA_ACTOR_LET(auto supervisor, spawn_supervisor(system, specification(pravega, in)));
  PRAVEGA_ACTOR_TRY(write(pravega, 0, orders / 2));
  PRAVEGA_ACTOR_TRY(disturb(*in));
  PRAVEGA_ACTOR_TRY(write(pravega, orders / 2, orders / 2));
  PRAVEGA_ACTOR_TRY(expect("all orders", [&] { return in->processed.orders() == orders; }));
  PRAVEGA_ACTOR_LET(const auto evening,
                    pravega.reader_groups().initiate_checkpoint(group, "evening", seconds{30}));
  std::cout << in->processed.orders() << " orders, " << in->processed.events()
            << " events with those that came again\n";
  stop(system, supervisor, *in);
  return evening.to_bytes();
}

// The next day begins at the checkpoint: only what came after it is read.
result<void> next_day(caf::actor_system& system, client& pravega, byte_view stored) {
  PRAVEGA_ACTOR_TRY(write(pravega, orders, 100));
  PRAVEGA_ACTOR_LET(const auto evening, checkpoint::from_bytes(stored));
  PRAVEGA_ACTOR_TRY(pravega.reader_groups().reset(group, reset_to::given_checkpoint{evening}));
  auto in = std::make_shared<office>();
  PRAVEGA_ACTOR_LET(auto supervisor, spawn_supervisor(system, specification(pravega, in)));
  PRAVEGA_ACTOR_TRY(expect("the new orders", [&] { return in->processed.orders() >= 100; }));
  std::cout << in->processed.orders() << " orders after the checkpoint\n";
  if (in->processed.orders() != 100) return error{errc::internal_error, "older orders came"};
  stop(system, supervisor, *in);
  return {};
}

result<void> run(caf::actor_system& system, const std::string& controller) {
  config settings;
  settings.controller_uri = controller;
  PRAVEGA_ACTOR_LET(auto pravega, make_client(system, settings));
  PRAVEGA_ACTOR_TRY(pravega.streams().ensure_scope(stream.scope));
  PRAVEGA_ACTOR_TRY(pravega.streams().ensure_stream(stream, fixed_segments(4)));
  reader_group_config shared;
  shared.starting_cuts[stream] = std::nullopt;
  shared.group_refresh_time_ms = 500;
  shared.automatic_checkpoint_interval_ms = 1'000;
  PRAVEGA_ACTOR_TRY(pravega.reader_groups().ensure_group(group, shared));
  PRAVEGA_ACTOR_LET(const auto stored, first_day(system, pravega));
  PRAVEGA_ACTOR_TRY(next_day(system, pravega, stored));
  return pravega.close().outcome;
}

}  // namespace

int main() {
  auto server = pravega_sandbox::sandbox::start();
  if (!server) {
    std::cerr << server.error().to_string() << '\n';
    return 1;
  }
  caf::actor_system_config settings;
  add_error_category(settings);
  caf::actor_system system{settings};
  const auto outcome = run(system, (*server)->controller_uri());
  if (!outcome) std::cerr << outcome.error().to_string() << '\n';
  return outcome ? 0 : 1;
}
