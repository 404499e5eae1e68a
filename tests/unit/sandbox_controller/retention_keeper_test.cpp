#include "controller/retention_keeper.hpp"

#include "controller/controller_limits.hpp"
#include "controller/controller_model.hpp"
#include "support/catch.hpp"

using namespace pravega_sandbox;
using pravega_actor::retention_policy;

namespace {

const scoped_stream stream{"s", "t"};
constexpr segment_id first{0, 0}, second{1, 1}, third{2, 1};

retention_policy by_size(std::int64_t bytes) {
  return {retention_policy::kind::by_size_bytes, bytes, bytes};
}
retention_policy by_time(std::int64_t ms) {
  return {retention_policy::kind::by_time_ms, ms, ms};
}

// A stream of one segment with so many bytes.
stream_extent one(std::int64_t bytes) {
  return {{{first, bytes}}, {{first, bytes}}};
}

}  // namespace

TEST_CASE("retention: by size, at the newest cut behind which there is enough") {
  retention_keeper keeper;
  CHECK_FALSE(keeper.judge(stream, by_size(100), one(0), 1));
  CHECK_FALSE(keeper.judge(stream, by_size(100), one(40), 2));
  CHECK_FALSE(keeper.judge(stream, by_size(100), one(99), 3));
  CHECK(keeper.judge(stream, by_size(100), one(100), 4) == cut_offsets{{first, 0}});
  CHECK(keeper.judge(stream, by_size(100), one(199), 5) == cut_offsets{{first, 99}});
  CHECK_FALSE(keeper.judge(stream, by_size(100), one(199), 6));
  CHECK(keeper.judge(stream, by_size(100), one(1000), 7) == cut_offsets{{first, 199}});
}

TEST_CASE("retention: by time, at the newest cut that is old enough") {
  retention_keeper keeper;
  CHECK_FALSE(keeper.judge(stream, by_time(1000), one(10), 5000));
  CHECK_FALSE(keeper.judge(stream, by_time(1000), one(20), 5400));
  CHECK_FALSE(keeper.judge(stream, by_time(1000), one(30), 5999));
  CHECK(keeper.judge(stream, by_time(1000), one(40), 6000) == cut_offsets{{first, 10}});
  CHECK_FALSE(keeper.judge(stream, by_time(1000), one(50), 6200));
  CHECK(keeper.judge(stream, by_time(1000), one(60), 7000) == cut_offsets{{first, 40}});
}

TEST_CASE("retention: what was written to segments that are sealed meanwhile counts") {
  retention_keeper keeper;
  CHECK_FALSE(keeper.judge(stream, by_size(100), one(50), 1));
  const stream_extent split{{{second, 10}, {third, 20}},
                            {{first, 90}, {second, 10}, {third, 20}}};
  CHECK_FALSE(keeper.judge(stream, by_size(100), split, 2));
  // 40 bytes of the first segment, which is gone now, and 60 of the others.
  const stream_extent later{{{second, 30}, {third, 30}}, {{second, 30}, {third, 30}}};
  CHECK(keeper.judge(stream, by_size(100), later, 3) == cut_offsets{{first, 50}});
  const stream_extent last{{{second, 100}, {third, 30}}, {{second, 100}, {third, 30}}};
  CHECK(keeper.judge(stream, by_size(100), last, 4) == cut_offsets{{second, 10}, {third, 20}});
}

TEST_CASE("retention: without a policy, and for a sealed stream, nothing is kept") {
  retention_keeper keeper;
  CHECK_FALSE(keeper.judge(stream, by_size(10), one(0), 1));
  CHECK_FALSE(keeper.judge(stream, {}, one(1000), 2));
  CHECK_FALSE(keeper.judge(stream, by_size(10), one(2000), 3));
  CHECK(keeper.judge(stream, by_size(10), one(2010), 4) == cut_offsets{{first, 2000}});
  CHECK_FALSE(keeper.judge(stream, by_size(10), {{}, {{first, 5000}}}, 5));
  CHECK_FALSE(keeper.judge(stream, by_size(10), one(9000), 6));
  keeper.forget(stream);
  CHECK_FALSE(keeper.judge(stream, by_size(10), one(9900), 7));
}

TEST_CASE("retention: a policy may change between two cuts") {
  retention_keeper keeper;
  CHECK_FALSE(keeper.judge(stream, by_size(1000), one(10), 1000));
  CHECK_FALSE(keeper.judge(stream, by_size(1000), one(20), 2000));
  CHECK(keeper.judge(stream, by_time(900), one(30), 3000) == cut_offsets{{first, 20}});
}

TEST_CASE("retention: the number of cuts has a limit, and what is kept is still used") {
  retention_keeper keeper;
  const auto most = static_cast<std::int64_t>(controller_limits::retention_cuts_max);
  for (std::int64_t i = 0; i < most + 10; ++i)
    REQUIRE_FALSE(keeper.judge(stream, by_time(most + 20), one(i), i));
  CHECK(keeper.judge(stream, by_time(most), one(3 * most), most + 20) ==
        cut_offsets{{first, 20}});
  CHECK(keeper.judge(stream, by_time(1), one(3 * most), 2 * most) ==
        cut_offsets{{first, most - 1}});
}

