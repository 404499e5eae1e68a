#include "wire/commands_append.hpp"

#include "support/catch.hpp"
#include "unit/wire/short_payloads.hpp"

using namespace pravega_actor;
using namespace pravega_actor::internal;
using namespace pravega_actor::test;
using namespace pravega_actor::internal::wire;

namespace {

constexpr uuid writer{1, 2};

}  // namespace

TEST_CASE("appends: what older peers leave away has its default") {
  const data_appended whole{writer, 7, 6, 5, 4};
  CHECK(without_end(whole, 0) == whole);
  CHECK(without_end(whole, 8) == data_appended{writer, 7, 6, 5, -1});
  CHECK(without_end(whole, 16) == data_appended{writer, 7, 6, -1, -1});
  CHECK(without_end(whole, 24) == data_appended{writer, 7, -1, -1, -1});
  CHECK(without_end(append_block_end{writer, 3, blob(3), 1, 9, 5}, 8) ==
        append_block_end{writer, 3, blob(3), 1, 9, -1});
  CHECK(without_end(conditional_check_failed{writer, 7, 5}, 8) ==
        conditional_check_failed{writer, 7, -1});
  CHECK(without_end(conditional_append{writer, 7, 100, blob(3), 5}, 8) ==
        conditional_append{writer, 7, 100, blob(3), -1});
}

TEST_CASE("appends: half of an optional number is none") {
  for (std::size_t cut = 1; cut <= 8; ++cut) {
    CAPTURE(cut);
    CHECK(without_end(data_appended{writer, 7, 6, 5, 4}, cut).current_segment_write_offset ==
          -1);
  }
}

TEST_CASE("appends: a field that must be there is missed by name") {
  CHECK(missing_in(append_setup{1, "s", writer, 9}, 1) == "append_setup.last_event_number");
  CHECK(missing_in(setup_append{1, writer, "s", "token"}, 1) ==
        "setup_append.delegation_token");
  CHECK(missing_in(hello{16, 5}, 1) == "hello.low_version");
  CHECK(missing_in(append_block_end{writer, 3, blob(3), 1, 9, 5}, 9) ==
        "append_block_end.last_event_number");
}

TEST_CASE("appends: an event in a conditional append has its header on the wire") {
  const conditional_append one{writer, 7, 100, {std::byte{0xAB}}, 5};
  const auto frame = encode(one).value();
  // Header of the frame, writer, two numbers; then type 0, length 1 and the payload.
  constexpr std::size_t at = 8 + 16 + 8 + 8;
  const std::vector<std::byte> event(frame.begin() + at, frame.begin() + at + 9);
  CHECK(event == std::vector<std::byte>{std::byte{0}, std::byte{0}, std::byte{0}, std::byte{0},
                                        std::byte{0}, std::byte{0}, std::byte{0}, std::byte{1},
                                        std::byte{0xAB}});
  auto other = frame;
  other[at + 3] = std::byte{1};
  CHECK_FALSE(decode_as<conditional_append>(byte_view{other}.subspan(8)));
}

TEST_CASE("appends: a new writer's last event number is the value of an unset attribute") {
  CHECK(null_attribute_value == std::numeric_limits<std::int64_t>::min());
  const append_setup fresh{1, "s", writer, null_attribute_value};
  CHECK(without_end(fresh, 0).last_event_number == null_attribute_value);
}
