#include "synchronizer/log_append_machine.hpp"

#include "support/catch.hpp"
#include "support/text_model.hpp"

using namespace pravega_actor;
using namespace pravega_actor::internal;
using test::bytes_of;
using machine = log_append_machine;

namespace {

const error unknown{errc::outcome_unknown, "lost"};
const error late{errc::deadline_exceeded, "late"};

machine conditional() {
  return {5, 100, bytes_of("four")};
}
machine plain() {
  return {5, std::nullopt, bytes_of("four")};
}
log_answer info(std::int64_t end, bool sealed = false) {
  return segment_info{sealed, 0, end, 0};
}
log_answer number(std::optional<std::int64_t> last) {
  return log_number{last};
}
template <class Request>
bool asks(const machine::step& step) {
  const auto* what = std::get_if<log_request>(&step);
  return what != nullptr && std::holds_alternative<Request>(*what);
}
result<bool> end_of(const machine::step& step) {
  REQUIRE(std::holds_alternative<machine::finish>(step));
  return std::get<machine::finish>(step).outcome;
}
/// The outcome after a lost answer, from what the store says then.
result<bool> resolved(machine m, const error& why, const log_answer& end,
                      const log_answer& stored) {
  (void)m.start();
  REQUIRE(asks<log_requests::get_info>(m.on_answer(why)));
  CHECK(m.is_resolving());
  REQUIRE(asks<log_requests::get_number>(m.on_answer(end)));
  return end_of(m.on_answer(stored));
}

}  // namespace

TEST_CASE("log append: an answer that comes decides") {
  auto m = conditional();
  const auto first = m.start();
  REQUIRE(asks<log_requests::append_at>(first));
  const auto& what = std::get<log_requests::append_at>(std::get<log_request>(first));
  CHECK(what.number == 5);
  CHECK(what.offset == 100);
  CHECK(m.end() == 112);
  CHECK(end_of(m.on_answer(log_answer{log_done{}})).value());
  auto refused = conditional();
  (void)refused.start();
  CHECK_FALSE(end_of(refused.on_answer(errc::conditional_check_failed)).value());
  auto sealed = conditional();
  (void)sealed.start();
  CHECK(end_of(sealed.on_answer(errc::segment_sealed)).error() == errc::segment_sealed);
  auto blind = plain();
  REQUIRE(asks<log_requests::append>(blind.start()));
  CHECK(end_of(blind.on_answer(log_answer{log_done{}})).value());
}

TEST_CASE("log append: a stored number says that the entry is stored") {
  for (const auto& why : {unknown, late}) {
    CHECK(resolved(conditional(), why, info(112), number(5)).value());
    CHECK(resolved(conditional(), why, info(200), number(5)).value());
    CHECK(resolved(plain(), why, info(7), number(5)).value());
    CHECK(resolved(plain(), why, info(7, true), number(5)).value());
  }
}

TEST_CASE("log append: behind its offset an entry without its number is not stored") {
  CHECK_FALSE(resolved(conditional(), unknown, info(101), number(4)).value());
  CHECK_FALSE(resolved(conditional(), late, info(101), number(std::nullopt)).value());
}

TEST_CASE("log append: in a sealed segment an entry without its number is not stored") {
  CHECK(resolved(conditional(), unknown, info(100, true), number(4)).error() ==
        errc::segment_sealed);
  CHECK(resolved(plain(), unknown, info(100, true), number(4)).error() == errc::segment_sealed);
}

TEST_CASE("log append: an entry that may still arrive is unknown") {
  CHECK(resolved(conditional(), late, info(100), number(4)).error() == errc::outcome_unknown);
  CHECK(resolved(plain(), unknown, info(500), number(4)).error() == errc::outcome_unknown);
  CHECK(resolved(plain(), late, info(500), number(4)).error() == errc::outcome_unknown);
  // Nothing but this writer uses its numbers.
  CHECK(resolved(conditional(), unknown, info(200), number(6)).error() ==
        errc::outcome_unknown);
}

