// Supervisors of the application: its actors, writers, readers and further supervisors in one
// tree.
#include <algorithm>
#include <map>
#include <stdexcept>

#include "scenario/scenario_support.hpp"

using namespace pravega_actor;
using namespace pravega_actor::scenario;

namespace {

struct tree_world : client_world {
  std::vector<supervision_event> events;
  supervisor_handle root;
  std::optional<caf::error> ended;
  std::map<std::string, caf::actor> now;
  std::vector<result<event_writer_handle>> writers;
  std::vector<result<stream_reader_handle>> readers;

  ~tree_world() {
    caf::anon_send_exit(root, caf::exit_reason::kill);
    root = nullptr;
    now.clear();
    writers.clear();
    readers.clear();
    world.run_for(seconds{60});
  }

  supervision_event_sink sink() {
    return world.system().spawn(
        [this](supervision_event_sink::pointer) -> supervision_event_sink::behavior_type {
          return {[this](const supervision_event& event) { events.push_back(event); }};
        });
  }
  result<void> start(std::vector<child_spec> children, supervision_policy policy = {}) {
    auto made = spawn_supervisor(
        world.system(), {"app", policy, std::move(children), sink(), world.ports().env});
    if (!made) return made.error();
    root = *made;
    root->attach_functor([this](const caf::error& why) { ended = why; });
    world.run_for(seconds{1});
    return {};
  }
  child_factory idle(const std::string& name) {
    return [this, name](const child_start& as) {
      return now[name] =
                 as.spawn([](caf::event_based_actor*) { return caf::behavior{[](int) {}}; });
    };
  }
  child_factory writer() {
    return writer_child(
        *user, stream, user->default_writer_options(),
        [this](const result<event_writer_handle>& opened) { writers.push_back(opened); });
  }
  child_factory reader() {
    return reader_child(
        *user, stream, [this] { return user->default_reader_options(); },
        [this](const result<stream_reader_handle>& opened) { readers.push_back(opened); });
  }
  template <class Handle>
  void kill(const Handle& which) {
    caf::anon_send_exit(which, caf::exit_reason::kill);
    world.run_for(seconds{1});
  }
  bool saw(event_kind kind, const std::string& path, std::optional<errc> why = {}) const {
    return std::any_of(events.begin(), events.end(), [&](const supervision_event& each) {
      return each.kind == kind && each.path == path && (!why || errc_of(each.reason) == why);
    });
  }
};

}  // namespace

TEST_CASE("supervised tree: a killed worker is started again, and events name it") {
  tree_world w;
  REQUIRE(w.start({{"worker", w.idle("worker")}}));
  REQUIRE(w.events.size() == 1);
  CHECK(w.events[0].kind == event_kind::started);
  CHECK(w.events[0].generation == 1);
  w.kill(w.now.at("worker"));
  REQUIRE(w.events.size() == 2);
  CHECK(w.events[1].kind == event_kind::restarted);
  CHECK(w.events[1].path == "app/worker");
  CHECK(w.events[1].child == "worker");
  CHECK(w.events[1].generation == 2);
  CHECK(w.events[1].reason == caf::exit_reason::kill);
}

TEST_CASE("supervised tree: a specification that is not valid starts nothing") {
  tree_world w;
  CHECK(w.start({{"", w.idle("a")}}).error() == errc::invalid_argument);
  CHECK(w.start({{"a", w.idle("a")}, {"a", w.idle("a")}}).error() == errc::invalid_argument);
  CHECK(w.start({{"a", nullptr}}).error() == errc::invalid_argument);
  CHECK(w.start({{"a", w.idle("a"), restart_type::permanent, seconds{-1}}}).error() ==
        errc::invalid_argument);
  supervision_policy backwards;
  backwards.period = seconds{-1};
  CHECK(w.start({}, backwards).error() == errc::invalid_argument);
  CHECK(w.now.empty());
}

TEST_CASE("supervised tree: supervise answers, and refuses a name twice") {
  tree_world w;
  REQUIRE(w.start({}));
  const auto add = [&](child_spec child) {
    return ask<child_supervised>(w.world, w.root, supervise{std::move(child)}).value().outcome;
  };
  CHECK(add({"a", w.idle("a")}));
  CHECK(add({"a", w.idle("b")}).error() == errc::invalid_argument);
  CHECK(add({"", w.idle("b")}).error() == errc::invalid_argument);
  CHECK(w.now.size() == 1);
  const auto status = ask<supervisor_status>(w.world, w.root, get_supervisor_status{});
  REQUIRE(status->children.size() == 1);
  CHECK(status->children[0].name == "a");
  CHECK(status->children[0].running);
}

