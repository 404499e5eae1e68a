#include "controller/controller_model.hpp"

#include <limits>
#include <string>
#include <vector>

#include "controller/controller_limits.hpp"
#include "support/catch.hpp"

using namespace pravega_sandbox;

namespace {

const scoped_stream stream{"scope", "stream"};

struct fixture {
  store_model store;
  explicit fixture(store_options options = {}) : store{options} {}
  controller_model model{
      store, {{"127.0.0.1", 1000}, {"127.0.0.1", 1001}}, {{"localhost", 90}}};

  template <class Request>
  result<typename Request::reply> call(const Request& request) {
    return controller::reply_of<Request>(model.handle(request));
  }
  void create(std::int32_t segments = 1) {
    stream_config config;
    config.scaling.segments_min = segments;
    REQUIRE(call(controller::create_scope{"scope"}));
    REQUIRE(call(controller::create_stream{stream, config})->created);
  }
  void fill(const std::string& name, std::size_t size) {
    const std::vector data{shared_bytes{std::vector<std::byte>(size)}};
    REQUIRE(store.append(store.find(name), {uuid{1, 1}, no_value, 1, 1, {}, data}) ==
            store_status::ok);
  }
};

using texts = std::vector<std::string>;

}  // namespace

TEST_CASE("controller model: scopes are created once, listed and deleted when empty") {
  fixture f;
  CHECK(f.call(controller::create_scope{"scope"})->created);
  CHECK_FALSE(f.call(controller::create_scope{"scope"})->created);
  CHECK(f.call(controller::create_scope{"bad name"}).error() == errc::invalid_name);
  CHECK(f.call(controller::create_scope{"_scope"})->created);
  CHECK(f.call(controller::create_scope{"sc_ope"}).error() == errc::invalid_name);
  CHECK(f.call(controller::create_scope{std::string(255, 'x')})->created);
  CHECK(f.call(controller::create_scope{std::string(256, 'x')}).error() == errc::invalid_name);
  CHECK(f.call(controller::create_scope{""}).error() == errc::invalid_name);
  CHECK(f.call(controller::check_scope{"scope"})->exists);
  CHECK_FALSE(f.call(controller::check_scope{"other"})->exists);
  REQUIRE(f.call(controller::create_stream{stream, {}}));
  CHECK(f.call(controller::delete_scope{"scope"}).error() == errc::scope_not_empty);
  CHECK(f.call(controller::delete_scope_recursive{"scope"})->deleted);
  CHECK_FALSE(f.call(controller::delete_scope{"scope"})->deleted);
  CHECK(f.store.segment_count() == 0);
}

TEST_CASE("controller model: creating a stream creates its segments and its mark stream") {
  fixture f;
  f.create(2);
  CHECK(f.store.segment_names() == texts{"scope/_MARKstream/0.#epoch.0",
                                         "scope/stream/0.#epoch.0", "scope/stream/1.#epoch.0"});
  stream_config config;
  CHECK_FALSE(f.call(controller::create_stream{stream, config})->created);
  CHECK(f.call(controller::create_stream{{"none", "stream"}, config}).error() ==
        errc::scope_not_found);
  CHECK(f.call(controller::create_stream{{"scope", "a_b"}, config}).error() ==
        errc::invalid_name);
  CHECK(f.call(controller::create_stream{{"scope", "_internal"}, config})->created);
  config.scaling.segments_min = 0;
  CHECK(f.call(controller::create_stream{{"scope", "x"}, config}).error() ==
        errc::invalid_argument);
  config.scaling.segments_min = controller_limits::active_segments_max + 1;
  CHECK(f.call(controller::create_stream{{"scope", "x"}, config}).error() ==
        errc::invalid_argument);
}

