// An actor of the application that writes events by messages, in the application's actor
// system.
#include <future>
#include <iostream>
#include <string>

#include "pravega_actor/actors.hpp"
#include "pravega_sandbox/sandbox.hpp"

using namespace pravega_actor;

namespace {

constexpr std::uint32_t readings = 10'000;
/// Readings that may be under way at a time, far below the writer's own limits. With more, a
/// `write_event` may be answered with would_block: then `await_credit` tells when to go on.
constexpr std::uint32_t window = 500;

struct sensor_state {
  event_writer_handle writer;
  std::uint32_t sent = 0;
  std::uint32_t durable = 0;
  std::promise<result<void>> outcome;
  const char* name = "sensor";
};

using sensor = caf::stateful_actor<sensor_state>;

void finish(sensor* self, result<void> outcome) {
  self->state.outcome.set_value(std::move(outcome));
  self->quit();
}

void close(sensor* self) {
  self->request(self->state.writer, caf::infinite, close_writer{seconds{10}})
      .then([self](const writer_closed& closed) { finish(self, closed.report.outcome); },
            [self](const caf::error&) { finish(self, errc::actor_terminated); });
}

// Sends one reading; its answer comes when the reading is durable, and sends the next one.
void send_reading(sensor* self) {
  auto& state = self->state;
  if (state.sent == readings) return;
  const auto number = state.sent++;
  write_event reading{"sensor-" + std::to_string(number % 5),
                      "reading " + std::to_string(number)};
  self->request(state.writer, caf::infinite, std::move(reading))
      .then(
          [self](const event_written& written) {
            if (!written.outcome.outcome) return finish(self, written.outcome.outcome);
            if (++self->state.durable == readings) return close(self);
            send_reading(self);
          },
          [self](const caf::error&) { finish(self, errc::actor_terminated); });
}

void sensor_actor(sensor* self, const event_writer_handle& writer,
                  const std::shared_ptr<std::promise<result<void>>>& outcome) {
  self->state.writer = writer;
  self->state.outcome = std::move(*outcome);
  for (std::uint32_t i = 0; i < window; ++i)
    send_reading(self);
}

result<event_writer_handle> open_writer(const client& pravega, const scoped_stream& stream) {
  auto opened = std::make_shared<std::promise<result<event_writer_handle>>>();
  create_writer_actor(
      pravega, stream, pravega.default_writer_options(),
      [opened](result<event_writer_handle> writer) { opened->set_value(std::move(writer)); });
  return opened->get_future().get();
}

result<void> run(caf::actor_system& system, const std::string& controller) {
  config settings;
  settings.controller_uri = controller;
  auto pravega = make_client(system, settings);
  if (!pravega) return pravega.error();
  const scoped_stream stream{"examples", "sensors"};
  if (auto made = pravega->streams().ensure_scope(stream.scope); !made) return made.error();
  if (auto made = pravega->streams().ensure_stream(stream, fixed_segments(2)); !made)
    return made.error();
  auto writer = open_writer(*pravega, stream);
  if (!writer) return writer.error();

  auto outcome = std::make_shared<std::promise<result<void>>>();
  auto ended = outcome->get_future();
  system.spawn(sensor_actor, *writer, outcome);
  if (ended.wait_for(seconds{60}) != std::future_status::ready)
    return error{errc::deadline_exceeded, "the sensor does not end"};
  if (auto all = ended.get(); !all) return all;
  std::cout << readings << " readings are durable\n";
  return pravega->close().outcome;
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
