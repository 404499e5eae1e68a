#include "reader/open_reader.hpp"

#include "support/catch.hpp"
#include "support/fake_host.hpp"

namespace pravega_actor::test {

using namespace internal;

namespace {

struct opening {
  actor_world world;
  fake_host host{world};
  reader_options options;
  std::vector<result<opened_reader>> got;
  void open(const scoped_stream& stream) {
    open_reader(host, {stream, options, reader_use::handle, {}},
                [this](result<opened_reader> opened) { got.push_back(std::move(opened)); });
    world.run();
  }
  error only() {
    REQUIRE(got.size() == 1);
    return got[0].error();
  }
};

}  // namespace

TEST_CASE("open reader: what the controller refuses comes once, with its address", "[open]") {
  opening f;
  f.open({"scope", "stream"});
  CHECK(f.host.kinds == std::vector<std::string>{"reader"});
  CHECK(f.only() == errc::unsupported_operation);
  CHECK(f.only().controller() == "controller:9090");
}

TEST_CASE("open reader: a name that is not valid is refused", "[open]") {
  opening f;
  f.open({"scope", "not/valid"});
  CHECK(f.only() == errc::invalid_name);
  CHECK(f.only().subject() == "scope/not/valid");
}

TEST_CASE("open reader: a closed client opens none", "[open]") {
  opening f;
  f.host.is_closed = true;
  f.open({"scope", "stream"});
  CHECK(f.only() == errc::closed);
}

TEST_CASE("open reader: an actor that is never started is answered for", "[open]") {
  opening f;
  f.host.loses_children = true;
  f.open({"scope", "stream"});
  CHECK(f.only() == errc::actor_terminated);
}

}  // namespace pravega_actor::test
