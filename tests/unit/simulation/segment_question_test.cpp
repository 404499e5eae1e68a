// Each request to a segment store, against the sandbox's store in a simulated world.
#include "client/client_core.hpp"
#include "core/access.hpp"
#include "pravega_sandbox/simulation.hpp"
#include "requests/segment_info.hpp"
#include "requests/segment_requests.hpp"
#include "support/catch.hpp"
#include "wire/hot.hpp"

using namespace pravega_actor;
using namespace pravega_actor::internal;
using pravega_sandbox::fault_plan;
using pravega_sandbox::simulation;

namespace {

const scoped_stream stream{"scope", "stream"};
const segment first{stream, {0, 0}};
const segment second{stream, {1, 0}};

fault_plan lossy() {
  fault_plan plan;
  plan.cut = 0.2;
  plan.late_delivery = 0.5;
  plan.refuse = 0.1;
  plan.wrong_host = 0.1;
  plan.cut_before_apply = 0.2;
  plan.cut_after_apply = 0.2;
  return plan;
}

struct stores_world {
  simulation world;
  client pravega;
  segment_requests stores;

  explicit stores_world(std::uint64_t seed = 1, const fault_plan& plan = {})
      : world{seed, plan}, pravega{world.make_client()} {
    world.create_stream(stream, 2);
    request_timing timing;
    timing.request_timeout = seconds{60};
    timing.answer_timeout = seconds{2};
    stores = world.system().spawn(segment_requests_actor, access::core_of(pravega).context(),
                                  timing);
  }
  ~stores_world() {
    caf::anon_send_exit(stores, caf::exit_reason::user_shutdown);
    stores = nullptr;
    world.run_for(seconds{1});
  }

  template <class Request>
  result<reply_type<Request>> ask(const segment& of, Request what) {
    using reply = reply_type<Request>;
    auto got = std::make_shared<std::optional<result<reply>>>();
    world.system().spawn([=, to = stores](caf::event_based_actor* self) {
      ask_store(self, to, of, what, seconds{60}, "",
                [got](const result<reply>& outcome) { *got = outcome; });
    });
    REQUIRE(world.run_until([&] { return got->has_value(); }, seconds{90}));
    return **got;
  }
  segment_info info(const segment& of = first) {
    return *info_of(ask(of, wire::get_stream_segment_info{}));
  }
};

wire::conditional_append append_at(std::int64_t number, std::int64_t offset,
                                   std::string_view text = "event") {
  const auto bytes = as_bytes(text);
  return {uuid{7, 8}, number, offset, {bytes.begin(), bytes.end()}, 0};
}

wire::append_block_end block_of(std::int64_t number, std::string_view text) {
  std::vector<std::byte> event(8);
  wire::encode_event_header(event.data(), text.size());
  const auto bytes = as_bytes(text);
  event.insert(event.end(), bytes.begin(), bytes.end());
  const auto size = static_cast<std::int32_t>(event.size());
  return {uuid{7, 8}, size, std::move(event), 1, number, 0};
}

wire::read_segment read_at(std::int64_t offset, std::int32_t bytes_max) {
  return {"", offset, bytes_max, "", 0};
}

}  // namespace

TEST_CASE("store requests: an attribute is read, compared and set, and removed") {
  stores_world w;
  const uuid mark{0x7df9a874246cc9d6, 0x9397cdd19ead68c5};
  const auto get = [&] {
    return w.ask(first, wire::get_segment_attribute{0, "", mark, ""})->value;
  };
  const auto set = [&](std::int64_t to, std::int64_t expected) {
    return w.ask(first, wire::update_segment_attribute{0, "", mark, to, expected, ""});
  };
  CHECK(get() == wire::null_attribute_value);
  CHECK(set(5, wire::null_attribute_value));
  CHECK(get() == 5);
  CHECK(set(6, 4).error() == errc::conditional_check_failed);
  CHECK(get() == 5);
  CHECK(set(wire::null_attribute_value, 5));
  CHECK(get() == wire::null_attribute_value);
  CHECK(w.ask({stream, {9, 0}}, wire::get_segment_attribute{0, "", mark, ""}).error() ==
        errc::segment_not_found);
}

TEST_CASE("store requests: a conditional append stores at the end only") {
  stores_world w;
  const auto stored = w.ask(first, append_at(1, 0));
  REQUIRE(stored);
  CHECK(stored->event_number == 1);
  CHECK(stored->current_segment_write_offset == 13);
  CHECK(w.ask(first, append_at(2, 0)).error() == errc::conditional_check_failed);
  // The number of a failed condition may be used again.
  CHECK(w.ask(first, append_at(2, 13, "other")));
  CHECK(w.world.events_of(first.to_string()) == std::vector<std::string>{"event", "other"});
  // What is stored already is a success, and stored once.
  CHECK(w.ask(first, append_at(2, 13, "other")));
  CHECK(w.ask(first, append_at(1, 26)).error() == errc::invalid_argument);
  CHECK(w.info().write_offset == 26);
}

