// The parts of a write log alone, as a byte stream and a transaction use them: one segment,
// tickets, room, no routes, and no hand-over.
#include <limits>

#include "append/append_channel.hpp"
#include "append/append_owner.hpp"
#include "core/checked_mutex.hpp"
#include "support/append_peer.hpp"
#include "support/catch.hpp"
#include "writer/room_queue.hpp"
#include "writer/ticket_ledger.hpp"

using namespace pravega_actor;
using namespace pravega_actor::internal;
using namespace pravega_actor::test;

namespace {

/// What owns one channel. A seal is its end.
class one_segment_log final : public append_owner {
 public:
  checked_mutex& mutex() PRAVEGA_ACTOR_RETURNS_LOCK(guard) override { return mutex_; }
  void on_durable(const append_log::blocks& durable) PRAVEGA_ACTOR_REQUIRES(guard) override {
    for (const auto& block : durable)
      room_.give_back({block->cost(), ledger_.mark(*block)});
  }
  void deliver() override {
    completion_queue::batch taken;
    {
      checked_lock lock{mutex()};
      ledger_.take_known(taken);
    }
    taken.succeed([](const char*) {});
  }
  void replace_segment(append_channel& channel, const std::vector<controller::successor>&,
                       const std::string&) override {
    on_gave_up(channel, errc::segment_sealed, true);
  }
  void on_gave_up(append_channel& channel, const error& reason, bool) override {
    checked_lock lock{mutex()};
    std::vector<undurable_range> unwritten;
    channel.log().for_each_block([&](const append_block& block) {
      for (const auto& mark : block.marks())
        add_ticket(unwritten, mark.ticket, false);
    });
    ledger_.fail(reason, unwritten);
    (void)channel.retire();
  }
  void on_trouble(const error&) override {}

  result<event_ticket> add(append_channel& to, std::string_view payload,
                           write_completion&& done) {
    const auto room = write_room::of(payload.size(), 1);
    checked_lock lock{mutex()};
    if (ledger_.failure()) return *ledger_.failure();
    if (!room_.fits(room, nullptr)) return errc::would_block;
    const auto ticket = ledger_.last() + 1;
    if (!ledger_.book(ticket, std::move(done))) return errc::out_of_memory;
    to.log().append({0.0, ticket, false}, as_bytes(payload));
    room_.take(room, nullptr);
    auto turn = to.begin_turn();
    lock.unlock();
    turn.run(*this);
    return ticket;
  }
  [[nodiscard]] close_report report() {
    checked_lock lock{mutex()};
    return ledger_.report();
  }

 private:
  checked_mutex mutex_;
  ticket_ledger ledger_ PRAVEGA_ACTOR_GUARDED_BY(guard);
  room_queue room_ PRAVEGA_ACTOR_GUARDED_BY(guard){{200, 10}};
};

struct one_segment {
  append_peer peer;
  std::shared_ptr<one_segment_log> log = std::make_shared<one_segment_log>();
  std::shared_ptr<append_channel> channel = std::make_shared<append_channel>(
      log, segment{{"scope", "stream"}, {0, 0}},
      append_log{uuid{1, 2}, 1LL << 32, std::make_shared<buffer_pool>(), append_limits{}});
  std::uint64_t generation = channel->attach([](std::uint64_t, const channel_notice&) {});
  std::shared_ptr<session> to = peer.open_session();
  std::vector<event_ticket> durable;

  one_segment() {
    REQUIRE(channel->use(generation, to));
    REQUIRE(channel->resume(generation, std::numeric_limits<std::int64_t>::min()));
  }
  result<event_ticket> add(std::string_view payload) {
    return log->add(*channel, payload,
                    [this](const write_result& got) { durable.push_back(got.ticket); });
  }
  void acknowledge(std::int64_t number) {
    feed(*to, *wire::encode(wire::data_appended{uuid{1, 2}, number, -1, 1LL << 32, 0}));
  }
};

}  // namespace

TEST_CASE("one segment has tickets, room and outcomes without routes", "[ticket_ledger]") {
  one_segment f;
  CHECK(*f.add("first") == 1);
  CHECK(*f.add(std::string(100, 'x')) == 2);
  CHECK(f.add(std::string(100, 'x')).error() == errc::would_block);
  CHECK(f.durable.empty());
  f.acknowledge(1);
  CHECK(f.durable == std::vector<event_ticket>{1});
  f.acknowledge(2);
  CHECK(f.durable == std::vector<event_ticket>{1, 2});
  CHECK(*f.add(std::string(100, 'x')) == 3);
}

TEST_CASE("a seal without hand-over is the end, with an outcome for each ticket",
          "[ticket_ledger]") {
  one_segment f;
  REQUIRE(f.add("first"));
  f.acknowledge(1);
  REQUIRE(f.add("second"));
  f.channel->hand_over(f.generation, {}, "");
  CHECK(f.add("third").error() == errc::segment_sealed);
  const auto report = f.log->report();
  CHECK(report.durable_through == 1);
  CHECK(report.undurable == std::vector<undurable_range>{{2, 2, false}});
}