TEST_CASE("controller model: a stream's configuration is stored and replaced") {
  fixture f;
  f.create();
  stream_config config;
  config.tags = {"a", "b"};
  config.rollover_size_bytes = 77;
  config.retention = {pravega_actor::retention_policy::kind::by_size_bytes, 5, 9};
  REQUIRE(f.call(controller::update_stream{stream, config}));
  CHECK(f.call(controller::get_stream_config{stream}).value() == config);
  CHECK(f.call(controller::update_stream{{"scope", "none"}, config}).error() ==
        errc::stream_not_found);
  CHECK(f.call(controller::update_stream{{"none", "none"}, config}).error() ==
        errc::stream_not_found);
  CHECK(f.call(controller::get_stream_config{{"scope", "none"}}).error() ==
        errc::stream_not_found);
  config.tags.assign(controller_limits::tags_max + 1, "t");
  CHECK(f.call(controller::update_stream{stream, config}).error() == errc::invalid_argument);
}

TEST_CASE("controller model: listings go page by page until a page is empty") {
  fixture f;
  REQUIRE(f.call(controller::create_scope{"scope"}));
  const std::size_t count = controller_limits::page_names_max / 2 + 10;
  for (std::size_t i = 0; i < count; ++i) {
    stream_config config;
    if (i < 2) config.tags = {"tagged"};
    std::string name = "s";
    name.append(std::to_string(i));
    REQUIRE(f.call(controller::create_stream{{"scope", name}, config}));
  }
  std::size_t names = 0;
  std::string token;
  int pages = 0;
  for (;; ++pages) {
    const auto page = f.call(controller::list_streams{"scope", token}).value();
    names += page.names.size();
    if (page.names.empty()) {
      CHECK(page.token == token);
      break;
    }
    CHECK_FALSE(page.token.empty());
    token = page.token;
  }
  CHECK(pages == 2);
  CHECK(names == 2 * count);
  const auto tagged = f.call(controller::list_tagged_streams{"scope", "tagged", ""}).value();
  CHECK(tagged.names == texts{"s0", "s1"});
  CHECK(
      f.call(controller::list_tagged_streams{"scope", "tagged", tagged.token})->names.empty());
  CHECK(f.call(controller::list_streams{"none", ""}).error() == errc::scope_not_found);
  CHECK(f.call(controller::list_scopes{""})->names == texts{"scope"});
  CHECK(f.call(controller::list_scopes{"scope"})->names.empty());
}

TEST_CASE("controller model: scaling seals the old segments in the store and makes new ones") {
  fixture f;
  f.create();
  const controller::scale_stream split{stream, {{0, 0}}, {{0.0, 0.5}, {0.5, 1.0}}, 0};
  CHECK(f.call(controller::check_scale{stream, 0}).value() ==
        controller::scale_state::in_progress);
  CHECK(f.call(split)->epoch == 0);
  CHECK(f.call(controller::check_scale{stream, 0}).value() == controller::scale_state::success);
  CHECK(f.call(controller::check_scale{stream, 1}).value() ==
        controller::scale_state::in_progress);
  CHECK(f.call(controller::check_scale{stream, 2}).error() == errc::invalid_argument);
  CHECK(f.store.find("scope/stream/0.#epoch.0")->sealed());
  CHECK_FALSE(f.store.find("scope/stream/1.#epoch.1")->sealed());
  CHECK(f.call(controller::get_current_segments{stream})->segments.size() == 2);
  CHECK(f.call(controller::get_successors{{stream, {0, 0}}})->segments.size() == 2);
  CHECK(f.call(controller::get_epoch_segments{stream, 0})->segments.size() == 1);
  CHECK(f.call(controller::get_epoch_segments{stream, 5}).error() == errc::stream_not_found);
  CHECK(f.call(split).error() == errc::precondition_failed);
  CHECK_FALSE(f.call(controller::is_segment_valid{{stream, {0, 0}}})->exists);
  CHECK(f.call(controller::is_segment_valid{{stream, {1, 1}}})->exists);
}