TEST_CASE("store requests: a block is stored once, and its number can be asked for") {
  stores_world w;
  const auto last = [&] {
    return w.ask(first, wire::setup_append{0, uuid{7, 8}, "", ""})->last_event_number;
  };
  CHECK(last() == wire::null_attribute_value);
  CHECK(w.ask(first, block_of(1, "one"))->current_segment_write_offset == 11);
  CHECK(w.ask(first, block_of(1, "one"))->current_segment_write_offset == -1);
  CHECK(last() == 1);
  CHECK(w.ask(first, append_at(2, 11, "two")));
  CHECK(w.ask(first, block_of(1, "late")).error() == errc::invalid_argument);
  CHECK(last() == 2);
  CHECK(w.world.events_of(first.to_string()) == std::vector<std::string>{"one", "two"});
}

TEST_CASE("store requests: bytes that are there are read") {
  stores_world w;
  REQUIRE(w.ask(first, block_of(1, "one")));
  REQUIRE(w.ask(first, block_of(2, "two")));
  std::string text;
  while (text.size() < 22) {
    const auto got = w.ask(first, read_at(static_cast<std::int64_t>(text.size()), 100));
    REQUIRE(got);
    text.append(as_text(got->data));
  }
  CHECK(text.substr(8, 3) == "one");
  CHECK(text.substr(19) == "two");
  REQUIRE(w.ask(first, wire::truncate_segment{0, "", 11, ""}));
  CHECK(w.ask(first, read_at(0, 100)).error() == errc::segment_truncated);
  REQUIRE(w.ask(first, wire::seal_segment{}));
  CHECK(w.ask(first, read_at(22, 100)).error() == errc::end_of_segment);
}

TEST_CASE("store requests: truncation, seal and deletion") {
  stores_world w;
  REQUIRE(w.ask(first, append_at(1, 0)));
  REQUIRE(w.ask(first, append_at(2, 13)));
  CHECK(w.ask(first, wire::truncate_segment{0, "", 13, ""}));
  CHECK(w.info() == segment_info{false, 13, 26, w.info().last_modified_ms});
  CHECK(w.ask(first, wire::truncate_segment{0, "", 27, ""}).error() == errc::segment_truncated);
  CHECK(w.ask(first, wire::seal_segment{}));
  CHECK(w.info().sealed);
  CHECK(w.ask(first, append_at(3, 26)).error() == errc::segment_sealed);
  CHECK(w.ask(first, wire::delete_segment{}));
  CHECK(w.ask(first, wire::get_stream_segment_info{}).error() == errc::segment_not_found);
  CHECK(w.ask(first, wire::create_segment{}));
  CHECK(w.ask(first, wire::create_segment{}).error() == errc::segment_exists);
  CHECK(w.ask(first, wire::update_segment_policy{}));
}

TEST_CASE("store requests: a merge appends the source and checks attributes") {
  stores_world w;
  REQUIRE(w.ask(first, append_at(1, 0, "target")));
  REQUIRE(w.ask(second, append_at(1, 0, "source")));
  REQUIRE(w.ask(second, wire::seal_segment{}));
  wire::merge_segments what;
  what.source = second.to_string();
  what.updates = {{uuid{1, 1}, 4, 8, 7}};
  CHECK(w.ask(first, what).error() == errc::conditional_check_failed);
  what.updates.clear();
  const auto merged = w.ask(first, what);
  REQUIRE(merged);
  CHECK(merged->new_target_write_offset == 28);
  CHECK(w.world.events_of(first.to_string()) == std::vector<std::string>{"target", "source"});
  CHECK(w.ask(first, what).error() == errc::segment_not_found);
}

TEST_CASE("store requests: answers get lost, and nothing is stored twice or denied") {
  for (std::uint64_t seed = 1; seed <= 20; ++seed) {
    CAPTURE(seed);
    stores_world w{seed, lossy()};
    std::int64_t end = 0;
    for (std::int64_t number = 1; number <= 8; ++number) {
      const auto text = "event " + std::to_string(number);
      REQUIRE(w.ask(first, append_at(number, end, text)));
      end += 8 + static_cast<std::int64_t>(text.size());
      REQUIRE(w.info().write_offset == end);
    }
    CHECK(w.world.events_of(first.to_string()).size() == 8);
    REQUIRE(w.ask(first, block_of(9, "block")));
    REQUIRE(w.ask(first, block_of(10, "block")));
    CHECK(w.world.events_of(first.to_string()).size() == 10);
    std::int64_t now = wire::null_attribute_value;
    for (std::int64_t next = 1; next <= 8; ++next) {
      const uuid mark{1, 2};
      const auto set = w.ask(first, wire::update_segment_attribute{0, "", mark, next, now, ""});
      if (!set) CHECK(set.error() == errc::outcome_unknown);
      now = w.ask(first, wire::get_segment_attribute{0, "", mark, ""})->value;
      CHECK(now == next);
    }
  }
}

// The first attempt is lost with its connection, and arrives after the set-up of the second.
TEST_CASE("store requests: an attempt that arrives late is stored once") {
  for (std::uint64_t seed = 1; seed <= 100; ++seed) {
    CAPTURE(seed);
    fault_plan plan;
    plan.cut = 0.3;
    plan.late_delivery = 1;
    plan.heal_after = seconds{5};
    stores_world w{seed, plan};
    REQUIRE(w.ask(first, append_at(1, 0)));
    REQUIRE(w.ask(first, block_of(2, "block")));
    w.world.run_for(seconds{1});
    CHECK(w.world.events_of(first.to_string()) == std::vector<std::string>{"event", "block"});
  }
}
