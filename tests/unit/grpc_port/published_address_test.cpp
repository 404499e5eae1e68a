#include "grpc_port/published_address.hpp"

#include "support/catch.hpp"

using namespace pravega_actor;
using namespace pravega_actor::internal;
using internal::reachable;

TEST_CASE("a server that is published without an address is where its controller is") {
  const endpoint controller{"pravega.example", 9090};
  CHECK(reachable(endpoint{"0.0.0.0", 12345}, controller) ==
        endpoint{"pravega.example", 12345});
  CHECK(reachable(endpoint{"::", 12345}, controller) == endpoint{"pravega.example", 12345});
  CHECK(reachable(endpoint{"127.0.0.1", 12345}, controller) == endpoint{"127.0.0.1", 12345});
  CHECK(reachable(endpoint{"store", 12345}, controller) == endpoint{"store", 12345});
}

TEST_CASE("only the servers in a reply are changed") {
  const endpoint controller{"pravega.example", 9090};
  const auto servers = reachable(
      controller::reply{std::vector<endpoint>{{"0.0.0.0", 1}, {"other", 2}}}, controller);
  CHECK(servers.get<std::vector<endpoint>>() ==
        std::vector<endpoint>{{"pravega.example", 1}, {"other", 2}});
  const auto other = reachable(controller::reply{controller::creation{true}}, controller);
  CHECK(other.get<controller::creation>().created);
}
