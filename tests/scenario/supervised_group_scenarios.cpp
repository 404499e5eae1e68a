// Readers of a group below a supervisor of the application.
#include <algorithm>

#include "scenario/group_scene.hpp"

using namespace pravega_actor;
using namespace pravega_actor::scenario;

namespace {

/// A supervisor over one reader, which has a subscriber in each of its lives.
struct supervised_scene : group_scene {
  std::vector<supervision_event> events;
  std::optional<caf::error> ended;
  supervisor_handle root;
  std::vector<scene_reader> lives;
  std::vector<error> refusals;
  bool releases = true;

  ~supervised_scene() {
    caf::anon_send_exit(root, caf::exit_reason::kill);
    root = nullptr;
    for (auto& life : lives)
      caf::anon_send_exit(life.subscriber, caf::exit_reason::user_shutdown);
    lives.clear();
    world.run_for(seconds{60});
  }

  supervision_event_sink sink() {
    return world.system().spawn(
        [this](supervision_event_sink::pointer) -> supervision_event_sink::behavior_type {
          return {[this](const supervision_event& event) { events.push_back(event); }};
        });
  }
  void start(const std::string& reader, const scoped_group& of) {
    const auto opened = [this](const result<event_reader_handle>& handle) {
      if (!handle) return refusals.push_back(handle.error());
      lives.push_back({handle, std::make_shared<group_inbox>(), {}});
      lives.back().inbox->releases = releases;
      subscribe(lives.back());
    };
    child_spec child{"reader", event_reader_child(*user, of, reader, {}, opened),
                     restart_type::transient, seconds{10}};
    supervision_policy policy;
    policy.restarts_max = 2;
    auto made =
        spawn_supervisor(world.system(), {"app", policy, {child}, sink(), world.ports().env});
    REQUIRE(made);
    root = *made;
    root->attach_functor([this](const caf::error& why) { ended = why; });
  }
  void start() {
    start("a", group);
    REQUIRE(until([&] { return lives.size() == 1; }));
  }
  [[nodiscard]] bool saw(event_kind kind) const {
    return std::any_of(events.begin(), events.end(),
                       [&](const auto& each) { return each.kind == kind; });
  }
};

}  // namespace

TEST_CASE(
    "supervised group: a reader that is killed joins again, and gets what was not released") {
  supervised_scene w;
  w.start();
  w.write(5);
  REQUIRE(w.until([&] { return w.lives[0].inbox->events().size() == 5; }));
  w.world.run_for(seconds{1});
  w.lives[0].inbox->releases = false;
  w.write(5);
  REQUIRE(w.until([&] { return w.lives[0].inbox->events().size() == 10; }));
  caf::anon_send_exit(*w.lives[0].handle, caf::exit_reason::kill);
  REQUIRE(w.until([&] { return w.lives.size() == 2; }, seconds{10}));
  REQUIRE(w.until([&] { return w.lives[1].inbox->events().size() == 5; }));
  w.world.run_for(seconds{3});
  CHECK(w.lives[1].inbox->events() == texts{"5", "6", "7", "8", "9"});
  CHECK(w.state().readers() == texts{"a"});
  CHECK(w.saw(event_kind::restarted));
  CHECK(w.refusals.empty());
}

TEST_CASE("supervised group: a reader that its supervisor stops leaves the group first") {
  supervised_scene w;
  w.start();
  w.write(5);
  REQUIRE(w.until([&] { return w.lives[0].inbox->events().size() == 5; }));
  caf::anon_send(w.root, stop_supervisor{});
  REQUIRE(w.until([&] { return w.ended.has_value(); }, seconds{10}));
  CHECK(w.state().readers().empty());
  REQUIRE(w.lives[0].inbox->ended.size() == 1);
  CHECK(w.lives[0].inbox->ended[0].outcome.error() == errc::closed);
}

TEST_CASE("supervised group: the reader of a supervisor that is killed leaves the group, too") {
  supervised_scene w;
  w.start();
  caf::anon_send_exit(w.root, caf::exit_reason::kill);
  REQUIRE(w.until([&] { return w.state().readers().empty(); }, seconds{10}));
}

TEST_CASE(
    "supervised group: a reader that is declared offline is an end that the supervisor sees") {
  supervised_scene w;
  w.start();
  w.propose({internal::remove_reader{"a", {}}});
  REQUIRE(w.until([&] { return w.lives.size() == 2; }, seconds{10}));
  CHECK(w.lives[0].inbox->ended.front().outcome.error() == errc::reader_offline);
  CHECK(errc_of(w.events.back().reason) == errc::reader_offline);
  CHECK(w.state().readers() == texts{"a"});
}

TEST_CASE("supervised group: a group that does not exist makes the supervisor give up") {
  supervised_scene w;
  w.start("a", {"scope", "nowhere"});
  REQUIRE(w.until([&] { return w.ended.has_value(); }));
  REQUIRE(w.refusals.size() == 3);
  CHECK(w.refusals[0] == errc::reader_group_not_found);
  w.world.run_for(seconds{1});
  CHECK(w.saw(event_kind::gave_up));
  CHECK(w.lives.empty());
}

TEST_CASE("supervised group: an invalid name is a failed start") {
  supervised_scene w;
  w.start("a b", w.group);
  REQUIRE(w.until([&] { return w.ended.has_value(); }));
  CHECK(w.refusals.at(0) == errc::invalid_name);
}
