#include "unit/tidy/namespace_rules.hpp"

#include "support/catch.hpp"

using namespace pravega_actor::tidy;
using Catch::Contains;

namespace {

constexpr const char* source = "libpravega_actor/src/core/a.cpp";
constexpr const char* header = "libpravega_actor/src/core/a.hpp";
constexpr const char* public_header = "libpravega_actor/include/pravega_actor/a.hpp";

const type_names known{"client", "error"};

std::string types(const char* path, const std::string& text) {
  return to_string(check_internal_types({path, text}, known));
}

std::string shown(const std::string& text, const char* path = public_header) {
  return to_string(check_hidden_internals({path, text}));
}

std::string in(const char* space, const std::string& text) {
  return std::string{"namespace "}.append(space).append(" {\n").append(text).append("\n}\n");
}

}  // namespace

TEST_CASE("the public types are those of the public headers, without internals") {
  const std::string text = R"(namespace PRAVEGA_ACTOR_API pravega_actor {
namespace internal {
class client_core;
}
class client {
 public:
  struct guard;
};
enum class level : int { low };
template <class T>
struct [[nodiscard]] held {};
template <class T>
class result<T*> {};
using ticket = int;
using other::name;
using namespace other;
struct list make();
namespace limits { struct range {}; }
}
)";
  const type_names expected{"client", "level", "held", "result", "ticket", "range"};
  CHECK(public_types_of({{public_header, text}, {header, in("a", "struct b;")}}) == expected);
}

TEST_CASE("a type outside the namespace of internals is found") {
  for (const auto* declaration :
       {"class log {};", "struct log;", "enum class log : int { a };", "using log = int;",
        "template <class T>\nstruct log {};", "struct log final : base {};"}) {
    CAPTURE(declaration);
    CHECK_THAT(types(source, in("pravega_actor", declaration)),
               Contains("a.cpp:2: log is internal"));
    CHECK_THAT(types(header, in("pravega_actor::wire", declaration)),
               Contains("a.hpp:2: log is internal"));
    CHECK_THAT(types(source, declaration), Contains("a.cpp:1: log is internal"));
    CHECK(types(source, in("pravega_actor::internal", declaration)).empty());
    CHECK(types(source, in("pravega_actor::internal::wire", declaration)).empty());
    CHECK(types(source, in("pravega_actor", in("internal", declaration))).empty());
  }
}

TEST_CASE("a source file defines parts of public types and has helpers of its own") {
  CHECK(types(source, in("pravega_actor", "struct client::guard {\n  struct held {};\n};"))
            .empty());
  CHECK(types(source, in("pravega_actor", in("", "struct helper {};"))).empty());
  CHECK(types(source, in("pravega_actor", "void f() {\n  struct local {};\n}")).empty());
  CHECK(types(source, in("pravega_actor", "using namespace internal;")).empty());
  CHECK(types(source, in("grpc", "class Status;")).empty());
  CHECK(
      types("libpravega_sandbox/src/store/a.cpp", in("pravega_sandbox", "struct a;")).empty());
}

TEST_CASE("a header of internals declares nothing outside their namespace") {
  CHECK_THAT(types(header, in("pravega_actor", "void f();")),
             Contains("a.hpp:2: a declaration outside pravega_actor::internal"));
  CHECK_THAT(types(header, in("pravega_actor", "inline int f() { return 1; }")),
             Contains("a declaration outside"));
  CHECK_THAT(types(header, in("pravega_actor", "class client;")), Contains("a.hpp:2"));
  CHECK(types(header, in("pravega_actor", "template <>\ninline constexpr int a<b> = 1;"))
            .empty());
  CHECK(types(header, in("pravega_actor::internal", "void f();")).empty());
}

TEST_CASE("a public header names internals in private sections only") {
  CHECK(shown("class a {\n private:\n  internal::b* b_;\n};\n").empty());
  CHECK(shown("class a {\n  friend class internal::b;\n public:\n  int c();\n};\n").empty());
  CHECK(shown("class a {\n private:\n  struct d { internal::b* b; };\n};\n").empty());
  CHECK(shown("class a {\n public:\n  my_internal::b* c();\n};\n").empty());
  CHECK_THAT(shown("class a {\n public:\n  internal::b& c();\n};\n"),
             Contains("a.hpp:3: a public header shows an internal"));
  CHECK_THAT(shown("struct a {\n  internal::b* c;\n};\n"), Contains("a.hpp:2"));
  CHECK_THAT(shown("class a {\n private:\n  int b;\n public:\n  void c(internal::d);\n};\n"),
             Contains("a.hpp:5"));
  CHECK_THAT(shown("class a : public internal::b {};\n"), Contains("a.hpp:1"));
  CHECK_THAT(shown("pravega_actor::internal::b c();\n",
                   "libpravega_sandbox/include/pravega_sandbox/a.hpp"),
             Contains("a.hpp:1"));
}

TEST_CASE("a public header only forward-declares internals") {
  CHECK(shown(in("internal", "class b;\nstruct c;")).empty());
  for (const auto* declaration : {"class b {};", "int c();", "using d = int;", "int e = 1;"}) {
    CAPTURE(declaration);
    CHECK_THAT(shown(in("internal", declaration)), Contains("only forward-declares internals"));
  }
}

TEST_CASE("examples need no internals") {
  CHECK_THAT(shown("auto a = internal::b();\n", "examples/a.cpp"),
             Contains("examples/a.cpp:1: an example names an internal"));
  CHECK(shown("auto a = internal::b();\n", "tools/a.cpp").empty());
  CHECK(shown("// internal::b\nconst auto a = errc::internal_error;\n", "examples/a.cpp")
            .empty());
}
