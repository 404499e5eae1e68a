// A pipeline of actors under a supervisor of the application: a source makes readings, a
// transform turns each into an event, the library's writer stores it. Both stages are killed at
// work again and again. No event is lost, doubled or out of order, for three reasons:
// - The supervisor owns the writer, so the writer outlives the stages.
// - A ticket counts the events of a writer, and only this pipeline writes with it. So the last
//   ticket shows a new transform where the killed one stopped, even if no answer arrived.
// - The transform asks for credit before it asks the source for readings. So the writer's small
//   limit decides how many readings are made and not yet stored.
#include <algorithm>
#include <array>
#include <future>
#include <iostream>
#include <random>
#include <string>
#include <vector>

#include "pravega_actor/actors.hpp"
#include "pravega_sandbox/sandbox.hpp"

namespace pipeline {

/// Asks the source for readings; answered with `readings`.
struct produce {
  std::uint64_t first = 0;
  std::uint64_t count = 0;
};
struct readings {
  std::uint64_t first = 0;
  std::vector<std::uint64_t> values;
};
/// Tells the transform its source, at the start and after each restart of the source.
struct use_source {
  caf::actor source;
};
/// Tells the supervisor that every reading is durable.
struct all_durable {};

}  // namespace pipeline

CAF_ALLOW_UNSAFE_MESSAGE_TYPE(pipeline::produce)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(pipeline::readings)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(pipeline::use_source)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(pipeline::all_durable)

using namespace pravega_actor;

