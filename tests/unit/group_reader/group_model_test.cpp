#include "group_reader/group_model.hpp"

#include "support/catch.hpp"

using namespace pravega_actor;
using namespace pravega_actor::internal;

namespace {

group_init start() {
  group_init init;
  init.starting_segments.add({{{"scope", "stream"}, {0, 0}}}, 0);
  return init;
}

}  // namespace

TEST_CASE("group model: a state goes through its bytes, with padding behind it") {
  std::vector<std::byte> bytes;
  REQUIRE(group_model::encode_initial(group_update{start()}, bytes));
  bytes.resize(bytes.size() + 200);
  auto state = group_model::decode_initial(bytes);
  REQUIRE(state);
  REQUIRE(group_model::apply(*state, add_reader{"a"}));
  REQUIRE(group_model::encode_state(*state, bytes));
  const auto again = group_model::decode_initial(bytes);
  REQUIRE(again);
  CHECK(*again == *state);
}

TEST_CASE("group model: an update is no beginning, and bytes behind an update are wrong") {
  std::vector<std::byte> bytes;
  REQUIRE(group_model::encode_update(add_reader{"a"}, bytes));
  CHECK_FALSE(group_model::decode_initial(bytes));
  REQUIRE(group_model::decode_update(bytes));
  bytes.push_back(std::byte{0});
  CHECK_FALSE(group_model::decode_update(bytes));
}

TEST_CASE("group model: a name that cannot be written is refused") {
  std::vector<std::byte> bytes;
  CHECK_FALSE(group_model::encode_update(add_reader{std::string(70'000, 'x')}, bytes));
}

TEST_CASE("group model: the state of a group has a stream of its own") {
  CHECK(state_stream_of({"scope", "group"}) == scoped_stream{"scope", "_RGgroup"});
}
