#include "wire/commands_table.hpp"

#include "support/catch.hpp"
#include "unit/wire/short_payloads.hpp"

using namespace pravega_actor;
using namespace pravega_actor::internal;
using namespace pravega_actor::test;
using namespace pravega_actor::internal::wire;

namespace {

const blob data{std::byte{1}, std::byte{2}};

}  // namespace

TEST_CASE("tables: what older peers leave away has its default") {
  const create_table_segment whole{1, "s", "t", true, 16, 99};
  CHECK(without_end(whole, 8) == create_table_segment{1, "s", "t", true, 16, 0});
  CHECK(without_end(whole, 12) == create_table_segment{1, "s", "t", true, 0, 0});
  CHECK(without_end(whole, 13) == create_table_segment{1, "s", "t", false, 0, 0});
  CHECK(without_end(update_table_entries{1, "s", "t", {}, 5}, 8) ==
        update_table_entries{1, "s", "t", {}, -1});
  CHECK(without_end(remove_table_keys{1, "s", "t", {}, 5}, 8) ==
        remove_table_keys{1, "s", "t", {}, -1});
}

TEST_CASE("tables: an empty key has no version on the wire") {
  const read_table keys{1, "s", "t", {{data, 7}, {{}, 7}}};
  const auto got = without_end(keys, 0);
  REQUIRE(got.keys.size() == 2);
  CHECK(got.keys[0] == table_key{data, 7});
  CHECK(got.keys[1] == table_key{{}, no_version});
}

TEST_CASE("tables: versions that mean something special are kept") {
  CHECK(no_version == std::numeric_limits<std::int64_t>::min());
  CHECK(version_not_exists == -1);
  const read_table keys{1, "s", "t", {{data, no_version}, {data, version_not_exists}}};
  CHECK(without_end(keys, 0) == keys);
}

TEST_CASE("tables: entries keep their keys and values apart") {
  const table_read entries{1, "s", {{{data, 3}, {}}, {{{data[0]}, -1}, data}}};
  CHECK(without_end(entries, 0) == entries);
  CHECK_FALSE(decode_without_end(entries, 1));
}

TEST_CASE("tables: an iteration's arguments go there and back") {
  const read_table_keys asked{1, "s", "t", 10, {data, {data[0]}, {data[1]}}};
  CHECK(without_end(asked, 0) == asked);
}
