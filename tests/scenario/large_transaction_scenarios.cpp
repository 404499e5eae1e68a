// Large events in transactions.
#include "scenario/large_event_world.hpp"
#include "scenario/transaction_world.hpp"

using namespace pravega_actor;
using namespace pravega_actor::scenario;
namespace wire = pravega_actor::internal::wire;

namespace {

struct large_transaction_world : transaction_world {
  std::size_t frames = 0;
  std::size_t merges = 0;
  std::map<std::size_t, std::function<bool()>> at_frame;

  explicit large_transaction_world(const fault_plan& plan = {})
      : transaction_world{{}, 1, plan} {
    network->on_frame = [this](std::int32_t type) {
      if (type == wire::hello::code || type == wire::keep_alive::code) return true;
      if (type == wire::merge_segments::code) ++merges;
      const auto what = at_frame.find(++frames);
      return what == at_frame.end() || what->second();
    };
    transactional_writer_options options;
    options.writer = small_large_events();
    writer = open_writer(options);
  }
  const texts events{std::string(5, 'a'), std::string(100, 'b'), std::string(5, 'c'),
                     std::string(200, 'd')};
  transaction write_all() {
    auto txn = begin();
    for (const auto& each : events)
      write(txn, each);
    return txn;
  }
};

std::size_t frames_of_a_transaction() {
  large_transaction_world w;
  auto txn = w.write_all();
  REQUIRE(w.commit(txn));
  CHECK(w.merges == 2);
  CHECK(w.stored() == w.events);
  const auto count = w.frames;
  txn = {};
  w.end();
  return count;
}

}  // namespace

TEST_CASE("large events in transactions: appear with the commit, in order") {
  large_transaction_world w;
  auto txn = w.write_all();
  w.world.run_for(seconds{5});
  CHECK(w.stored().empty());
  CHECK(w.merges == 2);
  REQUIRE(w.commit(txn));
  CHECK(w.stored() == w.events);
  txn = {};
  w.end();
}

TEST_CASE("large events in transactions: an abort leaves nothing") {
  large_transaction_world w;
  auto txn = w.write_all();
  w.world.run_for(milliseconds{12});
  REQUIRE(w.abort(txn));
  CHECK(w.stored().empty());
  CHECK(w.parts() == 0);
  txn = {};
  w.end();
}

TEST_CASE("large events in transactions: a cut at each frame") {
  const auto whole = frames_of_a_transaction();
  REQUIRE(whole > 10);
  for (std::size_t number = 1; number <= whole; ++number)
    for (const bool arrives : {false, true}) {
      CAPTURE(number, arrives);
      large_transaction_world w;
      w.at_frame[number] = [&w, arrives] {
        if (arrives) w.network->mute(lost::answers);
        // What follows a lost frame does not arrive, either.
        w.world.after(arrives ? duration{milliseconds{20}} : duration{microseconds{1}},
                      [&w] { w.world.cut_connections(); });
        return arrives;
      };
      auto txn = w.write_all();
      REQUIRE(w.commit(txn));
      CHECK(w.stored() == w.events);
      txn = {};
      w.end();
    }
}

TEST_CASE("large events in transactions: an abort at each frame ends it for good") {
  const auto whole = frames_of_a_transaction();
  for (std::size_t number = 1; number <= whole; ++number) {
    CAPTURE(number);
    large_transaction_world w;
    auto txn = w.begin();
    w.at_frame[number] = [&] {
      CHECK(w.world.control(controller::abort_transaction{w.stream, txn.id()}));
      return true;
    };
    for (const auto& each : w.events)
      (void)txn.try_write("key", as_bytes(each));
    const auto done = w.commit(txn);
    CHECK((!done || w.stored() == w.events));
    if (!done) CHECK(w.stored().empty());
    txn = {};
    w.end();
  }
}