TEST_CASE("controller model: sealing empties the current segments, and then deletion works") {
  fixture f;
  f.create(2);
  CHECK(f.call(controller::delete_stream{stream}).error() == errc::stream_not_sealed);
  REQUIRE(f.call(controller::seal_stream{stream}));
  REQUIRE(f.call(controller::seal_stream{stream}));
  CHECK(f.call(controller::get_current_segments{stream})->segments.empty());
  CHECK(f.call(controller::get_successors{{stream, {1, 0}}})->segments.empty());
  CHECK(f.store.find("scope/stream/1.#epoch.0")->sealed());
  CHECK(f.call(controller::update_stream{stream, {}}).error() == errc::stream_sealed);
  CHECK(f.call(controller::delete_stream{stream})->deleted);
  CHECK_FALSE(f.call(controller::delete_stream{stream})->deleted);
  CHECK(f.store.segment_count() == 0);
  CHECK(f.call(controller::get_current_segments{stream}).error() == errc::stream_not_found);
  CHECK(f.call(controller::seal_stream{stream}).error() == errc::stream_not_found);
}

TEST_CASE("controller model: truncation moves the head and frees the segments before it") {
  fixture f;
  f.create();
  f.fill("scope/stream/0.#epoch.0", 100);
  REQUIRE(f.call(controller::truncate_stream{{stream, {{{0, 0}, 40}}}}));
  CHECK(f.call(controller::get_head_segments{stream})->offsets == cut_offsets{{{0, 0}, 40}});
  CHECK(f.store.find("scope/stream/0.#epoch.0")->start_offset() == 40);
  CHECK(f.call(controller::truncate_stream{{stream, {{{0, 0}, 39}}}}).error() ==
        errc::precondition_failed);
  CHECK(f.call(controller::truncate_stream{{stream, {{{0, 0}, 101}}}}).error() ==
        errc::precondition_failed);
  REQUIRE(f.call(controller::scale_stream{stream, {{0, 0}}, {{0.0, 1.0}}, 0}));
  CHECK(f.call(controller::is_stream_cut_valid{{stream, {{{1, 1}, 0}}}})->exists);
  CHECK(f.call(controller::is_stream_cut_valid{{stream, {{{0, 0}, 3}}}})->exists);
  CHECK_FALSE(f.call(controller::is_stream_cut_valid{{stream, {{{7, 0}, 3}}}})->exists);
  CHECK(f.call(controller::truncate_stream{{stream, {{{0, 0}, -1}}}}).error() ==
        errc::precondition_failed);
  REQUIRE(f.call(controller::truncate_stream{{stream, {{{1, 1}, 0}}}}));
  CHECK(f.store.find("scope/stream/0.#epoch.0") == nullptr);
  CHECK(f.call(controller::get_head_segments{stream})->offsets == cut_offsets{{{1, 1}, 0}});
}

TEST_CASE("controller model: a new stream of an old name goes on with its numbers") {
  fixture f;
  f.create(2);
  REQUIRE(f.call(controller::scale_stream{stream, {{0, 0}}, {{0.0, 0.5}}, 0}));
  REQUIRE(f.call(controller::seal_stream{stream}));
  REQUIRE(f.call(controller::delete_stream{stream}));
  REQUIRE(f.call(controller::create_stream{stream, {}}));
  const auto again = f.call(controller::get_current_segments{stream})->segments;
  REQUIRE(again.size() == 1);
  CHECK(again[0].id == segment_id{3, 0});
  CHECK(f.store.segment_names() ==
        texts{"scope/_MARKstream/1.#epoch.0", "scope/stream/3.#epoch.0"});
  REQUIRE(f.call(controller::delete_scope_recursive{"scope"}));
  f.create(1);
  CHECK(f.call(controller::get_head_segments{stream})->offsets == cut_offsets{{{4, 0}, 0}});
}

