// Order and credit of senders that have many writes under way at a writer actor.
#include "scenario/writer_actor_world.hpp"
#include "support/ordered_sender.hpp"

using namespace pravega_actor;
using namespace pravega_actor::scenario;
using namespace pravega_actor::test;

namespace {

struct order_world : actor_world {
  using actor_world::actor_world;
  std::vector<std::shared_ptr<sender_record>> records;

  std::shared_ptr<sender_record> start(const event_writer_handle& writer,
                                       std::shared_ptr<sender_record> record,
                                       std::size_t window = 15, bool plain = true) {
    records.push_back(record);
    world.system().spawn(ordered_sender,
                         sender_setup{writer, record, window, plain, records.size()});
    return record;
  }
  bool all_done() const {
    return std::all_of(records.begin(), records.end(),
                       [](const auto& each) { return each->done; });
  }
  void check_all_stored() const {
    std::map<std::string, std::vector<std::string>> segments;
    for (const auto& name : world.segments_of(stream))
      segments[name] = world.events_of(name);
    CHECK(check_order(records, segments) == texts{});
    for (const auto& each : records) {
      CHECK_FALSE(each->failure);
      CHECK(std::is_sorted(each->tickets.begin(), each->tickets.end()));
    }
  }
};

// A sender in the test's hands: it sends in the order of the calls, and keeps the answers.
struct hand_sender {
  simulation& world;
  event_writer_handle writer;
  caf::actor self;
  std::vector<event_written> written;
  std::vector<credit> credits;
  std::vector<events_flushed> flushed;
  std::vector<events_written> groups;

  hand_sender(simulation& in, event_writer_handle to) : world{in}, writer{std::move(to)} {
    self = world.system().spawn([this]() -> caf::behavior {
      return {[this](const event_written& answer) { written.push_back(answer); },
              [this](const events_written& answer) { groups.push_back(answer); },
              [this](const credit& answer) { credits.push_back(answer); },
              [this](const events_flushed& answer) { flushed.push_back(answer); }};
    });
  }
  hand_sender(const hand_sender&) = delete;
  hand_sender& operator=(const hand_sender&) = delete;
  ~hand_sender() { end(); }
  template <class Message>
  void send(Message what) {
    caf::send_as(self, writer, std::move(what));
    world.run_for(microseconds{100});
  }
  void end() {
    if (self) caf::anon_send_exit(self, caf::exit_reason::kill);
    self = nullptr;
    world.run_for(microseconds{100});
  }
  errc last_refusal() const {
    REQUIRE_FALSE(written.empty());
    REQUIRE_FALSE(written.back().outcome.outcome);
    return written.back().outcome.outcome.error().code();
  }
};

write_event bytes(std::size_t n) {
  return {std::string(n, 'x'), "key"};
}

}  // namespace

TEST_CASE("writer order: one key, a limit of 10 events, 15 under way") {
  order_world w;
  auto writer = w.open_actor(w.tiny(1 << 20, 10));
  const auto record = w.start(writer, make_record("only", 40, 1, 10, 1));
  REQUIRE(w.world.run_until([&] { return w.all_done(); }, seconds{60}));
  CHECK(record->refusals > 0);
  CHECK(record->credits > 0);
  w.check_all_stored();
  writer = nullptr;
  w.finish();
}

TEST_CASE("writer order: several senders with events of mixed sizes and a tiny limit") {
  const bool plain = GENERATE(true, false);
  order_world w{{}, 3};
  auto writer = w.open_actor(w.tiny(2000, 30));
  for (std::uint64_t i = 1; i <= 4; ++i)
    w.start(writer, make_record("sender-" + std::to_string(i), 200, 3, 400, i), 5 + 5 * i,
            plain);
  for (int round = 0; round < 5; ++round) {
    w.world.run_for(milliseconds{20});
    w.world.cut_connections();
  }
  REQUIRE(w.world.run_until([&] { return w.all_done(); }, seconds{200}));
  for (const auto& each : w.records)
    CHECK(each->refusals > 0);
  w.check_all_stored();
  writer = nullptr;
  w.finish();
}

TEST_CASE("writer order: everything behind a refusal is refused until the credit is used") {
  actor_world w;
  auto writer = w.open_actor(w.tiny(1000));
  w.world.run_for(seconds{1});
  w.network->refuses = true;
  w.world.cut_connections();
  w.world.run_for(milliseconds{100});
  hand_sender anna{w.world, writer};
  hand_sender ben{w.world, writer};
  anna.send(bytes(876));
  CHECK(anna.written.empty());
  anna.send(bytes(476));
  CHECK(anna.last_refusal() == errc::would_block);
  // There is room for these.
  anna.send(bytes(26));
  anna.send(write_events{{{"a", "key"}}});
  anna.send(write_batch{{"b"}, "key"});
  anna.send(flush_events{});
  CHECK(anna.written.size() == 3);
  CHECK(anna.last_refusal() == errc::would_block);
  REQUIRE(anna.groups.size() == 1);
  CHECK(anna.groups[0].outcome.error() == errc::would_block);
  REQUIRE(anna.flushed.size() == 1);
  CHECK(anna.flushed[0].outcome.error() == errc::would_block);
  ben.send(bytes(26));
  CHECK(ben.written.empty());

  anna.send(await_credit{476});
  anna.send(use_credit{1});
  anna.send(bytes(2));
  CHECK(anna.written.size() == 4);
  w.network->refuses = false;
  REQUIRE(w.world.run_until([&] { return anna.credits.size() == 1; }, seconds{10}));
  REQUIRE(anna.credits[0].outcome);
  anna.send(bytes(1));
  CHECK(anna.last_refusal() == errc::would_block);
  anna.send(use_credit{anna.credits[0].number + 1});
  anna.send(bytes(1));
  CHECK(anna.last_refusal() == errc::would_block);
  const auto answered = anna.written.size();
  anna.send(use_credit{anna.credits[0].number});
  anna.send(bytes(476));
  anna.send(flush_events{});
  REQUIRE(w.world.run_until([&] { return anna.flushed.size() == 2; }, seconds{10}));
  CHECK(anna.flushed[1].outcome);
  REQUIRE(anna.written.size() == answered + 1);
  CHECK(anna.written.back().outcome.outcome);
  CHECK(w.stored().size() == 3);
  anna.end();
  ben.end();
  anna.writer = ben.writer = writer = nullptr;
  w.finish();
}

