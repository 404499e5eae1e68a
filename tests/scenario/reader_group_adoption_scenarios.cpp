// Reader groups whose state exists and that the controller does not know: clients before 0.9
// made them without it, or its record of them is lost.
#include "client/client_core.hpp"
#include "core/access.hpp"
#include "group_reader/find_group_start.hpp"
#include "group_reader/group_model.hpp"
#include "scenario/reader_group_world.hpp"
#include "synchronizer/synchronizer_actor.hpp"

using namespace pravega_actor;
using namespace pravega_actor::internal;
using namespace pravega_actor::scenario;

namespace {

constexpr std::int64_t no_generation = -1;

struct unknown_group_world : group_world {
  /// The state of a group with this id and generation, and nothing else.
  unknown_group_world(const uuid& id, std::int64_t generation) : group_world{2} {
    auto config = settings();
    config.id = id;
    config.generation = generation;
    std::optional<result<group_init>> start;
    find_group_start([this](controller::request what, auto answered,
                            auto) { answered(world.control(what)); },
                     config, [&](result<group_init> found) { start = std::move(found); });
    REQUIRE(*start);
    synchronizer_setup setup;
    setup.stream = state_stream_of(group);
    REQUIRE(world.control(controller::create_stream{setup.stream, {}}));
    const auto aside = spawn_synchronizer<group_model>(&world.system(),
                                                       access::core_of(*user).context(), setup);
    const auto made =
        ask<state_fetched<group_model>>(world, aside, initialize_state<group_model>{**start});
    REQUIRE(made);
    REQUIRE(made->outcome);
    caf::anon_send_exit(aside, caf::exit_reason::user_shutdown);
  }
  texts list() {
    return *get<texts>([&](auto done) { groups().list_groups_async("scope", done); });
  }
  bool erase() {
    return *get<bool>([&](auto done) { groups().delete_group_async(group, done); });
  }
};

void check_explained(const error& why) {
  INFO(why.to_string());
  CHECK(why == errc::reader_group_not_found);
  CHECK_THAT(why.to_string(), Catch::Contains("ensure_group"));
}

}  // namespace

TEST_CASE("unknown group: its readers read on, and calls say what to do") {
  unknown_group_world w{{}, no_generation};
  CHECK(w.list() == texts{"group"});
  reading_member one{w, "one"};
  const auto written = w.write("a", 20);
  REQUIRE(w.world.run_until([&] { return one.events().size() == 20; }, seconds{60}));
  const auto began = w.world.now();
  check_explained(w.describe().error());
  check_explained(w.make_checkpoint("cp").error());
  check_explained(w.reset(reset_to::last_checkpoint{}).error());
  check_explained(w.unread(unread_since::live_position).error());
  CHECK(w.world.now() - began < seconds{5});
  CHECK_FALSE(one.over());
  one.leave();
  w.finish();
}

TEST_CASE("unknown group: ensure_group makes it known while readers are at work") {
  // Of a client before 0.9, or of a controller that lost its record after three resets.
  const bool is_old = GENERATE(true, false);
  const uuid id = is_old ? uuid{} : uuid{7, 8};
  unknown_group_world w{id, is_old ? no_generation : 3};
  reading_member one{w, "one"};
  (void)w.write("a", 20);
  REQUIRE(w.world.run_until([&] { return one.events().size() == 20; }, seconds{60}));
  const auto known = w.ensure(w.settings());
  REQUIRE(known);
  CHECK(known->outcome == ensured::existed);
  CHECK(known->config.generation == (is_old ? 0 : 3));
  if (!is_old) CHECK(known->config.id == id);
  CHECK(known->config.id != uuid{});
  CHECK(w.describe()->readers.size() == 1);
  REQUIRE(w.make_checkpoint("cp"));
  const auto rest = w.write("b", 10);
  REQUIRE(w.world.run_until([&] { return one.events().size() == 30; }, seconds{60}));
  CHECK_FALSE(one.over());
  // A reset finds both sides at one again.
  const auto config = w.reset(reset_to::last_checkpoint{});
  REQUIRE(config);
  CHECK(config->generation == known->config.generation + 1);
  CHECK(config->id == known->config.id);
  CHECK(w.describe()->config == *config);
  REQUIRE(w.world.run_until([&] { return one.over().has_value(); }, seconds{60}));
  CHECK(one.over()->error() == errc::reader_offline);
  reading_member two{w, "two"};
  REQUIRE(w.world.run_until([&] { return two.events().size() >= 10; }, seconds{60}));
  w.world.run_for(seconds{5});
  CHECK(sorted(two.events()) == sorted(rest));
  one.leave();
  two.leave();
  w.finish();
}

TEST_CASE("unknown group: it keeps its settings, and can be deleted") {
  unknown_group_world w{{}, no_generation};
  auto other = w.settings();
  other.group_refresh_time_ms = 777;
  const bool becomes_known = GENERATE(true, false);
  if (becomes_known) {
    const auto known = w.ensure(other);
    REQUIRE(known);
    CHECK(known->outcome == ensured::differs);
    CHECK(known->differences == texts{"refresh time 500 ms instead of 777 ms"});
    CHECK(w.describe()->config.has_same_settings(w.settings()));
  }
  CHECK(w.erase());
  CHECK_FALSE(w.erase());
  CHECK(w.list().empty());
  CHECK(w.ensure(other)->outcome == ensured::created);
  w.finish();
}