TEST_CASE("controller model: an update of the number of segments scales the stream") {
  fixture f;
  f.create(1);
  const auto update = [&](pravega_actor::scaling_policy policy) {
    stream_config config;
    config.scaling = policy;
    REQUIRE(f.call(controller::update_stream{stream, config}));
    std::vector<segment_id> ids;
    const auto current = f.call(controller::get_current_segments{stream});
    for (const auto& each : current->segments)
      ids.push_back(each.id);
    return ids;
  };
  using ids = std::vector<segment_id>;
  using kind = pravega_actor::scaling_policy::kind;
  CHECK(update({kind::fixed, 0, 0, 3}) == ids{{1, 1}, {2, 1}, {3, 1}});
  CHECK(f.store.find("scope/stream/0.#epoch.0")->sealed());
  CHECK_FALSE(f.store.find("scope/stream/3.#epoch.1")->sealed());
  CHECK(update({kind::by_events_per_s, 100, 2, 2}) == ids{{1, 1}, {2, 1}, {3, 1}});
  CHECK(update({kind::by_events_per_s, 100, 2, 4}).size() == 4);
  CHECK(update({kind::fixed, 0, 0, 1}) == ids{{8, 3}});
}

TEST_CASE("controller model: segments between cuts need one cut, and complete ones") {
  fixture f;
  f.create();
  REQUIRE(f.call(controller::scale_stream{stream, {{0, 0}}, {{0.0, 1.0}}, 0}));
  using between = controller::get_segments_between;
  CHECK(f.call(between{stream, {{{0, 0}, 0}}, {}})->segments.size() == 2);
  CHECK(f.call(between{stream, {}, {{{0, 0}, 0}}})->segments.size() == 1);
  CHECK(f.call(between{stream, {}, {}}).error() == errc::invalid_argument);
  CHECK(f.call(between{stream, {{{8, 0}, 0}}, {}}).error() == errc::invalid_argument);
  CHECK(f.call(between{{"a", "b"}, {}, {}}).error() == errc::stream_not_found);
}

TEST_CASE("controller model: addresses follow the owner function and need no stream") {
  fixture f;
  CHECK(f.call(controller::get_uri{{{"no", "stream"}, {0, 0}}})->port == 1000);
  f.store.set_owner(
      [](std::string_view name) { return name.find("/1.#") != name.npos ? 1 : 0; });
  CHECK(f.call(controller::get_uri{{{"no", "stream"}, {1, 0}}})->port == 1001);
  CHECK(f.call(controller::get_controller_servers{})->front() == endpoint{"localhost", 90});
  CHECK(f.call(controller::get_delegation_token{stream, {}})->text.empty());
  f.model.set_addresses({}, {});
  CHECK(f.call(controller::get_uri{{stream, {0, 0}}}).error() == errc::controller_failure);
}

TEST_CASE("controller model: every call about a missing stream says so") {
  fixture f;
  REQUIRE(f.call(controller::create_scope{"scope"}));
  CHECK_FALSE(f.call(controller::check_stream{stream})->exists);
  const std::vector<controller::request> calls{
      controller::get_current_segments{stream, {}},
      controller::get_head_segments{stream},
      controller::get_successors{{stream, {0, 0}}},
      controller::scale_stream{stream, {}, {}, 0},
      controller::check_scale{stream, 0},
      controller::is_segment_valid{{stream, {}}},
      controller::is_stream_cut_valid{{stream, {}}},
      controller::get_epoch_segments{stream, 0},
      controller::truncate_stream{{stream, {}}},
  };
  for (const auto& call : calls) {
    INFO(pravega_actor::controller::name_of(call));
    const auto answer = f.model.handle(call);
    REQUIRE_FALSE(answer);
    CHECK(answer.error() == errc::stream_not_found);
  }
}

