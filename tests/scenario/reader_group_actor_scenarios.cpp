// Reader groups and their readers by messages alone.
#include "client/group_calls.hpp"
#include "pravega_actor/actors.hpp"
#include "pravega_sandbox/simulation.hpp"
#include "support/catch.hpp"

using namespace pravega_actor;
using pravega_sandbox::simulation;

namespace {

const scoped_stream stream{"scope", "stream"};
const scoped_group group{"scope", "group"};

struct group_actor_world {
  simulation world{7, {}};
  client_actor pravega;
  std::vector<caf::actor> askers;

  group_actor_world() {
    world.create_stream(stream, 1);
    auto made = make_client_actor(world.system(), {}, world.ports());
    REQUIRE(made);
    pravega = *made;
  }
  ~group_actor_world() {
    for (const auto& each : askers)
      caf::anon_send_exit(each, caf::exit_reason::user_shutdown);
    askers.clear();
    pravega = nullptr;
    world.run_for(seconds{60});
  }
  /// Asks from an actor that lives as long as this.
  template <class Answer, class Message>
  Answer ask(const Message& what) {
    auto got = std::make_shared<std::optional<Answer>>();
    askers.push_back(
        world.system().spawn([=, to = pravega](caf::event_based_actor* self) -> caf::behavior {
          self->request(to, caf::infinite, what).then([got](const Answer& a) { *got = a; });
          return {[](caf::unit_t) {}};
        }));
    REQUIRE(world.run_until([&] { return got->has_value(); }, seconds{200}));
    return **got;
  }
  template <class Message>
  auto call(const Message& what) {
    return ask<stream_answer<typename Message::result_type>>(what).outcome;
  }
  static reader_group_config settings() {
    reader_group_config config;
    config.starting_cuts[stream] = std::nullopt;
    return config;
  }
};

}  // namespace

TEST_CASE("client actor: every call about reader groups is a message") {
  group_actor_world w;
  const auto made = w.call(groups::ensure_group{group, w.settings()});
  REQUIRE(made);
  CHECK(made->outcome == ensured::created);
  CHECK(*w.call(groups::list_groups{"scope"}) == std::vector<std::string>{"group"});
  CHECK(*w.call(groups::get_config{group}) == made->config);
  CHECK(w.call(groups::describe{group})->unassigned.size() == 1);
  CHECK(w.call(groups::get_distribution{group})->unassigned == 1);
  CHECK_FALSE(*w.call(groups::set_reader_offline{group, "nobody"}));
  const auto at = w.call(groups::initiate_checkpoint{group, "cp"});
  REQUIRE(at);
  CHECK(*w.call(groups::cancel_checkpoints{group}) == 0);
  CHECK(w.call(groups::generate_stream_cuts{group})->size() == 1);
  CHECK(w.call(groups::get_stream_cuts{group})->size() == 1);
  CHECK(w.call(groups::get_unread{group})->total == 0);
  CHECK(w.call(groups::update_retention_cut{group, at->cuts}).error() ==
        errc::precondition_failed);
  CHECK(w.call(groups::reset{group, reset_to::given_checkpoint{*at}})->generation == 1);
  CHECK(*w.call(groups::delete_group{group}));
  CHECK_FALSE(*w.call(groups::delete_group{group}));
  CHECK(w.call(groups::describe{group}).error() == errc::reader_group_not_found);
}

TEST_CASE("client actor: it opens readers of groups, which end with their owners") {
  group_actor_world w;
  CHECK(w.ask<event_reader_opened>(create_event_reader{group, "one"}).handle.error() ==
        errc::reader_group_not_found);
  REQUIRE(w.call(groups::ensure_group{group, w.settings()}));
  const auto opened = w.ask<event_reader_opened>(create_event_reader{group, "one"});
  CHECK(opened.group == group);
  CHECK(opened.reader == "one");
  CHECK(opened.handle);
  CHECK(w.ask<event_reader_opened>(create_event_reader{group, "one"}).handle.error() ==
        errc::reader_exists);
  CHECK(w.call(groups::get_distribution{group})->readers.size() == 1);
  for (const auto& each : std::exchange(w.askers, {}))
    caf::anon_send_exit(each, caf::exit_reason::user_shutdown);
  w.world.run_for(seconds{10});
  CHECK(w.call(groups::get_distribution{group})->readers.empty());
}

TEST_CASE("client actor: a watch of a group tells its subscriber") {
  group_actor_world w;
  REQUIRE(w.call(groups::ensure_group{group, w.settings()}));
  auto told = std::make_shared<std::vector<std::size_t>>();
  auto over = std::make_shared<bool>(false);
  auto subscriber = w.world.system().spawn([=](group_subscriber::pointer) {
    return group_subscriber::behavior_type{
        [=](const group_segments_changed& now) { told->push_back(now.segments); },
        [](const group_rebalanced&) {},
        [](const group_end_of_data&) {},
        [=](const group_watch_ended&) { *over = true; },
    };
  });
  const watch_group too_often{group, subscriber, milliseconds{1}};
  CHECK(w.ask<group_watch_opened>(too_often).watch.error() == errc::invalid_argument);
  CHECK(w.ask<group_watch_opened>(watch_group{group, subscriber}).watch);
  w.world.run_for(seconds{10});
  CHECK(*told == std::vector<std::size_t>{1});
  CHECK_FALSE(*over);
  REQUIRE(w.ask<client_closed>(close_client{}).report.outcome);
  REQUIRE(w.world.run_until([&] { return *over; }, seconds{60}));
  caf::anon_send_exit(subscriber, caf::exit_reason::user_shutdown);
}
