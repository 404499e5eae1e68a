// Reader groups between saved cuts, over scales and several streams, in several scopes.
#include "scenario/reader_group_world.hpp"

using namespace pravega_actor;
using namespace pravega_actor::scenario;

namespace {

using cuts = std::map<scoped_stream, stream_cut>;

/// Two streams in two scopes, and a group over both.
struct slice_world : group_world {
  const scoped_stream second{"other-scope", "second"};

  slice_world() {
    world.create_stream(second, 2);
    REQUIRE(ensure(both()));
  }
  reader_group_config both(const cuts& from = {}, const cuts& to = {}) const {
    auto config = settings();
    config.starting_cuts[second] = std::nullopt;
    for (const auto& [each, cut] : from)
      config.starting_cuts[each] = cut;
    for (const auto& [each, cut] : to)
      config.ending_cuts[each] = cut;
    return config;
  }
  texts write_both(const std::string& prefix) {
    auto all = write(prefix + "1-", 20);
    const auto more = write(prefix + "2-", 20, second);
    all.insert(all.end(), more.begin(), more.end());
    return all;
  }
  void scale_both() {
    for (const auto& each : {stream, second})
      REQUIRE(world.split(each, world.current_segments(each).back().id));
  }
};

texts read_of(std::initializer_list<const reading_member*> members) {
  texts all;
  for (const auto* each : members)
    all.insert(all.end(), each->events().begin(), each->events().end());
  return sorted(all);
}

}  // namespace

TEST_CASE("group slices: what lies between two saved cuts is read, over scales and streams") {
  slice_world w;
  std::vector<cuts> saved{*w.generate_cuts()};
  std::vector<texts> written;
  auto reader = std::make_unique<reading_member>(w, "reader");
  std::size_t read = 0;
  for (const auto* round : {"a", "b", "c"}) {
    written.push_back(w.write_both(round));
    w.scale_both();
    read += written.back().size();
    REQUIRE(w.world.run_until([&] { return reader->events().size() == read; }, seconds{60}));
    saved.push_back(*w.generate_cuts());
  }
  reader.reset();
  for (std::size_t i = 0; i < written.size(); ++i) {
    CAPTURE(i);
    REQUIRE(w.reset(reset_to::configuration{w.both(saved[i], saved[i + 1])}));
    reading_member one{w, "one"};
    reading_member two{w, "two"};
    REQUIRE(w.world.run_until([&] { return one.over() && two.over(); }, seconds{60}));
    CHECK(*one.over());
    CHECK(*two.over());
    CHECK(read_of({&one, &two}) == sorted(written[i]));
    CHECK(w.describe()->end_of_data);
  }
  // Back to the second cut, without an end.
  REQUIRE(w.reset(reset_to::configuration{w.both(saved[1])}));
  auto rest = written[1];
  rest.insert(rest.end(), written[2].begin(), written[2].end());
  reading_member again{w, "again"};
  REQUIRE(w.world.run_until([&] { return again.events().size() >= rest.size(); }, seconds{60}));
  w.world.run_for(seconds{5});
  CHECK(read_of({&again}) == sorted(rest));
  again.leave();
  w.finish();
}

TEST_CASE("group slices: a stream comes to the group and goes, and a checkpoint restores it") {
  slice_world w;
  auto one = std::make_unique<reading_member>(w, "one");
  const auto first = w.write_both("a");
  REQUIRE(w.world.run_until([&] { return one->events().size() == 40; }, seconds{60}));
  const auto made = w.make_checkpoint("cp");
  REQUIRE(made);
  CHECK(made->cuts.size() == 2);
  one.reset();
  // Without the second stream.
  REQUIRE(w.reset(reset_to::configuration{w.settings()}));
  CHECK(w.reset(reset_to::given_checkpoint{*made}).error() == errc::invalid_argument);
  one = std::make_unique<reading_member>(w, "one");
  REQUIRE(w.world.run_until([&] { return one->events().size() == 20; }, seconds{60}));
  one.reset();
  // With it again, from the checkpoint.
  const auto second = w.write_both("b");
  REQUIRE(w.reset(reset_to::configuration{w.both(made->cuts)}));
  one = std::make_unique<reading_member>(w, "one");
  REQUIRE(w.world.run_until([&] { return one->events().size() >= 40; }, seconds{60}));
  w.world.run_for(seconds{5});
  CHECK(read_of({one.get()}) == sorted(second));
  one.reset();
  w.finish();
}

TEST_CASE("group slices: fewer, as many and more readers than segments") {
  slice_world w;
  texts written;
  for (const std::size_t readers : {1, 3, 5}) {
    CAPTURE(readers);
    REQUIRE(w.reset(reset_to::configuration{w.both()}));
    std::vector<std::unique_ptr<reading_member>> members;
    for (std::size_t i = 0; i < readers; ++i)
      members.push_back(std::make_unique<reading_member>(w, "reader-" + std::to_string(i)));
    const auto more = w.write_both("of " + std::to_string(readers) + " readers, ");
    written.insert(written.end(), more.begin(), more.end());
    const auto read = [&] {
      texts all;
      for (const auto& each : members)
        all.insert(all.end(), each->events().begin(), each->events().end());
      return sorted(all);
    };
    REQUIRE(w.world.run_until([&] { return read().size() >= written.size(); }, seconds{60}));
    w.world.run_for(seconds{5});
    CHECK(read() == sorted(written));
    const auto made = w.make_checkpoint("cp");
    REQUIRE(made);
    CHECK(made->cuts.at(w.stream) == w.tail(w.stream));
    CHECK(made->cuts.at(w.second) == w.tail(w.second));
    for (const auto& each : members)
      CHECK(each->checkpoints() == texts{"cp"});
  }
  w.finish();
}
