// Random valid updates against the binary form and compaction.
#include <algorithm>
#include <array>
#include <limits>

#include "group/group_codec.hpp"
#include "group/group_state.hpp"
#include "support/catch.hpp"
#include "support/splitmix.hpp"

using namespace pravega_actor;
using namespace pravega_actor::internal;

namespace {

// Makes updates that are valid in the state that it sees.
class model {
 public:
  explicit model(std::uint64_t seed) : random_{seed} {}

  group_update first() {
    group_init init;
    for (std::int32_t i = 0; i < 4; ++i)
      init.starting_segments.add(fresh(0.25 * i, 0.25 * (i + 1)), 0);
    init.end_segments[init.starting_segments.entries().front().first.name] = 1 << 20;
    return init;
  }

  group_update next(const group_state& state) {
    for (;;) {
      switch (random_.below(11)) {
        case 0:
          if (auto some = add(state)) return *some;
          break;
        case 1:
          if (random_.below(4) == 0) return remove(state);
          break;
        case 2:
        case 3:
          if (auto some = acquire(state)) return *some;
          break;
        case 4:
          if (auto some = release(state)) return *some;
          break;
        case 5:
          if (auto some = complete(state)) return *some;
          break;
        case 6:
        case 7:
          if (auto some = checkpoint(state)) return *some;
          break;
        case 8:
          return distance(state);
        default:
          return rare(state);
      }
    }
  }

  // Segments that exist: neither completed nor never made.
  [[nodiscard]] const std::set<segment>& alive() const { return alive_; }

 private:
  group_segment fresh(double low, double high) {
    const segment name{{"scope", random_.below(2) == 0 ? "one" : "two"}, {next_number_++, 1}};
    alive_.insert(name);
    return {name, {low, high}};
  }
  std::int64_t offset() { return static_cast<std::int64_t>(random_.magnitude(40)); }
  std::string any_reader(const group_state& state) {
    const auto online = state.readers();
    return online.empty() ? "nobody" : online[random_.below(online.size())];
  }
  // A segment of some reader, if there is one.
  std::optional<std::pair<std::string, group_segment>> any_owned(const group_state& state) {
    const auto reader = any_reader(state);
    const auto* owned = state.assigned(reader);
    if (owned == nullptr || owned->empty()) return std::nullopt;
    auto at = owned->begin();
    std::advance(at, random_.below(owned->size()));
    return std::pair{reader, at->first};
  }
  segment_offsets some_positions(const group_state& state, const std::string& reader) {
    segment_offsets positions;
    if (const auto* owned = state.assigned(reader))
      for (const auto& [at, stored] : *owned)
        if (random_.below(3) != 0) positions[at.name] = stored + 1 + offset();
    return positions;
  }

  std::optional<group_update> add(const group_state& state) {
    auto name = "reader-" + std::to_string(random_.below(6));
    if (state.is_online(name)) return std::nullopt;
    return add_reader{std::move(name)};
  }
  group_update remove(const group_state& state) {
    auto reader = any_reader(state);
    auto positions = some_positions(state, reader);
    return remove_reader{std::move(reader), std::move(positions)};
  }
  std::optional<group_update> acquire(const group_state& state) {
    if (state.readers().empty() || state.unassigned().empty()) return std::nullopt;
    const auto free = state.unassigned().entries();
    return acquire_segment{any_reader(state), free[random_.below(free.size())].first.name};
  }
  std::optional<group_update> release(const group_state& state) {
    const auto owned = any_owned(state);
    if (!owned) return std::nullopt;
    return release_segment{owned->first, owned->second.name, offset()};
  }
  // A split, or a merge with another living segment of the stream.
  std::optional<group_update> complete(const group_state& state) {
    const auto owned = any_owned(state);
    if (!owned) return std::nullopt;
    const auto& [reader, at] = *owned;
    segment_completed done{reader, at, {}};
    const auto id = at.name.id.value();
    if (merges_.contains(at.name)) {
      done.successors[merges_.at(at.name).first] = merges_.at(at.name).second;
    } else if (alive_.size() > 12) {
      merge(state, at, done);
    } else {
      const auto middle = (at.range.low + at.range.high) / 2;
      done.successors[fresh(at.range.low, middle)] = {id};
      done.successors[fresh(middle, at.range.high)] = {id};
    }
    alive_.erase(at.name);
    return done;
  }
  void merge(const group_state& state, const group_segment& at, segment_completed& done) {
    std::set<std::int64_t> all{at.name.id.value()};
    const auto to = fresh(0.0, 1.0);
    std::vector<segment> with;
    state.unassigned().each([&](const group_segment& other, std::int64_t) {
      if (with.size() < 2 && !merges_.contains(other.name)) with.push_back(other.name);
    });
    for (const auto& name : with)
      all.insert(name.id.value());
    for (const auto& name : with)
      merges_[name] = {to, all};
    done.successors[to] = all;
  }
  std::optional<group_update> checkpoint(const group_state& state) {
    if (random_.below(3) == 0) {
      auto id = "cp" + std::to_string(next_checkpoint_++);
      return create_checkpoint{random_.below(3) == 0 ? id + "_SILENT_" : id};
    }
    const auto reader = any_reader(state);
    const auto pending = state.checkpoint_for(reader);
    if (!pending) return std::nullopt;
    return checkpoint_reader{*pending, reader, some_positions(state, reader)};
  }
  group_update distance(const group_state& state) {
    update_distance to{any_reader(state), offset(), {}};
    if (const auto* owned = state.assigned(to.reader))
      for (const auto& [at, stored] : *owned)
        to.last_read[at] = stored + offset();
    return to;
  }
  group_update rare(const group_state& state) {
    const auto& ids = state.content().checkpoints.checkpoints;
    switch (random_.below(8)) {
      case 0:
        return checkpoint_published{random_.below(2) == 0};
      case 1:
        return updating_config{random_.below(2) == 0};
      case 2:
        return remove_outstanding_checkpoints{};
      default:
        return clear_checkpoints_before{ids.empty() ? "none" : ids[random_.below(ids.size())]};
    }
  }

