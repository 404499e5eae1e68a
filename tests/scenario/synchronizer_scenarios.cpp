// Synchronizers of one state in virtual time, against the sandbox's store.
#include "client/client_core.hpp"
#include "core/access.hpp"
#include "pravega_actor/state_synchronizer.hpp"
#include "scenario/scenario_support.hpp"
#include "support/text_model.hpp"
#include "synchronizer/synchronizer_actor.hpp"

using namespace pravega_actor;
using namespace pravega_actor::internal;
using namespace pravega_actor::scenario;
using test::text_model;
using handle = synchronizer_handle<text_model>;
using words = text_model::state_type;
using fetched = state_fetched<text_model>;
using proposed = proposal_answered<text_model>;
using compacted = state_compacted<text_model>;

namespace {

struct synchronizer_world : client_world {
  using client_world::client_world;
  std::vector<handle> opened;
  std::vector<result<synchronizer_control>> openings;

  ~synchronizer_world() {
    for (const auto& each : opened)
      caf::anon_send_exit(each, caf::exit_reason::user_shutdown);
    opened.clear();
    openings.clear();
    world.run_for(seconds{1});
  }
  handle spawn(const scoped_stream& which, caf::actor_addr owner = {}) {
    synchronizer_setup setup;
    setup.stream = which;
    setup.timing.operation_timeout = seconds{20};
    setup.owner = std::move(owner);
    auto& core = access::core_of(*user);
    auto& system = world.system();
    opened.push_back(spawn_synchronizer<text_model>(
        &system, core.context(), setup,
        [this](const result<synchronizer_control>& outcome) { openings.push_back(outcome); }));
    return opened.back();
  }
  handle spawn() { return spawn(stream); }

  template <class Reply, class Message>
  auto get(const handle& to, Message what) {
    const auto reply = ask<Reply>(world, to, std::move(what));
    REQUIRE(reply);
    return reply->outcome;
  }
  result<synced<words>> fetch(const handle& to) { return get<fetched>(to, fetch_state{}); }
  result<synced<words>> initialize(const handle& to, const words& state = {}) {
    return get<fetched>(to, initialize_state<text_model>{state});
  }
  result<proposal<words>> propose(const handle& to, revision at, words updates) {
    return get<proposed>(to, propose_updates<text_model>{at, std::move(updates)});
  }
};

template <class Answer>
void note(std::vector<std::string>& log, const char* what, const Answer& got) {
  log.push_back(what + std::string{got.outcome ? " ok" : " failed"});
}

}  // namespace

TEST_CASE("synchronizer: two replicas of a state go the same way") {
  synchronizer_world w;
  const auto a = w.spawn();
  const auto b = w.spawn();
  CHECK(w.fetch(a)->state == nullptr);
  const auto first = w.initialize(a, {"zero"});
  REQUIRE(first);
  CHECK(*first->state == words{"zero"});
  const auto seen = w.initialize(b, {"other"});
  CHECK(*seen->state == words{"zero"});
  CHECK(seen->at == first->at);
  const auto one = w.propose(a, first->at, {"one", "two"});
  CHECK(one->accepted);
  CHECK(one->now.at > first->at);
  const auto late = w.propose(b, seen->at, {"late"});
  CHECK_FALSE(late->accepted);
  CHECK(*late->now.state == words{"zero", "one", "two"});
  CHECK(w.propose(b, late->now.at, {"three"})->accepted);
  CHECK(w.get<updates_appended>(a, append_updates<text_model>{{"four"}}));
  const words all{"zero", "one", "two", "three", "four"};
  CHECK(*w.fetch(a)->state == all);
  CHECK(*w.fetch(b)->state == all);
  CHECK(w.get<compacted>(b, compact_state{}));
  const auto again = w.get<compacted>(b, compact_state{});
  CHECK_FALSE(again->not_dropped);
  CHECK(*w.fetch(w.spawn())->state == all);
  CHECK(*w.fetch(a)->state == all);
  const auto reset = w.get<proposed>(a, reset_state<text_model>{w.fetch(a)->at, {"new"}});
  CHECK(reset->accepted);
  CHECK(*w.fetch(b)->state == words{"new"});
}

