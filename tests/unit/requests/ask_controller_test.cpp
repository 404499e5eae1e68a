#include "requests/ask_controller.hpp"

#include "support/catch.hpp"

using namespace pravega_actor;
using namespace pravega_actor::internal;
namespace c = pravega_actor::controller;

namespace {

using lines = std::vector<std::string>;

const segment of{{"scope", "stream"}, {4, 1}};
const c::successor next{{{5, 2}, {0.0, 1.0}}, {{4, 1}}};

c::segment_ranges ranges(const std::vector<segment_id>& ids, const std::string& token = "") {
  c::segment_ranges made;
  for (const auto& id : ids)
    made.segments.push_back({id, {0.0, 1.0}});
  made.delegation_token = token;
  return made;
}

/// Answers the questions in their order; without an answer left, the client is lost.
struct script {
  std::vector<result<c::reply>> answers;
  lines asked = {};
  std::vector<result<successor_answer>> told = {};
  int lost = 0;

  void run(access_operation access = access_operation::write) {
    ask_for_successors(
        [this](const c::request& what, const auto& answered, const auto& gone) {
          asked.emplace_back(name_of(what));
          if (const auto* current = what.get_if<c::get_current_segments>())
            CHECK(current->access == access_operation::write);
          if (asked.size() > answers.size()) return gone();
          answered(answers[asked.size() - 1]);
        },
        of, access, [this](const result<successor_answer>& got) { told.push_back(got); },
        [this] { ++lost; });
  }
  const successor_answer& found() const {
    REQUIRE(told.size() == 1);
    REQUIRE(told[0]);
    return *told[0];
  }
};

const c::reply none{c::successors{}};

}  // namespace

TEST_CASE("successors that are there are the answer", "[ask_controller]") {
  script s{{c::reply{c::successors{{next}, "token"}}}};
  s.run();
  CHECK(s.asked == lines{"getSegmentsImmediatelyFollowing"});
  REQUIRE(s.found().segments.size() == 1);
  CHECK(s.found().segments[0].segment.id == segment_id{5, 2});
  CHECK(s.found().delegation_token == "token");
  CHECK_FALSE(s.found().stream_sealed);
}

TEST_CASE("without successors in a stream that lives they are still to come",
          "[ask_controller]") {
  script s{{none, c::reply{ranges({{3, 0}, {4, 1}}, "token")}}};
  s.run();
  CHECK(s.asked == lines{"getSegmentsImmediatelyFollowing", "getCurrentSegments"});
  CHECK(s.found().segments.empty());
  CHECK_FALSE(s.found().stream_sealed);
  CHECK(s.found().delegation_token == "token");
}

TEST_CASE("a stream without segments is sealed, unless a scale came between",
          "[ask_controller]") {
  const bool scaled = GENERATE(false, true);
  c::successors second;
  if (scaled) second.segments.push_back(next);
  script s{{none, c::reply{ranges({})}, c::reply{second}}};
  s.run();
  CHECK(s.asked.size() == 3);
  CHECK(s.found().stream_sealed != scaled);
  CHECK(s.found().segments.size() == (scaled ? 1 : 0));
}

TEST_CASE("segments that all came later may be those of the stream's next life",
          "[ask_controller]") {
  SECTION("they are: its first epoch begins behind the segment") {
    script s{{none, c::reply{ranges({{8, 0}})}, c::reply{ranges({{8, 0}})}}};
    s.run();
    CHECK(s.asked.back() == "getEpochSegments");
    REQUIRE(s.told.size() == 1);
    CHECK(s.told[0].error() == errc::stream_not_found);
    CHECK(s.told[0].error().subject() == of.to_string());
  }
  SECTION("they are not: a scale went on meanwhile") {
    script s{{none, c::reply{ranges({{8, 3}})}, c::reply{ranges({{0, 0}, {1, 0}})}}};
    s.run();
    CHECK(s.found().segments.empty());
    CHECK_FALSE(s.found().stream_sealed);
  }
}