TEST_CASE("retention: limits for groups, of which the older cuts are kept for the maximum") {
  retention_keeper keeper;
  const retention_policy policy{retention_policy::kind::by_size_bytes, 100, 250};
  CHECK_FALSE(keeper.limits(stream, policy, one(0), 1).newest);
  auto found = keeper.limits(stream, policy, one(100), 2);
  CHECK(found.newest == cut_offsets{{first, 0}});
  CHECK_FALSE(found.oldest);
  found = keeper.limits(stream, policy, one(200), 3);
  CHECK(found.newest == cut_offsets{{first, 100}});
  CHECK_FALSE(found.oldest);
  found = keeper.limits(stream, policy, one(300), 4);
  CHECK(found.newest == cut_offsets{{first, 200}});
  CHECK(found.oldest == cut_offsets{{first, 0}});
  found = keeper.limits(stream, policy, one(600), 5);
  CHECK(found.newest == cut_offsets{{first, 300}});
  CHECK(found.oldest == cut_offsets{{first, 300}});
  CHECK(keeper.places() == 3);
}

TEST_CASE("retention: without a maximum a group that lags is waited for") {
  retention_keeper keeper;
  const retention_policy policy{retention_policy::kind::by_time_ms, 1000, 0};
  CHECK_FALSE(keeper.limits(stream, policy, one(10), 1000).newest);
  CHECK(keeper.limits(stream, policy, one(20), 2000).newest == cut_offsets{{first, 10}});
  const auto found = keeper.limits(stream, policy, one(30), 1'000'000);
  CHECK(found.newest == cut_offsets{{first, 20}});
  CHECK_FALSE(found.oldest);
  CHECK(keeper.places() == 3);
}

namespace {

struct kept_stream {
  store_model store;
  controller_model controller{store, {{"h", 1}}};

  explicit kept_stream(std::int32_t segments, const retention_policy& policy) {
    stream_config config;
    config.scaling.segments_min = segments;
    config.retention = policy;
    REQUIRE(controller.handle(controller::create_scope{"s"}));
    REQUIRE(controller.handle(controller::create_stream{stream, config}));
  }
  void write(const char* segment, std::size_t bytes) {
    const std::string text(bytes, 'x');
    const std::vector data{pravega_actor::shared_bytes::copy_of(pravega_actor::as_bytes(text))};
    const auto target = store.find(segment);
    REQUIRE(store.append(target, {{1, 1}, target->attribute({1, 1}), ++written, 1, {}, data}) ==
            store_status::ok);
  }
  cut_offsets head() {
    auto got = controller.handle(controller::get_head_segments{stream});
    REQUIRE(got);
    return got->get<controller::segment_offsets>().offsets;
  }
  std::int64_t written = 0;
};

}  // namespace

TEST_CASE("retention: the controller truncates and deletes what lies before the cut") {
  kept_stream k{1, by_size(100)};
  CHECK(k.controller.apply_retention().empty());
  k.write("s/t/0.#epoch.0", 60);
  CHECK(k.controller.apply_retention().empty());
  k.write("s/t/0.#epoch.0", 60);
  // The cut that fits is the stream's head.
  CHECK(k.controller.apply_retention().empty());
  k.write("s/t/0.#epoch.0", 60);
  CHECK(k.controller.apply_retention() == std::vector{stream});
  CHECK(k.head() == cut_offsets{{{0, 0}, 60}});
  CHECK(k.store.find("s/t/0.#epoch.0")->start_offset() == 60);
  REQUIRE(k.controller.handle(
      controller::scale_stream{stream, {{0, 0}}, {{0.0, 0.5}, {0.5, 1.0}}, 0}));
  CHECK(k.controller.apply_retention().empty());
  k.write("s/t/1.#epoch.1", 70);
  k.write("s/t/2.#epoch.1", 70);
  CHECK(k.controller.apply_retention() == std::vector{stream});
  CHECK(k.head() == cut_offsets{{{1, 1}, 0}, {{2, 1}, 0}});
  CHECK_FALSE(k.store.find("s/t/0.#epoch.0"));
}

TEST_CASE("retention: who truncates by hand is not thrown back") {
  kept_stream k{1, by_size(50)};
  CHECK(k.controller.apply_retention().empty());
  k.write("s/t/0.#epoch.0", 40);
  CHECK(k.controller.apply_retention().empty());
  k.write("s/t/0.#epoch.0", 40);
  REQUIRE(k.controller.handle(controller::truncate_stream{{stream, {{{0, 0}, 80}}}}));
  k.write("s/t/0.#epoch.0", 40);
  CHECK(k.controller.apply_retention().empty());
  CHECK(k.head() == cut_offsets{{{0, 0}, 80}});
}

TEST_CASE("retention: a stream that is created anew has no old cuts") {
  kept_stream k{1, by_time(1000)};
  CHECK(k.controller.apply_retention().empty());
  REQUIRE(k.controller.handle(controller::seal_stream{stream}));
  REQUIRE(k.controller.handle(controller::delete_stream{stream}));
  stream_config config;
  config.retention = by_time(1000);
  REQUIRE(k.controller.handle(controller::create_stream{stream, config}));
  k.store.set_now_ms(5000);
  k.write("s/t/1.#epoch.0", 10);
  CHECK(k.controller.apply_retention().empty());
  CHECK(k.head() == cut_offsets{{{1, 0}, 0}});
  k.store.set_now_ms(6000);
  CHECK(k.controller.apply_retention() == std::vector{stream});
  CHECK(k.head() == cut_offsets{{{1, 0}, 10}});
}
