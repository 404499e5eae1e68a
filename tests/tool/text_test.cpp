// Text of others, and JSON as text.
#include <algorithm>
#include <sstream>

#include "common/command_parser.hpp"
#include "common/help_text.hpp"
#include "common/json_text.hpp"
#include "common/option_table.hpp"
#include "common/owed.hpp"
#include "common/report.hpp"
#include "common/safe_text.hpp"
#include "support/catch.hpp"

using namespace pravega_actor;
using namespace pravega_actor::tool;

TEST_CASE("what acts on a terminal is escaped", "[safe_text]") {
  CHECK(shown("scope/stream µs ● 語") == "scope/stream µs ● 語");
  CHECK(shown("\x1b[31mred\a") == "\\x1b[31mred\\x07");
  CHECK(shown("one\ntwo\rthree\t") == "one\\ntwo\\rthree\\t");
  // C1 controls and marks that turn the direction of writing are characters of UTF-8.
  CHECK(shown("\xC2\x9B[2J") == "\\xc2\\x9b[2J");
  CHECK(shown("a\u202Eb\u2028c") == "a\\xe2\\x80\\xaeb\\xe2\\x80\\xa8c");
  // Not UTF-8: cut short, overlong, half of a pair, too large.
  CHECK(shown("\xC3") == "\\xc3");
  CHECK(shown("\xC0\x8A") == "\\xc0\\x8a");
  CHECK(shown("\xED\xA0\x80") == "\\xed\\xa0\\x80");
  CHECK(shown("\xF4\x90\x80\x80") == "\\xf4\\x90\\x80\\x80");
  CHECK(shown_lines("one\ntwo\x1b") == "one\ntwo\\x1b");
}

