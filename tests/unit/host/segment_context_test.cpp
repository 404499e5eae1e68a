#include "host/segment_context.hpp"

#include "support/catch.hpp"

using namespace pravega_actor;
using namespace pravega_actor::internal;

namespace {

segment_context context() {
  segment_context made;
  made.controller_address = "controller:9090";
  return made;
}

}  // namespace

TEST_CASE("a bare failure gets what a user needs to know", "[segment_context]") {
  const auto got = in_context(context(), errc::connection_lost, "scope/stream/0.#epoch.0",
                              "store:12345", stage::append);
  CHECK(got == errc::connection_lost);
  CHECK(got.at() == stage::append);
  CHECK(got.subject() == "scope/stream/0.#epoch.0");
  CHECK(got.controller() == "controller:9090");
  CHECK(got.segment_store() == "store:12345");
}

TEST_CASE("what a failure says itself stays", "[segment_context]") {
  const auto before = error{errc::wrong_host, "because"}
                          .with_stage(stage::handshake)
                          .with_subject("other")
                          .with_controller("c:1")
                          .with_segment_store("s:2")
                          .with_request_id(7);
  const auto got = in_context(context(), before, "subject", "store:12345", stage::append);
  CHECK(got.to_string() == before.to_string());
  CHECK(got.request_id() == 7);
}

TEST_CASE("without a store and a stage the failure has none", "[segment_context]") {
  const auto got = in_context(context(), errc::would_block, "subject", "");
  CHECK(got.segment_store().empty());
  CHECK(got.at() == stage::none);
}