TEST_CASE("synchronizer: a large entry and a long log") {
  synchronizer_world w;
  const auto a = w.spawn();
  auto now = *w.initialize(a);
  const std::string large(3u << 20, 'x');
  for (int i = 0; i < 3; ++i) {
    const auto next = w.propose(a, now.at, {large, "small"});
    REQUIRE(next);
    REQUIRE(next->accepted);
    now = next->now;
  }
  const auto seen = w.fetch(w.spawn());
  REQUIRE(seen);
  CHECK(seen->at == now.at);
  CHECK(*seen->state == words{large, "small", large, "small", large, "small"});
  CHECK(w.propose(a, now.at, {std::string(8u << 20, 'y')}).error() == errc::limit_exceeded);
}

TEST_CASE(
    "synchronizer: messages are served in their order, and what does not decode is not "
    "written") {
  synchronizer_world w;
  const auto a = w.spawn();
  const auto log = std::make_shared<std::vector<std::string>>();
  w.world.system().spawn([a, log](caf::event_based_actor* self) {
    const auto seen = [log](const char* what) {
      return [log, what](const fetched& got) { note(*log, what, got); };
    };
    const auto added = [log](const char* what) {
      return [log, what](const updates_appended& got) { note(*log, what, got); };
    };
    self->request(a, seconds{50}, initialize_state<text_model>{{}}).then(seen("initialize"));
    self->request(a, seconds{50}, append_updates<text_model>{{"one"}}).then(added("append"));
    self->request(a, seconds{50}, append_updates<text_model>{{"unwritable"}})
        .then(added("unwritable"));
    self->request(a, seconds{50}, fetch_state{}).then(seen("fetch"));
  });
  REQUIRE(w.world.run_until([&] { return log->size() == 4; }, seconds{60}));
  CHECK(*log == texts{"unwritable failed", "initialize ok", "append ok", "fetch ok"});
  CHECK(*w.fetch(a)->state == words{"one"});
}

TEST_CASE("synchronizer: too many messages are refused") {
  synchronizer_world w;
  w.controller->now = switched_controller::mode::silent;
  const auto a = w.spawn();
  std::size_t refused = 0;
  std::size_t answered = 0;
  w.world.system().spawn([&, a](caf::event_based_actor* self) {
    for (std::size_t i = 0; i < limits::synchronizer_queue_max + 3; ++i)
      self->request(a, seconds{100}, fetch_state{}).then([&](const fetched& got) {
        ++answered;
        if (!got.outcome && got.outcome.error() == errc::limit_exceeded) ++refused;
      });
  });
  REQUIRE(w.world.run_until([&] { return refused == 3; }, seconds{1}));
  CHECK(answered == 3);
  w.controller->now = switched_controller::mode::through;
  CHECK(w.world.run_until([&] { return answered == limits::synchronizer_queue_max + 3; },
                          seconds{100}));
}

TEST_CASE("synchronizer: it needs a stream of one segment that is not sealed") {
  synchronizer_world w;
  const scoped_stream two{"scope", "two"};
  w.world.create_stream(two, 2);
  const scoped_stream sealed{"scope", "sealed"};
  w.world.create_stream(sealed, 1);
  REQUIRE(w.world.control(controller::seal_stream{sealed}));
  CHECK(w.fetch(w.spawn(two)).error() == errc::invalid_argument);
  CHECK(w.fetch(w.spawn(sealed)).error() == errc::stream_sealed);
  CHECK(w.fetch(w.spawn({"scope", "missing"})).error() == errc::stream_not_found);
  REQUIRE(w.openings.size() == 3);
  CHECK(w.openings[0].error().subject() == "scope/two");
}

