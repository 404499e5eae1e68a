// The checks must find what is wrong: each kind of damage, and no other.
#include "common/line_check.hpp"
#include "common/number_check.hpp"
#include "common/payload.hpp"
#include "support/catch.hpp"

using namespace pravega_actor;
using namespace pravega_actor::tool;

namespace {

using numbers = std::vector<std::uint64_t>;

number_findings check_numbers(std::uint64_t events, std::uint32_t keys, const numbers& read) {
  number_check check{events, keys};
  numbered_payload payload{16};
  for (const auto each : read)
    check.arrived(payload.of(each, 0));
  return check.findings();
}

struct keyed_line {
  std::string_view key;
  std::string_view line;
};

line_findings check_lines(const std::vector<keyed_line>& written,
                          const std::vector<std::string_view>& read, std::uint64_t sent) {
  line_check check;
  for (const auto& each : written)
    check.expect(each.key, each.line);
  for (const auto each : read)
    check.arrived(each);
  CHECK(check.arrivals() == read.size());
  return check.findings(sent);
}

const std::vector<keyed_line> sample{{"a", "a1"}, {"b", "b1"}, {"a", "a2"},
                                     {"a", "a1"}, {"b", "b2"}, {"a", "a3"}};

line_findings sample_with(const std::vector<std::string_view>& read) {
  return check_lines(sample, read, sample.size());
}

}  // namespace

TEST_CASE("number check: any order of keys is fine, not within a key") {
  CHECK(check_numbers(6, 2, {0, 1, 2, 3, 4, 5}).clean());
  CHECK(check_numbers(6, 2, {1, 3, 5, 0, 2, 4}).clean());
  const auto found = check_numbers(6, 2, {0, 4, 2, 1, 3, 5});
  CHECK_FALSE(found.clean());
  CHECK(found.reordered == 1);
  CHECK(found.lost == 0);
  CHECK(found.doubled == 0);
}

TEST_CASE("number check: lost, doubled and foreign") {
  CHECK(check_numbers(6, 2, {0, 1, 2, 3, 4}).lost == 1);
  CHECK(check_numbers(6, 2, {}).lost == 6);
  const auto doubled = check_numbers(3, 1, {0, 1, 1, 2});
  CHECK(doubled.doubled == 1);
  CHECK(doubled.reordered == 0);
  CHECK(doubled.lost == 0);
  const auto foreign = check_numbers(3, 1, {0, 1, 2, 3, ~std::uint64_t{0}});
  CHECK(foreign.foreign == 2);
  CHECK(foreign.lost == 0);
  number_check check{1, 1};
  check.arrived(as_bytes("short"));
  CHECK(check.findings().foreign == 1);
  CHECK(check.findings().lost == 1);
  CHECK(check.findings().examples.size() == 2);
}

TEST_CASE("number check: without a count the highest number tells what is lost") {
  const auto found = check_numbers(0, 2, {0, 1, 2, 5, 3});
  CHECK(found.expected == 6);
  CHECK(found.lost == 1);
  CHECK(found.reordered == 1);
  CHECK(found.foreign == 0);
  CHECK(check_numbers(0, 2, {}).clean());
  CHECK(check_numbers(0, 2, {numbered_events_max}).foreign == 1);
}

TEST_CASE("line check: what was written, in any mixture of keys") {
  CHECK(sample_with({"a1", "b1", "a2", "a1", "b2", "a3"}).clean());
  CHECK(sample_with({"b1", "b2", "a1", "a2", "a1", "a3"}).clean());
}

TEST_CASE("line check: equal lines are told apart by their place") {
  const auto swapped = sample_with({"b1", "b2", "a1", "a1", "a2", "a3"});
  CHECK(swapped.reordered == 1);
  CHECK(swapped.lost == 0);
  CHECK(swapped.doubled == 0);
}

TEST_CASE("line check: lost") {
  const auto found = sample_with({"a1", "b1", "a2", "b2", "a3"});
  CHECK(found.lost == 1);
  CHECK(found.doubled == 0);
  CHECK(found.reordered == 0);
  CHECK_FALSE(found.clean());
  CHECK_FALSE(found.examples.empty());
  CHECK(sample_with({}).lost == sample.size());
}

TEST_CASE("line check: doubled") {
  const auto found = sample_with({"a1", "b1", "b1", "a2", "a1", "b2", "a3"});
  CHECK(found.doubled == 1);
  CHECK(found.lost == 0);
  CHECK(found.reordered == 0);
  CHECK(sample_with({"a1", "b1", "a2", "a1", "b2", "a3", "a1"}).doubled == 1);
}

TEST_CASE("line check: out of order") {
  const auto found = sample_with({"b2", "b1", "a1", "a2", "a1", "a3"});
  CHECK(found.reordered == 1);
  CHECK(found.lost == 0);
}

TEST_CASE("line check: foreign") {
  const auto found = sample_with({"a1", "b1", "a2", "a1", "b2", "a3", "nobody wrote this"});
  CHECK(found.foreign == 1);
  CHECK(found.lost == 0);
  CHECK_FALSE(found.clean());
}

TEST_CASE("line check: a part was written") {
  CHECK(check_lines(sample, {"a1", "b1", "a2"}, 3).clean());
  CHECK(check_lines(sample, {"a1", "b1"}, 3).lost == 1);
  CHECK(check_lines(sample, {"a1", "b1", "a2", "a1"}, 3).doubled == 1);
  CHECK(check_lines(sample, {}, 0).clean());
}
