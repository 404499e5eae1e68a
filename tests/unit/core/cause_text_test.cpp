// An error inside another one's sentence: its facts, without its advice.
#include "core/cause_text.hpp"

#include "support/catch.hpp"

using namespace pravega_actor;
using namespace pravega_actor::internal;

TEST_CASE("a cause has everything but the advice") {
  const auto lost = error{errc::connection_lost, "reset by peer"}
                        .with_stage(stage::append)
                        .with_segment_store("s:12345");
  CHECK(cause_text(lost) ==
        "the connection ended: reset by peer [stage append, segment store s:12345] "
        "(connection_lost)");
  CHECK(cause_text(errc::closed) == "the object is closed (closed)");
}

TEST_CASE("only the error's own advice is left out") {
  const error quoting{errc::server_error, "it said: x; advice: y"};
  CHECK(cause_text(quoting) ==
        "the server reports an error of its own: it said: x; advice: y (server_error)");
}
