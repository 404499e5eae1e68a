#include "writer/open_writer.hpp"

#include "support/catch.hpp"
#include "support/fake_host.hpp"

namespace pravega_actor::test {

using namespace internal;

namespace {

struct opening {
  actor_world world;
  fake_host host{world};
  writer_options options;
  std::vector<result<opened_writer>> got;
  void open(const scoped_stream& stream) {
    open_writer(host, stream, options, {},
                [this](result<opened_writer> opened) { got.push_back(std::move(opened)); });
    world.run();
  }
  error only() {
    REQUIRE(got.size() == 1);
    return got[0].error();
  }
};

}  // namespace

TEST_CASE("open writer: what the controller refuses comes once, with its address", "[open]") {
  opening f;
  f.open({"scope", "stream"});
  CHECK(f.host.kinds == std::vector<std::string>{"writer"});
  CHECK(f.only() == errc::unsupported_operation);
  CHECK(f.only().controller() == "controller:9090");
}

TEST_CASE("open writer: options of large events out of range are refused", "[open]") {
  const auto broken = GENERATE(large_event_options{limits::large_event_bytes_max + 1},
                               large_event_options{1u << 30, (8u << 20) + 1},
                               large_event_options{1u << 20, 64, 15},
                               large_event_options{1u << 20, 64, (8u << 20) + 1},
                               large_event_options{1u << 20, 64, 32, 0});
  opening f;
  f.options.large_events = broken;
  f.open({"scope", "stream"});
  CHECK(f.only() == errc::invalid_argument);
  CHECK(f.host.kinds.empty());
}

TEST_CASE("open writer: a name that is not valid is refused", "[open]") {
  opening f;
  f.open({"scope", "not/valid"});
  CHECK(f.only() == errc::invalid_name);
  CHECK(f.only().subject() == "scope/not/valid");
}

TEST_CASE("open writer: a closed client opens none", "[open]") {
  opening f;
  f.host.is_closed = true;
  f.open({"scope", "stream"});
  CHECK(f.only() == errc::closed);
}

TEST_CASE("open writer: an actor that is never started is answered for", "[open]") {
  opening f;
  f.host.loses_children = true;
  f.open({"scope", "stream"});
  CHECK(f.only() == errc::actor_terminated);
}

TEST_CASE("open writer: options that are not valid are refused before anything is asked",
          "[open]") {
  const auto refused = [](auto change) {
    opening f;
    change(f.options);
    f.open({"scope", "stream"});
    CHECK(f.host.kinds.empty());
    CHECK(f.world.calls == 0);
    return f.only();
  };
  CHECK(refused([](auto& o) { o.blocks_in_flight_max = 0; }) == errc::invalid_argument);
  CHECK(refused([](auto& o) { o.outstanding_events_max = 0; }) == errc::invalid_argument);
  CHECK(refused([](auto& o) { o.block_bytes_max = 0; }) == errc::invalid_argument);
  CHECK(refused([](auto& o) { o.block_bytes_max = std::size_t{1} << 30; }) ==
        errc::invalid_argument);
}

TEST_CASE("open writer: the client's end drains it", "[open]") {
  opening f;
  f.open({"scope", "stream"});
  CHECK(f.host.drained == 1);
}

}  // namespace pravega_actor::test
