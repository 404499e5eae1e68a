#include <string>
#include <vector>

#include "controller/controller_limits.hpp"
#include "controller/controller_model.hpp"
#include "support/catch.hpp"

using namespace pravega_sandbox;

namespace {

const scoped_stream stream{"scope", "stream"};
constexpr std::int64_t lease_ms = 30'000;
using state = transaction_state;
using texts = std::vector<std::string>;
using ids = std::vector<segment_id>;

/// A transaction that was begun, and its writer.
struct begun {
  transaction_id id;
  std::vector<segment_with_range> segments;
};

struct fixture {
  store_model store;
  controller_model model{store, {{"127.0.0.1", 1000}}};
  std::uint64_t written = 0;

  explicit fixture(std::int32_t segments = 1, store_options options = {}) : store{options} {
    stream_config config;
    config.scaling.segments_min = segments;
    REQUIRE(call(controller::create_scope{"scope"}));
    REQUIRE(call(controller::create_stream{stream, config})->created);
  }
  template <class Request>
  result<typename Request::reply> call(const Request& request) {
    return controller::reply_of<Request>(model.handle(request));
  }
  begun begin(std::int64_t lease = lease_ms) {
    auto made = call(controller::create_transaction{stream, lease});
    REQUIRE(made);
    return {made->id, made->segments};
  }
  /// The name of a part by the number of its segment.
  static std::string part(const begun& of, std::int32_t number) {
    for (const auto& each : of.segments)
      if (each.id.number == number)
        return pravega_actor::segment{stream, each.id}.transaction_name(of.id.value);
    return "none";
  }
  store_status append(const std::string& segment, std::string_view text) {
    const std::vector data{shared_bytes::copy_of(pravega_actor::as_bytes(text))};
    return store.append(store.find(segment), {uuid{1, ++written}, no_value, 1, 1, {}, data});
  }
  result<void> commit(const begun& which) {
    const auto done = call(controller::commit_transaction{stream, which.id, "", std::nullopt});
    return done ? result<void>{} : done.error();
  }
  result<void> abort(const begun& which) {
    const auto done = call(controller::abort_transaction{stream, which.id});
    return done ? result<void>{} : done.error();
  }
  state state_of(const begun& which) {
    return call(controller::check_transaction{stream, which.id})->state;
  }
  [[nodiscard]] std::string text_of(segment_id id) const {
    const auto held = store.find(pravega_actor::segment{stream, id}.to_string());
    if (!held) return "missing";
    std::string text;
    for (const auto& part : held->read(held->start_offset(), 1 << 20))
      text += pravega_actor::as_text(part.view);
    return text;
  }
  [[nodiscard]] bool sealed(segment_id id) const {
    const auto held = store.find(pravega_actor::segment{stream, id}.to_string());
    return held && held->sealed();
  }
  void split(segment_id of) {
    REQUIRE(call(controller::scale_stream{stream, {of}, {{0.0, 0.5}, {0.5, 1.0}}, 0}));
  }
  ids active() {
    const auto current = call(controller::get_current_segments{stream});
    ids found;
    for (const auto& each : current->segments)
      found.push_back(each.id);
    return found;
  }
  ids after(segment_id id) {
    const auto successors = call(controller::get_successors{{stream, id}});
    ids found;
    for (const auto& each : successors->segments)
      found.push_back(each.segment.id);
    return found;
  }
  ids before(segment_id predecessor, segment_id of) {
    const auto successors = call(controller::get_successors{{stream, predecessor}});
    for (const auto& each : successors->segments)
      if (each.segment.id == of) return each.predecessors;
    return {};
  }
  /// Names of parts in the store.
  [[nodiscard]] std::size_t parts() const {
    std::size_t count = 0;
    for (const auto& name : store.segment_names())
      count += std::size_t{name.find("#transaction.") != std::string::npos};
    return count;
  }
};

}  // namespace

TEST_CASE("controller transactions: a new one has a part of each segment") {
  fixture f{2};
  const auto made = f.begin();
  CHECK(made.id == transaction_id{{0, 1}});
  CHECK(made.segments ==
        std::vector<segment_with_range>{{{0, 0}, {0.0, 0.5}}, {{1, 0}, {0.5, 1.0}}});
  CHECK(f.store.find("scope/stream/1.#epoch.0#transaction.00000000000000000000000000000001"));
  CHECK(f.parts() == 2);
  CHECK(f.state_of(made) == state::open);
}

