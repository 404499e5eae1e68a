// The tool's parts that are plain functions and values.
#include <fmt/format.h>
#include <unistd.h>

#include <cstdio>
#include <fstream>
#include <nlohmann/json.hpp>
#include <set>
#include <thread>

#include "common/event_format.hpp"
#include "common/exit_codes.hpp"
#include "common/histogram.hpp"
#include "common/key_rule.hpp"
#include "common/line_input.hpp"
#include "common/payload.hpp"
#include "common/report.hpp"
#include "common/terminal.hpp"
#include "demo/demo_file.hpp"
#include "pravega_actor/error.hpp"
#include "support/catch.hpp"

using namespace pravega_actor;
using namespace pravega_actor::tool;

namespace {

std::optional<std::string> key_of(const key_options& options, std::string_view line) {
  auto rule = key_rule::make(options);
  REQUIRE(rule);
  const auto key = rule->key_of(line);
  return key ? std::optional<std::string>{*key} : std::nullopt;
}

std::optional<std::string> by_field(int field, std::string_view line,
                                    const std::string& delimiter = "") {
  key_options options;
  options.field = field;
  options.delimiter = delimiter;
  return key_of(options, line);
}

std::optional<std::string> by_regex(const std::string& regex, std::string_view line) {
  key_options options;
  options.regex = regex;
  return key_of(options, line);
}

/// A pipe with some bytes in it, closed at its other end.
class filled_pipe {
 public:
  explicit filled_pipe(std::string bytes) {
    REQUIRE(::pipe(ends_) == 0);
    writer_ = std::thread{[to = ends_[1], bytes = std::move(bytes)] {
      std::string_view rest{bytes};
      while (!rest.empty()) {
        const auto written = ::write(to, rest.data(), rest.size());
        if (written <= 0) break;
        rest.remove_prefix(static_cast<std::size_t>(written));
      }
      ::close(to);
    }};
  }
  ~filled_pipe() {
    ::close(ends_[0]);
    writer_.join();
  }
  filled_pipe(const filled_pipe&) = delete;
  filled_pipe& operator=(const filled_pipe&) = delete;
  [[nodiscard]] int descriptor() const { return ends_[0]; }

 private:
  int ends_[2] = {-1, -1};
  std::thread writer_;
};

std::vector<std::string> lines_in(const std::string& bytes) {
  filled_pipe pipe{bytes};
  line_input input{pipe.descriptor()};
  std::vector<std::string> lines;
  for (;;) {
    auto line = input.next();
    REQUIRE(line);
    if (!*line) break;
    lines.emplace_back(**line);
  }
  CHECK(input.lines() == lines.size());
  CHECK(input.bytes() == bytes.size());
  return lines;
}

/// A file that is gone at the end.
class temporary_file {
 public:
  explicit temporary_file(const std::string& text) {
    const int descriptor = ::mkstemp(path_);
    REQUIRE(descriptor >= 0);
    ::close(descriptor);
    std::ofstream{path_} << text;
  }
  ~temporary_file() { std::remove(path_); }
  temporary_file(const temporary_file&) = delete;
  temporary_file& operator=(const temporary_file&) = delete;
  [[nodiscard]] std::string path() const { return path_; }

 private:
  char path_[32] = "/tmp/unit_tool_XXXXXX";
};

}  // namespace

TEST_CASE("tool: exit codes tell causes apart") {
  const std::set<int> all{
      static_cast<int>(exit_code_of(errc::invalid_configuration)),
      static_cast<int>(exit_code_of(errc::controller_unreachable)),
      static_cast<int>(exit_code_of(errc::stream_not_found)),
      static_cast<int>(exit_code_of(errc::invalid_name)),
      static_cast<int>(exit_code_of(errc::deadline_exceeded)),
      static_cast<int>(exit_code_of(errc::outcome_unknown)),
      static_cast<int>(exit_code_of(errc::io_error)),
      static_cast<int>(exit_code_of(errc::internal_error)),
      static_cast<int>(exit_code_of(errc::cancelled)),
  };
  CHECK(all == std::set<int>{3, 4, 5, 6, 7, 8, 9, 70, 130});
#define X(name, retriable, fatal, sentence, advice)    \
  CHECK(exit_code_of(errc::name) != exit_code::ok);    \
  CHECK(exit_code_of(errc::name) != exit_code::usage); \
  CHECK(exit_code_of(errc::name) != exit_code::check_failed);
  PRAVEGA_ACTOR_ERRORS(X)
#undef X
  CHECK(exit_code_lines().find("    5  the scope, stream") != std::string::npos);
}

