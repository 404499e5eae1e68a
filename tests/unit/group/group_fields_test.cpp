#include "group/group_fields.hpp"

#include <limits>

#include "support/catch.hpp"

using namespace pravega_actor;
using namespace pravega_actor::internal;

namespace {

const segment some{{"scope", "stream"}, {1, 2}};

}  // namespace

TEST_CASE("group fields: what is written reads back") {
  field_writer to;
  to.name(some);
  to.range({0.25, 0.5});
  to.range(unknown_range);
  to.flag(true);
  to.buffer(as_bytes(std::string_view{"abc"}));
  to.offsets({{some, -1}});
  REQUIRE(to.ok());
  const auto bytes = std::move(to).take("test");
  REQUIRE(bytes);
  binary_reader from{*bytes};
  field_fault fault;
  field_reader in{from, fault};
  CHECK(in.name("a") == some);
  CHECK(in.range("b") == key_range{0.25, 0.5});
  CHECK(in.range("c") == unknown_range);
  CHECK(in.flag("d"));
  CHECK(as_text(in.buffer("e")) == "abc");
  CHECK(in.offsets("f") == segment_offsets{{some, -1}});
  CHECK(in.ok());
  CHECK(from.remaining() == 0);
}

TEST_CASE("group fields: the first field that fails is the one that is named") {
  binary_reader from{byte_view{}};
  field_fault fault;
  field_reader in{from, fault};
  CHECK(in.text("first").empty());
  CHECK(in.i64("second") == 0);
  in.fail("another reason", errc::limit_exceeded);
  CHECK_FALSE(in.ok());
  CHECK(std::string{fault.field} == "first");
  CHECK(fault.code == errc::invalid_argument);
}

TEST_CASE("group fields: ranges outside 0 and 1 are refused, negative ones are unknown") {
  for (const auto& [low, high, valid] :
       {std::tuple{-0.5, 1.0, true}, std::tuple{0.5, 0.25, false}, std::tuple{0.0, 1.5, false},
        std::tuple{std::numeric_limits<double>::quiet_NaN(), 1.0, false}}) {
    binary_writer to;
    to.f64(low);
    to.f64(high);
    const auto bytes = std::move(to).take();
    binary_reader from{bytes};
    field_fault fault;
    field_reader in{from, fault};
    const auto range = in.range("range");
    CHECK(in.ok() == valid);
    if (valid) CHECK(range == unknown_range);
  }
}

TEST_CASE("group fields: a key may stand once") {
  field_writer to;
  to.count(2);
  for (int i = 0; i < 2; ++i) {
    to.name(some);
    to.out().i64(i);
  }
  const auto bytes = std::move(to).take("test");
  REQUIRE(bytes);
  binary_reader from{*bytes};
  field_fault fault;
  field_reader in{from, fault};
  (void)in.offsets("offsets");
  CHECK_FALSE(in.ok());
}

TEST_CASE("group fields: a writer that failed gives an error") {
  field_writer to;
  to.range({0.5, 0.25});
  CHECK_FALSE(to.ok());
  const auto bytes = std::move(to).take("what");
  REQUIRE_FALSE(bytes);
  CHECK_THAT(bytes.error().detail(), Catch::Contains("what"));
}