TEST_CASE("controller transactions: nothing of an open one is in the stream, then all of it") {
  fixture f{2};
  const auto made = f.begin();
  REQUIRE(f.append(f.part(made, 0), "left") == store_status::ok);
  REQUIRE(f.append(f.part(made, 1), "right") == store_status::ok);
  CHECK(f.text_of({0, 0}).empty());
  REQUIRE(f.append("scope/stream/0.#epoch.0", "first ") == store_status::ok);
  const auto late = f.store.find(f.part(made, 0));
  REQUIRE(f.commit(made));
  CHECK(f.text_of({0, 0}) == "first left");
  CHECK(f.text_of({1, 0}) == "right");
  CHECK(f.state_of(made) == state::committed);
  CHECK(f.parts() == 0);
  CHECK(late->deleted());
  CHECK(f.store.admit(late, {uuid{9, 9}, no_value, 1, 1, {}, {}}) == store_status::missing);
  CHECK(f.active() == ids{{0, 0}, {1, 0}});
}

TEST_CASE("controller transactions: an aborted one leaves nothing") {
  fixture f;
  const auto made = f.begin();
  const auto before = f.store.memory_bytes();
  REQUIRE(f.append(f.part(made, 0), "text") == store_status::ok);
  CHECK(f.store.memory_bytes() == before + 4);
  REQUIRE(f.abort(made));
  CHECK(f.state_of(made) == state::aborted);
  CHECK(f.text_of({0, 0}).empty());
  CHECK(f.store.memory_bytes() == before);
  CHECK(f.parts() == 0);
}

TEST_CASE("controller transactions: commits and aborts may be repeated, not mixed") {
  fixture f;
  const auto committed = f.begin();
  const auto aborted = f.begin();
  REQUIRE(f.commit(committed));
  REQUIRE(f.abort(aborted));
  CHECK(f.commit(committed));
  CHECK(f.abort(aborted));
  CHECK(f.abort(committed).error() == errc::precondition_failed);
  CHECK(f.commit(aborted).error() == errc::precondition_failed);
  const begun unknown{{{0, 77}}, {}};
  CHECK(f.commit(unknown).error() == errc::precondition_failed);
  CHECK(f.abort(unknown).error() == errc::precondition_failed);
  CHECK(f.state_of(unknown) == state::unknown);
  const auto list = f.call(controller::list_completed_transactions{stream});
  REQUIRE(list->transactions.size() == 2);
  CHECK(list->transactions[0] ==
        controller::completed_transaction{committed.id, state::committed});
}

TEST_CASE("controller transactions: what cannot be begun") {
  fixture f;
  const auto code = [&](const scoped_stream& of, std::int64_t lease) {
    const auto made = f.call(controller::create_transaction{of, lease});
    return made ? errc::internal_error : made.error().code();
  };
  CHECK(code({"scope", "none"}, lease_ms) == errc::stream_not_found);
  CHECK(code(stream, controller_limits::lease_ms_min - 1) == errc::invalid_argument);
  CHECK(code(stream, controller_limits::lease_ms_max + 1) == errc::invalid_argument);
  CHECK(code(stream, controller_limits::lease_ms_min) == errc::internal_error);
  CHECK(code(stream, controller_limits::lease_ms_max) == errc::internal_error);
  REQUIRE(f.call(controller::seal_stream{stream}));
  CHECK(code(stream, lease_ms) == errc::stream_sealed);
  CHECK(f.parts() == 0);
}

