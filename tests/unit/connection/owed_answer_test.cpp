#include "connection/owed_answer.hpp"

#include <thread>

#include "support/catch.hpp"

using namespace pravega_actor;
using namespace pravega_actor::internal;

namespace {

time_point at(int s) {
  return time_point{} + seconds{s};
}

auto clock_at(int s, int& readings) {
  return [s, &readings] {
    ++readings;
    return at(s);
  };
}

}  // namespace

TEST_CASE("nothing is owed before something was said", "[owed_answer]") {
  owed_answer answer;
  CHECK_FALSE(answer.owed());
  answer.heard();
  CHECK_FALSE(answer.owed());
}

TEST_CASE("the first word counts until something is heard", "[owed_answer]") {
  owed_answer answer;
  int readings = 0;
  CHECK(answer.said(clock_at(5, readings), 100));
  CHECK_FALSE(answer.said(clock_at(6, readings), 200));
  CHECK(readings == 1);
  REQUIRE(answer.owed());
  CHECK(answer.owed()->since == at(5));
  CHECK(answer.owed()->end_bytes == 100);
  answer.heard();
  CHECK_FALSE(answer.owed());
  CHECK(answer.said(clock_at(7, readings), 300));
  CHECK(answer.owed()->since == at(7));
  CHECK(answer.owed()->end_bytes == 300);
}

TEST_CASE("a word that lies behind others ends later", "[owed_answer]") {
  owed_answer answer;
  int readings = 0;
  CHECK(answer.said(clock_at(5, readings), 100));
  answer.ends_at(250);
  CHECK(answer.owed()->end_bytes == 250);
  CHECK(answer.owed()->since == at(5));
}

TEST_CASE("a clock that stands at its beginning is a time like others", "[owed_answer]") {
  owed_answer answer;
  int readings = 0;
  CHECK(answer.said(clock_at(0, readings), 1));
  REQUIRE(answer.owed());
  CHECK(answer.owed()->since == time_point{});
}

TEST_CASE("a debt that another thread sees is whole", "[owed_answer][threads]") {
  owed_answer answer;
  std::atomic<bool> over{false};
  std::thread speaker{[&] {
    for (int i = 1; i <= 100'000; ++i) {
      (void)answer.said([i] { return time_point{duration{i}}; }, 7);
      if (i % 3 == 0) answer.heard();
    }
    over = true;
  }};
  bool whole = true;
  while (!over) {
    const auto seen = answer.owed();
    whole = whole && (!seen || (seen->end_bytes == 7 && seen->since > time_point{}));
  }
  speaker.join();
  CHECK(whole);
}