TEST_CASE("supervised tree: a factory that fails or throws is a failure of its child") {
  tree_world w;
  int calls = 0;
  const auto factory = [&](const child_start& as) -> started_child {
    if (++calls == 1) return error{errc::would_block, "not yet"};
    if (calls == 2) throw std::runtime_error{"a bug"};
    return w.idle("late")(as);
  };
  REQUIRE(w.start({{"late", factory}}));
  CHECK(calls == 3);
  CHECK(w.now.contains("late"));
  CHECK(w.saw(event_kind::restarted, "app/late", errc::would_block));
  CHECK(w.saw(event_kind::restarted, "app/late", errc::actor_terminated));
}

TEST_CASE("supervised tree: the failure of a writer reaches its supervisor") {
  tree_world w;
  supervision_policy policy;
  policy.restarts_max = 2;
  REQUIRE(w.start({{"writer", w.writer(), restart_type::transient}}, policy));
  REQUIRE(w.writers.size() == 1);
  REQUIRE(w.writers[0]);
  const auto written = ask<event_written>(w.world, *w.writers[0], write_event{"event"});
  CHECK(written->outcome.outcome);

  // Killed, it is opened again.
  w.kill(*w.writers[0]);
  w.world.run_for(seconds{2});
  REQUIRE(w.writers.size() == 2);
  CHECK(ask<event_written>(w.world, *w.writers[1], write_event{"event"})->outcome.outcome);

  // On a sealed stream it fails, and each new one, too: the supervisor gives up.
  CHECK(w.world.control(controller::seal_stream{w.stream}));
  const auto failed = ask<event_written>(w.world, *w.writers[1], write_event{"event"});
  CHECK_FALSE(failed->outcome.outcome);
  REQUIRE(w.world.run_until([&] { return w.ended.has_value(); }, seconds{60}));
  w.world.run_for(seconds{1});
  CHECK(w.saw(event_kind::gave_up, "app/writer", errc::stream_sealed));
  CHECK(errc_of(*w.ended) == errc::retries_exhausted);
}

TEST_CASE("supervised tree: the client drains a writer of the application's tree") {
  tree_world w;
  REQUIRE(w.start({{"writer", w.writer(), restart_type::transient}}));
  auto answer = std::make_shared<std::optional<event_written>>();
  w.world.system().spawn([=, to = *w.writers.at(0)](caf::event_based_actor* self) {
    self->request(to, caf::infinite, write_event{"event"}).then([=](const event_written& got) {
      *answer = got;
    });
  });
  // Less than any delay of the network: the event is on its way.
  w.world.run_for(std::chrono::microseconds{20});
  REQUIRE_FALSE(answer->has_value());
  const auto report = w.close_client(seconds{10});
  CHECK(report.outcome);
  CHECK(report.writers.size() == 1);
  w.world.run_for(seconds{1});
  REQUIRE(answer->has_value());
  CHECK((*answer)->outcome.outcome);
  // It ended in order, and the supervisor lives on without it.
  CHECK(w.saw(event_kind::stopped, "app/writer"));
  CHECK_FALSE(w.ended);
}

TEST_CASE("supervised tree: a reader is opened again") {
  tree_world w;
  REQUIRE(w.start({{"reader", w.reader()}}));
  REQUIRE(w.readers.size() == 1);
  REQUIRE(w.readers[0]);
  w.kill(*w.readers[0]);
  w.world.run_for(seconds{2});
  REQUIRE(w.readers.size() == 2);
  CHECK(w.readers[1]);
}

TEST_CASE("supervised tree: the client closes a reader of the application's tree") {
  tree_world w;
  REQUIRE(w.start({{"reader", w.reader(), restart_type::transient}}));
  REQUIRE(w.readers.at(0));
  bool over = false;
  (*w.readers[0])->attach_functor([&] { over = true; });
  CHECK(w.close_client(seconds{10}).outcome);
  w.world.run_for(seconds{1});
  CHECK(over);
  CHECK(w.saw(event_kind::stopped, "app/reader"));
  CHECK_FALSE(w.ended);
}

TEST_CASE("supervised tree: a writer that cannot drain ends all the same, and for good") {
  tree_world w;
  REQUIRE(w.start({{"writer", w.writer(), restart_type::transient}}));
  bool over = false;
  (*w.writers.at(0))->attach_functor([&] { over = true; });
  w.network->mute();
  w.network->refuses = true;
  caf::anon_send(*w.writers[0], write_event{"event"});
  CHECK(w.close_client(seconds{10}).outcome.error() == errc::deadline_exceeded);
  w.world.run_for(seconds{5});
  CHECK(over);
  // The next start found the client closed: no failure that counts.
  CHECK(w.saw(event_kind::stopped, "app/writer", errc::closed));
  CHECK(w.writers.back().error() == errc::closed);
  CHECK_FALSE(w.ended);
}