// The graph that a real 0.13 server makes.
TEST_CASE("controller transactions: a commit after a scale rolls the transaction") {
  fixture f;
  const auto made = f.begin();
  REQUIRE(f.append(f.part(made, 0), "of the transaction") == store_status::ok);
  f.split({0, 0});
  REQUIRE(f.append("scope/stream/1.#epoch.1", "after the scale") == store_status::ok);
  REQUIRE(f.commit(made));
  CHECK(f.state_of(made) == state::committed);
  CHECK(f.active() == ids{{1, 3}, {2, 3}});
  CHECK(f.after({0, 0}) == ids{{1, 1}, {2, 1}});
  CHECK(f.after({1, 1}) == ids{{0, 2}});
  CHECK(f.after({2, 1}) == ids{{0, 2}});
  CHECK(f.before({1, 1}, {0, 2}) == ids{{1, 1}, {2, 1}});
  CHECK(f.after({0, 2}) == ids{{1, 3}, {2, 3}});
  CHECK(f.after({1, 3}).empty());
  CHECK(f.text_of({0, 2}) == "of the transaction");
  CHECK(f.text_of({1, 1}) == "after the scale");
  for (const auto id : ids{{0, 0}, {1, 1}, {2, 1}, {0, 2}})
    CHECK(f.sealed(id));
  for (const auto id : f.active())
    CHECK_FALSE(f.sealed(id));
  CHECK(f.parts() == 0);
}

TEST_CASE("controller transactions: copies of an epoch take its transactions without rolling") {
  fixture f;
  const auto old = f.begin();
  f.split({0, 0});
  const auto of_epoch_1 = f.begin();
  CHECK(of_epoch_1.id.epoch() == 1);
  REQUIRE(f.append(f.part(of_epoch_1, 2), "two") == store_status::ok);
  REQUIRE(f.commit(old));
  CHECK(f.active() == ids{{1, 3}, {2, 3}});
  // Begun in epoch 3, it belongs to epoch 1, which epoch 3 is a copy of.
  const auto later = f.begin();
  CHECK(later.id.epoch() == 1);
  CHECK(later.segments ==
        std::vector<segment_with_range>{{{1, 1}, {0.0, 0.5}}, {{2, 1}, {0.5, 1.0}}});
  REQUIRE(f.append(f.part(later, 2), " three") == store_status::ok);
  REQUIRE(f.commit(of_epoch_1));
  REQUIRE(f.commit(later));
  CHECK(f.active() == ids{{1, 3}, {2, 3}});
  CHECK(f.text_of({2, 3}) == "two three");
}

TEST_CASE("controller transactions: those of one epoch roll together, in order of commit") {
  fixture f;
  f.model.on_ending([] { return true; });
  const auto first = f.begin();
  const auto second = f.begin();
  const auto third = f.begin();
  for (const auto* each : {&first, &second, &third})
    REQUIRE(f.append(f.part(*each, 0), each == &first    ? "first "
                                       : each == &second ? "second "
                                                         : "third ") == store_status::ok);
  f.split({0, 0});
  REQUIRE(f.commit(second));
  REQUIRE(f.abort(third));
  REQUIRE(f.commit(first));
  CHECK(f.state_of(first) == state::committing);
  CHECK(f.state_of(third) == state::aborting);
  CHECK(f.active() == ids{{1, 1}, {2, 1}});
  CHECK(f.model.end_transactions() == 3);
  CHECK(f.text_of({0, 2}) == "second first ");
  CHECK(f.active() == ids{{1, 3}, {2, 3}});
  CHECK(f.state_of(first) == state::committed);
  CHECK(f.state_of(third) == state::aborted);
  CHECK(f.model.end_transactions() == 0);
}

TEST_CASE("controller transactions: a part takes events until the commit is carried out") {
  fixture f;
  f.model.on_ending([] { return true; });
  const auto made = f.begin();
  REQUIRE(f.commit(made));
  REQUIRE(f.append(f.part(made, 0), "late") == store_status::ok);
  CHECK(f.model.end_transactions() == 1);
  CHECK(f.text_of({0, 0}) == "late");
}

TEST_CASE(
    "controller transactions: a commit whose work is lost is carried out when it is sent "
    "again") {
  fixture f;
  bool lost = true;
  f.model.on_commit([&lost] { return lost; });
  const auto made = f.begin();
  REQUIRE(f.append(f.part(made, 0), "kept") == store_status::ok);
  REQUIRE(f.commit(made));
  CHECK(f.model.expire_transactions() == 0);
  CHECK(f.state_of(made) == state::committing);
  CHECK(f.text_of({0, 0}).empty());
  REQUIRE(f.commit(made));
  CHECK(f.state_of(made) == state::committing);
  lost = false;
  REQUIRE(f.commit(made));
  CHECK(f.state_of(made) == state::committed);
  CHECK(f.text_of({0, 0}) == "kept");
}

