#include "controller/cut_index.hpp"

#include "support/catch.hpp"
#include "support/splitmix.hpp"

using namespace pravega_sandbox;

namespace {

using epochs = std::optional<cut_index::epochs>;

epochs looked_up_one_by_one(const std::vector<cut_index::place>& places,
                            const key_range& range) {
  epochs found;
  for (const auto& each : places) {
    if (each.range.low >= range.high || range.low >= each.range.high) continue;
    if (!found) found = {each.epoch, each.epoch};
    found->lowest = std::min(found->lowest, each.epoch);
    found->highest = std::max(found->highest, each.epoch);
  }
  return found;
}

}  // namespace

TEST_CASE("cut index: the epochs at a range, and nothing where there is no place") {
  const cut_index index{{{{0.5, 1.0}, 7}, {{0.0, 0.25}, 3}}};
  CHECK(index.epochs_at({0.0, 1.0}) == epochs{{3, 7}});
  CHECK(index.epochs_at({0.0, 0.1}) == epochs{{3, 3}});
  CHECK(index.epochs_at({0.9, 1.0}) == epochs{{7, 7}});
  CHECK_FALSE(index.epochs_at({0.25, 0.5}));
  CHECK_FALSE(cut_index{{}}.epochs_at({0.0, 1.0}));
}

TEST_CASE("cut index: gives what a look at each place gives") {
  pravega_actor::test::splitmix random{11};
  for (std::size_t count = 1; count < 40; ++count) {
    std::vector<cut_index::place> places;
    for (std::size_t i = 0; i < count; ++i) {
      const auto low = static_cast<double>(i) / static_cast<double>(count);
      const auto high = static_cast<double>(i + 1) / static_cast<double>(count);
      places.push_back({{low, high}, static_cast<std::int32_t>(random.below(9))});
    }
    const cut_index index{places};
    for (std::uint64_t low = 0; low < 60; ++low) {
      const auto high = low + 1 + random.below(60 - low);
      const key_range range{static_cast<double>(low) / 60, static_cast<double>(high) / 60};
      REQUIRE(index.epochs_at(range) == looked_up_one_by_one(places, range));
    }
  }
}
