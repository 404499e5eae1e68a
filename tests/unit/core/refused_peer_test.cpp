#include "core/refused_peer.hpp"

#include "support/catch.hpp"

using namespace pravega_actor;
using namespace pravega_actor::internal;

TEST_CASE("only what no repetition changes is a refused peer") {
  CHECK(is_refused_peer(errc::certificate_rejected));
  CHECK(is_refused_peer(errc::tls_failed));
  CHECK_FALSE(is_refused_peer(errc::segment_store_unreachable));
  CHECK_FALSE(is_refused_peer(errc::connection_lost));
  CHECK_FALSE(is_retriable(errc::certificate_rejected));
  CHECK_FALSE(is_retriable(errc::tls_failed));
}
