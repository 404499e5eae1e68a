#include "writer/writer_name.hpp"

#include "support/catch.hpp"

using namespace pravega_actor;
using namespace pravega_actor::internal;

namespace {

const segment somewhere{{"scope", "stream"}, {0, 0}};

}  // namespace

TEST_CASE("writer name: what is valid") {
  for (const auto* name : {"a", "file-7", "A.b_c-9"})
    CHECK(check_writer_name(name));
  CHECK(check_writer_name(std::string(250, 'x')));
  for (const auto& name : {std::string{}, std::string{"a b"}, std::string{"a/b"},
                           std::string{"\xC3\xA4"}, std::string(251, 'x')}) {
    const auto valid = check_writer_name(name);
    REQUIRE_FALSE(valid);
    CHECK(valid.error() == errc::invalid_name);
  }
}

// What stores hold depends on it for ever.
TEST_CASE("writer name: the writer id is the same for ever") {
  CHECK(named_writer_id("name", somewhere).to_string() ==
        "54a3842f-65cd-8ea9-bc3f-377f548ce5f7");
}

TEST_CASE("writer name: another name, segment or epoch has another id") {
  const auto id = named_writer_id("name", somewhere);
  CHECK(named_writer_id("name2", somewhere) != id);
  CHECK(named_writer_id("name", {{"scope", "stream"}, {1, 0}}) != id);
  CHECK(named_writer_id("name", {{"scope", "stream"}, {0, 1}}) != id);
  CHECK(named_writer_id("name", {{"scope", "stream2"}, {0, 0}}) != id);
  CHECK((id.msb >> 12 & 0xF) == 8);
  CHECK(id.lsb >> 62 == 2);
}

TEST_CASE("writer name: numbers without a key are spread, each to one place") {
  int low = 0;
  for (std::int64_t number = 1; number <= 1000; ++number) {
    const auto at = position_of_number(number);
    CHECK(at >= 0.0);
    CHECK(at < 1.0);
    CHECK(at == position_of_number(number));
    low += at < 0.5 ? 1 : 0;
  }
  CHECK(low > 400);
  CHECK(low < 600);
}
