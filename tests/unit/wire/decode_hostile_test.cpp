// Payloads that are cut, that lie about lengths and counts, or that are noise.
#include <algorithm>

#include "command_vectors.hpp"
#include "pravega_actor/limits.hpp"
#include "support/catch.hpp"
#include "support/splitmix.hpp"
#include "wire/big_endian.hpp"
#include "wire/codec.hpp"
#include "wire/hot.hpp"

using namespace pravega_actor;
using namespace pravega_actor::internal;
using namespace pravega_actor::test;

namespace {

template <class T>
std::size_t optional_fields(const T& value) {
  std::size_t count = 0;
  T::fields(value, [&count](auto presence, std::string_view, const auto&) {
    count += std::is_same_v<decltype(presence), wire::field::may>;
    return true;
  });
  return count;
}

/// `whole` with only the first `kept` optional fields; the others have their defaults.
template <class T>
T with_optional_fields(const T& whole, std::size_t kept) {
  T form = whole;
  std::size_t position = 0;
  T::fields(form, [&](auto presence, std::string_view name, auto& member) {
    using member_type = std::decay_t<decltype(member)>;
    if (!std::is_same_v<decltype(presence), wire::field::may>) return true;
    if (position++ < kept) return true;
    const T none;
    T::fields(none, [&](auto, std::string_view other, const auto& initial) {
      if constexpr (std::is_same_v<std::decay_t<decltype(initial)>, member_type>) {
        if (other == name) member = initial;
      }
      return true;
    });
    return true;
  });
  return form;
}

template <class T>
bool lacks_arguments_only(const T& whole, const T& cut) {
  T form = whole;
  form.args.to_key.clear();
  if (cut == form) return true;
  form.args.from_key.clear();
  if (cut == form) return true;
  form.args.continuation_token.clear();
  return cut == form;
}

template <class T>
bool is_shorter_struct(const T& whole, const T& cut) {
  if constexpr (std::is_same_v<T, wire::padding>) {
    return cut.length < whole.length;
  } else if constexpr (std::is_same_v<T, wire::event> ||
                       std::is_same_v<T, wire::partial_event> ||
                       std::is_same_v<T, wire::append_block>) {
    return cut.data.size() < whole.data.size() &&
           std::equal(cut.data.begin(), cut.data.end(), whole.data.begin());
  } else {
    for (std::size_t kept = 0; kept <= optional_fields(whole); ++kept) {
      if (with_optional_fields(whole, kept) == cut) return true;
    }
    if constexpr (requires { whole.args.to_key; }) return lacks_arguments_only(whole, cut);
    return false;
  }
}

/// Whether `cut` is `whole` without data or optional fields at its end.
bool is_shorter_form(const wire::command& whole, const wire::command& cut) {
  return wire::visit(
      [&cut](const auto& one) {
        return is_shorter_struct(one, cut.get<std::decay_t<decltype(one)>>());
      },
      whole);
}

// The views of wire/hot.hpp must agree with the decoder on whether a payload is valid.
bool view_accepts(std::int32_t code, byte_view payload) {
  switch (code) {
    case wire::segment_read::code:
      return wire::view_segment_read(payload).has_value();
    case wire::data_appended::code:
      return wire::view_data_appended(payload).has_value();
    case wire::append_block::code:
      return wire::view_append_block(payload).has_value();
    case wire::append_block_end::code:
      return wire::view_append_block_end(payload).has_value();
    case wire::conditional_append::code:
      return wire::view_conditional_append(payload).has_value();
    case wire::conditional_block_end::code:
      return wire::view_conditional_block_end(payload).has_value();
    default:
      return wire::decode(code, payload).has_value();
  }
}

std::vector<std::byte> payload_of(const std::string& hex) {
  return from_hex(hex);
}

void check_malformed(std::int32_t code, const std::vector<std::byte>& payload,
                     const std::string& detail) {
  const auto decoded = wire::decode(code, payload);
  REQUIRE(!decoded);
  CHECK(decoded.error() == errc::malformed_frame);
  CHECK(decoded.error().at() == stage::decode);
  CHECK(decoded.error().detail() == detail);
}

}  // namespace

