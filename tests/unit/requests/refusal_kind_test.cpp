#include "requests/refusal_kind.hpp"

#include "support/catch.hpp"

using namespace pravega_actor;
using namespace pravega_actor::internal;

TEST_CASE("refusal kind: what another attempt may mend is a failure", "[refusal_kind]") {
  CHECK(kind_of_refusal(errc::segment_sealed) == refusal_kind::sealed);
  CHECK(kind_of_refusal(errc::segment_not_found) == refusal_kind::missing);
  for (const auto final :
       {errc::protocol_violation, errc::invalid_argument, errc::limit_exceeded,
        errc::token_rejected, errc::unsupported_operation})
    CHECK(kind_of_refusal(final) == refusal_kind::violation);
  for (const auto passing :
       {errc::wrong_host, errc::server_error, errc::token_expired, errc::invalid_event_number,
        errc::malformed_frame, errc::connection_lost, errc::out_of_memory})
    CHECK(kind_of_refusal(passing) == refusal_kind::failure);
}