TEST_CASE("synchronizer: it finds its segment when the controller is back") {
  synchronizer_world w;
  w.controller->now = switched_controller::mode::away;
  const auto a = w.spawn();
  w.world.after(seconds{10}, [&] { w.controller->now = switched_controller::mode::through; });
  CHECK(w.initialize(a));
  REQUIRE(w.openings.size() == 1);
  CHECK(w.openings[0]);
}

TEST_CASE("synchronizer: a silent store ends each operation at its time") {
  synchronizer_world w;
  const auto a = w.spawn();
  const auto now = w.initialize(a)->at;
  w.network->mute();
  w.network->refuses = true;
  const auto begin = w.world.now();
  CHECK(w.fetch(a).error() == errc::deadline_exceeded);
  CHECK(w.world.now() - begin < seconds{21});
  w.network->refuses = false;
  CHECK(w.fetch(a));
  w.network->mute();
  w.network->refuses = true;
  const auto second = w.world.now();
  CHECK(w.propose(a, now, {"lost"}).error() == errc::outcome_unknown);
  CHECK(w.world.now() - second < seconds{26});
  w.network->refuses = false;
  const auto seen = w.fetch(a);
  CHECK(w.propose(a, seen->at, {"found"})->accepted);
}

TEST_CASE("synchronizer: whatever waits is answered when the actor dies") {
  synchronizer_world w;
  const auto a = w.spawn();
  const auto now = w.initialize(a)->at;
  w.network->mute(lost::answers);
  std::vector<errc> answers;
  w.world.system().spawn([&, a, now](caf::event_based_actor* self) {
    self->request(a, seconds{100}, propose_updates<text_model>{now, {"maybe"}})
        .then([&](const proposed& got) { answers.push_back(got.outcome.error().code()); });
    self->request(a, seconds{100}, fetch_state{}).then([&](const fetched& got) {
      answers.push_back(got.outcome.error().code());
    });
  });
  w.world.run_for(seconds{1});
  CHECK(answers.empty());
  caf::anon_send_exit(a, caf::exit_reason::kill);
  w.world.run_for(seconds{1});
  CHECK(answers == std::vector{errc::outcome_unknown, errc::actor_terminated});
  CHECK(w.fetch(w.spawn())->state->empty());
}

TEST_CASE("synchronizer: closing finishes what was asked before") {
  synchronizer_world w;
  const auto a = w.spawn();
  std::vector<std::string> log;
  w.world.system().spawn([&, a](caf::event_based_actor* self) {
    self->request(a, seconds{50}, initialize_state<text_model>{{"last"}})
        .then([&](const fetched& got) { log.push_back(got.outcome ? "ok" : "failed"); });
    self->request(a, seconds{50}, close_synchronizer{}).then([&](synchronizer_closed) {
      log.emplace_back("closed");
    });
    self->request(a, seconds{50}, fetch_state{}).then([&](const fetched& got) {
      log.emplace_back(to_string(got.outcome.error().code()));
    });
  });
  REQUIRE(w.world.run_until([&] { return log.size() == 3; }, seconds{60}));
  CHECK(log == texts{"closed", "ok", "closed"});
  CHECK(*w.fetch(w.spawn())->state == words{"last"});
}

TEST_CASE("synchronizer: it ends with its owner") {
  synchronizer_world w;
  auto owner = w.world.system().spawn(
      [](caf::event_based_actor*) -> caf::behavior { return {[](int) {}}; });
  const auto a = w.spawn(w.stream, owner.address());
  REQUIRE(w.initialize(a));
  const auto before = w.world.live_actors();
  caf::anon_send_exit(owner, caf::exit_reason::user_shutdown);
  owner = nullptr;
  w.opened.clear();
  w.openings.clear();
  w.world.run_for(seconds{1});
  CHECK(w.world.live_actors() <= before - 2);
}

