#include "synchronizer/log_entry.hpp"

#include "pravega_actor/limits.hpp"
#include "support/catch.hpp"
#include "support/text_model.hpp"

using namespace pravega_actor;
using namespace pravega_actor::internal;
using test::bytes_of;

namespace {

std::string text(const result<std::vector<std::byte>>& of) {
  return std::string{as_text(of.value())};
}

std::vector<std::string> parts(const log_entry& of) {
  std::vector<std::string> out;
  for (const auto& each : of.parts)
    out.emplace_back(as_text(each));
  return out;
}

using namespace std::string_literals;

}  // namespace

TEST_CASE("log entry: the bytes are Java's") {
  CHECK(text(encode_initial_entry(as_bytes("state"))) == "\0\0\0\1state"s);
  CHECK(text(encode_update_entry({bytes_of("ab"), bytes_of(""), bytes_of("c")})) ==
        "\0\0\0\2\0\0\0\2ab\0\0\0\0\0\0\0\1c"s);
}

TEST_CASE("log entry: a state may be padded, updates fill their entry") {
  const auto padded = "\0\0\0\1state\0\0\0\0"s;
  const auto initial = decode_log_entry(as_bytes(padded));
  REQUIRE(initial);
  CHECK(initial->is == log_entry::kind::initial);
  CHECK(parts(*initial) == std::vector{"state\0\0\0\0"s});
  const auto three = "\0\0\0\2\0\0\0\2ab\0\0\0\0\0\0\0\1c"s;
  const auto updates = decode_log_entry(as_bytes(three));
  REQUIRE(updates);
  CHECK(updates->is == log_entry::kind::updates);
  CHECK(parts(*updates) == std::vector{"ab"s, ""s, "c"s});
  CHECK(decode_log_entry(as_bytes("\0\0\0\2"s))->parts.empty());
}

TEST_CASE("log entry: what is none is an error") {
  const auto refused = [](const std::string& bytes) {
    return decode_log_entry(as_bytes(bytes)).error().detail();
  };
  CHECK(refused("\0\0\0"s) == "an entry without a kind");
  CHECK(refused("\0\0\0\3abc"s) == "an entry of the unknown kind 3");
  CHECK(refused("\0\0\0\2\0\0"s) == "the length of an update is cut off");
  CHECK(refused("\0\0\0\2\0\0\0\1a\0\0\0\5abcd"s) == "update 1 has 5 bytes of 4");
  CHECK(refused("\0\0\0\2\377\377\377\377"s) == "update 0 has -1 bytes of 0");
}

TEST_CASE("log entry: limits are named") {
  const std::vector<std::byte> large(limits::synchronizer_entry_bytes_max - 3);
  CHECK(encode_initial_entry(large).error() == errc::limit_exceeded);
  CHECK(encode_initial_entry(byte_view{large}.subspan(1)));
  CHECK(encode_update_entry({shared_bytes{large}}).error() == errc::limit_exceeded);
  const std::vector<shared_bytes> many(limits::synchronizer_updates_max + 1);
  CHECK(encode_update_entry(many).error() == errc::limit_exceeded);
  std::vector<std::byte> bytes = *encode_update_entry({many.begin() + 1, many.end()});
  CHECK(decode_log_entry(bytes)->parts.size() == limits::synchronizer_updates_max);
  bytes.resize(bytes.size() + 4);
  CHECK(decode_log_entry(bytes).error() == errc::limit_exceeded);
}
