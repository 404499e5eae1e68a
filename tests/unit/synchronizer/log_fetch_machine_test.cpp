#include "synchronizer/log_fetch_machine.hpp"

#include <functional>

#include "support/catch.hpp"
#include "support/memory_log.hpp"

using namespace pravega_actor;
using namespace pravega_actor::internal;
using test::memory_log;
using test::text_model;
using words = text_model::state_type;

namespace {

struct fetching {
  memory_log log;
  local_copy copy{std::make_unique<model_replica<text_model>>()};
  /// Called before each request with the number of requests before.
  std::function<void(std::size_t)> before = [](std::size_t) {};

  log_fetch_machine::finish fetch() {
    log.asked.clear();
    log_fetch_machine machine{copy};
    auto next = machine.start();
    while (const auto* what = std::get_if<log_request>(&next)) {
      before(log.asked.size());
      next = machine.on_answer(log.answer(*what));
    }
    return std::get<log_fetch_machine::finish>(next);
  }
  words state() { return *std::static_pointer_cast<const words>(copy.snapshot()); }
};

using requests = std::vector<std::string>;

}  // namespace

TEST_CASE("log fetch: an empty log has no state") {
  fetching f;
  REQUIRE(f.fetch().outcome);
  CHECK_FALSE(f.copy.has_state());
  CHECK(f.log.asked == requests{"mark", "info"});
}

TEST_CASE("log fetch: the first begins at the mark, the next ones go on") {
  fetching f;
  f.log.add_initial("old,.");
  f.log.mark = f.log.add_updates({"a"});
  f.log.add_initial("new,.");
  const auto end = f.log.add_updates({"b", "c"});
  REQUIRE(f.fetch().outcome);
  CHECK(f.state() == words{"new", "b", "c"});
  CHECK(f.copy.at() == revision{end, 1});
  CHECK(f.log.asked == requests{"mark", "info", "read " + std::to_string(*f.log.mark)});
  REQUIRE(f.fetch().outcome);
  CHECK(f.log.asked == requests{"info"});
  f.log.add_updates({"d"});
  REQUIRE(f.fetch().outcome);
  CHECK(f.log.asked == requests{"info", "read " + std::to_string(end)});
  CHECK(f.state() == words{"new", "b", "c", "d"});
}

TEST_CASE("log fetch: a mark that is not in the log does not count") {
  for (const std::int64_t mark : {-1, 3, 10000}) {
    fetching f;
    f.log.add(as_bytes("rubbish"));
    f.log.start = f.log.end();
    f.log.add_initial("a,.");
    f.log.mark = mark;
    REQUIRE(f.fetch().outcome);
    CHECK(f.state() == words{"a"});
  }
}

TEST_CASE("log fetch: pieces of any size, and no further than the end at the begin") {
  for (std::size_t piece = 1; piece < 40; ++piece) {
    fetching f;
    f.log.piece = piece;
    f.log.add_initial("a,.");
    f.log.add_updates({"b"});
    const auto end = f.log.add_updates({"c", "d"});
    f.before = [&](std::size_t n) {
      if (n == 3) f.log.add_updates({"later"});
    };
    REQUIRE(f.fetch().outcome);
    CHECK(f.copy.at() == revision{end, 1});
    CHECK(f.state() == words{"a", "b", "c", "d"});
    f.before = [](std::size_t) {};
    REQUIRE(f.fetch().outcome);
    CHECK(f.state() == words{"a", "b", "c", "d", "later"});
  }
}

TEST_CASE("log fetch: what was truncated away under it is read from the mark") {
  for (std::size_t when = 0; when < 5; ++when) {
    CAPTURE(when);
    fetching f;
    f.log.piece = 5;
    f.log.add_initial("a,.");
    REQUIRE(f.fetch().outcome);
    f.log.add_updates({"b"});
    f.before = [&](std::size_t n) {
      if (n != when) return;
      const auto middle = f.log.add_updates({"c"});
      f.log.add_initial("a,b,c,.");
      f.log.mark = middle;
      f.log.add_updates({"d"});
      f.log.start = middle;
    };
    REQUIRE(f.fetch().outcome);
    f.before = [](std::size_t) {};
    REQUIRE(f.fetch().outcome);
    CHECK(f.state() == words{"a", "b", "c", "d"});
    CHECK_FALSE(f.copy.is_skipping());
  }
}

TEST_CASE("log fetch: an interrupted one goes on where it was") {
  fetching f;
  f.log.piece = 3;
  f.log.add_initial("a,.");
  const auto middle = f.log.add_updates({"b"});
  f.log.add_updates({"c"});
  log_fetch_machine machine{f.copy};
  auto next = machine.start();
  while (f.copy.at().offset < middle)
    next = machine.on_answer(f.log.answer(std::get<log_request>(next)));
  const auto ended =
      std::get<log_fetch_machine::finish>(machine.on_answer(errc::deadline_exceeded));
  CHECK(ended.outcome.error() == errc::deadline_exceeded);
  CHECK_FALSE(ended.broken);
  REQUIRE(f.fetch().outcome);
  CHECK(f.state() == words{"a", "b", "c"});
}

TEST_CASE("log fetch: a log that cannot be understood is broken") {
  const auto broken = [](fetching& f) {
    const auto ended = f.fetch();
    CHECK(ended.broken);
    return ended.outcome.error();
  };
  fetching refused;
  refused.log.add_initial("a,.");
  refused.log.add_updates({"b", "bad"});
  CHECK(broken(refused) == errc::precondition_failed);
  fetching torn;
  torn.log.add_initial("a,.");
  torn.log.bytes.resize(torn.log.bytes.size() + 5);
  CHECK(broken(torn) == errc::malformed_frame);
  fetching other;
  other.log.add_initial("a,.");
  REQUIRE(other.fetch().outcome);
  other.log.bytes.resize(8);
  CHECK(broken(other) == errc::precondition_failed);
  fetching headless;
  headless.log.add_initial("a,.");
  REQUIRE(headless.fetch().outcome);
  headless.log.start = headless.log.add_updates({"b"});
  headless.log.add_updates({"c"});
  CHECK(broken(headless) == errc::precondition_failed);
  fetching rubbish;
  rubbish.log.bytes.resize(20, std::byte{7});
  CHECK(broken(rubbish) == errc::malformed_frame);
}

TEST_CASE("log fetch: the limit of one fetch is named before anything is read") {
  fetching f;
  f.log.bytes.resize(limits::synchronizer_fetch_bytes_max + 1);
  const auto ended = f.fetch();
  CHECK(ended.outcome.error() == errc::limit_exceeded);
  CHECK_FALSE(ended.broken);
  CHECK(f.log.asked == requests{"mark", "info"});
}
