#include "unit/tidy/style_rules.hpp"

#include <string>

#include "support/catch.hpp"

using namespace pravega_actor::tidy;
using Catch::Contains;

namespace {

constexpr const char* core_file = "libpravega_actor/src/core/a.cpp";
constexpr const char* core_header = "libpravega_actor/src/core/a.hpp";
constexpr const char* public_header = "libpravega_actor/include/pravega_actor/a.hpp";

std::string repeated(std::string_view line, std::size_t times) {
  std::string text;
  for (std::size_t i = 0; i < times; ++i)
    text += line;
  return text;
}

}  // namespace

TEST_CASE("comments and literals are not code") {
  const auto blanked = [](std::string_view text) { return code_only(text); };
  CHECK(blanked("a // b\nc") == "a     \nc");
  CHECK(blanked("a /* b\nb */ c") == "a     \n     c");
  CHECK(blanked("f(\"//x\") + g") == "f(\"   \") + g");
  CHECK(blanked("\"a\\\"b\" + c") == "\"    \" + c");
  CHECK(blanked("'\"' + x + '\"'") == "' ' + x + ' '");
  CHECK(blanked("1'000 + 'a'") == "1'000 + ' '");
  CHECK(blanked("R\"(a \" b)\" + c") == "R\"       \" + c");
  CHECK(blanked("R\"x(a )\" b)x\" c") == "R\"          \" c");
  CHECK(blanked("\"open\nc") == "\"    \nc");
}

TEST_CASE("words are whole words") {
  CHECK(has_word("a TODO b", "TODO"));
  CHECK(has_word("(TODO)", "TODO"));
  CHECK_FALSE(has_word("TODOS", "TODO"));
  CHECK_FALSE(has_word("xTODO", "TODO"));
  CHECK(has_word("xTODO TODO", "TODO"));
}

TEST_CASE("format: what passes") {
  const source_file good{core_file, "int a;\n" + std::string(96, 'x') + "\n"};
  CHECK(check_format(good).empty());
  CHECK(check_format({core_file, "// clang-format off\n" + std::string(97, 'x') +
                                     "\n// clang-format on\n"})
            .empty());
  CHECK(check_format({core_file, repeated("x\n", 400)}).empty());
  CHECK(check_format({"docs/a.md", std::string(200, 'x')}).empty());
  CHECK(check_format({core_file, repeated("\xC3\xA4", 96) + "\n"}).empty());
}

TEST_CASE("format: what is caught") {
  const auto caught = [](const std::string& text) {
    return to_string(check_format({core_file, text}));
  };
  CHECK_THAT(caught("\n" + std::string(97, 'x') + "\n"), Contains("a.cpp:2: more than 96"));
  CHECK_THAT(caught("a\tb\n"), Contains("a tab"));
  CHECK_THAT(caught("a \n"), Contains("a blank at the line's end"));
  CHECK_THAT(caught("a\r\n"), Contains("a blank at the line's end"));
  CHECK_THAT(caught("a"), Contains("does not end with one line end"));
  CHECK_THAT(caught("a\n\n"), Contains("does not end with one line end"));
  CHECK_THAT(caught(repeated("x\n", 401)), Contains("more than 400 lines"));
  CHECK_THAT(caught("// clang-format off\n"), Contains("not switched on again"));
}

TEST_CASE("headers: what passes") {
  CHECK(check_header({core_header, "#pragma once\nusing std::string;\n"}).empty());
  CHECK(check_header({public_header, "// What it is.\n#pragma once\n"}).empty());
  CHECK(check_header({core_header, "#pragma once\n#define PRAVEGA_ACTOR_A(x) x\n"}).empty());
  CHECK(check_header({core_header, "#pragma once\n#define X(a) a\n#undef X\n"}).empty());
  CHECK(check_header({core_header, "#pragma once\n// using namespace std\n"}).empty());
  CHECK(check_header({core_file, "using namespace std;\n"}).empty());
  constexpr const char* internals = "#pragma once\nusing namespace internal;\n";
  CHECK(check_header({"tests/support/a.hpp", internals}).empty());
  CHECK_FALSE(check_header({core_header, internals}).empty());
}

TEST_CASE("headers: what is caught") {
  const auto caught = [](const std::string& path, const std::string& text) {
    return to_string(check_header({path, text}));
  };
  CHECK_THAT(caught(core_header, "int a;\n"), Contains("lacks #pragma once"));
  CHECK_THAT(caught(core_header, "// #pragma once\n"), Contains("lacks #pragma once"));
  CHECK_THAT(caught(public_header, "#pragma once\n"), Contains("begins with a comment"));
  CHECK_THAT(caught(core_header, "#pragma once\nusing namespace std;\n"),
             Contains("a.hpp:2: using namespace"));
  CHECK_THAT(caught(core_header, "#pragma once\n#define SIZE 3\n"), Contains("the macro SIZE"));
}

