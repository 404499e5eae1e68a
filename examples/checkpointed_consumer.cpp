// An actor that consumes a stream, releases what it has processed, and saves its position: a
// later run continues there.
#include <fstream>
#include <future>
#include <iostream>
#include <string>

#include "pravega_actor/actors.hpp"
#include "pravega_sandbox/sandbox.hpp"

using namespace pravega_actor;

namespace {

const scoped_stream stream{"examples", "orders"};
constexpr int orders = 3000;
/// A run of the program ends after about this many events; the next run continues.
constexpr int events_per_run = 1000;
/// Slices that the consumer may have in its mailbox.
constexpr std::size_t window = 4;
constexpr auto* position_file = "checkpointed_consumer.position";

struct consumer_state {
  std::promise<result<int>> outcome;
  stream_reader_handle reader;
  int processed = 0;
  /// It has what it wants, and closes the reader.
  bool closing = false;
  const char* name = "consumer";
};
using consumer = reader_subscriber::stateful_pointer<consumer_state>;

void finish(consumer self, result<int> outcome) {
  self->state.outcome.set_value(std::move(outcome));
  self->quit();
}

// What is released is not read again, so the saved position lies after it. An application that
// stores results should store the position with them, in one step.
void save_and_finish(consumer self) {
  if (std::exchange(self->state.closing, true)) return;
  self->request(self->state.reader, caf::infinite, close_reader{})
      .then(
          [self](const reader_closed& closed) {
            if (!closed.outcome) return finish(self, closed.outcome.error());
            std::ofstream{position_file} << closed.position.to_text();
            finish(self, self->state.processed);
          },
          [self](const caf::error&) { finish(self, errc::actor_terminated); });
}

void release(consumer self, std::uint64_t number) {
  self->request(self->state.reader, caf::infinite, release_through{number})
      .then(
          [self](const items_released& released) {
            if (!released.outcome) return finish(self, released.outcome.error());
            if (self->state.processed >= events_per_run) return save_and_finish(self);
            self->send(self->state.reader, read_demand{});
          },
          [self](const caf::error&) { finish(self, errc::actor_terminated); });
}

reader_subscriber::behavior_type consumer_actor(
    consumer self, const stream_reader_handle& reader,
    const std::shared_ptr<std::promise<result<int>>>& outcome) {
  self->state.reader = reader;
  self->state.outcome = std::move(*outcome);
  self->send(reader, subscribe_reader{self, window});
  return {
      [self](const slice_delivered& got) {
        auto& state = self->state;
        if (state.processed >= events_per_run) return;  // left for the next run
        for (const auto event : got.slice)
          state.processed += event.payload.empty() ? 0 : 1;
        release(self, got.number);
      },
      // Ends and gaps are released with the next slice.
      [](const segment_ended&) {},
      [](const gap_delivered& got) {
        std::cerr << "events from offset " << got.gap.from << " on are missing\n";
      },
      [self](const reader_ended& over) {
        if (self->state.closing) return;
        if (!over.outcome) return finish(self, over.outcome.error());
        save_and_finish(self);
      },
  };
}

result<void> write_orders(client& pravega) {
  PRAVEGA_ACTOR_TRY(pravega.streams().ensure_scope(stream.scope));
  PRAVEGA_ACTOR_TRY(pravega.streams().ensure_stream(stream, fixed_segments(2)));
  PRAVEGA_ACTOR_LET(auto writer, pravega.create_writer(stream));
  for (int i = 0; i < orders; ++i)
    PRAVEGA_ACTOR_TRY(writer.write("customer-" + std::to_string(i % 7),
                                   as_bytes("order " + std::to_string(i)), seconds{10}));
  return writer.flush(seconds{10});
}

read_start saved_start() {
  std::ifstream file{position_file};
  std::string text;
  if (!(file >> text)) return read_from_head{};
  const auto position = stream_cut::from_text(text);
  if (!position) return read_from_head{};
  return *position;
}

// Reads up to what the stream holds by now.
result<stream_reader_handle> open_reader(const client& pravega) {
  auto options = pravega.default_reader_options();
  options.start = saved_start();
  PRAVEGA_ACTOR_LET(options.end, pravega.streams().tail_cut(stream));
  options.request_bytes = 4096;
  auto opened = std::make_shared<std::promise<result<stream_reader_handle>>>();
  create_reader_actor(pravega, stream, options, [opened](result<stream_reader_handle> reader) {
    opened->set_value(std::move(reader));
  });
  return opened->get_future().get();
}

// What the program does each time that it is started.
result<int> consume(caf::actor_system& system, const client& pravega) {
  PRAVEGA_ACTOR_LET(const auto reader, open_reader(pravega));
  auto outcome = std::make_shared<std::promise<result<int>>>();
  auto ended = outcome->get_future();
  system.spawn(consumer_actor, reader, outcome);
  if (ended.wait_for(seconds{60}) != std::future_status::ready)
    return error{errc::deadline_exceeded, "the consumer does not end"};
  return ended.get();
}

result<void> run(caf::actor_system& system, const std::string& controller) {
  config settings;
  settings.controller_uri = controller;
  PRAVEGA_ACTOR_LET(auto pravega, make_client(system, settings));
  PRAVEGA_ACTOR_TRY(write_orders(pravega));
  std::remove(position_file);
  int processed = 0;
  while (processed < orders) {
    PRAVEGA_ACTOR_LET(const auto of_this_run, consume(system, pravega));
    std::cout << of_this_run << " orders processed in this run\n";
    processed += of_this_run;
  }
  if (processed != orders) return error{errc::internal_error, "orders came twice"};
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
  caf::actor_system system{settings};
  const auto outcome = run(system, (*server)->controller_uri());
  if (!outcome) std::cerr << outcome.error().to_string() << '\n';
  return outcome ? 0 : 1;
}