namespace {

const scoped_stream stream{"examples", "pipeline"};
constexpr std::uint64_t total = 6000;
constexpr std::uint64_t sensors = 5;
constexpr std::uint64_t batch = 16;
/// The writer holds no more events than this.
constexpr std::uint64_t outstanding_events_max = 64;
constexpr std::size_t event_bytes_max = 32;
/// A stage dies each time that about this many more events are durable.
constexpr std::uint64_t events_per_kill = 400;
constexpr std::uint32_t restarts_max = 100;

// --- source: can make any reading again, like a file or another stream ----------------------

caf::behavior source_actor(caf::event_based_actor*) {
  return {[](const pipeline::produce& wanted) {
    pipeline::readings made{wanted.first, {}};
    for (std::uint64_t i = 0; i < wanted.count; ++i)
      made.values.push_back((wanted.first + i) * 10);
    return made;
  }};
}

// --- transform ------------------------------------------------------------------------------

struct transform_state {
  event_writer_handle writer;
  caf::actor supervisor;
  caf::actor source;
  /// The next reading to write.
  std::uint64_t next = 0;
  /// It waits for this many readings, for which it has credit; 0: it waits for credit.
  std::uint64_t wanted = 0;
  /// Refusals that were handled. Answers to what was sent before the last one are old.
  std::uint32_t refusals = 0;
  const char* name = "transform";
};
using transform = caf::stateful_actor<transform_state>;

/// The supervisor restarts the transform unless the error says that this cannot help.
void fail(transform* self, const error& why) {
  self->quit(to_caf_error(why));
}

void on_readings(transform* self, const pipeline::readings& got);

void ask_for_readings(transform* self) {
  auto& state = self->state;
  if (state.wanted == 0 || !state.source) return;
  self->request(state.source, caf::infinite, pipeline::produce{state.next, state.wanted})
      .then([self](const pipeline::readings& got) { on_readings(self, got); },
            [](const caf::error&) {});  // the source is dead; `use_source` comes
}

void finish(transform* self) {
  self->request(self->state.writer, caf::infinite, flush_events{})
      .then(
          [self](const events_flushed& flushed) {
            if (!flushed.outcome) return fail(self, flushed.outcome.error());
            self->send(self->state.supervisor, pipeline::all_durable{});
          },
          [self](const caf::error& gone) { self->quit(gone); });
}

void ask_for_credit(transform* self, bool refused) {
  if (self->state.next == total) return finish(self);
  const auto count = std::min(batch, total - self->state.next);
  self->request(self->state.writer, caf::infinite, await_credit{count * event_bytes_max, count})
      .then(
          [self, count, refused, before = self->state.refusals](const credit& granted) {
            auto& state = self->state;
            if (before != state.refusals) return;  // a refusal came in between
            if (!granted.outcome) return fail(self, granted.outcome.error());
            if (refused) self->send(state.writer, use_credit{granted.number});
            state.wanted = count;
            ask_for_readings(self);
          },
          [self](const caf::error& gone) { self->quit(gone); });
}

// Credit that lies unused for too long is void, and then there may be no room. Everything
// after the first refused reading is refused, too, until a new credit is used.
void on_refused(transform* self, std::uint64_t number) {
  auto& state = self->state;
  ++state.refusals;
  state.next = number;
  state.wanted = 0;
  ask_for_credit(self, true);
}

void write(transform* self, std::uint64_t number, std::uint64_t value) {
  self->request(self->state.writer, caf::infinite,
                write_event{std::to_string(number) + '=' + std::to_string(value),
                            "sensor-" + std::to_string(number % sensors)})
      .then(
          [self, number, before = self->state.refusals](const event_written& written) {
            const auto& outcome = written.outcome.outcome;
            if (outcome) return;
            if (!(outcome.error() == errc::would_block)) return fail(self, outcome.error());
            if (before == self->state.refusals) on_refused(self, number);
          },
          [self](const caf::error& gone) { self->quit(gone); });
}

void on_readings(transform* self, const pipeline::readings& got) {
  auto& state = self->state;
  if (got.first != state.next || got.values.size() != state.wanted) return;  // asked twice
  for (const auto value : got.values)
    write(self, state.next++, value);
  state.wanted = 0;
  ask_for_credit(self, false);
}

caf::behavior transform_actor(transform* self, const event_writer_handle& writer,
                              const caf::actor& supervisor) {
  self->state.writer = writer;
  self->state.supervisor = supervisor;
  // Everything that the killed transform sent is in the writer's mailbox before this question.
  self->request(writer, caf::infinite, get_writer_status{})
      .then(
          [self](const writer_status& now) {
            self->state.next = now.last_written;
            ask_for_credit(self, false);
          },
          [self](const caf::error& gone) { self->quit(gone); });
  return {[self](const pipeline::use_source& now) {
    self->state.source = now.source;
    ask_for_readings(self);
  }};
}

// --- supervisor -----------------------------------------------------------------------------

struct run_report {
  std::uint32_t source_restarts = 0;
  std::uint32_t transform_restarts = 0;
};

struct supervisor_state {
  event_writer_handle writer;
  caf::actor source;
  caf::actor transform;
  run_report report;
  std::mt19937 random{1};
  std::uint64_t kill_at = events_per_kill;
  bool kill_source = false;
  std::promise<result<run_report>> outcome;
  const char* name = "supervisor";
};
using supervisor = caf::stateful_actor<supervisor_state>;

void end(supervisor* self, result<run_report> outcome) {
  self->state.outcome.set_value(std::move(outcome));
  // The stages end with their supervisor, and so does the writer that it owns.
  for (const auto& stage : {self->state.source, self->state.transform})
    if (stage) self->send_exit(stage, caf::exit_reason::user_shutdown);
  self->quit();
}

void start_transform(supervisor* self) {
  auto& state = self->state;
  state.transform =
      self->spawn<caf::monitored>(transform_actor, state.writer, caf::actor{self});
  self->send(state.transform, pipeline::use_source{state.source});
}

void start_source(supervisor* self) {
  auto& state = self->state;
  state.source = self->spawn<caf::monitored>(source_actor);
  if (state.transform) self->send(state.transform, pipeline::use_source{state.source});
}

void on_down(supervisor* self, const caf::down_msg& down) {
  auto& state = self->state;
  // An error of the library in the reason means that the writer has failed: the stages are not
  // to blame, and a restart does not help.
  if (const auto why = errc_of(down.reason)) return end(self, error{*why, "the writer failed"});
  if (state.report.source_restarts + state.report.transform_restarts == restarts_max)
    return end(self, error{errc::retries_exhausted, "the stages die too often"});
  if (down.source == state.source.address()) {
    ++state.report.source_restarts;
    start_source(self);
  } else if (down.source == state.transform.address()) {
    ++state.report.transform_restarts;
    start_transform(self);
  }
}

// What an operator or a bug would do: kills the stages in turn.
void kill_a_stage(supervisor* self) {
  auto& state = self->state;
  state.kill_at += events_per_kill / 2 + state.random() % events_per_kill;
  self->send_exit(state.kill_source ? state.source : state.transform, caf::exit_reason::kill);
  state.kill_source = !state.kill_source;
}

void close(supervisor* self) {
  self->request(self->state.writer, caf::infinite, close_writer{seconds{10}})
      .then(
          [self](const writer_closed& closed) {
            const auto& all = closed.report;
            if (!all.outcome) return end(self, all.outcome.error());
            if (all.durable_through != total)
              return end(self, error{errc::internal_error, "the writer has another count"});
            end(self, self->state.report);
          },
          [self](const caf::error&) { end(self, errc::actor_terminated); });
}

caf::behavior supervisor_actor(
    supervisor* self, const client& pravega,
    const std::shared_ptr<std::promise<result<run_report>>>& outcome) {
  self->state.outcome = std::move(*outcome);
  self->set_down_handler([self](caf::down_msg& down) { on_down(self, down); });
  auto options = pravega.default_writer_options();
  options.outstanding_events_max = outstanding_events_max;
  create_writer_actor(pravega, stream, options, caf::actor{self});
  return {
      [self](const writer_opened& opened) {
        if (!opened.writer) return end(self, opened.writer.error());
        self->state.writer = *opened.writer;
        self->send(self->state.writer,
                   subscribe_progress{caf::actor_cast<progress_sink>(caf::actor{self})});
        start_source(self);
        start_transform(self);
      },
      [self](const writer_progress& now) {
        if (now.durable_through >= self->state.kill_at) kill_a_stage(self);
      },
      [self](const pipeline::all_durable&) { close(self); },
  };
}

/// Every reading is stored once, and those of a sensor are in order.
result<void> check_stored(client& pravega) {
  auto options = pravega.default_reader_options();
  PRAVEGA_ACTOR_LET(options.end, pravega.streams().tail_cut(stream));
  PRAVEGA_ACTOR_LET(auto reader, pravega.create_reader(stream, options));
  std::array<std::uint64_t, sensors> next{};
  for (std::uint64_t sensor = 0; sensor < sensors; ++sensor)
    next[sensor] = sensor;
  for (std::uint64_t count = 0;;) {
    const auto item = reader.next(seconds{10});
    if (!item && item.error() == errc::end_of_segment)
      return count == total ? result<void>{} : error{errc::internal_error, "readings are lost"};
    if (!item) return item.error();
    if (!*item) return error{errc::deadline_exceeded, "not every event comes"};
    const auto* slice = std::get_if<event_slice>(&**item);
    if (slice == nullptr) continue;
    for (const auto event : *slice) {
      const auto number = std::stoull(std::string{as_text(event.payload)});
      if (number != next[number % sensors])
        return error{errc::internal_error, "reading " + std::to_string(number) +
                                               " is doubled, or one before it is missing"};
      next[number % sensors] += sensors;
      ++count;
    }
  }
}

result<void> run(caf::actor_system& system, const std::string& controller) {
  config settings;
  settings.controller_uri = controller;
  PRAVEGA_ACTOR_LET(auto pravega, make_client(system, settings));
  PRAVEGA_ACTOR_TRY(pravega.streams().ensure_scope(stream.scope));
  PRAVEGA_ACTOR_TRY(pravega.streams().ensure_stream(stream, fixed_segments(2)));

  auto outcome = std::make_shared<std::promise<result<run_report>>>();
  auto ended = outcome->get_future();
  system.spawn(supervisor_actor, pravega, outcome);
  if (ended.wait_for(seconds{60}) != std::future_status::ready)
    return error{errc::deadline_exceeded, "the pipeline does not end"};
  PRAVEGA_ACTOR_LET(const auto report, ended.get());
  PRAVEGA_ACTOR_TRY(check_stored(pravega));
  std::cout << total << " readings are stored once and in order; the source was restarted "
            << report.source_restarts << " times, the transform " << report.transform_restarts
            << " times\n";
  if (report.source_restarts == 0 || report.transform_restarts == 0)
    return error{errc::internal_error, "a stage was never killed"};
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
