#include "pravega_actor/reader_group.hpp"

#include <string>
#include <vector>

#include "support/catch.hpp"

using namespace pravega_actor;

namespace {

const scoped_stream stream{"scope", "stream"};
using lines = std::vector<std::string>;

reader_group_config some() {
  reader_group_config config;
  config.starting_cuts[stream] = std::nullopt;
  return config;
}

}  // namespace

TEST_CASE("differences of a group's settings are named with both values", "[reader_group]") {
  auto other = some();
  other.starting_cuts[stream] = stream_cut{stream, {{{0, 0}, 7}}};
  other.ending_cuts[stream] = stream_cut{stream, {{{0, 0}, 9}}};
  other.automatic_checkpoint_interval_ms = 1;
  other.group_refresh_time_ms = 2;
  other.outstanding_checkpoints_max = 4;
  other.retention = group_retention::automatic;
  CHECK(differences(some(), other) ==
        lines{"starts scope/stream from the head instead of scope/stream:0=7",
              "ends none instead of scope/stream:0=9",
              "automatic checkpoints every 30000 ms instead of 1 ms",
              "refresh time 3000 ms instead of 2 ms", "outstanding checkpoints 3 instead of 4",
              "retention none instead of automatic"});
}

TEST_CASE("there is a difference exactly if the settings are not the same", "[reader_group]") {
  auto other = some();
  other.id = {1, 2};
  other.generation = 3;
  other.ending_cuts[stream] = std::nullopt;
  CHECK(differences(some(), other).empty());
  CHECK(some().has_same_settings(other));
  other.starting_cuts[{"scope", "second"}] = std::nullopt;
  CHECK(differences(some(), other).size() == 1);
  CHECK_FALSE(some().has_same_settings(other));
}
