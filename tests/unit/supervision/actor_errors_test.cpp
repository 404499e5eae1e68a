#include "pravega_actor/actor_errors.hpp"

#include "supervision/supervisor.hpp"
#include "support/catch.hpp"

using namespace pravega_actor;
using namespace pravega_actor::internal;

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

TEST_CASE("a number that no error of the library has is not one of its errors",
          "[actor_errors]") {
  constexpr auto last = static_cast<std::uint8_t>(errc::internal_error);
  for (int code = 1; code < 256; ++code) {
    const caf::error made{static_cast<std::uint8_t>(code), actor_error_category};
    CHECK(errc_of(made).has_value() == (code - 1 <= last));
  }
  const caf::error strange{255, actor_error_category, caf::make_message(std::string{"why"})};
  caf::actor_system_config settings;
  add_error_category(settings);
  caf::actor_system system{settings};
  CHECK(system.render(strange) == "internal_error: why");
}
