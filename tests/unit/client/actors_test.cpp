// The whole client in an application's actor system with one worker, over real sockets: were
// anything in it to wait, nothing would go on.
#include <algorithm>
#include <future>

#include "pravega_actor/actors.hpp"
#include "pravega_sandbox/sandbox.hpp"
#include "support/catch.hpp"

using namespace pravega_actor;
using pravega_sandbox::sandbox;

namespace {

const scoped_stream stream{"scope", "stream"};

struct one_worker {
  std::unique_ptr<sandbox> server;
  caf::actor_system_config chosen;
  std::unique_ptr<caf::actor_system> system;
  std::optional<client> user;

  one_worker() {
    auto started = sandbox::start();
    REQUIRE(started);
    server = std::move(*started);
    chosen.set("scheduler.max-threads", std::size_t{1});
    system = std::make_unique<caf::actor_system>(chosen);
    config settings;
    settings.controller_uri = server->controller_uri();
    auto made = make_client(*system, settings);
    REQUIRE(made);
    user = std::move(*made);
    REQUIRE(user->streams().ensure_scope(stream.scope));
    auto policy = fixed_segments(2);
    policy.scaling = {scaling_policy::kind::by_events_per_s, 1000, 2, 1};
    REQUIRE(user->streams().ensure_stream(stream, policy));
  }
};

// Waits in the test's thread for what comes from the worker.
template <class T>
T await(std::future<T> told) {
  REQUIRE(told.wait_for(std::chrono::seconds{30}) == std::future_status::ready);
  return told.get();
}

/// An actor of the application: writes, scales, flushes and reads by messages alone.
struct shop_state {
  const client* user = nullptr;
  event_writer_handle writer;
  stream_reader_handle reader;
  int events = 0;
  int durable = 0;
  int read = 0;
  std::shared_ptr<std::promise<result<stream_cut>>> done;
  const char* name = "shop";
};
using shop = caf::stateful_actor<shop_state>;

void give_up(shop* self, const error& why) {
  self->state.done->set_value(why);
  self->quit();
}

void close_all(shop* self) {
  auto& state = self->state;
  const auto lost = [self](const caf::error&) { give_up(self, errc::actor_terminated); };
  self->request(state.writer, caf::infinite, close_writer{seconds{20}})
      .then(
          [self, lost](const writer_closed& closed) {
            if (!closed.report.outcome) return give_up(self, closed.report.outcome.error());
            self->request(self->state.reader, caf::infinite, close_reader{})
                .then(
                    [self](const reader_closed& last) {
                      self->state.done->set_value(last.position);
                      self->quit();
                    },
                    lost);
          },
          lost);
}

void write_next(shop* self) {
  auto& state = self->state;
  const auto number = state.events++;
  self->request(state.writer, caf::infinite,
                write_event{std::to_string(number), std::to_string(number)})
      .then(
          [self](const event_written& written) {
            if (!written.outcome.outcome) return give_up(self, written.outcome.outcome.error());
            ++self->state.durable;
          },
          [self](const caf::error&) { give_up(self, errc::actor_terminated); });
}

void release_and_go_on(shop* self, std::uint64_t number, bool last) {
  self->request(self->state.reader, caf::infinite, release_through{number})
      .then(
          [self, last](const items_released& released) {
            if (!released.outcome) return give_up(self, released.outcome.error());
            if (last) return close_all(self);
            self->send(self->state.reader, read_demand{});
          },
          [self](const caf::error&) { give_up(self, errc::actor_terminated); });
}

caf::behavior shop_actor(shop* self, const client* user, int events,
                         const std::shared_ptr<std::promise<result<stream_cut>>>& done) {
  auto& state = self->state;
  state.user = user;
  state.done = done;
  caf::actor me{self};
  create_writer_actor(*user, stream, user->default_writer_options(),
                      [me](result<event_writer_handle> opened) {
                        if (opened) caf::anon_send(me, std::move(*opened));
                      });
  return {
      [self](const event_writer_handle& opened) {
        self->state.writer = opened;
        create_reader_actor(*self->state.user, stream,
                            self->state.user->default_reader_options(), caf::actor{self});
      },
      [self, events](const reader_opened& opened) {
        auto& held = self->state;
        if (!opened.reader) return give_up(self, opened.reader.error());
        held.reader = *opened.reader;
        self->send(held.reader, subscribe_reader{caf::actor_cast<reader_subscriber>(self), 1});
        for (int i = 0; i < events / 2; ++i)
          write_next(self);
        held.user->streams().scale_to_async(
            stream, 3, seconds{20},
            [me = caf::actor{self}](const result<stream_scaled>& scaled) {
              caf::anon_send(me, caf::atom("scaled"), scaled.has_value());
            });
      },
      [self, events](caf::atom_value, bool scaled) {
        if (!scaled) return give_up(self, errc::internal_error);
        for (int i = events / 2; i < events; ++i)
          write_next(self);
      },
      [self, events](const slice_delivered& got) {
        auto& held = self->state;
        held.read += static_cast<int>(got.slice.event_count());
        release_and_go_on(self, got.number, held.read == events);
      },
      // The release of a later slice releases ends, too.
      [](const segment_ended&) {},
      [self](const gap_delivered&) { give_up(self, errc::segment_truncated); },
      [self](const reader_ended& over) {
        if (!over.outcome && over.outcome.error() != errc::closed)
          give_up(self, over.outcome.error());
      },
  };
}

}  // namespace

