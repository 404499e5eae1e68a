#include <string>
#include <vector>

#include "controller/controller_model.hpp"
#include "support/catch.hpp"

using namespace pravega_sandbox;
using pravega_actor::retention_policy;

namespace {

const scoped_stream stream{"scope", "stream"};
const scoped_group group{"scope", "group"};
const uuid id{1, 2};
const std::string first_segment = "scope/stream/0.#epoch.0";

struct fixture {
  store_model store;
  controller_model model{store, {{"127.0.0.1", 1000}}};
  std::int64_t written = 0;

  explicit fixture(const retention_policy& policy = {}) {
    stream_config config;
    config.retention = policy;
    REQUIRE(call(controller::create_scope{"scope"}));
    REQUIRE(call(controller::create_stream{stream, config})->created);
  }
  template <class Request>
  result<typename Request::reply> call(const Request& request) {
    return controller::reply_of<Request>(model.handle(request));
  }
  /// A period, after so many more bytes in the first segment.
  [[nodiscard]] bool period_after(std::size_t bytes) {
    const std::vector data{shared_bytes{std::vector<std::byte>(bytes)}};
    const auto target = store.find(first_segment);
    const auto before = target->attribute(uuid{1, 1});
    REQUIRE(store.append(target, {uuid{1, 1}, before, ++written, 1, {}, data}) ==
            store_status::ok);
    return !model.apply_retention().empty();
  }
  void release(const scoped_group& from, std::int64_t offset) {
    REQUIRE(call(controller::update_subscriber_cut{from, id, 0, {stream, {{{0, 0}, offset}}}}));
  }
  [[nodiscard]] std::int64_t start() const { return store.find(first_segment)->start_offset(); }
};

reader_group_config reading(group_retention retention = group_retention::none) {
  reader_group_config config;
  config.starting_cuts[stream];
  config.retention = retention;
  config.id = id;
  return config;
}

using texts = std::vector<std::string>;

}  // namespace

TEST_CASE("controller groups: a new group has generation 0 and a stream for its state") {
  fixture f;
  auto config = reading();
  config.generation = 17;
  const auto made = f.call(controller::create_reader_group{group, config});
  REQUIRE(made);
  CHECK(made->generation == 0);
  CHECK(made->id == id);
  CHECK(made->has_same_settings(config));
  const scoped_stream state{"scope", "_RGgroup"};
  CHECK(f.call(controller::get_current_segments{state})->segments.size() == 1);
  CHECK(f.call(controller::get_stream_config{state})->rollover_size_bytes == 4194304);
  CHECK(f.call(controller::check_stream{{"scope", "_MARK_RGgroup"}})->exists);
  CHECK(f.call(controller::get_reader_group_config{group}).value() == *made);
}

TEST_CASE("controller groups: a group that exists is what creating it again gives") {
  fixture f;
  REQUIRE(f.call(controller::create_reader_group{group, reading()}));
  auto config = reading(group_retention::manual);
  config.id = {8, 9};
  const auto again = f.call(controller::create_reader_group{group, config});
  REQUIRE(again);
  CHECK(again->id == id);
  CHECK(again->retention == group_retention::none);
  CHECK(f.call(controller::list_subscribers{stream})->names.empty());
}

TEST_CASE("controller groups: what cannot be created") {
  fixture f;
  const auto code = [&](const scoped_group& of, const reader_group_config& config) {
    const auto made = f.call(controller::create_reader_group{of, config});
    return made ? errc::internal_error : made.error().code();
  };
  CHECK(code({"none", "group"}, reading()) == errc::scope_not_found);
  CHECK(code({"scope", "_group"}, reading()) == errc::invalid_name);
  CHECK(code(group, {}) == errc::invalid_argument);
  auto nameless = reading();
  nameless.id = {};
  CHECK(code(group, nameless) == errc::invalid_argument);
  auto missing = reading(group_retention::automatic);
  missing.starting_cuts[{"scope", "none"}];
  CHECK(code(group, missing) == errc::stream_not_found);
  CHECK_FALSE(f.call(controller::check_stream{{"scope", "_RGgroup"}})->exists);
  missing.retention = group_retention::none;
  CHECK(f.call(controller::create_reader_group{group, missing}));
}

TEST_CASE("controller groups: an update needs the present id and generation") {
  fixture f;
  auto config = reading(group_retention::manual);
  config.generation = 0;
  CHECK(f.call(controller::update_reader_group{group, config}).error() ==
        errc::reader_group_not_found);
  REQUIRE(f.call(controller::create_reader_group{group, reading()}));
  CHECK(f.call(controller::update_reader_group{group, config})->generation == 1);
  CHECK(f.call(controller::update_reader_group{group, config}).error() ==
        errc::reader_group_changed);
  config.generation = 1;
  config.id = {8, 9};
  CHECK(f.call(controller::update_reader_group{group, config}).error() ==
        errc::reader_group_changed);
  config.id = id;
  config.starting_cuts.clear();
  CHECK(f.call(controller::update_reader_group{group, config}).error() ==
        errc::invalid_argument);
  const auto held = f.call(controller::get_reader_group_config{group});
  CHECK(held->generation == 1);
  CHECK(held->retention == group_retention::manual);
  CHECK(f.call(controller::list_subscribers{stream})->names == texts{"scope/group"});
}

