// Memory that runs out while an item is taken: none is lost, and none comes twice.
#ifndef __SANITIZE_ADDRESS__
#include "support/catch.hpp"
#include "support/failing_memory.hpp"
#include "unit/reader/queue_support.hpp"

using namespace pravega_actor;
using namespace pravega_actor::test;

TEST_CASE("an item for which there is no memory is taken later", "[slice_queue]") {
  const std::vector<std::string> all{"one", "two", "three", "four"};
  std::size_t failures = 0;
  for (std::size_t at = 1; at <= 12; ++at) {
    queue_fixture f;
    for (std::int32_t number = 0; number < 2; ++number) {
      const auto first = static_cast<std::size_t>(number) * 2;
      f.store.put(test_segment(number), events({all[first], all[first + 1]}));
      f.add(number);
    }
    f.run_store();
    std::vector<std::string> found;
    const auto take = [&](std::size_t fails_at) {
      result<std::optional<read_item>> taken{std::optional<read_item>{}};
      if (fails(fails_at, [&] { taken = f.queue->try_take(); })) ++failures;
      REQUIRE(taken);
      if (const auto& item = *taken; item)
        for (const auto event : std::get<event_slice>(*item))
          found.emplace_back(as_text(event.payload));
    };
    take(at);
    for (int i = 0; i < 4; ++i) {
      f.run_store();
      take(0);
    }
    CHECK(found == all);
  }
  CHECK(failures >= 1);
}
#endif
