#include "grpc_port/needed_permission.hpp"

#include <map>

#include "all_requests.hpp"
#include "support/catch.hpp"

using namespace pravega_actor;
using namespace pravega_actor::internal;
using namespace pravega_actor::test;
using namespace pravega_actor::controller;

// Seen in the log of a 0.13 controller.
TEST_CASE("each call's permission is the one that a 0.13 controller asks for") {
  const std::string scope = "prn::/scope:sc";
  const std::string stream = scope + "/stream:st";
  const std::map<std::string_view, std::string> others{
      {"getControllerServerList", ""},
      {"listScopes", "READ on prn::/"},
      {"createScope", "READ_UPDATE on prn::/"},
      {"deleteScope", "READ_UPDATE on prn::/"},
      {"deleteScopeRecursive", "READ_UPDATE on prn::/"},
      {"checkScopeExists", "READ on " + scope},
      {"listStreamsInScope", "READ on " + scope},
      {"listStreamsInScopeForTag", "READ on " + scope},
      {"getReaderGroupConfig", "READ on " + scope},
      {"createStream", "READ_UPDATE on " + scope},
      {"createReaderGroup", "READ_UPDATE on " + scope},
      {"updateReaderGroup", "READ_UPDATE on " + scope},
      {"deleteReaderGroup", "READ_UPDATE on " + scope},
  };
  const std::set<std::string_view> reading{"getSegments",
                                           "getSegmentsImmediatelyFollowing",
                                           "getSegmentsBetween",
                                           "checkScale",
                                           "getURI",
                                           "isSegmentValid",
                                           "isStreamCutValid",
                                           "checkTransactionState",
                                           "listCompletedTransactions",
                                           "checkStreamExists",
                                           "getStreamConfiguration"};
  for (const auto& call : all_requests()) {
    const auto rpc = name_of(call);
    CAPTURE(rpc);
    const auto other = others.find(rpc);
    if (other != others.end())
      CHECK(needed_permission(call) == other->second);
    else
      CHECK(needed_permission(call) ==
            (reading.contains(rpc) ? "READ on " : "READ_UPDATE on ") + stream);
  }
}

TEST_CASE("a token's use decides about its permission") {
  const auto of = [](const std::string& stream, access_operation access) {
    return needed_permission(get_delegation_token{{"sc", stream}, access});
  };
  CHECK(of("st", access_operation::read) == "READ on prn::/scope:sc/stream:st");
  CHECK(of("st", access_operation::write) == "READ_UPDATE on prn::/scope:sc/stream:st");
  CHECK(of("_RGg", access_operation::read_write) ==
        "READ_UPDATE on prn::/scope:sc/reader-group:g");
  CHECK(of("_MARKst", access_operation::read) == "READ on prn::/scope:sc/stream:st");
  CHECK(needed_permission(get_current_segments{{"sc", "_RGg"}, access_operation::none}) ==
        "READ on prn::/scope:sc/reader-group:g");
}
