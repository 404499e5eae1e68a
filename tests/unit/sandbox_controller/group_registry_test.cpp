#include "controller/group_registry.hpp"

#include "support/catch.hpp"

using namespace pravega_sandbox;

namespace {

const scoped_group first{"scope", "a"}, second{"scope", "b"}, elsewhere{"scope-2", "a"};
const scoped_stream stream{"scope", "stream"}, other{"scope", "other"};
const cut_offsets cut{{{0, 0}, 10}};

reader_group_config reading(const std::vector<scoped_stream>& streams,
                            group_retention retention = group_retention::manual) {
  reader_group_config config;
  for (const auto& each : streams)
    config.starting_cuts[each];
  config.retention = retention;
  return config;
}

using groups = std::vector<scoped_group>;

}  // namespace

TEST_CASE("group registry: groups are found by name, and listed by scope") {
  group_registry registry;
  CHECK(registry.find(first) == nullptr);
  registry.put(first, reading({stream}));
  registry.put(second, reading({stream}));
  registry.put(elsewhere, reading({other}));
  REQUIRE(registry.find(first) != nullptr);
  CHECK(*registry.find(first) == reading({stream}));
  CHECK(registry.groups_in("scope") == groups{first, second});
  CHECK(registry.groups_in("scope-2") == groups{elsewhere});
  CHECK(registry.groups_in("s").empty());
  registry.erase(first);
  registry.erase(first);
  CHECK(registry.find(first) == nullptr);
  CHECK(registry.groups_in("scope") == groups{second});
}

TEST_CASE("group registry: only groups with a retention subscribe") {
  group_registry registry;
  registry.put(first, reading({stream, other}));
  registry.put(second, reading({stream}, group_retention::none));
  CHECK(registry.subscribers_of(stream) == groups{first});
  CHECK(registry.subscribers_of(other) == groups{first});
  CHECK(registry.released(stream, second) == nullptr);
  registry.release(stream, second, cut);
  CHECK(registry.released(stream).empty());
  registry.erase(first);
  CHECK(registry.subscribers_of(stream).empty());
}

TEST_CASE("group registry: released cuts stay for as long as the group subscribes") {
  group_registry registry;
  registry.put(first, reading({stream, other}));
  REQUIRE(registry.released(stream, first) != nullptr);
  CHECK(registry.released(stream, first)->empty());
  CHECK(registry.released(stream).empty());
  registry.release(stream, first, cut);
  registry.release(other, first, cut);
  CHECK(registry.released(stream) == std::vector{cut});
  registry.put(first, reading({stream}, group_retention::automatic));
  CHECK(*registry.released(stream, first) == cut);
  CHECK(registry.released(other, first) == nullptr);
  registry.put(first, reading({stream}, group_retention::none));
  CHECK(registry.released(stream, first) == nullptr);
  registry.put(first, reading({stream}));
  CHECK(registry.released(stream, first)->empty());
  registry.release(stream, first, cut);
  registry.forget(stream);
  CHECK(registry.released(stream, first) == nullptr);
  CHECK(registry.find(first) != nullptr);
}

TEST_CASE("group registry: what is taken is given back") {
  group_registry registry;
  CHECK(registry.bytes() == 0);
  registry.put(first, reading({stream, other}));
  const auto two_streams = registry.bytes();
  CHECK(two_streams == group_registry::bytes_of(first, reading({stream, other})));
  registry.release(other, first, cut);
  CHECK(registry.bytes() > two_streams);
  registry.release(other, first, {});
  CHECK(registry.bytes() == two_streams);
  registry.release(stream, first, cut);
  registry.put(first, reading({other}));
  CHECK(registry.bytes() < two_streams);
  registry.release(other, first, cut);
  registry.forget(other);
  registry.erase(first);
  CHECK(registry.bytes() == 0);
}