TEST_CASE("a frame cut at any length is refused or lacks optional fields only") {
  std::size_t refused = 0;
  std::size_t shorter = 0;
  for (const auto& vector : command_vectors()) {
    INFO(vector.name);
    const auto whole = wire::decode(vector.code, vector.payload()).value();
    for (std::size_t length = 0; length < vector.payload().size(); ++length) {
      // A copy of just that size lets a sanitizer see every read behind its end.
      const auto kept = vector.payload().first(length);
      const std::vector<std::byte> cut(kept.begin(), kept.end());
      const auto decoded = wire::decode(vector.code, cut);
      ++(decoded ? shorter : refused);
      if (decoded && !is_shorter_form(whole, *decoded)) FAIL(wire::to_string(*decoded));
      if (!decoded && !(decoded.error() == errc::malformed_frame)) FAIL("cut at " << length);
      if (view_accepts(vector.code, cut) != decoded.has_value()) FAIL("the view disagrees");
      (void)wire::peek_request_id(vector.code, cut);
    }
  }
  CHECK(refused > 8000);
  CHECK(shorter > 500);
}

TEST_CASE("optional fields that are missing have the protocol's defaults") {
  const auto info = wire::encode(wire::stream_segment_info{.start_offset = 5}).value();
  CHECK(wire::decode_as<wire::stream_segment_info>(byte_view{info}.subspan(8, 29))
            ->start_offset == 0);
  const auto appended =
      wire::encode(wire::data_appended{.event_number = 3, .request_id = 5}).value();
  const auto early = wire::decode_as<wire::data_appended>(byte_view{appended}.subspan(8, 24));
  REQUIRE(early);
  CHECK(early->previous_event_number == -1);
  CHECK(early->request_id == -1);
  CHECK(early->current_segment_write_offset == -1);
  const auto table = wire::encode(wire::create_table_segment{1, "t", "", true, 8, 9}).value();
  const auto rust =
      wire::decode_as<wire::create_table_segment>(byte_view{table}.subspan(8, 13));
  REQUIRE(rust);
  CHECK(*rust == wire::create_table_segment{1, "t", "", false, 0, 0});
  const auto merge =
      wire::encode(wire::merge_segments{1, "t", "s", "", {{{1, 2}, 1, 2, 3}}}).value();
  const auto plain = wire::decode_as<wire::merge_segments>(byte_view{merge}.subspan(8, 16));
  REQUIRE(plain);
  CHECK(plain->updates.empty());
  const auto keys = wire::encode(wire::read_table_keys{1, "t", "", 5, {{}, {}, {}}}).value();
  CHECK(wire::decode_as<wire::read_table_keys>(byte_view{keys}.subspan(8, 17)));
}

TEST_CASE("an empty key has no version although its size counts one") {
  // request id, "t", "", one key: size 12, length 0
  const auto payload = payload_of(
      "0000000000000001"
      "000174"
      "0000"
      "00000001"
      "0000000c"
      "00000000");
  const auto decoded = wire::decode_as<wire::read_table>(payload);
  REQUIRE(decoded);
  REQUIRE(decoded->keys.size() == 1);
  CHECK(decoded->keys[0].data.empty());
  CHECK(decoded->keys[0].version == wire::no_version);
  wire::read_table again{1, "t", "", {wire::table_key{{}, 5}}};
  const auto encoded = wire::encode(again).value();
  CHECK(equal(byte_view{encoded}.subspan(8), payload));
}

TEST_CASE("lengths are checked against what is left") {
  const std::string id = "0000000000000001";
  check_malformed(21, payload_of(id + "0005" + "61"),
                  "segment_created.segment: the payload ends before");
  // segment_read: "s", offset 0, flags, then a length
  const std::string read =
      "000173"
      "0000000000000000"
      "0000";
  check_malformed(10, payload_of(read + "7fffffff" + "61"),
                  "segment_read.data: longer than the rest of the payload");
  check_malformed(10, payload_of(read + "ffffffff" + "61"),
                  "segment_read.data: negative length");
  CHECK(!wire::view_segment_read(payload_of(read + "7fffffff" + "61")));
  CHECK(!wire::view_segment_read(payload_of(read + "ffffffff" + "61")));
  CHECK(!wire::view_segment_read(payload_of("ffff73")));
  check_malformed(5,
                  payload_of(std::string(64, '0') + "00000001"
                                                    "00000000"),
                  "conditional_append.event: not an event");
}