TEST_CASE("one worker: an actor writes, scales, reads and closes without waiting", "[client]") {
  one_worker w;
  auto done = std::make_shared<std::promise<result<stream_cut>>>();
  auto told = done->get_future();
  w.system->spawn(shop_actor, &*w.user, 1000, done);
  const auto last = await(std::move(told));
  REQUIRE(last);
  // Behind everything in the three segments that the scale opened.
  const auto tail = w.user->streams().tail_cut(stream);
  REQUIRE(tail);
  CHECK(last->offsets == tail->offsets);
  CHECK(w.server->counters().events_appended == 1000);
  std::promise<bool> closed;
  w.user->close_async(seconds{20}, [&](const client_close_report& report) {
    closed.set_value(report.outcome.has_value());
  });
  CHECK(await(closed.get_future()));
  w.user.reset();
  w.system->await_all_actors_done();
}

TEST_CASE("one worker: calls that wait in the application's threads", "[client]") {
  one_worker w;
  auto writer = w.user->create_writer(stream);
  REQUIRE(writer);
  auto reader = w.user->create_reader(stream, w.user->default_reader_options());
  REQUIRE(reader);
  constexpr int events = 500;
  auto reading = std::async(std::launch::async, [&]() -> result<int> {
    int read = 0;
    while (read < events) {
      auto item = reader->next(seconds{20});
      if (!item) return item.error();
      if (!*item) break;
      if (const auto* slice = std::get_if<event_slice>(&**item))
        read += static_cast<int>(slice->event_count());
    }
    return read;
  });
  for (int i = 0; i < events; ++i) {
    REQUIRE(writer->write(std::to_string(i), as_bytes("x"), seconds{20}));
    if (i % 100 == 50) REQUIRE(w.user->streams().scale_to(stream, i / 100 + 1, seconds{20}));
    if (i % 100 == 0) w.server->cut_connections();
  }
  REQUIRE(writer->flush(seconds{20}));
  const auto read = reading.get();
  REQUIRE(read);
  CHECK(*read == events);
  // A sealed stream: the reader comes to its end, the writer to its error.
  REQUIRE(w.user->streams().seal_stream(stream));
  for (;;) {
    auto item = reader->next(seconds{20});
    if (!item) {
      CHECK(item.error() == errc::end_of_segment);
      break;
    }
    REQUIRE(*item);
  }
  auto outcome = std::make_shared<std::promise<result<void>>>();
  auto told = outcome->get_future();
  REQUIRE(writer->try_write(
      as_bytes("late"), [outcome](const write_result& r) { outcome->set_value(r.outcome); }));
  const auto refused = await(std::move(told));
  REQUIRE_FALSE(refused);
  CHECK(refused.error() == errc::not_written);
  const auto report = w.user->close(seconds{20});
  REQUIRE(report.writers.size() <= 1);
  w.user.reset();
  w.system->await_all_actors_done();
}