TEST_CASE("supervised tree: a supervisor of another actor system opens nothing") {
  tree_world w;
  client_world elsewhere;
  const auto add = [&](child_factory start) {
    auto root = spawn_supervisor(elsewhere.world.system(),
                                 {"app",
                                  {},
                                  {{"child", std::move(start), restart_type::temporary}},
                                  {},
                                  elsewhere.world.ports().env});
    REQUIRE(root);
    elsewhere.world.run_for(seconds{1});
  };
  add(w.writer());
  add(w.reader());
  REQUIRE(w.writers.size() == 1);
  CHECK(w.writers[0].error() == errc::invalid_argument);
  REQUIRE(w.readers.size() == 1);
  CHECK(w.readers[0].error() == errc::invalid_argument);
}

TEST_CASE("supervised tree: nothing is left when the application lets everything go") {
  tree_world w;
  REQUIRE(w.start({{"worker", w.idle("worker")},
                   {"writer", w.writer(), restart_type::transient},
                   {"reader", w.reader(), restart_type::transient}}));
  w.user.reset();
  REQUIRE(w.writers.at(0));
  // The factories keep the client.
  CHECK(ask<event_written>(w.world, *w.writers[0], write_event{"event"})->outcome.outcome);
  w.root = nullptr;
  w.now.clear();
  w.writers.clear();
  w.readers.clear();
  w.world.run_for(seconds{400});
  CHECK(w.world.live_actors() == w.actors_before);
  CHECK(w.world.open_connections() == 0);
}

TEST_CASE("supervised tree: two children are not one actor") {
  tree_world w;
  const auto same = [&](const child_start& as) {
    return w.now.contains("a") ? w.now["a"]
                               : caf::actor_cast<caf::actor>(w.idle("a")(as).get().value());
  };
  REQUIRE(w.start({{"a", same}, {"b", same, restart_type::temporary}}));
  CHECK(w.saw(event_kind::stopped, "app/b", errc::invalid_argument));
  CHECK(ask<supervisor_stopped>(w.world, w.root, stop_supervisor{}));
  CHECK(w.ended);
}

TEST_CASE("supervised tree: a child that may take for ever to stop is not killed") {
  tree_world w;
  const auto slow = [](const child_start& as) {
    return as.spawn([](caf::event_based_actor* self) {
      self->set_exit_handler([self](const caf::exit_msg& exit) {
        if (exit.reason == caf::exit_reason::kill) return self->quit(exit.reason);
        self->delayed_anon_send(self, seconds{100}, 1);
      });
      return caf::behavior{[self](int) { self->quit(); }};
    });
  };
  REQUIRE(w.start({{"slow", slow, restart_type::transient, duration::max()}}));
  const auto begin = w.world.now();
  CHECK(ask<supervisor_stopped>(w.world, w.root, stop_supervisor{}, seconds{200}));
  CHECK(w.world.now() - begin >= seconds{100});
}

TEST_CASE("supervised tree: an exit message stops a supervisor, unless its reason is normal") {
  tree_world w;
  REQUIRE(w.start({{"worker", w.idle("worker")}}));
  caf::anon_send_exit(w.root, caf::exit_reason::normal);
  w.world.run_for(seconds{1});
  CHECK_FALSE(w.ended);
  caf::anon_send_exit(w.root, caf::exit_reason::user_shutdown);
  w.world.run_for(seconds{1});
  REQUIRE(w.ended);
  CHECK(*w.ended == caf::exit_reason::user_shutdown);
}

TEST_CASE("supervised tree: a supervisor below a supervisor stops its children with it") {
  tree_world w;
  supervisor_spec inner;
  inner.children = {{"worker", w.idle("worker")}};
  inner.events = w.sink();
  supervisor_handle below;
  REQUIRE(w.start({{"inner", supervisor_child(inner, [&](const supervisor_handle& started) {
                      below = started;
                    })}}));
  CHECK(w.saw(event_kind::started, "app/inner/worker"));
  const auto more = supervise{{"more", w.idle("more")}};
  CHECK(ask<child_supervised>(w.world, below, more)->outcome);
  w.world.run_for(seconds{1});
  CHECK(w.saw(event_kind::started, "app/inner/more"));
  bool over = false;
  w.now.at("worker")->attach_functor([&] { over = true; });
  CHECK(ask<supervisor_stopped>(w.world, w.root, stop_supervisor{}));
  CHECK(over);
  REQUIRE(w.ended);
  CHECK(*w.ended == caf::exit_reason::user_shutdown);
}