TEST_CASE("tool: a deadline of a server means that it does not answer") {
  const error late{errc::deadline_exceeded};
  CHECK(exit_code_of(late.with_stage(stage::controller_call)) == exit_code::unreachable);
  CHECK(exit_code_of(late.with_stage(stage::segment_request)) == exit_code::unreachable);
  CHECK(exit_code_of(late.with_stage(stage::flush)) == exit_code::deadline);
  CHECK(exit_code_of(late) == exit_code::deadline);
  CHECK(exit_code_of(error{errc::invalid_name}.with_stage(stage::connect)) ==
        exit_code::refused);
}

TEST_CASE("tool: keys by field") {
  CHECK(by_field(1, "a b c") == "a");
  CHECK(by_field(3, "a b c") == "c");
  CHECK(by_field(4, "a b c") == std::nullopt);
  CHECK(by_field(2, "  a \t b  ") == "b");
  CHECK(by_field(3, "  a \t b  ") == std::nullopt);
  CHECK(by_field(1, "") == std::nullopt);
  CHECK(by_field(2, "a,,c", ",") == "");
  CHECK(by_field(3, "a,,c", ",") == "c");
  CHECK(by_field(4, "a,,c", ",") == std::nullopt);
  CHECK(by_field(2, "a\tb c\td", "\\t") == "b c");
  CHECK(by_field(2, "a::b::c", "::") == "b");
}

TEST_CASE("tool: keys by expression") {
  CHECK(by_regex("id=([0-9]+)", "x id=42 y") == "42");
  CHECK(by_regex("[0-9]+", "x id=42 y") == "42");
  CHECK(by_regex("id=([0-9]+)", "nothing") == std::nullopt);
  CHECK(by_regex("a(b)?c", "ac") == std::nullopt);
  CHECK(by_regex("^(.)", "äx") == "ä");
  CHECK(by_regex("k(.+)z", std::string(1 << 20, 'a') + "kEYz") == "EY");
  key_options wrong;
  wrong.regex = "(";
  const auto rule = key_rule::make(wrong);
  REQUIRE_FALSE(rule);
  CHECK(rule.error() == errc::invalid_argument);
  CHECK(key_of({}, "no rule") == std::nullopt);
}

TEST_CASE("tool: lines of an input") {
  CHECK(lines_in("").empty());
  CHECK(lines_in("\n") == std::vector<std::string>{""});
  CHECK(lines_in("a\nb") == std::vector<std::string>{"a", "b"});
  CHECK(lines_in("a\n\nb\r\n") == std::vector<std::string>{"a", "", "b\r"});
  CHECK(lines_in(std::string("a\0b\nc", 5)) ==
        std::vector<std::string>{std::string("a\0b", 3), "c"});
  std::string many;
  std::vector<std::string> expected;
  for (int i = 0; i < 100'000; ++i) {
    expected.push_back(std::string(static_cast<std::size_t>(i % 50), 'x') + std::to_string(i));
    many += expected.back() + "\n";
  }
  CHECK(lines_in(many) == expected);
}

TEST_CASE("tool: lines at and above the limit") {
  const std::string longest(limits::event_payload_bytes_max, 'a');
  CHECK(lines_in("x\n" + longest + "\ny\n") == std::vector<std::string>{"x", longest, "y"});
  CHECK(lines_in(longest) == std::vector<std::string>{longest});
  for (const auto* end : {"", "\n", "\nmore\n"}) {
    filled_pipe pipe{"x\n" + longest + "a" + end};
    line_input input{pipe.descriptor()};
    REQUIRE(input.next());
    const auto failed = input.next();
    REQUIRE_FALSE(failed);
    CHECK(failed.error() == errc::event_too_large);
    CHECK(failed.error().detail().find("line 2 ") != std::string::npos);
  }
}

