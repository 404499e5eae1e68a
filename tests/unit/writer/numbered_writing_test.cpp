#include "writer/numbered_writing.hpp"

#include "pravega_actor/limits.hpp"
#include "pravega_actor/routing.hpp"
#include "support/catch.hpp"
#include "writer/write_log.hpp"

using namespace pravega_actor;
using namespace pravega_actor::internal;

namespace {

writer_options named_options() {
  writer_options options;
  options.name = "name";
  return options;
}

// A log of two segments of which the first holds 10 and the second 7.
struct named_log {
  std::shared_ptr<write_log> log =
      std::make_shared<write_log>(scoped_stream{"scope", "stream"}, named_options(), 1);
  std::vector<std::shared_ptr<append_channel>> channels;
  int woken = 0;
  std::vector<event_ticket> told;

  named_log() {
    const auto make = [this](segment_id id) {
      append_log own{uuid{9, channels.size()}, 1, std::make_shared<buffer_pool>(),
                     append_limits{}, log->numbers()};
      channels.push_back(std::make_shared<append_channel>(log, segment{{"scope", "stream"}, id},
                                                          std::move(own)));
      return channels.back();
    };
    stored_numbers held;
    held.raise({0.0, 0.5}, 10);
    held.raise({0.5, 1.0}, 7);
    write_log_hooks hooks;
    hooks.stored = [this] { ++woken; };
    log->open(*channel_table::make({{{0, 0}, {0.0, 0.5}}, {{1, 0}, {0.5, 1.0}}}, make),
              std::move(hooks), held);
    for (const auto& each : channels)
      log->settle(*each, {each == channels.front() ? 10 : 7, 1}, false);
  }
  static std::string key_in(bool low) {
    for (int i = 0;; ++i) {
      auto key = "k" + std::to_string(i);
      if ((routing_position(key) <= 0.5) == low) return key;
    }
  }
  result<event_ticket> write(event_number number, bool low) {
    return log->add(
        key_in(low), as_bytes("x"),
        [this](const write_result& outcome) {
          if (outcome.outcome) told.push_back(outcome.ticket);
        },
        nullptr, number);
  }
};

std::string refusal_of(const result<event_ticket>& got) {
  REQUIRE_FALSE(got);
  CHECK(got.error() == errc::invalid_argument);
  return got.error().detail();
}

}  // namespace

TEST_CASE("numbered writing: numbers grow and are in range") {
  numbered_writing rules;
  CHECK(rules.check(1, 1));
  CHECK(rules.check(limits::event_number_max, 1));
  for (const event_number bad :
       {std::int64_t{0}, std::int64_t{-1}, limits::event_number_max + 1})
    CHECK_FALSE(rules.check(bad, 1));
  CHECK_FALSE(rules.check(limits::event_number_max, 2));
  rules.take(5);
  CHECK_FALSE(rules.check(5, 1));
  CHECK_FALSE(rules.check(4, 3));
  CHECK(rules.check(6, 1));
  CHECK(rules.check(1000, 1));
}

TEST_CASE("numbered writing: which of consecutive events are held") {
  numbered_writing rules;
  stored_numbers stored;
  stored.raise({0.0, 1.0}, 10);
  rules.set_stored(stored);
  using holding = numbered_writing::holding;
  CHECK(rules.held(0.3, 9, 2) == holding::all);
  CHECK(rules.held(0.3, 10, 2) == holding::some);
  CHECK(rules.held(0.3, 11, 2) == holding::none);
}

TEST_CASE("numbered writing: what is held completes without being written") {
  named_log f;
  CHECK(f.log->stored().everywhere() == 7);
  REQUIRE(f.write(6, true));
  REQUIRE(f.write(7, false));
  REQUIRE(f.write(10, true));
  CHECK(f.woken == 3);
  // Not in the thread that writes.
  CHECK(f.told.empty());
  f.log->deliver();
  CHECK(f.told == std::vector<event_ticket>{1, 2, 3});
  CHECK(f.channels[0]->look().events_pending == 0);
  REQUIRE(f.write(11, false));
  CHECK(f.channels[1]->look().events_pending == 1);
  f.log->fail(errc::cancelled);
  CHECK(f.log->report().durable_through == 3);
}

TEST_CASE("numbered writing: the same number may be held in one range and not in the other") {
  named_log f;
  REQUIRE(f.write(8, false));
  CHECK(f.channels[1]->look().events_pending == 1);
  REQUIRE(f.write(9, true));
  CHECK(f.channels[0]->look().events_pending == 0);
  f.log->fail(errc::cancelled);
}

TEST_CASE("numbered writing: a batch is held as a whole, or refused") {
  named_log f;
  const std::vector<byte_view> two{as_bytes("a"), as_bytes("b")};
  const auto batch = [&](event_number first) {
    return f.log->add_batch(named_log::key_in(true), two, {}, nullptr, first);
  };
  CHECK(*batch(8) == 2);
  CHECK(refusal_of(batch(10)).find("first events are stored") != std::string::npos);
  CHECK(*batch(11) == 4);
  CHECK(f.channels[0]->look().events_pending == 2);
  f.log->deliver();
  CHECK(f.log->progress().durable_through == 2);
  f.log->fail(errc::cancelled);
}

TEST_CASE("numbered writing: what does not fit the writer is refused at once") {
  named_log f;
  CHECK(refusal_of(f.write(0, true)).find("with a number only") != std::string::npos);
  CHECK(refusal_of(f.write(-3, true)).find("numbers are 1 to") != std::string::npos);
  REQUIRE(f.write(3, true));
  CHECK(refusal_of(f.write(3, true)).find("does not grow") != std::string::npos);
  const std::vector<keyed_event> plain{{event_payload{"x"}, {}}};
  CHECK(refusal_of(f.log->add_all(plain, {})).find("with a number only") != std::string::npos);
  const auto other =
      std::make_shared<write_log>(scoped_stream{"scope", "stream"}, writer_options{}, 1);
  other->open({}, {});
  CHECK(refusal_of(other->add(std::nullopt, as_bytes("x"), {}, nullptr, 1))
            .find("only a writer with a name") != std::string::npos);
  f.log->fail(errc::cancelled);
}

TEST_CASE("numbered writing: events that are held take no room for long") {
  auto options = named_options();
  options.outstanding_events_max = 2;
  const auto log = std::make_shared<write_log>(scoped_stream{"scope", "stream"}, options, 1);
  stored_numbers held;
  held.raise({0.0, 1.0}, 100);
  const auto make = [&log](segment_id id) {
    return std::make_shared<append_channel>(
        log, segment{{"scope", "stream"}, id},
        append_log{uuid{9, 9}, 1, std::make_shared<buffer_pool>(), append_limits{},
                   log->numbers()});
  };
  log->open(*channel_table::make({{{0, 0}, {0.0, 1.0}}}, make), {}, held);
  const auto write = [&](event_number number) {
    return log->add(std::nullopt, as_bytes("x"), {}, nullptr, number);
  };
  REQUIRE(write(1));
  REQUIRE(write(2));
  // Completions do not pile up without a limit.
  const auto full = write(3);
  REQUIRE_FALSE(full);
  CHECK(full.error() == errc::would_block);
  log->deliver();
  CHECK(write(3));
  log->fail(errc::cancelled);
}
