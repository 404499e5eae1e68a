#include "requests/session_link.hpp"

#include "support/catch.hpp"

using namespace pravega_actor;
using namespace pravega_actor::internal;

namespace {

/// A channel that takes every reply.
struct plain_channel {
  std::vector<std::uint64_t> replies;
  std::vector<std::uint64_t> ends;
  void on_reply(std::uint64_t serial, const wire::frame&) { replies.push_back(serial); }
  void on_session_closed(std::uint64_t serial, const error&) { ends.push_back(serial); }
};

/// A channel that knows the ids of its requests.
struct choosy_channel : plain_channel {
  bool expects(std::uint64_t serial, std::int64_t request_id) const {
    return serial == 7 && request_id == 100;
  }
};

}  // namespace

TEST_CASE("a link carries the number of its session", "[session_link]") {
  const auto channel = std::make_shared<plain_channel>();
  session_link<plain_channel> first{channel, 1};
  session_link<plain_channel> second{channel, 2};
  second.on_reply({});
  first.on_reply({});
  first.on_session_closed(errc::connection_lost);
  CHECK(channel->replies == std::vector<std::uint64_t>{2, 1});
  CHECK(channel->ends == std::vector<std::uint64_t>{1});
}

TEST_CASE("a link does not keep its channel alive", "[session_link]") {
  auto channel = std::make_shared<choosy_channel>();
  const std::weak_ptr<choosy_channel> watched{channel};
  session_link<choosy_channel> link{channel, 7};
  CHECK(link.expects(100));
  channel.reset();
  CHECK(watched.expired());
  CHECK_NOTHROW(link.on_reply({}));
  CHECK_NOTHROW(link.on_session_closed(errc::connection_lost));
  CHECK_FALSE(link.expects(100));
}

TEST_CASE("a channel that knows its requests is asked with the session's number",
          "[session_link]") {
  const auto channel = std::make_shared<choosy_channel>();
  CHECK((session_link<choosy_channel>{channel, 7}.expects(100)));
  CHECK_FALSE((session_link<choosy_channel>{channel, 8}.expects(100)));
  CHECK_FALSE((session_link<choosy_channel>{channel, 7}.expects(101)));
  CHECK((session_link<plain_channel>{channel, 8}.expects(101)));
}
