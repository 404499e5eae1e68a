#include "wire/command_fields.hpp"

#include <type_traits>

#include "support/catch.hpp"

using namespace pravega_actor;
using namespace pravega_actor::internal;

namespace pravega_actor::internal::wire {
namespace {

// clang-format off
PRAVEGA_ACTOR_WIRE_RECORD(pair_of_numbers,
    (must, i64, first, 1),
    (may, i32, second, 2));
PRAVEGA_ACTOR_WIRE_COMMAND(sample, 77,
    (must, std::string, text, {}),
    (must, pair_of_numbers, numbers, {}),
    (rest, blob, data, {}));
PRAVEGA_ACTOR_WIRE_COMMAND(empty_sample, -9);
PRAVEGA_ACTOR_WIRE_RECORD(widest,
    (must, i8, f01, 1), (must, i8, f02, 1), (must, i8, f03, 1), (must, i8, f04, 1),
    (must, i8, f05, 1), (must, i8, f06, 1), (must, i8, f07, 1), (must, i8, f08, 1),
    (must, i8, f09, 1), (must, i8, f10, 1), (must, i8, f11, 1), (must, i8, f12, 1),
    (must, i8, f13, 1), (must, i8, f14, 1), (must, i8, f15, 1), (must, i8, f16, 1),
    (must, i8, f17, 1), (must, i8, f18, 1), (must, i8, f19, 1), (must, i8, f20, 1),
    (must, i8, f21, 1), (must, i8, f22, 1), (must, i8, f23, 1), (must, i8, f24, 1),
    (must, i8, f25, 1), (must, i8, f26, 1), (must, i8, f27, 1));
// clang-format on

using names = std::vector<std::string_view>;

}  // namespace

TEST_CASE("fields: a command has its code, its name and its fields in order") {
  CHECK(sample::code == 77);
  CHECK(sample::name == "sample");
  CHECK(empty_sample::code == -9);
  sample one;
  names seen;
  CHECK(sample::fields(one, [&](auto, std::string_view name, auto&) {
    seen.push_back(name);
    return true;
  }));
  CHECK(seen == names{"text", "numbers", "data"});
  CHECK(one.numbers == pair_of_numbers{1, 2});
}

TEST_CASE("fields: a visit ends with the first that is refused") {
  const sample one;
  names seen;
  CHECK_FALSE(sample::fields(one, [&](auto, std::string_view name, const auto&) {
    seen.push_back(name);
    return name != "numbers";
  }));
  CHECK(seen == names{"text", "numbers"});
  empty_sample nothing;
  CHECK(empty_sample::fields(nothing, [](auto, std::string_view, auto&) { return false; }));
}

TEST_CASE("fields: a visitor learns how each field stands in the payload") {
  sample one;
  int lists = 0;
  (void)sample::fields(one, [&]([[maybe_unused]] auto presence, std::string_view name, auto&) {
    lists += std::is_same_v<decltype(presence), field::rest> ? 1 : 0;
    CHECK((name == "data") == std::is_same_v<decltype(presence), field::rest>);
    return true;
  });
  CHECK(lists == 1);
}

TEST_CASE("fields: a visitor may change them") {
  pair_of_numbers both;
  (void)pair_of_numbers::fields(both, [](auto, std::string_view, auto& value) {
    value = 9;
    return true;
  });
  CHECK(both == pair_of_numbers{9, 9});
  CHECK_FALSE(both == pair_of_numbers{9, 8});
}

TEST_CASE("fields: a table may have 27 of them") {
  widest all;
  int sum = 0;
  (void)widest::fields(all, [&](auto, std::string_view, auto& value) {
    sum += value;
    return true;
  });
  CHECK(sum == 27);
}

TEST_CASE("fields: an optional field is there when its first part is") {
  CHECK(field::presence_bytes(field::type<i64>{}) == 8);
  CHECK(field::presence_bytes(field::type<bool>{}) == 1);
  CHECK(field::presence_bytes(field::type<std::string>{}) == 1);
  CHECK(field::presence_bytes(field::type<std::vector<pair_of_numbers>>{}) == 4);
  CHECK(record<pair_of_numbers>);
  CHECK_FALSE(record<std::string>);
}

}  // namespace pravega_actor::internal::wire
