#include "synchronizer/open_synchronizer.hpp"

#include "support/catch.hpp"
#include "support/fake_host.hpp"
#include "support/text_model.hpp"

using namespace pravega_actor;
using namespace pravega_actor::internal;
using test::text_model;

namespace {

struct opening {
  test::actor_world world;
  test::fake_host host{world};
  std::vector<result<synchronizer_control>> outcomes;

  opening() {
    *world.on_call = [this](const controller::request& what) -> result<controller::reply> {
      if (what.holds<controller::get_current_segments>())
        return controller::reply{controller::segment_ranges{{{{3, 0}, {}}}, "token"}};
      return world.answer(what);
    };
  }
  ~opening() { outcomes.clear(); }
  void open(const scoped_stream& stream = {"scope", "stream"}) {
    open_synchronizer(
        host, {stream, {}, parts_of<text_model>()},
        [this](const result<synchronizer_control>& got) { outcomes.push_back(got); });
    world.run();
  }
};

}  // namespace

TEST_CASE("open synchronizer: a child of the client, with its actor") {
  opening o;
  o.open();
  REQUIRE(o.outcomes.size() == 1);
  CHECK(o.outcomes[0]);
  CHECK(o.host.kinds == std::vector<std::string>{"synchronizer"});
}

TEST_CASE("open synchronizer: each refusal is told once") {
  opening o;
  o.open({"scope", "a/b"});
  CHECK(o.outcomes.back().error() == errc::invalid_name);
  o.host.loses_children = true;
  o.open();
  CHECK(o.outcomes.back().error() == errc::actor_terminated);
  o.host.is_closed = true;
  o.open();
  CHECK(o.outcomes.back().error() == errc::closed);
  CHECK(o.outcomes.size() == 3);
}

TEST_CASE("open synchronizer: what the controller answers is told") {
  opening o;
  *o.world.on_call = [](const controller::request&) -> result<controller::reply> {
    return errc::stream_not_found;
  };
  o.open();
  REQUIRE(o.outcomes.size() == 1);
  CHECK(o.outcomes[0].error() == errc::stream_not_found);
  CHECK(o.outcomes[0].error().subject() == "scope/stream");
}
