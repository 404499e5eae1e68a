#include "grpc_port/messages.hpp"

#include <grpcpp/support/slice.h>

#include <array>
#include <string>

#include "support/catch.hpp"

using namespace pravega_actor;
using namespace pravega_actor::internal;

namespace {

grpc::ByteBuffer raw(const std::string& bytes) {
  const grpc::Slice slice{bytes};
  return {&slice, 1};
}

/// The bytes in slices of one byte each, as a peer may send them.
grpc::ByteBuffer in_pieces(const std::string& bytes) {
  std::vector<grpc::Slice> slices;
  for (const char each : bytes)
    slices.emplace_back(&each, 1);
  return {slices.data(), slices.size()};
}

pb::ScopesResponse page(int names) {
  pb::ScopesResponse made;
  for (int i = 0; i < names; ++i)
    made.add_scopes("scope-" + std::to_string(i));
  made.mutable_continuationtoken()->set_token("more");
  return made;
}

constexpr std::array three_names{list_limit{{1}, false, 3, "names_max"}};

}  // namespace

TEST_CASE("messages: bytes go there and back, in however many pieces") {
  const auto sent = page(2);
  pb::ScopesResponse whole;
  REQUIRE(parse(bytes_of(sent), whole, {}));
  CHECK(whole.SerializeAsString() == sent.SerializeAsString());
  pb::ScopesResponse pieces;
  REQUIRE(parse(in_pieces(sent.SerializeAsString()), pieces, three_names));
  CHECK(pieces.SerializeAsString() == sent.SerializeAsString());
}

TEST_CASE("messages: an empty message is one, no message is none") {
  pb::ScopesResponse into;
  CHECK(parse(bytes_of(pb::ScopesResponse{}), into, three_names));
  CHECK(parse(grpc::ByteBuffer{}, into, three_names).error() == errc::protocol_violation);
}

TEST_CASE("messages: bytes that are cut are refused") {
  const auto bytes = page(2).SerializeAsString();
  pb::ScopesResponse into;
  CHECK(parse(raw(bytes.substr(0, bytes.size() - 1)), into, three_names).error() ==
        errc::protocol_violation);
  CHECK(parse(raw("\xFF\xFF\xFF"), into, three_names).error() == errc::protocol_violation);
}

TEST_CASE("messages: a list has its limit") {
  pb::ScopesResponse into;
  CHECK(parse(bytes_of(page(3)), into, three_names));
  const auto over = parse(bytes_of(page(4)), into, three_names);
  REQUIRE_FALSE(over);
  CHECK(over.error() == errc::limit_exceeded);
  CHECK(over.error().detail() == "4 entries in the reply, above 3 (names_max)");
}

TEST_CASE("messages: lists inside the entries of another list count together") {
  pb::SuccessorResponse made;
  for (int i = 0; i < 2; ++i) {
    auto& entry = *made.add_segments();
    entry.add_value(1);
    entry.add_value(2);
  }
  constexpr std::array four{list_limit{{1, 2}, true, 4, "numbers_max"}};
  constexpr std::array three{list_limit{{1, 2}, true, 3, "numbers_max"}};
  constexpr std::array one_entry{list_limit{{1}, false, 1, "entries_max"}};
  pb::SuccessorResponse into;
  CHECK(parse(bytes_of(made), into, four));
  CHECK(parse(bytes_of(made), into, three).error() == errc::limit_exceeded);
  CHECK(parse(bytes_of(made), into, one_entry).error() == errc::limit_exceeded);
}

TEST_CASE("messages: numbers of a list count, packed or one by one") {
  // Two fields of a successor, of which the second is a list of numbers.
  const std::string packed{"\x0a\x05\x12\x03\x01\x02\x03", 7};
  const std::string single{"\x0a\x06\x10\x01\x10\x02\x10\x03", 8};
  constexpr std::array three{list_limit{{1, 2}, true, 3, "numbers_max"}};
  constexpr std::array two{list_limit{{1, 2}, true, 2, "numbers_max"}};
  pb::SuccessorResponse into;
  for (const auto& bytes : {packed, single}) {
    CHECK(parse(raw(bytes), into, three));
    const auto over = parse(raw(bytes), into, two);
    REQUIRE_FALSE(over);
    CHECK(over.error() == errc::limit_exceeded);
  }
}
