// Readers that share the segments of two streams: segments are taken away from one of them and
// go on in the other, as in a group.
#include <algorithm>

#include "client/client_core.hpp"
#include "core/access.hpp"
#include "read/segment_reader.hpp"
#include "reader/slice_queue.hpp"
#include "scenario/scenario_support.hpp"

using namespace pravega_actor;
using namespace pravega_actor::internal;
using namespace pravega_actor::scenario;

namespace {

/// What was read of each segment, by whichever member.
using read_so_far = std::map<segment, texts>;

/// A queue over segments of several streams, and a supervisor over their segment readers.
class member {
 public:
  member(client_world& of, const std::vector<scoped_stream>& streams, read_so_far& read)
      : of_{of}, queue_{std::make_shared<slice_queue>(streams)}, read_{read} {
    auto& host = access::core_of(*of.user);
    context_ = host.context();
    const auto policy = host.child_policy();
    REQUIRE(host.add_child("member", [this, policy](const child_start& as) {
      supervisor_ = as.spawn(supervisor, supervisor_setup{as.path, policy, context_->env,
                                                          context_->bus, context_->board});
      return supervisor_;
    }));
    REQUIRE(of.world.run_until([this] { return static_cast<bool>(supervisor_); }, seconds{10}));
    queue_->open({});
  }
  ~member() { queue_->close(); }
  member(const member&) = delete;
  member& operator=(const member&) = delete;

  /// Reads a segment from `offset` on.
  void add(const segment& which, std::int64_t offset) {
    const auto flow = context_->env->next_flow_id();
    const auto channel =
        std::make_shared<read_channel>(queue_, which, flow, read_channel::start{offset, {}, ""},
                                       read_limits{300, 2, 1u << 20}, context_->pool);
    queue_->add(channel, offset);
    const auto& host = access::core_of(*of_.user);
    const auto& settings = host.settings();
    segment_reader_setup setup{
        {host.backoff(), milliseconds{settings.reader_recovery_timeout_ms},
         milliseconds{settings.liveness_timeout_ms}},
        truncation_policy::fail,
        "member/" + channel->name()};
    // The same segment may come again before its first reader has ended.
    const auto child = "segment:" + channel->name() + ':' + std::to_string(flow);
    const auto start = [context = context_, channel, setup](const child_start& as) {
      return as.spawn(segment_reader, context, channel, setup);
    };
    caf::anon_send(supervisor_, supervise{{child, start, restart_type::transient}});
  }
  /// Takes what is there, at most so many items.
  void take(std::size_t items_max) {
    for (std::size_t i = 0; i < items_max; ++i) {
      auto taken = queue_->try_take();
      REQUIRE(taken);
      if (!*taken) return;
      const auto& slice = std::get<event_slice>(**taken);
      CHECK(slice.offset() == offset_of(slice.in()));
      for (const auto& each : slice)
        read_[slice.in()].emplace_back(as_text(each.payload));
    }
  }
  [[nodiscard]] taken_segment take_away(const segment& which) {
    auto taken = queue_->take_away(which);
    REQUIRE(taken);
    return *std::move(taken);
  }
  /// Where what was read of a segment ends.
  [[nodiscard]] std::int64_t offset_of(const segment& which) const {
    std::int64_t bytes = 0;
    for (const auto& each : read_[which])
      bytes += 8 + static_cast<std::int64_t>(each.size());
    return bytes;
  }
  [[nodiscard]] std::vector<stream_cut> positions() const {
    queue_->release();
    return queue_->positions();
  }
  /// Its segment readers that have not ended.
  [[nodiscard]] std::size_t segment_readers() {
    const auto seen = ask<supervisor_status>(of_.world, supervisor_, get_supervisor_status{});
    REQUIRE(seen);
    return seen->children.size();
  }

 private:
  client_world& of_;
  std::shared_ptr<slice_queue> queue_;
  read_so_far& read_;
  std::shared_ptr<const segment_context> context_;
  supervisor_handle supervisor_;
};

/// Two streams with three segments in all, two members, and who has which segment.
struct shared_world {
  client_world w;
  const scoped_stream other{"scope", "other"};
  read_so_far read;
  std::map<segment, texts> stored;
  std::vector<std::unique_ptr<member>> members;
  std::map<segment, std::size_t> holder;