TEST_CASE("controller model: a stream scales by its load, and back") {
  fixture f;
  stream_config config;
  config.scaling = {pravega_actor::scaling_policy::kind::by_kilobytes_per_s, 1, 2, 1};
  REQUIRE(f.call(controller::create_scope{"scope"}));
  REQUIRE(f.call(controller::create_stream{stream, config}));
  constexpr std::int64_t window_ms = 10000;
  f.fill("scope/stream/0.#epoch.0", 11 * 1024);
  CHECK(f.model.scale_by_load(window_ms).empty());
  f.store.set_now_ms(window_ms);
  CHECK(f.model.scale_by_load(window_ms) == std::vector{stream});
  CHECK(f.store.find("scope/stream/0.#epoch.0")->sealed());
  auto current = f.call(controller::get_current_segments{stream});
  REQUIRE(current->segments.size() == 2);
  CHECK(current->segments[0].id == segment_id{1, 1});
  CHECK(f.call(controller::get_successors{{stream, {0, 0}}})->segments.size() == 2);
  f.store.set_now_ms(2 * window_ms);
  CHECK(f.model.scale_by_load(window_ms) == std::vector{stream});
  current = f.call(controller::get_current_segments{stream});
  REQUIRE(current->segments.size() == 1);
  CHECK(current->segments[0].id == segment_id{3, 2});
  f.store.set_now_ms(3 * window_ms);
  CHECK(f.model.scale_by_load(window_ms).empty());
  REQUIRE(f.call(controller::seal_stream{stream}));
  f.store.set_now_ms(4 * window_ms);
  CHECK(f.model.scale_by_load(window_ms).empty());
}

TEST_CASE("controller model: load is measured whatever clients make of the attributes") {
  constexpr std::int64_t window_ms = 10000;
  constexpr auto name = "scope/stream/0.#epoch.0";
  fixture f;
  stream_config config;
  config.scaling = {pravega_actor::scaling_policy::kind::by_events_per_s, 1, 2, 1};
  REQUIRE(f.call(controller::create_scope{"scope"}));
  REQUIRE(f.call(controller::create_stream{stream, config}));
  const auto set = [&](const uuid& id, std::int64_t value) {
    CHECK(f.store.update_attribute(name, {id, attribute_update_type::replace, value}) ==
          store_status::ok);
  };
  set(creation_time_attribute, no_value);
  set(event_count_attribute, std::numeric_limits<std::int64_t>::max());
  f.store.set_now_ms(window_ms);
  CHECK(f.model.scale_by_load(window_ms).empty());
  for (std::int64_t number = 1; number <= 11; ++number) {
    const auto before = f.store.find(name)->attribute(uuid{1, 1});
    f.store.append(f.store.find(name), {uuid{1, 1}, before, number, 1, {}, {}});
  }
  f.store.set_now_ms(2 * window_ms);
  CHECK(f.model.scale_by_load(window_ms) == std::vector{stream});
}

TEST_CASE("controller model: a store that is full of segments refuses new ones") {
  store_options small;
  small.segments_max = 4;
  fixture f{small};
  stream_config config;
  config.scaling.segments_min = 4;
  REQUIRE(f.call(controller::create_scope{"scope"}));
  const auto refused = f.call(controller::create_stream{stream, config});
  REQUIRE_FALSE(refused);
  CHECK(refused.error() == errc::limit_exceeded);
  CHECK_FALSE(f.call(controller::check_stream{stream})->exists);
  CHECK(f.store.segment_count() == 0);
  config.scaling.segments_min = 2;
  REQUIRE(f.call(controller::create_stream{stream, config}));
  const std::vector<key_range> thirds{{0.0, 0.2}, {0.2, 0.5}};
  CHECK(f.call(controller::scale_stream{stream, {{0, 0}}, thirds, 0}).error() ==
        errc::limit_exceeded);
  config.scaling.segments_min = 3;
  CHECK(f.call(controller::update_stream{stream, config}).error() == errc::limit_exceeded);
  CHECK(f.call(controller::get_stream_config{stream})->scaling.segments_min == 2);
  CHECK(f.call(controller::get_current_segments{stream})->segments.size() == 2);
  // What is there goes on.
  CHECK(f.call(controller::scale_stream{stream, {{0, 0}}, {{0.0, 0.5}}, 0}));
  CHECK(f.store.segment_count() == 4);
}
