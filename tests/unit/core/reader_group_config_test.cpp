#include "pravega_actor/reader_group_config.hpp"

#include <functional>
#include <vector>

#include "pravega_actor/limits.hpp"
#include "support/catch.hpp"

using namespace pravega_actor;

namespace {

const scoped_stream stream{"sc", "st"};
const scoped_stream other{"sc", "other"};
const stream_cut cut{stream, {{{0, 0}, 10}, {{1, 0}, -1}}};

reader_group_config valid() {
  reader_group_config config;
  config.starting_cuts = {{stream, cut}, {other, std::nullopt}};
  config.ending_cuts = {{stream, std::nullopt}};
  return config;
}

using change = std::function<void(reader_group_config&)>;

errc code_after(const change& apply) {
  auto config = valid();
  apply(config);
  const auto checked = config.check();
  return checked ? errc::internal_error : checked.error().code();
}

}  // namespace

TEST_CASE("a group's configuration as it comes has no stream, no id and no generation") {
  const reader_group_config plain;
  CHECK(plain.automatic_checkpoint_interval_ms == 30'000);
  CHECK(plain.group_refresh_time_ms == 3'000);
  CHECK(plain.outstanding_checkpoints_max == 3);
  CHECK(plain.retention == group_retention::none);
  CHECK(plain.generation == -1);
  CHECK(plain.id == uuid{});
  CHECK(plain.check().error() == errc::invalid_argument);
}

TEST_CASE("a group's configuration is valid with cuts or without, and at its limits") {
  CHECK(valid().check());
  auto config = valid();
  config.group_refresh_time_ms = 0;
  config.outstanding_checkpoints_max = 1;
  config.automatic_checkpoint_interval_ms = -1;
  config.retention = group_retention::automatic;
  config.ending_cuts[stream] = cut;
  config.starting_cuts.clear();
  for (std::size_t i = 0; i + 1 < limits::group_streams_max; ++i)
    config.starting_cuts[{"sc", std::to_string(i)}];
  config.starting_cuts[stream];
  CHECK(config.check());
}

TEST_CASE("what a group's configuration must not hold is refused") {
  const std::vector<change> changes{
      [](auto& c) { c.starting_cuts.clear(); },
      [](auto& c) { c.starting_cuts[other] = cut; },
      [](auto& c) { c.starting_cuts[stream]->offsets.clear(); },
      [](auto& c) {
        c.starting_cuts[stream]->offsets[{0, 0}] = -2;
      },
      [](auto& c) {
        c.ending_cuts[{"sc", "third"}];
      },
      [](auto& c) { c.ending_cuts[other] = cut; },
      [](auto& c) { c.group_refresh_time_ms = -1; },
      [](auto& c) { c.outstanding_checkpoints_max = 0; },
      [](auto& c) { c.retention = static_cast<group_retention>(3); }};
  for (std::size_t i = 0; i < changes.size(); ++i) {
    CAPTURE(i);
    CHECK(code_after(changes[i]) == errc::invalid_argument);
  }
  CHECK(code_after([](auto& c) { c.starting_cuts[{"sc", "a b"}]; }) == errc::invalid_name);
  CHECK(code_after([](auto& c) { c.starting_cuts[{"_sc", "st"}]; }) == errc::invalid_name);
  CHECK(code_after([](auto& c) {
          for (std::size_t i = 0; i < limits::group_streams_max; ++i)
            c.starting_cuts[{"sc", std::to_string(i)}];
        }) == errc::limit_exceeded);
}

TEST_CASE("a group's end may not lie before its start in the same segment") {
  const auto check = [](std::int64_t start, std::int64_t end) {
    auto config = valid();
    config.starting_cuts[stream] = stream_cut{stream, {{{0, 0}, start}}};
    config.ending_cuts[stream] = stream_cut{stream, {{{0, 0}, end}, {{1, 1}, 0}}};
    return config.check();
  };
  CHECK(check(5, 4).error() == errc::invalid_argument);
  CHECK(check(5, 5));
  CHECK(check(5, 6));
  // The segment's own end.
  CHECK(check(5, -1));
  CHECK(check(-1, -1));
  CHECK(check(-1, 5));
}

TEST_CASE("configurations of groups that differ in one field are not equal") {
  const std::vector<change> settings{[](auto& c) { c.automatic_checkpoint_interval_ms = 1; },
                                     [](auto& c) { c.group_refresh_time_ms = 1; },
                                     [](auto& c) { c.starting_cuts.erase(other); },
                                     [](auto& c) { c.starting_cuts[stream].reset(); },
                                     [](auto& c) { c.ending_cuts[stream] = cut; },
                                     [](auto& c) { c.outstanding_checkpoints_max = 1; },
                                     [](auto& c) { c.retention = group_retention::manual; }};
  for (std::size_t i = 0; i < settings.size(); ++i) {
    CAPTURE(i);
    auto changed = valid();
    settings[i](changed);
    CHECK_FALSE(changed == valid());
    CHECK_FALSE(changed.has_same_settings(valid()));
  }
}

TEST_CASE("settings are the same whatever id and generation, and with ends left out") {
  auto changed = valid();
  changed.generation = 7;
  changed.id = {1, 2};
  CHECK_FALSE(changed == valid());
  CHECK(changed.has_same_settings(valid()));
  changed.ending_cuts.clear();
  CHECK(changed.has_same_settings(valid()));
  CHECK(valid().has_same_settings(changed));
}