TEST_CASE("unfinished work is caught in every text file") {
  const auto caught = [](const std::string& path, const std::string& text) {
    return to_string(check_unfinished({path, text}));
  };
  CHECK_THAT(caught("docs/a.md", "\nTODO: more\n"), Contains("docs/a.md:2: \"TODO\""));
  CHECK_THAT(caught(core_file, "// FIXME\n"), Contains("FIXME"));
  CHECK_THAT(caught(core_file, "// good enough for now\n"), Contains("for now"));
  CHECK_THAT(caught("tools/a.py", "# not implemented\n"), Contains("not implemented"));
  CHECK(caught(core_file, "// the method todo_list\n").empty());
}

TEST_CASE("names of tests that ctest cannot call are caught") {
  const auto caught = [](const std::string& text) {
    return to_string(check_test_names({"tests/unit/core/a_test.cpp", text}));
  };
  CHECK(caught("TEST_CASE(\"one, two\", \"[core]\") {}\n").empty());
  CHECK_THAT(caught("\nTEST_CASE_METHOD(world,\n    \"one; two\") {}\n"),
             Contains("a_test.cpp:3: the test \"one; two\""));
  CHECK_THAT(caught("TEST_CASE(\"one [two]\") {}\n"), Contains("one [two]"));
}

TEST_CASE("clocks, threads and entropy are caught below the ports only") {
  const auto caught = [](const std::string& path, const std::string& text) {
    return to_string(check_determinism({path, text}));
  };
  for (const std::string text :
       {"std::thread t;\n", "auto n = std::chrono::steady_clock::now();\n",
        "std::chrono::system_clock::time_point t;\n", "std::random_device d;\n",
        "std::this_thread::sleep_for(x);\n", "std::mt19937 g;\n"}) {
    CAPTURE(text);
    CHECK_THAT(caught(core_file, text), Contains("stands below the ports"));
    CHECK_THAT(caught("libpravega_sandbox/src/store/a.cpp", text), Contains("below the ports"));
    CHECK(caught("libpravega_actor/src/transport/a.cpp", text).empty());
    CHECK(caught("libpravega_actor/src/grpc_port/a.cpp", text).empty());
    CHECK(caught("libpravega_sandbox/src/server/a.cpp", text).empty());
    CHECK(caught("tests/unit/core/a.cpp", text).empty());
    CHECK(caught("tools/a.cpp", text).empty());
    CHECK(caught(core_file, "// " + text).empty());
  }
  const std::string own_clock = "auto n = clock_type::now();\n";
  CHECK_THAT(caught(core_file, own_clock), Contains("clock_type::now"));
  CHECK(caught(core_file, "#include \"core/rendezvous.hpp\"\n" + own_clock).empty());
  CHECK(caught(core_file, "using clock_type = std::chrono::steady_clock;\n").empty());
}

TEST_CASE("throwing, aborting and printing are caught in the library only") {
  const auto caught = [](const std::string& path, const std::string& text) {
    return to_string(check_errors_are_values({path, text}));
  };
  for (const std::string text :
       {"throw x;\n", "std::abort();\n", "std::cout << 1;\n", "printf(\"x\");\n"}) {
    CHECK_THAT(caught(core_file, text), Contains("stands in the library"));
    CHECK(caught("tools/a.cpp", text).empty());
  }
  CHECK(caught(core_file, "// may throw\nconst char* s = \"throw\";\n").empty());
  CHECK(caught(core_file, "void f() noexcept;\nint snprintf_like;\n").empty());
}

TEST_CASE("functions: lengths are counted from the head to the last brace") {
  const auto body = [](std::size_t lines) { return repeated("  x();\n", lines); };
  const auto caught = [](const std::string& text) {
    return to_string(check_function_length({core_file, text}));
  };
  CHECK(caught("void f() {\n" + body(58) + "}\n").empty());
  CHECK_THAT(caught("int a;\nvoid f() {\n" + body(59) + "}\n"),
             Contains("a.cpp:2: the function has more than 60 lines"));
  CHECK_THAT(caught("namespace n {\nstruct s {\nint f(int a,\n  int b) const {\n" + body(58) +
                    "}\n};\n}\n"),
             Contains("a.cpp:3:"));
  CHECK(caught("namespace n {\n" + repeated("int f() {\n}\n", 50) + "}\n").empty());
  CHECK(caught("struct s {\n" + repeated("int a{1};\n", 90) + "};\n").empty());
  CHECK(caught("const table t = {\n" + repeated("{1, f(2)},\n", 90) + "};\n").empty());
  CHECK(caught("#define F(x) \\\n  if (x) { \\\n\nvoid f() {\n}\n" + body(90)).empty());
  CHECK_THAT(caught("void f() {\n  if (a) {\n" + body(30) + "  }\n  const auto g = [] {\n" +
                    body(30) + "  };\n}\n"),
             Contains("a.cpp:1:"));
}