  test::splitmix random_;
  std::int32_t next_number_ = 0;
  int next_checkpoint_ = 0;
  std::set<segment> alive_;
  std::map<segment, std::pair<group_segment, std::set<std::int64_t>>> merges_;
};

// Every living segment is in exactly one place.
void check_places(const group_state& state, const std::set<segment>& alive) {
  std::vector<segment> places;
  state.unassigned().each(
      [&](const group_segment& at, std::int64_t) { places.push_back(at.name); });
  for (const auto& reader : state.readers())
    for (const auto& [at, offset] : *state.assigned(reader))
      places.push_back(at.name);
  for (const auto& [at, ids] : state.future())
    places.push_back(at.name);
  std::sort(places.begin(), places.end());
  REQUIRE(places == std::vector<segment>(alive.begin(), alive.end()));
}

// Checkpoints wait only for online readers, and each of them has positions.
void check_checkpoints(const group_state& state) {
  for (const auto& [id, readers] : state.content().checkpoints.waiting) {
    REQUIRE_FALSE(readers.empty());
    REQUIRE(state.content().checkpoints.positions.contains(id));
    for (const auto& reader : readers)
      REQUIRE(state.is_online(reader));
  }
}

group_update through_bytes(const group_update& update) {
  const auto bytes = encode_group_update(update);
  REQUIRE(bytes);
  auto read = decode_group_update(*bytes);
  REQUIRE(read);
  REQUIRE(*read == update);
  return *std::move(read);
}

}  // namespace

TEST_CASE("group model: thousands of random updates, through bytes and compaction") {
  std::array<int, 14> seen{};
  for (std::uint64_t seed = 1; seed <= 10; ++seed) {
    CAPTURE(seed);
    model updates{seed};
    const auto first = updates.first();
    auto state = *group_state::create(first);
    auto replica = *group_state::create(through_bytes(first));
    for (int step = 0; step < 600; ++step) {
      CAPTURE(step);
      const auto update = updates.next(state);
      ++seen.at(static_cast<std::size_t>(update.position()));
      REQUIRE(state.apply(update));
      REQUIRE(replica.apply(through_bytes(update)));
      // At any point a member may begin with a snapshot.
      if (step % 7 == 0) replica = *group_state::create(through_bytes(state.content()));
      REQUIRE(replica == state);
      check_places(state, updates.alive());
      check_checkpoints(state);
    }
  }
  for (std::size_t type = 2; type < seen.size(); ++type) {
    CAPTURE(type);
    CHECK(seen.at(type) > 10);
  }
}

TEST_CASE("group model: a list is applied as its updates are, one by one") {
  model updates{77};
  auto alone = *group_state::create(updates.first());
  auto listed = alone;
  for (int round = 0; round < 100; ++round) {
    std::vector<group_update> list;
    for (int i = 0; i < 5; ++i) {
      list.push_back(updates.next(alone));
      REQUIRE(alone.apply(list.back()));
    }
    const auto entry =
        decode_group_entry(*encode_group_entry({group_entry::kind::update, list}));
    REQUIRE(entry);
    const auto before = listed;
    auto broken = entry->updates;
    broken.emplace_back(acquire_segment{"nobody", {{"no", "such"}, {0, 0}}});
    REQUIRE_FALSE(listed.apply(broken));
    REQUIRE(listed == before);
    REQUIRE(listed.apply(entry->updates));
    REQUIRE(listed == alone);
  }
}