TEST_CASE("controller groups: deleting takes the id, and the state's stream goes too") {
  fixture f;
  REQUIRE(f.call(controller::create_reader_group{group, reading(group_retention::manual)}));
  CHECK_FALSE(f.call(controller::delete_reader_group{group, {8, 9}})->deleted);
  CHECK(f.call(controller::delete_reader_group{group, id})->deleted);
  CHECK_FALSE(f.call(controller::delete_reader_group{group, id})->deleted);
  CHECK(f.call(controller::get_reader_group_config{group}).error() ==
        errc::reader_group_not_found);
  CHECK(f.call(controller::list_streams{"scope", ""})->names == texts{"_MARKstream", "stream"});
  CHECK(f.call(controller::list_subscribers{stream})->names.empty());
  REQUIRE(f.call(controller::create_reader_group{group, reading()}));
  CHECK(f.call(controller::delete_scope_recursive{"scope"})->deleted);
  CHECK(f.store.segment_count() == 0);
  REQUIRE(f.call(controller::create_scope{"scope"}));
  CHECK(f.call(controller::get_reader_group_config{group}).error() ==
        errc::reader_group_not_found);
}

TEST_CASE("controller groups: a released cut must be one, and not go back") {
  fixture f;
  using release = controller::update_subscriber_cut;
  const auto code = [&](const release& call) {
    const auto done = f.call(call);
    return done ? errc::internal_error : done.error().code();
  };
  const pravega_actor::stream_cut cut{stream, {{{0, 0}, 10}}};
  REQUIRE(f.call(controller::create_reader_group{group, reading()}));
  CHECK(code({group, id, 0, {{"scope", "none"}, {}}}) == errc::stream_not_found);
  CHECK(code({group, id, 0, cut}) == errc::reader_group_not_found);
  auto config = reading(group_retention::manual);
  config.generation = 0;
  REQUIRE(f.call(controller::update_reader_group{group, config}));
  CHECK(code({group, {8, 9}, 1, cut}) == errc::reader_group_not_found);
  CHECK(code({group, id, 0, cut}) == errc::reader_group_changed);
  CHECK(code({group, id, 1, {stream, {}}}) == errc::precondition_failed);
  CHECK(code({group, id, 1, {stream, {{{7, 0}, 0}}}}) == errc::precondition_failed);
  REQUIRE(f.call(release{group, id, 1, cut}));
  REQUIRE(f.call(release{group, id, 1, cut}));
  CHECK(code({group, id, 1, {stream, {{{0, 0}, 9}}}}) == errc::precondition_failed);
  REQUIRE(f.call(controller::seal_stream{stream}));
  REQUIRE(f.call(controller::delete_stream{stream}));
  CHECK(f.call(controller::list_subscribers{stream}).error() == errc::stream_not_found);
}

TEST_CASE("controller groups: retention waits for the slowest group that has released a cut") {
  fixture f{{retention_policy::kind::by_size_bytes, 50, 0}};
  const scoped_group second{"scope", "second"}, silent{"scope", "silent"};
  for (const auto& each : {group, second, silent})
    REQUIRE(f.call(controller::create_reader_group{each, reading(group_retention::manual)}));
  CHECK_FALSE(f.period_after(100));
  CHECK_FALSE(f.period_after(0));
  f.release(group, 70);
  f.release(second, 30);
  CHECK(f.period_after(100));
  CHECK(f.start() == 30);
  f.release(second, 190);
  CHECK(f.period_after(0));
  CHECK(f.start() == 70);
  // The policy keeps its least, whatever the groups release.
  f.release(group, 200);
  CHECK(f.period_after(0));
  CHECK(f.start() == 100);
}

TEST_CASE("controller groups: without a released cut the policy alone decides") {
  fixture f{{retention_policy::kind::by_size_bytes, 50, 0}};
  REQUIRE(f.call(controller::create_reader_group{group, reading(group_retention::manual)}));
  CHECK_FALSE(f.period_after(100));
  CHECK(f.period_after(100));
  CHECK(f.start() == 100);
}

TEST_CASE(
    "controller groups: a group that lags loses what the policy's maximum does not keep") {
  fixture f{{retention_policy::kind::by_size_bytes, 50, 250}};
  REQUIRE(f.call(controller::create_reader_group{group, reading(group_retention::automatic)}));
  f.release(group, 0);
  for (int i = 0; i < 3; ++i)
    CHECK_FALSE(f.period_after(100));
  CHECK(f.period_after(100));
  CHECK(f.start() == 100);
}

TEST_CASE("controller groups: a cut behind the end of the stream truncates nothing") {
  fixture f{{retention_policy::kind::by_time_ms, 1000, 0}};
  REQUIRE(f.call(controller::create_reader_group{group, reading(group_retention::manual)}));
  CHECK_FALSE(f.period_after(100));
  f.release(group, 5000);
  f.store.set_now_ms(2000);
  CHECK(f.period_after(100));
  CHECK(f.start() == 100);
}
