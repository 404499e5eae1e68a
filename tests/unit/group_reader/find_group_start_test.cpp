#include "group_reader/find_group_start.hpp"

#include <limits>

#include "support/catch.hpp"

using namespace pravega_actor;
using namespace pravega_actor::internal;

namespace {

const scoped_stream one{"scope", "one"};
const scoped_stream two{"scope", "two"};

// A controller that knows the head of every stream.
struct controller_stub {
  std::vector<scoped_stream> asked;
  std::optional<error> refusal;
  bool silent = false;

  call_function call() {
    return [this](controller::request what, auto answered, auto lost) {
      const auto* head = what.get_if<controller::get_head_segments>();
      REQUIRE(head != nullptr);
      asked.push_back(head->stream);
      if (silent) return lost();
      if (refusal) return answered(*refusal);
      answered(controller::reply{controller::segment_offsets{{{{0, 0}, 7}, {{1, 0}, 8}}, ""}});
    };
  }
  result<group_init> find(const reader_group_config& config) {
    std::optional<result<group_init>> got;
    find_group_start(call(), config, [&](result<group_init> found) { got = std::move(found); });
    REQUIRE(got);
    return *got;
  }
};

}  // namespace

TEST_CASE("find group start: heads are asked for, cuts are taken") {
  reader_group_config config;
  config.starting_cuts[one] = std::nullopt;
  config.starting_cuts[two] = stream_cut{two, {{{4, 1}, 44}}};
  config.ending_cuts[two] = stream_cut{two, {{{5, 1}, 55}, {{6, 1}, -1}}};
  controller_stub stub;
  const auto found = stub.find(config);
  REQUIRE(found);
  CHECK(stub.asked == std::vector{one});
  CHECK(found->config == config);
  REQUIRE(found->starting_segments.size() == 3);
  CHECK(*found->starting_segments.find({{one, {0, 0}}}) == 7);
  CHECK(*found->starting_segments.find({{two, {4, 1}}}) == 44);
  CHECK(found->end_segments.at({two, {5, 1}}) == 55);
  CHECK(found->end_segments.at({two, {6, 1}}) == std::numeric_limits<std::int64_t>::max());
}

TEST_CASE("find group start: the controller's error, or its death, is the answer") {
  reader_group_config config;
  config.starting_cuts[one] = std::nullopt;
  controller_stub stub;
  stub.refusal = error{errc::stream_not_found};
  CHECK(stub.find(config).error() == errc::stream_not_found);
  stub.silent = true;
  CHECK(stub.find(config).error() == errc::actor_terminated);
}
