#include "simulation/plan_fields.hpp"

#include <algorithm>
#include <set>
#include <string>

#include "support/catch.hpp"

using namespace pravega_sandbox;

TEST_CASE("plan fields: each has a name and a place of its own") {
  std::set<std::string_view> names;
  std::set<const void*> places;
  int count = 0;
  fault_plan plan;
  each_field([&](std::string_view name, auto member) {
    names.insert(name);
    places.insert(&(plan.*member));
    ++count;
  });
  CHECK(names.size() == static_cast<std::size_t>(count));
  CHECK(places.size() == static_cast<std::size_t>(count));
}

TEST_CASE("plan fields: none of a plan is left out") {
  // Each field takes eight bytes: durations, probabilities, numbers, and a flag with padding.
  std::size_t bytes = 0;
  each_field([&](std::string_view, auto member) {
    bytes += std::max(sizeof(fault_plan{}.*member), alignof(fault_plan));
  });
  CHECK(bytes == sizeof(fault_plan));
}

TEST_CASE("plan fields: what is copied field by field is equal") {
  const auto from = fault_plan::from_seed(7);
  fault_plan to;
  CHECK_FALSE(to == from);
  each_field([&](std::string_view, auto member) { to.*member = from.*member; });
  CHECK(to == from);
}