TEST_CASE("tool: quantiles are right to 1/128") {
  histogram seen;
  CHECK(seen.quantile(0.5) == 0);
  for (std::uint64_t i = 1; i <= 100'000; ++i)
    seen.add(i * 1000);
  CHECK(seen.total() == 100'000);
  CHECK(seen.max() == 100'000'000);
  for (const double part : {0.01, 0.5, 0.99, 0.999}) {
    const auto exact = part * 1e8;
    const auto found = static_cast<double>(seen.quantile(part));
    CHECK(found >= exact);
    CHECK(found <= exact * (1.0 + 1.0 / 128));
  }
  CHECK(seen.quantile(1.0) == seen.max());
}

TEST_CASE("tool: a histogram takes every number") {
  histogram seen;
  for (const std::uint64_t value : {std::uint64_t{0}, std::uint64_t{1}, std::uint64_t{127},
                                    std::uint64_t{128}, std::uint64_t{129}, ~std::uint64_t{0}})
    seen.add(value);
  CHECK(seen.quantile(0.01) == 0);
  CHECK(seen.quantile(0.5) == 127);
  CHECK(seen.quantile(1.0) == ~std::uint64_t{0});
  histogram weighted;
  weighted.add(5, 99);
  weighted.add(1000, 1);
  CHECK(weighted.quantile(0.99) == 5);
  CHECK(weighted.quantile(0.995) == 1000);
}

TEST_CASE("tool: numbered payloads") {
  numbered_payload payload{20};
  const auto bytes = payload.of(0x0102030405060708, 0x0A0B0C0D);
  REQUIRE(bytes.size() == 20);
  for (int i = 0; i < 8; ++i)
    CHECK(std::to_integer<int>(bytes[static_cast<std::size_t>(i)]) == i + 1);
  CHECK(std::to_integer<int>(bytes[8]) == 0x0A);
  CHECK(std::to_integer<int>(bytes[11]) == 0x0D);
  CHECK(number_of(bytes) == 0x0102030405060708);
  numbered_payload smallest{8};
  CHECK(number_of(smallest.of(7, 1)) == 7);
  CHECK(routing_keys(3) == std::vector<std::string>{"key-0", "key-1", "key-2"});
}

TEST_CASE("tool: how an event is shown") {
  const segment in{{"s", "t"}, {3, 1}};
  const std::string text = "pay\"load";
  const event_view event{as_bytes(text), 42, &in};
  const auto shown = [&](std::string_view format) {
    auto parsed = event_format::parse(format);
    REQUIRE(parsed);
    std::string out;
    parsed->append(out, event);
    return out;
  };
  CHECK(shown("%e%n") == "pay\"load\n");
  CHECK(shown("[%s|%o|%l]%t%%%0") == std::string("[3.1|42|8]\t%\0", 13));
  CHECK(shown("%p") == "s/t/3.#epoch.1:42-16");
  CHECK(shown("") == "");
  for (const auto* wrong : {"%", "a%", "%x", "%E"})
    CHECK(event_format::parse(wrong).error() == errc::invalid_argument);
  std::string json;
  append_json(json, event);
  CHECK(json == "{\"segment\":\"3.1\",\"offset\":42,\"event\":\"pay\\\"load\"}\n");
  const std::string bytes = "\xff\x00";
  json.clear();
  append_json(json, {as_bytes(bytes), 0, &in});
  CHECK(nlohmann::json::parse(json)["event_base64"] == "/w==");
}

TEST_CASE("tool: numbers for people") {
  CHECK(grouped(0) == "0");
  CHECK(grouped(999) == "999");
  CHECK(grouped(1000) == "1,000");
  CHECK(grouped(1'234'567) == "1,234,567");
  CHECK(with_unit(999) == "999 B");
  CHECK(with_unit(1500) == "1.50 kB");
  CHECK(with_unit(2.5e9) == "2.50 GB");
  CHECK(counted(1, "segment") == "1 segment");
  CHECK(counted(1200, "segment") == "1,200 segments");
  CHECK(bar(0.5, 4).text() == "██░░");
  CHECK(bar(-1, 2).text() == "░░");
  CHECK(bar(7, 2).text() == "██");
}

TEST_CASE("tool: the demo's file and its key") {
  const temporary_file log{"a 1 x\nb 2 x\n\nlast"};
  const auto file = load_demo_file(log.path());
  REQUIRE(file);
  CHECK(file->lines == std::vector<std::string_view>{"a 1 x", "b 2 x", "", "last"});
  CHECK(load_demo_file("/does/not/exist").error() == errc::io_error);
  const temporary_file empty{""};
  CHECK(load_demo_file(empty.path()).error() == errc::invalid_argument);
}

TEST_CASE("tool: the field that groups lines best") {
  std::string text;
  for (int i = 0; i < 100; ++i)
    text += fmt::format("same {} group-{} host\n", i, i % 7);
  const temporary_file log{text};
  const auto file = load_demo_file(log.path());
  REQUIRE(file);
  CHECK(guess_key(*file).field == 3);
  demo_file dpkg{"/var/log/dpkg.log", nullptr, {"2025-01-01 10:00:00 status installed a:b 1"}};
  auto rule = key_rule::make(guess_key(dpkg));
  REQUIRE(rule);
  CHECK(rule->to_string() == "the package");
  CHECK(rule->key_of("2025-01-01 10:00:00 status installed bash:amd64 5.2") == "bash:amd64");
  CHECK(rule->key_of("2025-01-01 10:00:00 upgrade bash:amd64 5.1 5.2") == "bash:amd64");
}
