#include "supervision/perform_actions.hpp"

#include <caf/scheduler/test_coordinator.hpp>
#include <functional>
#include <string>
#include <vector>

#include "support/catch.hpp"

using namespace pravega_actor;
using namespace pravega_actor::internal;

namespace {

using lines = std::vector<std::string>;

/// Notes the moments that it is asked about; says true to one of them.
class striking_environment final : public environment {
 public:
  lines seen;
  std::string deadly;
  std::int64_t wall_clock_ms() override { return 0; }
  time_point now() override { return {}; }
  std::uint64_t random() override { return 4; }
  std::int32_t next_flow_id() override { return 1; }
  bool strike(std::string_view machine, std::string_view action, strike_moment at) override {
    seen.push_back(std::string{machine} +
                   (at == strike_moment::before ? " before " : " after ") +
                   std::string{action});
    return seen.back() == deadly;
  }
};

/// Two actions.
struct machine {
  struct one {};
  struct two {};
  using action = std::variant<one, two>;
  static constexpr std::string_view actor = "machine";
};

struct testing_config : caf::actor_system_config {
  testing_config() { set("scheduler.policy", caf::atom("testing")); }
};

/// Performs "one" and "two" in an actor; returns what was carried out and whether it lives.
std::pair<lines, bool> perform(const std::shared_ptr<striking_environment>& env) {
  testing_config settings;
  caf::actor_system system{settings};
  auto& jobs = dynamic_cast<caf::scheduler::test_coordinator&>(system.scheduler());
  lines done;
  bool goes_on = false;
  struct performer {
    lines& done;
    void operator()(const machine::one&) const { done.emplace_back("one"); }
    void operator()(const machine::two&) const { done.emplace_back("two"); }
  };
  auto actor = system.spawn([&](caf::event_based_actor* self) -> caf::behavior {
    goes_on = perform_actions<machine>(
        self, env, std::vector<machine::action>{machine::one{}, machine::two{}},
        performer{done});
    return {[](int) {}};
  });
  bool down = false;
  actor->attach_functor([&] { down = true; });
  jobs.run();
  const bool lives = !down;
  CHECK(goes_on == lives);
  caf::anon_send_exit(actor, caf::exit_reason::user_shutdown);
  actor = nullptr;
  jobs.run();
  return {done, lives};
}

}  // namespace

TEST_CASE("each action has a moment before and one behind it", "[perform_actions]") {
  auto env = std::make_shared<striking_environment>();
  const auto [done, lives] = perform(env);
  CHECK(done == lines{"one", "two"});
  CHECK(lives);
  CHECK(env->seen == lines{"machine before one", "machine after one", "machine before two",
                           "machine after two"});
}

TEST_CASE("an actor that is struck does nothing more", "[perform_actions]") {
  auto env = std::make_shared<striking_environment>();
  SECTION("before an action") {
    env->deadly = "machine before two";
    const auto [done, lives] = perform(env);
    CHECK(done == lines{"one"});
    CHECK_FALSE(lives);
  }
  SECTION("after an action") {
    env->deadly = "machine after one";
    const auto [done, lives] = perform(env);
    CHECK(done == lines{"one"});
    CHECK_FALSE(lives);
    CHECK(env->seen.size() == 2);
  }
}
