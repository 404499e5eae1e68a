#include "transport/socket_calls.hpp"

#include <array>

#include "support/catch.hpp"
#include "test_peer.hpp"

using namespace pravega_actor;
using namespace pravega_actor::internal;
using namespace pravega_actor::test;

TEST_CASE("a socket's calls do not wait") {
  std::array<int, 2> both{};
  REQUIRE(::socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, both.data()) == 0);
  descriptor ours{both[0]};
  descriptor theirs{both[1]};
  std::array<std::byte, 8> room{};
  CHECK(receive_now(ours.number(), room) == -1);
  CHECK(must_wait(errno));
  auto words = pattern(0, 8);
  std::array<iovec, 2> parts{iovec{words.data(), 3}, iovec{words.data() + 3, 5}};
  CHECK(send_now(theirs.number(), parts) == 8);
  CHECK(receive_now(ours.number(), room) == 8);
  CHECK(std::equal(room.begin(), room.end(), words.begin()));
  theirs.close();
  CHECK(receive_now(ours.number(), room) == 0);
  CHECK(send_now(ours.number(), parts) == -1);
  CHECK_FALSE(must_wait(errno));
}