TEST_CASE("a failure of any question is the answer", "[ask_controller]") {
  const std::vector<result<c::reply>> before{none, c::reply{ranges({})}};
  for (std::size_t good = 0; good <= before.size(); ++good) {
    script s;
    s.answers.assign(before.begin(), before.begin() + static_cast<std::ptrdiff_t>(good));
    s.answers.emplace_back(errc::controller_failure);
    s.run();
    REQUIRE(s.told.size() == 1);
    CHECK(s.told[0].error() == errc::controller_failure);
  }
}

TEST_CASE("a controller client that is lost is told at any question", "[ask_controller]") {
  const std::vector<result<c::reply>> before{none, c::reply{ranges({})}};
  for (std::size_t good = 0; good <= before.size(); ++good) {
    script s;
    s.answers.assign(before.begin(), before.begin() + static_cast<std::ptrdiff_t>(good));
    s.run();
    CHECK(s.lost == 1);
    CHECK(s.told.empty());
  }
}

TEST_CASE("a reply of another type is an error", "[ask_controller]") {
  script s{{c::reply{c::done{}}}};
  s.run();
  REQUIRE(s.told.size() == 1);
  CHECK(s.told[0].error() == errc::internal_error);
}

namespace {

/// Asks where the segment is served, as `script` does for its successors.
struct location_script {
  std::vector<result<c::reply>> answers;
  lines asked = {};
  std::vector<result<located_segment>> told = {};
  int lost = 0;

  void run(bool needs_token) {
    locate_segment(
        [this](const c::request& what, const auto& answered, const auto& gone) {
          asked.emplace_back(name_of(what));
          if (const auto* token = what.get_if<c::get_delegation_token>())
            CHECK(token->access == access_operation::write);
          if (asked.size() > answers.size()) return gone();
          answered(answers[asked.size() - 1]);
        },
        of, access_operation::write, needs_token,
        [this](const result<located_segment>& got) { told.push_back(got); },
        [this] { ++lost; });
  }
};

const c::reply place{endpoint{"store", 12345}};
const c::reply token{c::token{"fresh"}};

}  // namespace

TEST_CASE("a segment is located with the token that there is", "[ask_controller]") {
  location_script s{{place}};
  s.run(false);
  CHECK(s.asked == lines{"getURI"});
  REQUIRE(s.told.size() == 1);
  REQUIRE(s.told[0]);
  CHECK(s.told[0]->store == endpoint{"store", 12345});
  CHECK_FALSE(s.told[0]->new_token);
  CHECK(store_of(s.told[0]).value() == endpoint{"store", 12345});
}

TEST_CASE("a segment is located with a new token where one is needed", "[ask_controller]") {
  location_script s{{token, place}};
  s.run(true);
  CHECK(s.asked == lines{"getDelegationToken", "getURI"});
  REQUIRE(s.told.size() == 1);
  REQUIRE(s.told[0]);
  CHECK(s.told[0]->store == endpoint{"store", 12345});
  CHECK(s.told[0]->new_token == "fresh");
}

TEST_CASE("a segment is not located if either question fails or is lost", "[ask_controller]") {
  const std::vector<result<c::reply>> before{token};
  for (std::size_t good = 0; good <= before.size(); ++good) {
    location_script failed;
    failed.answers.assign(before.begin(), before.begin() + static_cast<std::ptrdiff_t>(good));
    location_script lost = failed;
    failed.answers.emplace_back(errc::controller_failure);
    failed.run(true);
    REQUIRE(failed.told.size() == 1);
    CHECK(failed.told[0].error() == errc::controller_failure);
    CHECK(store_of(failed.told[0]).error() == errc::controller_failure);
    lost.run(true);
    CHECK(lost.lost == 1);
    CHECK(lost.told.empty());
  }
}