  explicit shared_world(const fault_plan& plan = {}) : w{{}, 2, plan} {
    w.world.create_stream(other, 1);
    write(w.stream);
    write(other);
    for (const auto& stream : {w.stream, other})
      for (const auto& each : w.world.current_segments(stream)) {
        const segment which{stream, each.id};
        stored[which] = w.world.events_of(which.to_string());
        REQUIRE(stored[which].size() > 50);
      }
    for (int i = 0; i < 2; ++i)
      members.push_back(
          std::make_unique<member>(w, std::vector<scoped_stream>{w.stream, other}, read));
    for (const auto& [which, events] : stored)
      give(which, 0, 0);
  }
  ~shared_world() {
    members.clear();
    w.finish();
  }

  void write(const scoped_stream& to) {
    auto opened = w.try_open(to);
    REQUIRE(opened);
    REQUIRE(*opened);
    outcome_list outcomes;
    constexpr std::size_t count = 400;
    for (std::size_t i = 0; i < count; ++i)
      REQUIRE((*opened)->try_write(std::to_string(i % 7),
                                   as_bytes(to.stream + ' ' + std::to_string(i)),
                                   outcomes.sink()));
    REQUIRE(w.world.run_until([&] { return outcomes.told.size() == count; }, seconds{300}));
    REQUIRE(outcomes.errors.empty());
  }
  void give(const segment& which, std::size_t to, std::int64_t offset) {
    members[to]->add(which, offset);
    holder[which] = to;
  }
  [[nodiscard]] std::size_t total() const {
    std::size_t out = 0;
    for (const auto& [which, events] : read)
      out += events.size();
    return out;
  }
  /// What was fetched and not handed out follows what was.
  void check_rest(const taken_segment& taken) {
    const auto& events = stored.at(taken.of);
    auto next = read[taken.of].size();
    for (const auto& each : taken.rest) {
      const auto& slice = std::get<event_slice>(std::get<read_item>(each));
      for (const auto& event : slice) {
        REQUIRE(next < events.size());
        CHECK(as_text(event.payload) == events[next++]);
      }
    }
  }
  /// The segment goes to the other member.
  void move(const segment& which) {
    auto& from = *members[holder[which]];
    const auto taken = from.take_away(which);
    CHECK(taken.at.next == from.offset_of(which));
    CHECK(taken.at.consumed <= taken.at.next);
    check_rest(taken);
    give(which, 1 - holder[which], taken.at.next);
  }
  /// Both members take, and one segment moves now and then, until everything is read.
  void read_all() {
    std::size_t all = 0;
    for (const auto& [which, events] : stored)
      all += events.size();
    for (std::size_t moves = 0; total() < all; ++moves) {
      const auto before = total();
      REQUIRE(w.world.run_until(
          [&] {
            members[w.world.random() % 2]->take(2);
            return total() > before + 10 || total() == all;
          },
          seconds{300}));
      auto which = stored.begin();
      std::advance(which, static_cast<std::ptrdiff_t>(moves % stored.size()));
      move(which->first);
    }
  }
  /// The offsets that the members' positions name, of all streams.
  [[nodiscard]] std::map<segment, std::int64_t> positions() {
    std::map<segment, std::int64_t> out;
    for (const auto& each : members)
      for (const auto& cut : each->positions())
        for (const auto& [id, offset] : cut.offsets)
          CHECK(out.emplace(segment{cut.stream, id}, offset).second);
    return out;
  }
};

}  // namespace

TEST_CASE("take away: two readers share two streams, and segments go back and forth") {
  shared_world s;
  s.read_all();
  CHECK(s.read == s.stored);
  // Each segment is in the position of one member, at its end.
  const auto positions = s.positions();
  CHECK(positions.size() == s.stored.size());
  for (const auto& [which, offset] : positions)
    CHECK(offset == s.members[0]->offset_of(which));
  // Those that were taken away have ended, each by itself.
  s.w.world.run_for(seconds{5});
  CHECK(s.members[0]->segment_readers() + s.members[1]->segment_readers() == 3);
  CHECK(s.w.count(event_kind::restarted, "member") == 0);
}

TEST_CASE("take away: the same while connections end and segment readers die") {
  fault_plan plan;
  plan.cut = 0.02;
  plan.refuse = 0.1;
  plan.kill = 0.01;
  plan.heal_after = seconds{20};
  shared_world s{plan};
  s.read_all();
  CHECK(s.read == s.stored);
  CHECK(s.w.world.counters().cuts > 0);
  CHECK(s.w.world.counters().kills > 0);
}