TEST_CASE("a long text is cut between characters, and says so", "[safe_text]") {
  CHECK(shown(std::string(600, 'x')) == std::string(600, 'x'));
  CHECK(shown("äöü", 3) == "ä ... (4 bytes more)");
  CHECK(shown(std::string(60'000, '\n')).size() < 1300);
}

TEST_CASE("an error of a peer stays three lines", "[report]") {
  const auto reason = error{errc::controller_failure, "no\nerror: all is well\x1b[2J"}
                          .with_subject("a\nb")
                          .with_controller("host:1\r");
  const auto text = error_lines(reason, false);
  CHECK(std::count(text.begin(), text.end(), '\n') == 3);
  CHECK(text.find('\x1b') == std::string::npos);
  CHECK(error_lines(reason, true).find("\x1b[1;31merror: \x1b[0m") == 0);
}

TEST_CASE("JSON is written as its readers expect it", "[json_text]") {
  json_object inner;
  inner.add("a", std::uint64_t{18'446'744'073'709'551'615U}).add("b", -1).add_null("c");
  json_object all;
  all.add("text", "q\" b\\ n\n e\x1b \xFF µ")
      .add("yes", true)
      .add("whole", 2.0)
      .add("part", 0.1)
      .add("large", 1e300)
      .add("none", 0.0 / 1.0)
      .add("names", std::vector<std::string>{"x", "y"})
      .add("inner", inner)
      .add("list", json_array{}.add(inner).add("z"))
      .add(json_object{}.add("last", 1));
  CHECK(all.text() ==
        "{\"text\":\"q\\\" b\\\\ n\\n e\\u001b \xEF\xBF\xBD µ\",\"yes\":true,\"whole\":2.0,"
        "\"part\":0.1,\"large\":1e+300,\"none\":0.0,\"names\":[\"x\",\"y\"],"
        "\"inner\":{\"a\":18446744073709551615,\"b\":-1,\"c\":null},"
        "\"list\":[{\"a\":18446744073709551615,\"b\":-1,\"c\":null},\"z\"],\"last\":1}");
  CHECK(json_object{}.text() == "{}");
  CHECK(json_array{}.text() == "[]");
}

TEST_CASE("lines of an error are broken between words", "[report]") {
  const auto reason =
      error{errc::controller_failure, "one two three four five six seven"}.with_controller(
          "host:1");
  const auto text = error_lines(reason, false, 40);
  std::istringstream lines{text};
  for (std::string line; std::getline(lines, line);) {
    CHECK(columns_of(line) <= 40);
    CHECK((line.starts_with("error: ") || line.starts_with("where: ") ||
           line.starts_with("hint:  ") || line.starts_with("       ")));
  }
  auto joined = text;
  for (auto at = joined.find("\n       "); at != std::string::npos;
       at = joined.find("\n       "))
    joined.replace(at, 8, " ");
  CHECK(joined == error_lines(reason, false));
  CHECK(joined != text);
}

TEST_CASE("text is folded between words", "[styled_line]") {
  CHECK(folded("one two three", 0, 2) == "one two three");
  CHECK(folded("one two three", 13, 2) == "one two three");
  CHECK(folded("one two three", 9, 2) == "one two\n  three");
  CHECK(folded("  one  two three", 12, 7) == "  one  two\n       three");
  CHECK(folded("longer-than-that x", 4, 1) == "longer-than-that\n x");
  CHECK(folded("µµµ µµµ", 7, 0) == "µµµ µµµ");
}

TEST_CASE("a line in parts is cut, escaped and coloured", "[styled_line]") {
  const auto line =
      styled_line{"a "}.add(tone::good, "good").add(tone::plain, "").add(tone::bad, "\x1b[");
  CHECK(line.text() == "a good\x1b[");
  CHECK(line.shown(80, false) == "a good\\x1b[");
  CHECK(line.shown(80, true) == "a \x1b[32mgood\x1b[0m\x1b[31m\\x1b[\x1b[0m");
  CHECK(line.shown(5, false) == "a go…");
  CHECK(line.shown(5, true) == "a \x1b[32mgo\x1b[0m…");
  CHECK(line.shown(1, true) == "…");
  CHECK(styled_line{"µµ"}.shown(2, false) == "µµ");
  CHECK(styled_line{}.shown(0, true).empty());
}

TEST_CASE("help fits a terminal", "[help_text]") {
  const std::string column(help_column, ' ');
  const std::string words = "word word word word word word word word word word word word";
  CHECK(fitted_help("\n\nUsage: x\n\n\n  --a" + std::string(help_column - 5, ' ') + words +
                    "\n") == "Usage: x\n\n  --a" + std::string(help_column - 5, ' ') +
                                 words.substr(0, 49) + "\n" + column + words.substr(50) + "\n");
  CHECK(fitted_help("short\nlines\n") == "short\nlines\n");
  CHECK(fitted_help(words + " " + words + "\nend\n") ==
        (words + " " + words).substr(0, 79) + "\n" + (words + " " + words).substr(80) +
            " end\n");
  // A table of its own keeps its column, and a default stays whole.
  CHECK(fitted_help("  name, x  " + words + " word word word\n           more\n") ==
        "  name, x  " + words + " word word\n           word more\n");
  CHECK(fitted_help("  --a" + std::string(help_column - 5, ' ') + words.substr(0, 44) +
                    " (default: 0)\n") == "  --a" + std::string(help_column - 5, ' ') +
                                              words.substr(0, 44) + "\n" + column +
                                              "(default: 0)\n");
  CHECK(fitted_help("  --set" + std::string(help_column - 7, ' ') + "`pravega-actor config` " +
                    words + "\n")
            .find("\n" + column) != std::string::npos);
  const auto example = "  pravega-actor " + words + " " + words + "\n";
  CHECK(fitted_help(example) == example);
}

TEST_CASE("an option excludes each of the options that it names", "[option_table]") {
  verb_row root;
  auto& verb = root.add_action("read", "Read");
  bool values[3] = {};
  verb.add("--first", values[0], "One");
  verb.add("--second", values[1], "Another");
  verb.add("--third", values[2], "Neither").excludes("--first").excludes("--second");
  verb.run = [] { return result<exit_code>{exit_code::ok}; };
  const auto parse = [&](std::vector<const char*> words) {
    words.insert(words.begin(), {"tool", "read"});
    return parse_command_line(root, static_cast<int>(words.size()), words.data());
  };
  CHECK(parse({"--third"}).verb != nullptr);
  CHECK(parse({"--first", "--second"}).verb != nullptr);
  for (const auto* other : {"--first", "--second"}) {
    const auto refused = parse({"--third", other});
    CHECK(refused.verb == nullptr);
    CHECK_THAT(refused.err, Catch::Contains("excludes") && Catch::Contains(other));
  }
}

TEST_CASE("figures for people are short", "[report]") {
  CHECK(rounded(12) == "12");
  CHECK(rounded(999.6) == "1 k");
  CHECK(rounded(999'999) == "1 M");
  CHECK(rounded(1'820'000'000) == "1.82 G");
  CHECK(rounded(2'260'000) == "2.26 M");
  CHECK(duration_text(1234) == "1.2 ms");
  CHECK(duration_text(35) == "35 µs");
}

TEST_CASE("what a server owes names it", "[owed]") {
  writer_status writer;
  writer.segments.push_back({"s/t/0.#epoch.0", true, "host:1", 3, 1});
  writer.segments.push_back({"s/t/1.#epoch.0", false, "", 0, 0});
  const auto text = owed_text(writer, seconds{5}, 120'000);
  CHECK(text.find("host:1 owes 3 of s/t/0.#epoch.0 (1 blocks)") != std::string::npos);
  CHECK(text.find("no answer for 5 s") != std::string::npos);
  writer.last_failure = "refused\x1b";
  CHECK(owed_text(writer, seconds{5}, 120'000).find("refused\\x1b; at most 115 s more") !=
        std::string::npos);
}
