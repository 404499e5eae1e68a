#include "transaction/open_transactional_writer.hpp"

#include "support/catch.hpp"
#include "support/fake_host.hpp"

using namespace pravega_actor;
using namespace pravega_actor::internal;

namespace {

struct opening {
  test::actor_world world;
  test::fake_host host{world};
  std::vector<result<transactional_writer_handle>> opened;
  void open(const scoped_stream& stream, const transactional_writer_options& options = {}) {
    open_transactional_writer(host, {stream, options, {}, {}},
                              [this](const auto& got) { opened.push_back(got); });
    world.run();
  }
};

}  // namespace

TEST_CASE("a transactional writer is a child that is drained", "[open_transactional_writer]") {
  opening o;
  o.open({"scope", "stream"});
  REQUIRE(o.opened.size() == 1);
  CHECK(o.opened[0]);
  CHECK(o.host.kinds == std::vector<std::string>{"transactions"});
  CHECK(o.host.drained == 1);
  o.opened.clear();
}

TEST_CASE("a transactional writer with bad names or options", "[open_transactional_writer]") {
  opening o;
  o.open({"scope", "no/stream"});
  transactional_writer_options options;
  options.transactions_open_max = 0;
  o.open({"scope", "stream"}, options);
  options.transactions_open_max = 1;
  options.writer.emplace();
  options.writer->block_bytes_max = 0;
  o.open({"scope", "stream"}, options);
  REQUIRE(o.opened.size() == 3);
  CHECK(o.opened[0].error() == errc::invalid_name);
  CHECK(o.opened[1].error() == errc::invalid_argument);
  CHECK(o.opened[2].error() == errc::invalid_argument);
  CHECK(o.host.kinds.empty());
}

TEST_CASE("a transactional writer of a closed or dying client", "[open_transactional_writer]") {
  opening o;
  o.host.is_closed = true;
  o.open({"scope", "stream"});
  o.host.is_closed = false;
  o.host.loses_children = true;
  o.open({"scope", "stream"});
  REQUIRE(o.opened.size() == 2);
  CHECK(o.opened[0].error() == errc::closed);
  CHECK(o.opened[1].error() == errc::actor_terminated);
}
