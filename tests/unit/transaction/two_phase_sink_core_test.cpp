#include "transaction/two_phase_sink_core.hpp"

#include <optional>

#include "support/catch.hpp"

using namespace pravega_actor;
using namespace pravega_actor::internal;

namespace {

// Every call of an empty writer fails at once, so nothing here waits.
struct fixture {
  std::shared_ptr<two_phase_sink_core> core = std::make_shared<two_phase_sink_core>(
      transactional_event_writer{}, transaction_options{});

  template <class T, class Start>
  result<T> answer_of(Start start) {
    std::optional<result<T>> got;
    start([&](const result<T>& outcome) { got = outcome; });
    REQUIRE(got);
    return *got;
  }
};

}  // namespace

TEST_CASE_METHOD(fixture, "sink core: a begin that failed leaves no transaction") {
  for (int i = 0; i < 2; ++i) {
    const auto begun =
        answer_of<transaction>([&](auto done) { core->current(seconds{1}, std::move(done)); });
    CHECK(begun.error() == errc::closed);
    CHECK_FALSE(core->known().valid());
  }
}

TEST_CASE_METHOD(fixture, "sink core: without events there is nothing to prepare or discard") {
  const auto prepared = answer_of<prepared_transaction>(
      [&](auto done) { core->pre_commit(seconds{1}, std::move(done)); });
  REQUIRE(prepared);
  CHECK(*prepared == prepared_transaction{});
  CHECK(answer_of<void>([&](auto done) { core->commit(*prepared, seconds{1}, done); }));
  CHECK(answer_of<void>([&](auto done) { core->abort(*prepared, seconds{1}, done); }));
  CHECK(answer_of<void>([&](auto done) { core->discard(seconds{1}, done); }));
  CHECK(core->prepared().empty());
}

TEST_CASE_METHOD(fixture, "sink core: transactions of another stream are refused") {
  const prepared_transaction other{{"scope", "other"}, transaction_id{{1, 2}}};
  const auto outcome =
      answer_of<void>([&](auto done) { core->commit(other, seconds{1}, done); });
  CHECK(outcome.error() == errc::invalid_argument);
  CHECK(outcome.error().subject() == "scope/other");
}

TEST_CASE_METHOD(fixture, "sink core: what cannot be resumed fails with the reason") {
  const prepared_transaction own{{}, transaction_id{{1, 2}}};
  CHECK(answer_of<void>([&](auto done) { core->commit(own, seconds{1}, done); }).error() ==
        errc::closed);
  CHECK(answer_of<void>([&](auto done) { core->abort(own, seconds{1}, done); }).error() ==
        errc::closed);
}
