// How fast one writer takes events of 100 bytes: from a handle, and from an actor that sends
// many events in each message, or one; and how fast CAF carries such single messages and their
// answers when the receiver does nothing. In one process with the sandbox.
//
//   actor_bench [EVENTS]
#include <algorithm>
#include <chrono>
#include <cstdio>
#include <future>
#include <string>
#include <vector>

#include "pravega_actor/actors.hpp"
#include "pravega_sandbox/sandbox.hpp"

namespace {

using namespace pravega_actor;

constexpr std::size_t payload_bytes = 100;
constexpr std::size_t key_count = 100;

struct producer_setup {
  caf::actor writer;
  std::uint64_t events = 0;
  std::size_t per_message = 1;
  std::uint64_t under_way_max = 65'536;
  std::shared_ptr<std::promise<result<void>>> done;
};

struct producer_state {
  producer_setup setup;
  std::vector<std::string> keys;
  std::uint64_t sent = 0;
  std::uint64_t durable = 0;
  const char* name = "producer";
};
using producer = caf::stateful_actor<producer_state>;

void send_more(producer* self);

void on_answer(producer* self, std::uint64_t events, const result<void>& outcome) {
  auto& state = self->state;
  if (!outcome) {
    state.setup.done->set_value(outcome);
    return self->quit();
  }
  state.durable += events;
  if (state.durable == state.setup.events) {
    state.setup.done->set_value({});
    return self->quit();
  }
  send_more(self);
}

void send_one(producer* self) {
  auto& state = self->state;
  const auto& key = state.keys[state.sent++ % key_count];
  self->send(state.setup.writer, write_event{std::string(payload_bytes, 'x'), key});
}

// The payloads of a message lie side by side in one buffer, which all of them share.
void send_many(producer* self) {
  auto& state = self->state;
  const auto count =
      std::min<std::uint64_t>(state.setup.per_message, state.setup.events - state.sent);
  const auto buffer = std::make_shared<const std::string>(count * payload_bytes, 'x');
  write_events all;
  all.events.reserve(count);
  for (std::uint64_t i = 0; i < count; ++i)
    all.events.push_back(
        {shared_bytes{buffer, as_bytes(*buffer).subspan(i * payload_bytes, payload_bytes)},
         state.keys[state.sent++ % key_count]});
  self->send(state.setup.writer, std::move(all));
}

void send_more(producer* self) {
  auto& state = self->state;
  while (state.sent < state.setup.events &&
         state.sent - state.durable < state.setup.under_way_max) {
    if (state.setup.per_message == 1)
      send_one(self);
    else
      send_many(self);
  }
}

caf::behavior produce(producer* self, producer_setup setup) {
  self->state.setup = std::move(setup);
  for (std::size_t i = 0; i < key_count; ++i)
    self->state.keys.push_back("key-" + std::to_string(i));
  send_more(self);
  return {
      [self](const event_written& answer) { on_answer(self, 1, answer.outcome.outcome); },
      [self](const events_written& answer) {
        on_answer(self, answer.last - answer.first + 1, answer.outcome);
      },
  };
}

double seconds_since(time_point begin) {
  return std::chrono::duration<double>{clock_type::now() - begin}.count();
}

result<double> by_handle(client& pravega, const scoped_stream& stream, std::uint64_t events) {
  PRAVEGA_ACTOR_LET(auto writer, pravega.create_writer(stream));
  std::vector<std::string> keys;
  for (std::size_t i = 0; i < key_count; ++i)
    keys.push_back("key-" + std::to_string(i));
  std::uint64_t durable = 0;
  const std::string payload(payload_bytes, 'x');
  const auto begin = clock_type::now();
  for (std::uint64_t i = 0; i < events; ++i)
    PRAVEGA_ACTOR_TRY(
        writer.write(keys[i % key_count], as_bytes(payload), seconds{60},
                     [&durable](const write_result& r) { durable += r.durable; }));
  PRAVEGA_ACTOR_TRY(writer.flush(seconds{60}));
  const auto passed = seconds_since(begin);
  PRAVEGA_ACTOR_TRY(writer.close(seconds{60}).outcome);
  return static_cast<double>(durable) / passed;
}

// Events per second from an actor that sends them to `writer`.
result<double> produced(caf::actor_system& system, const caf::actor& writer,
                        std::uint64_t events, std::size_t per_message) {
  producer_setup setup;
  setup.writer = writer;
  setup.events = events;
  setup.per_message = per_message;
  setup.done = std::make_shared<std::promise<result<void>>>();
  auto done = setup.done->get_future();
  const auto begin = clock_type::now();
  system.spawn(produce, setup);
  PRAVEGA_ACTOR_TRY(done.get());
  return static_cast<double>(events) / seconds_since(begin);
}

// Answers each event at once and stores nothing.
caf::behavior answer_only(caf::event_based_actor*) {
  return {[ticket = event_ticket{0}](const write_event&) mutable {
    return event_written{{++ticket, true, {}}};
  }};
}

result<double> by_actor(client& pravega, caf::actor_system& system, const scoped_stream& stream,
                        std::uint64_t events, std::size_t per_message) {
  auto opened = std::make_shared<std::promise<result<event_writer_handle>>>();
  create_writer_actor(
      pravega, stream, pravega.default_writer_options(),
      [opened](result<event_writer_handle> got) { opened->set_value(std::move(got)); });
  PRAVEGA_ACTOR_LET(auto writer, opened->get_future().get());
  const auto rate = produced(system, caf::actor_cast<caf::actor>(writer), events, per_message);
  caf::anon_send(writer, close_writer{});
  return rate;
}

result<void> run(caf::actor_system& system, const std::string& controller,
                 std::uint64_t events) {
  config settings;
  settings.controller_uri = controller;
  PRAVEGA_ACTOR_LET(auto pravega, make_client(system, settings));
  const scoped_stream stream{"bench", "actors"};
  PRAVEGA_ACTOR_TRY(pravega.streams().ensure_scope(stream.scope));
  PRAVEGA_ACTOR_TRY(pravega.streams().ensure_stream(stream, fixed_segments(1)));
  for (int round = 0; round < 2; ++round) {
    PRAVEGA_ACTOR_LET(const double handle, by_handle(pravega, stream, events));
    PRAVEGA_ACTOR_LET(const double many, by_actor(pravega, system, stream, events, 256));
    PRAVEGA_ACTOR_LET(const double one, by_actor(pravega, system, stream, events / 4, 1));
    PRAVEGA_ACTOR_LET(const double bare,
                      produced(system, system.spawn(answer_only), events / 4, 1));
    std::printf(
        "handle %.0f/s, messages of 256 events %.0f/s (%.2f), single messages %.0f/s "
        "(%.2f), messages alone %.0f/s (%.2f)\n",
        handle, many, many / handle, one, one / handle, bare, bare / handle);
  }
  return pravega.close().outcome;
}

}  // namespace

int main(int argc, char** argv) {
  const std::uint64_t events = argc > 1 ? std::stoull(argv[1]) : 2'000'000;
  pravega_sandbox::sandbox_options options;
  auto server = pravega_sandbox::sandbox::start(options);
  if (!server) {
    std::fprintf(stderr, "%s\n", server.error().to_string().c_str());
    return 1;
  }
  caf::actor_system_config settings;
  settings.set("scheduler.policy", caf::atom("sharing"));
  caf::actor_system system{settings};
  const auto outcome = run(system, (*server)->controller_uri(), events);
  if (!outcome) std::fprintf(stderr, "%s\n", outcome.error().to_string().c_str());
  return outcome ? 0 : 1;
}
