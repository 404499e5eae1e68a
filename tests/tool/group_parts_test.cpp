// Reader groups in the tool: names, settings, the description as a table, ticks, the demo's
// book.
#include <fmt/format.h>

#include <nlohmann/json.hpp>

#include "demo/demo_view.hpp"
#include "demo/read_book.hpp"
#include "group/group_positions.hpp"
#include "group/group_report.hpp"
#include "group/groups.hpp"
#include "support/catch.hpp"

using namespace pravega_actor;
using namespace pravega_actor::tool;

namespace {

using strings = std::vector<std::string>;

const scoped_stream stream_a{"scope", "a"};
const scoped_stream stream_b{"scope", "b"};

segment part(std::int32_t number, std::int32_t epoch = 0) {
  return {stream_a, {number, epoch}};
}

group_settings from(std::vector<std::string> places) {
  group_settings settings;
  settings.from = std::move(places);
  return settings;
}

/// Two readers with a long and a short name, a free segment, and one that waits.
group_view some_group() {
  group_view seen;
  auto& group = seen.group;
  group.group = {"scope", "workers"};
  group.config.starting_cuts[stream_a] = std::nullopt;
  group.readers["host-4711-1f3c9a20"] = {{part(0), 1'234'567}, {part(1), 0}};
  group.readers["b"] = {{part(2), -1}};
  group.unassigned = {{part(3), 40}};
  group.future = {{part(4, 1), {{0, 0}, {1, 0}}}};
  group.outstanding = {{"before-update", {"b", "c"}}};
  unread_bytes unread;
  unread.total = 1'000'060;
  unread.by_reader = {{"host-4711-1f3c9a20", 1'000'000}, {"b", 0}, {"", 60}};
  unread.segments = {{part(0), "host-4711-1f3c9a20", 999'000},
                     {part(1), "host-4711-1f3c9a20", 1000},
                     {part(3), "", 60}};
  seen.since_checkpoint = unread;
  return seen;
}

strings texts_of(const std::vector<styled_line>& lines) {
  strings texts;
  for (const auto& each : lines)
    texts.push_back(each.text());
  return texts;
}

/// Events of 10 bytes each, headers included.
event_slice slice_of(std::int32_t number, std::int64_t from, int events) {
  auto memory = std::make_shared<std::vector<std::byte>>();
  for (int i = 0; i < events; ++i)
    for (const char each : {'\0', '\0', '\0', '\0', '\0', '\0', '\0', '\2', 'o', 'k'})
      memory->push_back(static_cast<std::byte>(each));
  const byte_view view{*memory};
  auto slice = event_slice::make(std::make_shared<const segment>(part(number)), from,
                                 {std::move(memory), view});
  REQUIRE(slice);
  return *slice;
}

}  // namespace

TEST_CASE("tool: names of groups and readers") {
  CHECK(parse_group("a/b")->to_string() == "a/b");
  CHECK(parse_group("b", "a")->to_string() == "a/b");
  CHECK(parse_group("c/b", "a")->to_string() == "c/b");
  CHECK(parse_group("b").error() == errc::invalid_argument);
  for (const auto* wrong : {"a/", "/b", "a/b/c", "a/_b"})
    CHECK(parse_group(wrong).error() == errc::invalid_name);
  CHECK(reader_name_of("host", 4711, 0x1F3C9A2) == "host-4711-01f3c9a2");
  CHECK(reader_name_of("", 1, 0) == "reader-1-00000000");
  for (const auto& host : {std::string{"my_host.b\n\xff"}, std::string(255, 'x')})
    CHECK(check_name(reader_name_of(host, 1 << 22, ~std::uint32_t{0})));
  CHECK(new_reader_name() != new_reader_name());
}

TEST_CASE("tool: settings of a new group") {
  const auto defaults = wanted_of({}, {stream_a}, {});
  REQUIRE(defaults);
  CHECK(defaults->start == group_start::head);
  CHECK(defaults->config.starting_cuts == reader_group_config::cuts{{stream_a, std::nullopt}});
  CHECK(defaults->config.automatic_checkpoint_interval_ms == 30'000);
  CHECK(defaults->config.group_refresh_time_ms == 3000);
  const stream_cut cut{stream_b, {{{0, 0}, 17}}};
  const auto given =
      wanted_of({{"tail", cut.to_text()}, 0, 250, "automatic"}, {stream_a, stream_b}, {});
  REQUIRE(given);
  CHECK(given->start == group_start::tail);
  CHECK(given->config.starting_cuts ==
        reader_group_config::cuts{{stream_a, std::nullopt}, {stream_b, cut}});
  CHECK(given->config.automatic_checkpoint_interval_ms == 0);
  CHECK(given->config.group_refresh_time_ms == 250);
  CHECK(given->config.retention == group_retention::automatic);
  for (const auto& wrong :
       {from({"middle"}), from({cut.to_text()}), group_settings{{}, 1, 1, "sometimes"}})
    CHECK(wanted_of(wrong, {stream_a}, {}).error() == errc::invalid_argument);
}

TEST_CASE("tool: new settings of a group change what they name") {
  reader_group_config present;
  present.starting_cuts[stream_a] = stream_cut{stream_a, {{{0, 0}, 5}}};
  present.group_refresh_time_ms = 77;
  const auto same_place = wanted_of({{}, 500, group_settings::not_given, ""}, {}, present);
  REQUIRE(same_place);
  CHECK(same_place->config.starting_cuts == present.starting_cuts);
  CHECK(same_place->config.group_refresh_time_ms == 77);
  CHECK(same_place->config.automatic_checkpoint_interval_ms == 500);
  const auto tail = wanted_of(from({"tail"}), {}, present);
  REQUIRE(tail);
  CHECK(tail->start == group_start::tail);
  CHECK(tail->config.starting_cuts == reader_group_config::cuts{{stream_a, std::nullopt}});
}

TEST_CASE("tool: a default that nobody asked for is no difference of a group") {
  reader_group_config is;
  is.starting_cuts[stream_a] = stream_cut{stream_a, {{{0, 0}, 5}}};
  is.automatic_checkpoint_interval_ms = 1;
  is.group_refresh_time_ms = 2;
  is.outstanding_checkpoints_max = 4;
  is.retention = group_retention::manual;
  reader_group_config wanted;
  wanted.starting_cuts[stream_a] = std::nullopt;
  const auto all = differences(is, wanted);
  REQUIRE(all.size() == 5);
  CHECK(differences_asked_for({}, all).empty());
  CHECK(differences_asked_for(from({"head"}), all).front().starts_with("starts "));
  CHECK(differences_asked_for({{}, 30'000, group_settings::not_given, "none"}, all) ==
        strings{"automatic checkpoints every 1 ms instead of 30000 ms",
                "retention manual instead of none"});
  CHECK(differences_asked_for({{}, group_settings::not_given, 3000, ""}, all) ==
        strings{"refresh time 2 ms instead of 3000 ms"});
}

TEST_CASE("tool: a group as a table of 80 columns") {
  CHECK(
      texts_of(group_lines(some_group(), 80)) ==
      strings{
          "group        scope/workers: 2 readers, 4 segments, 1 free", "streams      scope/a",
          "checkpoints  every 30,000 ms, none that readers passed (others do not count)",
          "waiting      for b, c to pass checkpoint before-update",
          "reader                                                  segments          unread",
          "b                                                              1               0",
          "host-4711-1f3c9a20                                             2       1,000,000",
          "(nobody)                                                       2              60",
          "segment                  reader                           offset          unread",
          "a/2.0                    b                                   end               -",
          "a/0.0                    host-4711-1f3c9a20            1,234,567         999,000",
          "a/1.0                    host-4711-1f3c9a20                    0           1,000",
          "a/3.0                    (nobody)                             40              60",
          "a/4.1                    waits for 0.0, 1.0                    0               -"});
}

TEST_CASE("tool: a table of a group fits, with both kinds of unread bytes") {
  auto seen = some_group();
  seen.since_live = seen.since_checkpoint;
  seen.group.readers[std::string(200, 'r')] = {{part(7), 1'000'000'000'000}};
  for (const auto columns : {std::size_t{60}, std::size_t{80}})
    for (const auto& each : group_lines(seen, columns))
      CHECK(each.columns() <= columns);
  for (const auto& each : group_lines(seen, 10))
    CHECK(each.columns() <= 60);
  seen.since_live.reset();
  seen.since_checkpoint.reset();
  for (const auto& each : texts_of(group_lines(seen, 80)))
    CHECK(each.find("unread") == std::string::npos);
}

TEST_CASE("tool: a group as JSON is complete") {
  const auto all = nlohmann::json::parse(to_json(some_group()).text());
  CHECK(all["group"] == "scope/workers");
  CHECK(all["readers"].size() == 2);
  CHECK(all["readers"][0]["reader"] == "b");
  CHECK(all["readers"][0]["segments"][0]["segment"] == "scope/a/2.#epoch.0");
  CHECK(all["readers"][0]["segments"][0]["offset"] == -1);
  CHECK(all["unassigned"][0]["offset"] == 40);
  CHECK(all["future"][0]["waits_for"].size() == 2);
  CHECK(all["outstanding_checkpoints"][0]["waits_for"][1] == "c");
  CHECK(all["unread_since_checkpoint"]["total"] == 1'000'060);
  CHECK(all["unread_since_checkpoint"]["readers"].size() == 3);
  CHECK(all["unread_live"].is_null());
  CHECK(all["config"]["retention"] == "none");
  CHECK(all["config"]["streams"][0]["start"].is_null());
}

TEST_CASE("tool: ticks of readers stand where they say, or where the state has them") {
  const auto group = some_group().group;
  stream_lineage stream;
  stream.stream = stream_a;
  stream.epochs = 1;
  for (std::int32_t i = 0; i < 4; ++i) {
    lineage_segment one;
    one.id = {i, 0};
    one.range = {0.25 * i, 0.25 * (i + 1)};
    one.stored = lineage_segment::extent{1'000'000, 2'000'000, 0};
    stream.segments.push_back(one);
  }
  const auto stored = ticks_of(group, stream, nullptr);
  REQUIRE(stored.size() == 3);
  CHECK(stored[1].reader == "host-4711-1f3c9a20");
  CHECK(stored[1].offset == 1'234'567);
  unread_bytes live;
  live.segments = {{part(0), "host-4711-1f3c9a20", 500'000}};
  const auto now = ticks_of(group, stream, &live);
  CHECK(now[1].offset == 1'500'000);
  CHECK(now[0].offset == -1);
  const auto picture = lineage_svg(stream, now);
  CHECK(picture.find("<title>reader host-4711-1f3c9a20: segment 0.0, offset 1,500,000</title>"
                     "<line class=\"tick\" x1=\"159.0\"") != std::string::npos);
  CHECK(picture.find("reader b: segment 2.0, the end") != std::string::npos);
  CHECK(picture.find(">reader</text>") != std::string::npos);
  CHECK(lineage_svg(stream).find("class=\"tick\"") == std::string::npos);
}

// --- the demo -------------------------------------------------------------------------------

TEST_CASE("tool: the demo's book counts each event once") {
  int arrived = 0;
  read_book book{[&](std::string_view line) { arrived += line == "ok" ? 1 : 0; }};
  book.add("one");
  book.add("two");
  CHECK(book.read("one", slice_of(0, 0, 3)));
  CHECK_FALSE(book.read("one", slice_of(0, 30, 2)));
  CHECK(book.read("two", slice_of(1, 0, 1)));
  CHECK(book.events() == 6);
  CHECK(book.bytes() == 60);
  CHECK(arrived == 6);
  CHECK(book.unreleased_bytes("one") == 50);
  book.released("one", part(0), 30);
  CHECK(book.unreleased_bytes("one") == 20);
  CHECK(book.tallies()[0].segments == std::set<std::int64_t>{0});
}

TEST_CASE("tool: what a killed reader had not released comes again once, and not more") {
  int arrived = 0;
  read_book book{[&](std::string_view) { ++arrived; }};
  (void)book.read("one", slice_of(0, 0, 5));
  book.released("one", part(0), 20);
  book.killed("one");
  // It reads on until it is dead.
  (void)book.read("one", slice_of(0, 50, 1));
  (void)book.read("two", slice_of(0, 20, 6));
  CHECK(arrived == 8);
  CHECK(book.events() == 8);
  auto all = book.tallies();
  CHECK(all[0].events == 6);
  CHECK(all[0].killed);
  CHECK(all[1].events == 2);
  CHECK(all[1].again == 4);
  // A second time is a fault, and so is what was released.
  (void)book.read("two", slice_of(0, 40, 1));
  (void)book.read("three", slice_of(0, 0, 1));
  CHECK(arrived == 10);
  CHECK(book.events() == 8);
}

TEST_CASE("tool: an event that comes twice to living readers is a fault") {
  int arrived = 0;
  read_book book{[&](std::string_view) { ++arrived; }};
  (void)book.read("one", slice_of(0, 0, 5));
  (void)book.read("two", slice_of(0, 40, 1));
  CHECK(arrived == 6);
  CHECK(book.tallies()[1].again == 0);
  // A segment that another reader has is not the first one's any more.
  CHECK(book.unreleased_bytes("one") == 0);
  book.close();
  (void)book.read("two", slice_of(0, 50, 1));
  CHECK(arrived == 6);
}

TEST_CASE("tool: the demo's view shows who has read what") {
  demo_progress now;
  now.lines = 10;
  now.readers = {{"reader-1", 1234, 0, false}, {"reader-2", 5, 0, true}};
  const auto lines = texts_of(demo_view::lines_of(now, {80, 24}));
  REQUIRE(lines.size() > 4);
  CHECK(lines[4] == "  ● reader-1 1,234   ○ reader-2 5");
}
