#include "synchronizer/entry_assembler.hpp"

#include "pravega_actor/limits.hpp"
#include "support/catch.hpp"
#include "wire/hot.hpp"

using namespace pravega_actor;
using namespace pravega_actor::internal;

namespace {

std::string event(std::string_view payload) {
  std::vector<std::byte> header(8);
  wire::encode_event_header(header.data(), payload.size());
  return std::string{as_text(header)}.append(payload);
}

// All entries of the bytes, as "begin-end payload".
std::vector<std::string> cut(const std::string& bytes, std::size_t piece, std::int64_t from) {
  entry_assembler entries{from};
  std::vector<std::string> out;
  for (std::size_t at = 0; at < bytes.size(); at += piece) {
    entries.feed(as_bytes(bytes).subspan(at, std::min(piece, bytes.size() - at)));
    while (const auto next = *entries.next())
      out.push_back(std::to_string(next->begin) + "-" + std::to_string(next->end) + " " +
                    std::string{as_text(next->payload)});
  }
  CHECK(entries.bytes_offset() == from + static_cast<std::int64_t>(bytes.size()));
  return out;
}

}  // namespace

TEST_CASE("entry assembler: entries come out of pieces of any size") {
  const auto bytes = event("one") + event("") + event("three");
  for (std::size_t piece = 1; piece <= bytes.size(); ++piece)
    CHECK(cut(bytes, piece, 100) ==
          std::vector<std::string>{"100-111 one", "111-119 ", "119-132 three"});
}

TEST_CASE("entry assembler: the rest of an entry is missed") {
  entry_assembler entries{7};
  entries.feed(as_bytes(event("one") + event("two").substr(0, 9)));
  CHECK((*entries.next())->end == 18);
  CHECK_FALSE(*entries.next());
  CHECK(entries.entry_offset() == 18);
  CHECK(entries.bytes_offset() == 27);
}

TEST_CASE("entry assembler: what is no entry is an error with its offset") {
  entry_assembler entries{7};
  entries.feed(as_bytes(event("one") + "no header"));
  CHECK(*entries.next());
  CHECK(entries.next().error() == errc::malformed_frame);
  CHECK(entries.next().error().detail() == "there is no entry at offset 18");
  std::vector<std::byte> header(8);
  wire::encode_event_header(header.data(), limits::synchronizer_entry_bytes_max + 1);
  entry_assembler large;
  large.feed(header);
  CHECK(large.next().error() == errc::limit_exceeded);
}
