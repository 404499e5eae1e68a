#include "core/doubtful_answer.hpp"

#include <set>

#include "support/catch.hpp"

using namespace pravega_actor;
using namespace pravega_actor::internal;

TEST_CASE("some errors may be one controller's own, and no other") {
  const std::set<errc> expected{errc::protocol_violation, errc::limit_exceeded,
                                errc::unsupported_operation, errc::certificate_rejected,
                                errc::tls_failed};
  for (const auto code : {
#define X(name, retriable, fatal, sentence, advice) errc::name,
           PRAVEGA_ACTOR_ERRORS(X)
#undef X
       }) {
    CAPTURE(to_string(code));
    CHECK(is_doubtful(code) == expected.contains(code));
  }
}
