// Transactions: states, leases, rolling over a scale.
#include <thread>

#include "interop/behaviour/raw_controller.hpp"
#include "interop/behaviour/store_client.hpp"

namespace pravega_actor::behaviour {

namespace {

using ids = std::vector<segment_id>;
using state = transaction_state;

constexpr std::int64_t lease_ms = 60'000;

/// A transaction of a stream.
struct begun {
  scoped_stream stream;
  transaction_id id;
  std::vector<segment_with_range> segments;

  explicit begun(const scoped_stream& of) : stream{of} {
    auto made = must(controller::create_transaction{stream, lease_ms});
    id = made.id;
    segments = std::move(made.segments);
  }
  /// Of the n-th segment.
  [[nodiscard]] std::string part(std::size_t n = 0) const {
    return segment{stream, segments.at(n).id}.transaction_name(id.value);
  }
  [[nodiscard]] state at() const {
    return must(controller::check_transaction{stream, id}).state;
  }
  [[nodiscard]] result<controller::done> commit() const {
    return ask(controller::commit_transaction{stream, id, "", std::nullopt});
  }
  [[nodiscard]] result<controller::done> abort() const {
    return ask(controller::abort_transaction{stream, id});
  }
  [[nodiscard]] controller::ping_status ping(std::int64_t lease = lease_ms) const {
    return must(controller::ping_transaction{stream, id, lease}).status;
  }
  /// Asks until the transaction has ended; gives its state.
  [[nodiscard]] state end() const {
    const auto last = clock_type::now() + call_timeout;
    auto now = at();
    while ((now == state::committing || now == state::aborting) && clock_type::now() < last) {
      std::this_thread::yield();
      now = at();
    }
    return now;
  }
  void write(store_client& client, std::string_view data, std::size_t n = 0) const {
    const auto writer = new_uuid();
    client.setup(part(n), writer);
    client.append(writer, 1, data);
    client.acknowledged(1);
  }
};

std::string text_of(store_client& client, const scoped_stream& stream, segment_id id) {
  return client.read_all(segment{stream, id}.to_string());
}

ids successors_of(const scoped_stream& stream, segment_id id) {
  ids found;
  for (const auto& each : must(controller::get_successors{{stream, id}}).segments)
    found.push_back(each.segment.id);
  return found;
}

}  // namespace

TEST_CASE("A transaction has the epoch in its id and a part of each segment",
          "[controller][transaction]") {
  const auto stream = new_stream(2);
  const begun made{stream};
  CHECK(made.id.epoch() == 0);
  CHECK(made.segments ==
        std::vector<segment_with_range>{{{0, 0}, {0.0, 0.5}}, {{1, 0}, {0.5, 1.0}}});
  CHECK(made.at() == state::open);
  store_client client;
  CHECK(client.info(made.part(1)).write_offset == 0);
  CHECK(begun{stream}.id != made.id);
  CHECK(made.abort());
}

TEST_CASE("After a scale a transaction's ids have its epoch, whatever the segments' is",
          "[controller][transaction]") {
  const auto stream = new_stream(2);
  scale(stream, {{0, 0}}, {{0.0, 0.25}, {0.25, 0.5}});
  const begun made{stream};
  CHECK(made.id.epoch() == 1);
  CHECK(made.segments == std::vector<segment_with_range>{{{2, 1}, {0.0, 0.25}},
                                                         {{3, 1}, {0.25, 0.5}},
                                                         {{1, 1}, {0.5, 1.0}}});
  store_client client;
  made.write(client, "right", 2);
  REQUIRE(made.commit());
  CHECK(made.end() == state::committed);
  CHECK(text_of(client, stream, {1, 0}) == "right");
}

TEST_CASE("A committed transaction is appended as a whole", "[controller][transaction]") {
  const auto stream = new_stream(2);
  const begun made{stream};
  store_client client;
  made.write(client, "left ");
  made.write(client, "right", 1);
  made.write(client, "again");
  CHECK(text_of(client, stream, {0, 0}).empty());
  REQUIRE(made.commit());
  CHECK(made.end() == state::committed);
  CHECK(text_of(client, stream, {0, 0}) == "left again");
  CHECK(text_of(client, stream, {1, 0}) == "right");
  CHECK(current_ids(stream) == ids{{0, 0}, {1, 0}});
}

TEST_CASE("What ended takes no more appends", "[controller][transaction]") {
  const auto stream = new_stream();
  const begun made{stream};
  store_client client;
  const auto writer = new_uuid();
  client.setup(made.part(), writer);
  const bool commits = GENERATE(true, false);
  REQUIRE((commits ? made.commit() : made.abort()));
  CHECK(made.end() == (commits ? state::committed : state::aborted));
  client.append(writer, 1, "late");
  CHECK(client.expect<wire::no_such_segment>().segment == made.part());
  CHECK(text_of(client, stream, {0, 0}).empty());
}

TEST_CASE("Commits and aborts may be repeated, not mixed", "[controller][transaction]") {
  const auto stream = new_stream();
  const begun committed{stream};
  const begun aborted{stream};
  REQUIRE(committed.commit());
  REQUIRE(aborted.abort());
  CHECK(committed.commit());
  CHECK(aborted.abort());
  for (const bool ended : {false, true}) {
    if (ended) CHECK(committed.end() == state::committed);
    if (ended) CHECK(aborted.end() == state::aborted);
    CHECK(committed.abort().error() == errc::precondition_failed);
    CHECK(aborted.commit().error() == errc::precondition_failed);
    CHECK(committed.ping() == controller::ping_status::committed);
    CHECK(aborted.ping() == controller::ping_status::aborted);
  }
  CHECK(committed.commit());
  CHECK(aborted.abort());
  // A real 0.13 server lists none at all once transactions of another stream have ended, too.
  const auto list = must(controller::list_completed_transactions{stream}).transactions;
  const std::vector<controller::completed_transaction> both{{committed.id, state::committed},
                                                            {aborted.id, state::aborted}};
  CHECK((list.empty() || list == both));
}

TEST_CASE("An unknown transaction is unknown", "[controller][transaction]") {
  const auto stream = new_stream();
  begun made{stream};
  REQUIRE(made.abort());
  made.id = {new_uuid()};
  made.id.value.msb &= 0xffffffff;
  CHECK(made.at() == state::unknown);
  CHECK(made.ping() == controller::ping_status::unknown);
  CHECK(made.commit().error() == errc::precondition_failed);
  CHECK(made.abort().error() == errc::precondition_failed);
  made.stream.stream = fresh_name("missing");
  CHECK(made.at() == state::unknown);
  CHECK(made.commit().error() == errc::precondition_failed);
}

TEST_CASE("The lease of a transaction has a range", "[controller][transaction]") {
  const auto stream = new_stream();
  for (const std::int64_t refused : {0, 9'999, 600'001})
    CHECK(ask(controller::create_transaction{stream, refused}).error() ==
          errc::invalid_argument);
  for (const std::int64_t accepted : {10'000, 600'000}) {
    const auto made = must(controller::create_transaction{stream, accepted});
    CHECK(ask(controller::abort_transaction{stream, made.id}));
  }
  const begun made{stream};
  CHECK(made.ping(600'000) == controller::ping_status::open);
  CHECK(made.ping(600'001) == controller::ping_status::lease_too_large);
  CHECK(made.ping(10'000) == controller::ping_status::open);
  CHECK(made.abort());
}

TEST_CASE("A lease that is not renewed ends the transaction", "[controller][transaction]") {
  const auto stream = new_stream();
  const begun made{stream};
  REQUIRE(made.ping(1) == controller::ping_status::open);
  const auto last = clock_type::now() + call_timeout;
  while (made.at() == state::open && clock_type::now() < last)
    std::this_thread::yield();
  CHECK(made.end() == state::aborted);
  CHECK(made.ping() == controller::ping_status::aborted);
}

TEST_CASE("A sealed stream and a missing one take no transaction",
          "[controller][transaction]") {
  const auto stream = new_stream();
  must(controller::seal_stream{stream});
  CHECK(ask(controller::create_transaction{stream, lease_ms}).error() == errc::stream_sealed);
  const scoped_stream missing{shared_scope(), fresh_name("missing")};
  CHECK(ask(controller::create_transaction{missing, lease_ms}).error() ==
        errc::stream_not_found);
}

TEST_CASE("Sealing a stream ends its transactions", "[controller][transaction]") {
  const auto stream = new_stream();
  const begun open{stream};
  const begun committing{stream};
  store_client client;
  open.write(client, "lost");
  committing.write(client, "kept");
  REQUIRE(committing.commit());
  must(controller::seal_stream{stream});
  CHECK(open.end() == state::aborted);
  CHECK(committing.end() == state::committed);
  CHECK(text_of(client, stream, {0, 0}) == "kept");
}

TEST_CASE("A commit after a scale rolls the transaction", "[controller][transaction]") {
  const auto stream = new_stream();
  const begun made{stream};
  store_client client;
  made.write(client, "of the transaction");
  scale(stream, {{0, 0}}, {{0.0, 0.5}, {0.5, 1.0}});
  REQUIRE(made.commit());
  CHECK(made.end() == state::committed);
  CHECK(current_ids(stream) == ids{{1, 3}, {2, 3}});
  CHECK(successors_of(stream, {0, 0}) == ids{{1, 1}, {2, 1}});
  CHECK(successors_of(stream, {1, 1}) == ids{{0, 2}});
  const auto merged = must(controller::get_successors{{stream, {2, 1}}}).segments;
  REQUIRE(merged.size() == 1);
  CHECK(merged[0].predecessors == ids{{1, 1}, {2, 1}});
  CHECK(successors_of(stream, {0, 2}) == ids{{1, 3}, {2, 3}});
  CHECK(text_of(client, stream, {0, 2}) == "of the transaction");
  for (const auto id : ids{{0, 0}, {1, 1}, {2, 1}, {0, 2}})
    CHECK(client.info(segment{stream, id}.to_string()).is_sealed);
  CHECK_FALSE(client.info(segment{stream, {1, 3}}.to_string()).is_sealed);
}

TEST_CASE("Copies of an epoch take its transactions as they are", "[controller][transaction]") {
  const auto stream = new_stream();
  const begun old{stream};
  scale(stream, {{0, 0}}, {{0.0, 0.5}, {0.5, 1.0}});
  const begun before{stream};
  REQUIRE(old.commit());
  CHECK(old.end() == state::committed);
  const begun after{stream};
  CHECK(after.id.epoch() == 1);
  CHECK(after.segments ==
        std::vector<segment_with_range>{{{1, 1}, {0.0, 0.5}}, {{2, 1}, {0.5, 1.0}}});
  store_client client;
  before.write(client, "before ", 1);
  after.write(client, "after", 1);
  REQUIRE(before.commit());
  CHECK(before.end() == state::committed);
  REQUIRE(after.commit());
  CHECK(after.end() == state::committed);
  CHECK(current_ids(stream) == ids{{1, 3}, {2, 3}});
  CHECK(text_of(client, stream, {2, 3}) == "before after");
}

}  // namespace pravega_actor::behaviour
