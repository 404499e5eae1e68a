#include "core/printable_text.hpp"

#include "support/catch.hpp"

using namespace pravega_actor;
using namespace pravega_actor::internal;

TEST_CASE("a printable line does nothing to a terminal and is one line") {
  constexpr std::size_t most = 600;
  CHECK(printable_line("scope/stream µs ● 語", most) == "scope/stream µs ● 語");
  CHECK(printable_line("\x1b[31mred\a", most) == "\\x1b[31mred\\x07");
  CHECK(printable_line("one\ntwo\rthree\t", most) == "one\\ntwo\\rthree\\t");
  CHECK(printable_line("\xC2\x9B[2J", most) == "\\xc2\\x9b[2J");
  CHECK(printable_line("\xC0\x8A", most) == "\\xc0\\x8a");
  CHECK(printable_lines("one\ntwo\x1b") == "one\ntwo\\x1b");
}

TEST_CASE("a printable line is cut between characters, and says so") {
  CHECK(printable_line("äöü", 6) == "äöü");
  CHECK(printable_line("äöü", 3) == "ä ... (4 bytes more)");
}

TEST_CASE("bytes of a character of UTF-8") {
  CHECK(character_bytes("") == 0);
  CHECK(character_bytes("a") == 1);
  CHECK(character_bytes("語") == 3);
  CHECK(character_bytes("\xC3") == 0);
  CHECK(is_utf8("scope 語"));
  CHECK_FALSE(is_utf8("scope \xFF"));
}
