#include <set>

#include "pravega_actor/actor_errors.hpp"
#include "supervision/actor_slot.hpp"
#include "supervision/supervisor.hpp"
#include "support/catch.hpp"

using namespace pravega_actor;
using namespace pravega_actor::internal;

TEST_CASE("exit reasons: what counts as an ordered end", "[supervisor]") {
  CHECK(classify_exit(caf::error{}) == exit_kind::normal);
  CHECK(classify_exit(caf::exit_reason::normal) == exit_kind::normal);
  CHECK(classify_exit(caf::exit_reason::user_shutdown) == exit_kind::normal);
  CHECK(classify_exit(caf::exit_reason::kill) == exit_kind::failure);
  CHECK(classify_exit(caf::exit_reason::unhandled_exception) == exit_kind::failure);
  CHECK(classify_exit(caf::make_error(caf::sec::runtime_error, "x")) == exit_kind::failure);
}

TEST_CASE("exit reasons have texts", "[supervisor]") {
  CHECK(describe_exit(caf::error{}) == "ended normally");
  CHECK(describe_exit(caf::exit_reason::normal) == "ended normally");
  CHECK(describe_exit(caf::exit_reason::user_shutdown) == "was stopped");
  CHECK(describe_exit(caf::exit_reason::kill) == "was killed");
  CHECK(describe_exit(caf::exit_reason::unhandled_exception) == "threw an exception");
  const auto text = describe_exit(caf::make_error(caf::sec::runtime_error, "out of luck"));
  CHECK(text.find("out of luck") != std::string::npos);
  CHECK_FALSE(describe_exit(caf::exit_reason::unreachable).empty());
}

TEST_CASE("an error of the library is an exit reason of CAF", "[actor_errors]") {
  const error late = error{errc::deadline_exceeded, "3 events"}.with_stage(stage::close);
  const auto reason = to_caf_error(late);
  CHECK(reason == errc::deadline_exceeded);
  CHECK(reason != errc::closed);
  CHECK(errc_of(reason) == errc::deadline_exceeded);
  CHECK(classify_exit(reason) == exit_kind::failure);
  CHECK(describe_exit(reason) == late.to_string());
  CHECK(errc_of(caf::error{errc::invalid_argument}) == errc::invalid_argument);
  const caf::error last{errc::internal_error};
  CHECK(errc_of(last) == errc::internal_error);
  CHECK_FALSE(errc_of(caf::error{}));
  CHECK_FALSE(errc_of(caf::make_error(caf::sec::runtime_error, "x")));
  CHECK_FALSE(errc_of(caf::exit_reason::kill));
}

TEST_CASE("an actor system names the library's errors", "[actor_errors]") {
  caf::actor_system_config settings;
  add_error_category(settings);
  caf::actor_system system{settings};
  CHECK(system.render(errc::would_block) == "would_block");
  const error late{errc::closed, "it is over"};
  CHECK(system.render(to_caf_error(late)) == "closed: " + late.to_string());
}

TEST_CASE("a slot holds the current incarnation", "[actor_slot]") {
  caf::actor_system_config cfg;
  cfg.set("scheduler.max-threads", std::size_t{1});
  caf::actor_system system{cfg};
  actor_slot slot;
  CHECK(slot.get() == nullptr);
  auto first = system.spawn([](caf::event_based_actor*) { return caf::behavior{[](int) {}}; });
  auto second = system.spawn([](caf::event_based_actor*) { return caf::behavior{[](int) {}}; });
  slot.set(first);
  CHECK(slot.get() == first);
  slot.set(second);
  CHECK(slot.get() == second);
  slot.clear();
  CHECK(slot.get() == nullptr);
  caf::anon_send_exit(first, caf::exit_reason::kill);
  caf::anon_send_exit(second, caf::exit_reason::kill);
}