TEST_CASE("counts of lists are checked before memory is taken") {
  const std::string id = "0000000000000001";
  const auto zeros = std::string(2 * 4096, '0');
  for (const auto* count : {"7fffffff", "00100001"}) {
    check_malformed(75, payload_of(id + count + zeros),
                    "table_entries_updated.updated_versions: too many entries");
    check_malformed(79, payload_of(id + "0000" + count + zeros),
                    "table_read.entries: too many entries");
  }
  check_malformed(75, payload_of(id + "00000201" + zeros),
                  "table_entries_updated.updated_versions: more entries than fit");
  check_malformed(79,
                  payload_of(id +
                             "0000"
                             "00000101" +
                             zeros),
                  "table_read.entries: more entries than fit");
  check_malformed(90,
                  payload_of(id +
                             "0000"
                             "00000801" +
                             zeros),
                  "merge_segments_batch.sources: more entries than fit");
  for (const std::int32_t code : {58, 78, 84, 91}) {
    const auto texts = std::string(code == 58 ? 12 : code == 78 ? 8 : 4, '0');
    const auto decoded = wire::decode(code, payload_of(id + texts + "80000000" + zeros));
    REQUIRE(!decoded);
    CHECK(decoded.error().detail().find("negative count") != std::string::npos);
  }
  check_malformed(-6, payload_of(id + "ffffffff"),
                  "storage_chunks_listed.chunks: negative count");
}

TEST_CASE("a text that is not modified UTF-8 is refused") {
  check_malformed(21,
                  payload_of("0000000000000001"
                             "0004"
                             "f09f9880"),
                  "segment_created.segment: not modified UTF-8");
}

TEST_CASE("noise never does more than fail") {
  splitmix random{20240229};
  std::size_t accepted = 0;
  for (int round = 0; round < 20000; ++round) {
    const auto vectors_code = static_cast<std::int32_t>(random.below(100));
    const auto code = random.below(8) == 0 ? -vectors_code : vectors_code;
    std::vector<std::byte> payload(random.below(200));
    for (auto& each : payload) {
      // Many zeros: lengths that are small get further.
      each = static_cast<std::byte>(random.below(3) == 0 ? random.below(256) : 0);
    }
    (void)wire::peek_request_id(code, payload);
    const auto decoded = wire::decode(code, payload);
    if (!decoded) continue;
    ++accepted;
    REQUIRE(!wire::to_string(*decoded).empty());
    // What was accepted is written in a form that reads the same.
    const auto encoded = wire::encode(*decoded);
    REQUIRE(encoded);
    const auto again = wire::decode(code, byte_view{*encoded}.subspan(8));
    REQUIRE(again);
    if (!(*again == *decoded)) FAIL(wire::to_string(*decoded));
  }
  CHECK(accepted > 1000);
}

TEST_CASE("a golden frame with changed bytes never does more than fail") {
  splitmix random{4242};
  for (const auto& vector : command_vectors()) {
    INFO(vector.name);
    for (int round = 0; round < 100 && !vector.payload().empty(); ++round) {
      std::vector<std::byte> changed(vector.payload().begin(), vector.payload().end());
      for (auto left = 1 + random.below(4); left > 0; --left) {
        changed[random.below(changed.size())] = static_cast<std::byte>(random.below(256));
      }
      (void)wire::peek_request_id(vector.code, changed);
      const auto decoded = wire::decode(vector.code, changed);
      // The views do not look into texts, so they may accept more.
      if (decoded.has_value() && !view_accepts(vector.code, changed)) FAIL("view disagrees");
      if (decoded) CHECK(wire::encode(*decoded));
    }
  }
}