TEST_CASE("writer credit: reserved room is for one sender, until it dies or does not use it") {
  const bool dies = GENERATE(true, false);
  actor_world w;
  auto writer = w.open_actor(w.tiny(1000));
  hand_sender anna{w.world, writer};
  hand_sender ben{w.world, writer};
  anna.send(await_credit{976});
  REQUIRE(anna.credits.size() == 1);
  ben.send(bytes(1));
  CHECK(ben.last_refusal() == errc::would_block);
  ben.send(await_credit{1});
  CHECK(ben.credits.empty());
  if (dies) {
    anna.end();
  } else {
    w.world.run_for(seconds{29});
    CHECK(ben.credits.empty());
    w.world.run_for(seconds{3});
  }
  REQUIRE(ben.credits.size() == 1);
  CHECK(ben.credits[0].outcome);
  ben.send(use_credit{ben.credits[0].number});
  ben.send(bytes(1));
  w.world.run_for(seconds{1});
  REQUIRE(ben.written.size() == 2);
  CHECK(ben.written.back().outcome.outcome);
  anna.end();
  ben.end();
  anna.writer = ben.writer = writer = nullptr;
  w.finish();
}

TEST_CASE("writer credit: one request for each sender, and none that can have no room") {
  actor_world w;
  auto writer = w.open_actor(w.tiny(1000));
  w.network->mute();
  hand_sender anna{w.world, writer};
  anna.send(bytes(900));
  anna.send(await_credit{500});
  anna.send(await_credit{600});
  REQUIRE(anna.credits.size() == 1);
  CHECK(anna.credits[0].outcome.error() == errc::cancelled);
  CHECK(anna.credits[0].number == 0);
  for (const auto& wrong :
       {await_credit{std::size_t(-1)}, await_credit{1, std::size_t(-1)}, await_credit{1, 0}}) {
    hand_sender other{w.world, writer};
    other.send(wrong);
    REQUIRE(other.credits.size() == 1);
    CHECK(other.credits[0].outcome.error() == errc::invalid_argument);
    other.writer = nullptr;
  }
  anna.end();
  anna.writer = writer = nullptr;
  (void)w.close_client(seconds{5});
  w.finish();
}

TEST_CASE("writer order: senders without an address share one gate") {
  actor_world w;
  auto writer = w.open_actor(w.tiny(1000));
  w.world.run_for(seconds{1});
  for (const auto& payload : {std::string(900, 'a'), std::string(900, 'b'), std::string("c")})
    caf::anon_send(writer, write_event{payload});
  w.world.run_for(seconds{1});
  CHECK(w.stored().size() == 1);
  caf::anon_send(writer, write_event{"d"});
  w.world.run_for(seconds{1});
  CHECK(w.stored().size() == 1);
  caf::anon_send(writer, await_credit{1});
  w.world.run_for(milliseconds{1});
  caf::anon_send(writer, write_event{"e"});
  w.world.run_for(seconds{1});
  CHECK(w.stored().size() == 2);
  CHECK(w.stored().back() == "e");
  writer = nullptr;
  w.finish();
}

TEST_CASE("writer actor: independent events are taken all or none, and answered once") {
  actor_world w{{}, 2};
  auto writer = w.open_actor(w.tiny(2000, 20));
  hand_sender anna{w.world, writer};
  write_events few;
  for (int i = 0; i < 5; ++i)
    few.events.push_back({std::to_string(i), "key-" + std::to_string(i)});
  anna.send(few);
  w.world.run_for(seconds{1});
  REQUIRE(anna.groups.size() == 1);
  CHECK(anna.groups[0].first == 1);
  CHECK(anna.groups[0].last == 5);
  CHECK(anna.groups[0].durable == 5);
  CHECK(anna.groups[0].outcome);
  CHECK(w.stored().size() == 5);
  anna.send(write_events{});
  CHECK(anna.groups[1].outcome.error() == errc::invalid_argument);
  anna.send(write_events{std::vector<keyed_event>(21, keyed_event{"x", std::nullopt})});
  CHECK(anna.groups[2].outcome.error() == errc::invalid_argument);
  CHECK(anna.groups[2].last == 0);
  // Neither of them shuts the sender out.
  anna.send(few);
  w.world.run_for(seconds{1});
  CHECK(anna.groups[3].outcome);
  CHECK(w.stored().size() == 10);
  anna.end();
  anna.writer = writer = nullptr;
  w.finish();
}
