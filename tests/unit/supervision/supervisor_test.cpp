#include "supervision/supervisor.hpp"

#include "pravega_actor/actor_errors.hpp"
#include "support/catch.hpp"

using namespace pravega_actor;
using namespace pravega_actor::internal;

TEST_CASE("exit reasons: what counts as an ordered end", "[supervisor]") {
  CHECK(classify_exit(caf::error{}) == exit_kind::normal);
  CHECK(classify_exit(caf::exit_reason::normal) == exit_kind::normal);
  CHECK(classify_exit(caf::exit_reason::user_shutdown) == exit_kind::normal);
  CHECK(classify_exit(to_caf_error(errc::closed)) == exit_kind::normal);
  CHECK(classify_exit(to_caf_error(errc::stream_sealed)) == exit_kind::failure);
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
