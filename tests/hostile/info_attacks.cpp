// A hostile segment store that is asked about a segment: by a reader that opens at the tail,
// and by a writer that is told of a seal.
#include "hostile/hostile_world.hpp"

using namespace pravega_actor;
using namespace pravega_actor::internal;
using namespace pravega_actor::hostile;

namespace {

constexpr auto longest = std::numeric_limits<std::int64_t>::max();
const std::string elsewhere = "scope/other/0.#epoch.0";

using wire::get_stream_segment_info;
using wire::stream_segment_info;

template <class Change>
attack info(std::string name, Change change) {
  return altered<stream_segment_info>(
      std::move(name), [change](line&, stream_segment_info& reply) { change(reply); });
}

/// Refuses each block as behind a seal, and lies when it is asked whether there is one.
attack sealed_and(attack lie) {
  auto both = instead_of<wire::append_block_end>(
      lie.name, [](line& on, const wire::append_block_end& block) {
        on.reply(wire::segment_is_sealed{
            block.request_id, "scope/hostile/0.#epoch.0", {}, block.last_event_number});
      });
  both.on_reply = std::move(lie.on_reply);
  return both;
}

/// What contradicts the request, or itself.
std::vector<attack> contradictions() {
  return {
      info("another segment", [](stream_segment_info& r) { r.segment = elsewhere; }),
      info("a negative start", [](stream_segment_info& r) { r.start_offset = -1; }),
      info("a negative length", [](stream_segment_info& r) { r.write_offset = -1; }),
      info("a start behind the end",
           [](stream_segment_info& r) { r.start_offset = r.write_offset + 1; }),
      info("the greatest length", [](stream_segment_info& r) { r.write_offset = longest; }),
      info("the greatest start", [](stream_segment_info& r) { r.start_offset = longest; }),
  };
}

struct row {
  attack what;
  std::string once;
  std::string for_ever;
};

void check_opening(const row& each) {
  INFO(each.what.name);
  for (const auto strikes : {std::size_t{1}, for_ever}) {
    hostile_world world;
    const auto seen = world.open_at_tail(each.what, strikes);
    INFO((strikes == 1 ? "once: " : "for ever: ") << seen.why.substr(0, 200));
    CHECK(seen.outcomes == (strikes == 1 ? each.once : each.for_ever));
    CHECK(seen.took <= seconds{35});
    CHECK(seen.connections < 200);
  }
}

}  // namespace

TEST_CASE("hostile store, reader: information about a segment that contradicts") {
  for (const auto& each : contradictions())
    check_opening({each, "protocol_violation", "protocol_violation"});
}

TEST_CASE("hostile store, reader: information about a segment that lies or never comes") {
  const std::vector<row> rows{
      {info("there is none", [](stream_segment_info& r) { r.exists = false; }), "opened",
       "segment_not_found"},
      {info("it is deleted", [](stream_segment_info& r) { r.is_deleted = true; }), "opened",
       "segment_not_found"},
      {info("another request", [](stream_segment_info& r) { r.request_id += 77; }), "opened",
       "deadline_exceeded"},
      {behind<stream_segment_info>("twice",
                                   [](line& on, const stream_segment_info& r) { on.reply(r); }),
       "opened", "opened"},
      {instead_of<get_stream_segment_info>("silence",
                                           [](line&, const get_stream_segment_info&) {}),
       "opened", "deadline_exceeded"},
      {instead_of<get_stream_segment_info>(
           "closes", [](line& on, const get_stream_segment_info&) { on.hang_up(); }),
       "opened", "deadline_exceeded"},
      {instead_of<get_stream_segment_info>(
           "mute", [](line& on, const get_stream_segment_info&) { on.mute(); }),
       "opened", "deadline_exceeded"},
      {instead_of<get_stream_segment_info>("a payload that ends too soon",
                                           [](line& on, const get_stream_segment_info&) {
                                             on.answer(
                                                 raw_frame(stream_segment_info::code, 20, 20));
                                           }),
       "opened", "deadline_exceeded"},
  };
  for (const auto& each : rows)
    check_opening(each);
}

TEST_CASE("hostile store, writer: information about a seal that contradicts") {
  auto lies = contradictions();
  lies.push_back(info("another request", [](stream_segment_info& r) { r.request_id += 77; }));
  for (auto& each : lies) {
    INFO(each.name);
    hostile_world world;
    const auto seen = world.write(sealed_and(each), for_ever);
    INFO(seen.why.substr(0, 200));
    CHECK(seen.outcomes == "10 outcome_unknown, 10 refused");
    CHECK(seen.took <= seconds{10});
    CHECK(seen.stored.empty());
  }
}

TEST_CASE("hostile store, writer: a seal that there is not") {
  hostile_world world;
  const auto lie = info("sealed", [](stream_segment_info& r) { r.is_sealed = true; });
  const auto seen = world.write(sealed_and(lie), for_ever);
  INFO(seen.why.substr(0, 200));
  // The controller names no successors.
  CHECK(seen.outcomes == "20 not_written");
  CHECK(seen.took <= seconds{30});
  CHECK(seen.stored.empty());
}
