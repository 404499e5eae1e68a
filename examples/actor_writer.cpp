// An actor of the application that writes events by messages: it owns its writer, sends without
// waiting for answers, and continues with credit when the writer is full.
#include <future>
#include <iostream>
#include <string>

#include "pravega_actor/actors.hpp"
#include "pravega_sandbox/sandbox.hpp"

using namespace pravega_actor;

namespace {

constexpr std::uint32_t readings = 10'000;
/// Readings under way. The writer below holds fewer, so it refuses some.
constexpr std::uint32_t window = 1'000;
constexpr std::size_t outstanding_events_max = 500;

struct sensor_state {
  event_writer_handle writer;
  /// The next reading to send; after a refusal the first refused one.
  std::uint32_t next = 0;
  std::uint32_t under_way = 0;
  std::uint32_t durable = 0;
  /// Credits that were used: a refusal of something that was sent before the last one is old.
  std::uint32_t credits = 0;
  bool refused = false;
  std::promise<result<std::uint32_t>> outcome;
  const char* name = "sensor";
};

using sensor = caf::stateful_actor<sensor_state>;

void send_readings(sensor* self);

void finish(sensor* self, result<std::uint32_t> outcome) {
  self->state.outcome.set_value(std::move(outcome));
  self->quit();
}

void close(sensor* self) {
  self->request(self->state.writer, caf::infinite, close_writer{seconds{10}})
      .then(
          [self](const writer_closed& closed) {
            const auto& all = closed.report.outcome;
            if (!all) return finish(self, all.error());
            finish(self, self->state.credits);
          },
          [self](const caf::error&) { finish(self, errc::actor_terminated); });
}

// Everything after the first refused reading is refused, too, until the credit is used.
void ask_for_credit(sensor* self) {
  self->state.refused = true;
  self->request(self->state.writer, caf::infinite, await_credit{100, window / 4})
      .then(
          [self](const credit& granted) {
            if (!granted.outcome) return finish(self, granted.outcome.error());
            auto& state = self->state;
            state.refused = false;
            ++state.credits;
            self->send(state.writer, use_credit{granted.number});
            send_readings(self);
          },
          [self](const caf::error&) { finish(self, errc::actor_terminated); });
}

void on_written(sensor* self, std::uint32_t number, std::uint32_t sent_after,
                const write_result& outcome) {
  auto& state = self->state;
  --state.under_way;
  if (outcome.outcome) {
    if (++state.durable == readings) return close(self);
  } else if (!(outcome.outcome.error() == errc::would_block)) {
    return finish(self, outcome.outcome.error());
  } else if (!state.refused && sent_after == state.credits) {
    state.next = number;
    ask_for_credit(self);
  }
  send_readings(self);
}

void send_readings(sensor* self) {
  auto& state = self->state;
  while (!state.refused && state.next < readings && state.under_way < window) {
    const auto number = state.next++;
    ++state.under_way;
    self->request(state.writer, caf::infinite,
                  write_event{"reading " + std::to_string(number),
                              "sensor-" + std::to_string(number % 5)})
        .then(
            [self, number, sent_after = state.credits](const event_written& written) {
              on_written(self, number, sent_after, written.outcome);
            },
            [self](const caf::error&) { finish(self, errc::actor_terminated); });
  }
}

caf::behavior sensor_actor(
    sensor* self, const client& pravega, const scoped_stream& stream,
    const std::shared_ptr<std::promise<result<std::uint32_t>>>& outcome) {
  self->state.outcome = std::move(*outcome);
  auto options = pravega.default_writer_options();
  options.outstanding_events_max = outstanding_events_max;
  create_writer_actor(pravega, stream, options, self);
  return {[self](const writer_opened& opened) {
    if (!opened.writer) return finish(self, opened.writer.error());
    self->state.writer = *opened.writer;
    send_readings(self);
  }};
}

result<void> run(caf::actor_system& system, const std::string& controller) {
  config settings;
  settings.controller_uri = controller;
  PRAVEGA_ACTOR_LET(auto pravega, make_client(system, settings));
  const scoped_stream stream{"examples", "sensors"};
  PRAVEGA_ACTOR_TRY(pravega.streams().ensure_scope(stream.scope));
  PRAVEGA_ACTOR_TRY(pravega.streams().ensure_stream(stream, fixed_segments(2)));

  auto outcome = std::make_shared<std::promise<result<std::uint32_t>>>();
  auto ended = outcome->get_future();
  system.spawn(sensor_actor, pravega, stream, outcome);
  if (ended.wait_for(seconds{60}) != std::future_status::ready)
    return error{errc::deadline_exceeded, "the sensor does not end"};
  PRAVEGA_ACTOR_LET(const auto credits, ended.get());
  std::cout << readings << " readings are durable; the writer was full " << credits
            << " times\n";
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