TEST_CASE("synchronizer: the client's actor opens one that its asker owns") {
  synchronizer_world w;
  auto pravega = make_client_actor(*w.user);
  auto seen = std::make_shared<std::optional<words>>();
  auto owned = std::make_shared<handle>();
  auto asker = w.world.system().spawn(
      [=, stream = w.stream](caf::event_based_actor* self) -> caf::behavior {
        self->request(pravega, seconds{50}, create_synchronizer_of<text_model>(stream))
            .then([=](const synchronizer_opened& opened) {
              *owned = opened.handle_of<text_model>().value();
              self->request(*owned, seconds{50}, initialize_state<text_model>{{"asked"}})
                  .then([=](const fetched& got) { *seen = *got.outcome->state; });
            });
        return {[](int) {}};
      });
  REQUIRE(w.world.run_until([&] { return seen->has_value(); }, seconds{100}));
  CHECK(**seen == words{"asked"});
  const auto alive = w.world.live_actors();
  caf::anon_send_exit(asker, caf::exit_reason::user_shutdown);
  asker = nullptr;
  *owned = nullptr;
  w.world.run_for(seconds{1});
  CHECK(w.world.live_actors() <= alive - 2);
  pravega = nullptr;
  w.world.run_for(seconds{1});
}

TEST_CASE("synchronizer: a callback gets one without an owner, until the client closes") {
  synchronizer_world w;
  std::optional<synchronizer_opened> opened;
  create_synchronizer_actor(*w.user, create_synchronizer_of<text_model>(w.stream),
                            [&](const synchronizer_opened& got) { opened = got; });
  REQUIRE(w.world.run_until([&] { return opened.has_value(); }, seconds{100}));
  auto shared = opened->handle_of<text_model>().value();
  CHECK(*w.initialize(shared, {"free"})->state == words{"free"});
  std::optional<synchronizer_opened> refused;
  create_synchronizer_actor(*w.user, create_synchronizer_of<text_model>({"scope", "missing"}),
                            [&](const synchronizer_opened& got) { refused = got; });
  REQUIRE(w.world.run_until([&] { return refused.has_value(); }, seconds{100}));
  CHECK(refused->handle_of<text_model>().error() == errc::stream_not_found);
  opened.reset();
  w.close_client();
  CHECK_FALSE(ask<fetched>(w.world, shared, fetch_state{}));
  shared = nullptr;
}

TEST_CASE("synchronizer: the handle's calls that do not wait") {
  synchronizer_world w;
  std::optional<state_synchronizer<text_model>> shared;
  open_synchronizer_async<text_model>(*w.user, w.stream, {},
                                      [&](const result<state_synchronizer<text_model>>& got) {
                                        if (got) shared = *got;
                                      });
  REQUIRE(w.world.run_until([&] { return shared.has_value(); }, seconds{100}));
  std::vector<std::string> log;
  const auto seen = [&](const result<synced<words>>& got) {
    log.push_back(got ? std::to_string(got->state->size()) : "failed");
  };
  shared->initialize_async({"a"}, seconds{9}, seen);
  shared->update_unconditionally_async({"b"}, seconds{9}, [&](const result<void>& got) {
    log.emplace_back(got ? "ok" : "failed");
  });
  shared->update_unconditionally_async(
      {"unwritable"}, seconds{9},
      [&](const result<void>& got) { log.emplace_back(to_string(got.error().code())); });
  shared->fetch_async(seconds{9}, seen);
  shared->propose_async({}, {"c"}, seconds{9}, [&](const result<proposal<words>>& got) {
    log.emplace_back(got->accepted ? "accepted" : "outdated");
  });
  shared->compact_async(seconds{9}, [&](const result<compaction<words>>& got) {
    log.push_back(std::to_string(got->now.state->size()));
  });
  REQUIRE(w.world.run_until([&] { return log.size() == 6; }, seconds{100}));
  CHECK(log == texts{"invalid_argument", "1", "ok", "2", "outdated", "2"});
  // In the thread of a world nothing waits.
  CHECK(shared->fetch(seconds{9}).error() == errc::would_block);
  shared->close();
  shared->fetch_async(seconds{9}, seen);
  REQUIRE(w.world.run_until([&] { return log.size() == 7; }, seconds{100}));
  CHECK(log.back() == "failed");
}