TEST_CASE("log append: without an answer to the question it is unknown") {
  auto m = conditional();
  (void)m.start();
  (void)m.on_answer(late);
  CHECK(end_of(m.on_answer(errc::segment_not_found)).error() == errc::outcome_unknown);
  auto other = conditional();
  (void)other.start();
  (void)other.on_answer(late);
  (void)other.on_answer(info(300));
  const auto outcome = end_of(other.on_answer(late));
  CHECK(outcome.error() == errc::outcome_unknown);
  CHECK(outcome.error().detail().find("late") != std::string::npos);
}

TEST_CASE("log append: after the death of the asked actor no refusal counts by itself") {
  auto m = conditional();
  (void)m.start();
  REQUIRE(asks<log_requests::append_at>(m.on_actor_lost()));
  REQUIRE(asks<log_requests::get_info>(m.on_answer(errc::conditional_check_failed)));
  REQUIRE(asks<log_requests::get_info>(m.on_actor_lost()));
  REQUIRE(asks<log_requests::get_number>(m.on_answer(info(112))));
  REQUIRE(asks<log_requests::get_number>(m.on_actor_lost()));
  CHECK(end_of(m.on_answer(number(5))).value());
}

TEST_CASE("log append: after a refusal the entry that causes it is awaited at the offset") {
  // The answer to an earlier attempt was lost, or the actor that made it died.
  const bool actor_died = GENERATE(false, true);
  const std::int64_t stored = GENERATE(4, 5);
  auto m = conditional();
  (void)m.start();
  if (actor_died) (void)m.on_actor_lost();
  (void)m.on_answer(actor_died ? error{errc::conditional_check_failed} : unknown);
  (void)m.on_answer(info(100));
  const auto next = m.on_answer(number(4));
  REQUIRE(asks<log_requests::read>(next));
  CHECK(std::get<log_requests::read>(std::get<log_request>(next)).offset == 100);
  CHECK(m.is_resolving());
  REQUIRE(asks<log_requests::read>(m.on_actor_lost()));
  REQUIRE(asks<log_requests::get_info>(m.on_answer(log_answer{log_bytes{{std::byte{0}}}})));
  (void)m.on_answer(info(112));
  CHECK(end_of(m.on_answer(number(stored))).value() == (stored == 5));
}

TEST_CASE("log append: an entry that is not stored is not awaited for ever") {
  auto m = conditional();
  (void)m.start();
  (void)m.on_answer(unknown);
  (void)m.on_answer(info(100));
  auto next = m.on_answer(number(4));
  SECTION("its time ends") {
    CHECK(end_of(m.on_answer(late)).error() == errc::outcome_unknown);
  }
  SECTION("the log does not grow by what was read") {
    int rounds = 0;
    while (asks<log_requests::read>(next)) {
      ++rounds;
      (void)m.on_answer(log_answer{log_bytes{{std::byte{0}}}});
      (void)m.on_answer(info(100));
      next = m.on_answer(number(4));
    }
    CHECK(rounds == 7);
    CHECK(end_of(next).error() == errc::outcome_unknown);
  }
}

TEST_CASE("log append: a log that is truncated or sealed behind the offset decides") {
  const auto why = GENERATE(errc::segment_truncated, errc::segment_sealed);
  auto m = conditional();
  (void)m.start();
  (void)m.on_answer(unknown);
  (void)m.on_answer(info(100));
  REQUIRE(asks<log_requests::read>(m.on_answer(number(4))));
  REQUIRE(asks<log_requests::get_info>(m.on_answer(why)));
  (void)m.on_answer(why == errc::segment_sealed ? info(100, true) : info(300));
  const auto outcome = end_of(m.on_answer(number(4)));
  if (why == errc::segment_sealed)
    CHECK(outcome.error() == errc::segment_sealed);
  else
    CHECK_FALSE(outcome.value());
}

TEST_CASE("log append: what was never sent is not stored") {
  auto m = conditional();
  (void)m.start();
  CHECK(end_of(m.on_too_late(late)).error() == errc::deadline_exceeded);
  auto sent = conditional();
  (void)sent.start();
  (void)sent.on_actor_lost();
  REQUIRE(asks<log_requests::get_info>(sent.on_too_late(late)));
  CHECK(end_of(sent.on_too_late(late)).error() == errc::outcome_unknown);
}