TEST_CASE("controller transactions: a lease that ends aborts, whoever looks first") {
  fixture f;
  const auto made = f.begin();
  const auto pinged = f.begin();
  f.store.set_now_ms(lease_ms - 1);
  CHECK(f.model.expire_transactions() == 0);
  CHECK(f.call(controller::ping_transaction{stream, pinged.id, lease_ms})->status ==
        controller::ping_status::open);
  f.store.set_now_ms(lease_ms);
  CHECK(f.state_of(made) == state::aborted);
  CHECK(f.commit(made).error() == errc::precondition_failed);
  f.store.set_now_ms(2 * lease_ms - 1);
  CHECK(f.model.expire_transactions() == 1);
  CHECK(f.state_of(pinged) == state::aborted);
  CHECK(f.model.expired_transactions() == 2);
  CHECK(f.parts() == 0);
}

TEST_CASE("controller transactions: sealing a stream commits some and aborts the others") {
  fixture f;
  f.model.on_ending([] { return true; });
  const auto open = f.begin();
  const auto committing = f.begin();
  REQUIRE(f.append(f.part(committing, 0), "kept") == store_status::ok);
  REQUIRE(f.append(f.part(open, 0), "lost") == store_status::ok);
  REQUIRE(f.commit(committing));
  REQUIRE(f.call(controller::seal_stream{stream}));
  CHECK(f.state_of(committing) == state::committed);
  CHECK(f.state_of(open) == state::aborted);
  CHECK(f.text_of({0, 0}) == "kept");
  CHECK(f.sealed({0, 0}));
}

TEST_CASE("controller transactions: a deleted stream takes its transactions with it") {
  fixture f;
  const auto made = f.begin();
  REQUIRE(f.call(controller::delete_scope_recursive{"scope"})->deleted);
  CHECK(f.store.segment_count() == 0);
  CHECK(f.state_of(made) == state::unknown);
  CHECK(f.call(controller::ping_transaction{stream, made.id, lease_ms})->status ==
        controller::ping_status::unknown);
  CHECK(f.store.memory().used(memory_use::metadata) > 0);
  REQUIRE(f.call(controller::create_scope{"scope"}));
  REQUIRE(f.call(controller::create_stream{stream, {}})->created);
  CHECK(f.state_of(made) == state::unknown);
  CHECK(f.commit(made).error() == errc::precondition_failed);
  CHECK(f.begin().id != made.id);
}

TEST_CASE("controller transactions: without room there is no new one") {
  store_options options;
  options.segments_max = 4;
  fixture f{1, options};
  (void)f.begin();
  const auto second = f.begin();
  const auto refused = f.call(controller::create_transaction{stream, lease_ms});
  CHECK(refused.error() == errc::limit_exceeded);
  REQUIRE(f.abort(second));
  CHECK(f.call(controller::create_transaction{stream, lease_ms}));
}

// What a commit needs may come later.
TEST_CASE(
    "controller transactions: a commit that finds no room stays and is carried out later") {
  store_options options;
  options.segments_max = 6;
  fixture f{1, options};
  const auto made = f.begin();
  REQUIRE(f.append(f.part(made, 0), "text") == store_status::ok);
  f.split({0, 0});
  REQUIRE(f.store.create("filler") == store_status::ok);
  REQUIRE(f.commit(made));
  CHECK(f.state_of(made) == state::committing);
  CHECK(f.call(controller::seal_stream{stream}).error() == errc::controller_failure);
  CHECK(f.model.end_transactions() == 0);
  REQUIRE(f.call(controller::truncate_stream{{stream, {{{1, 1}, 0}, {{2, 1}, 0}}}}));
  REQUIRE(f.store.remove("filler") == store_status::ok);
  CHECK(f.model.end_transactions() == 0);
  REQUIRE(f.store.remove("scope/_MARKstream/0.#epoch.0") == store_status::ok);
  CHECK(f.model.expire_transactions() == 0);
  CHECK(f.state_of(made) == state::committed);
  CHECK(f.text_of({0, 2}) == "text");
}
