#include "unit/tidy/handle_rules.hpp"

#include "support/catch.hpp"

using namespace pravega_actor::tidy;
using Catch::Contains;

namespace {

constexpr const char* source = "libpravega_actor/src/core/a.cpp";

std::string found(const std::string& text, const char* path = source,
                  const untyped_handles& exceptions = {}) {
  return to_string(check_handles({{path, text}}, exceptions));
}

}  // namespace

TEST_CASE("typed handles and addresses pass") {
  for (const std::string text :
       {"struct a { caf::actor_addr owner; };\n", "caf::strong_actor_ptr child;\n",
        "caf::actor_system& system();\n", "caf::typed_actor<caf::reacts_to<int>> to;\n",
        "my_caf::actor_slot<reader> slot;\n", "// caf::actor is untyped\n",
        "const char* a = \"caf::actor\";\n", "auto p = caf::actor_cast<caf::actor_addr>(x);\n",
        "auto p = actor_cast<strong_actor_ptr>(x);\n",
        "auto p = caf::actor_cast<\n    caf::weak_actor_ptr>(x);\n",
        "int my_actor_cast = 1;\n"}) {
    CAPTURE(text);
    CHECK(found(text).empty());
  }
}

TEST_CASE("an untyped handle is caught in the library only") {
  for (const std::string text :
       {"struct a {\n  caf::actor to;\n};\n", "\nstd::vector<caf::actor> all;\n",
        "\nvoid f(const caf::actor& to);\n", "\nauto b = caf::actor{self};\n",
        "\nauto b = caf::actor_cast<caf::actor>(x);\n"}) {
    CAPTURE(text);
    CHECK(found(text) == std::string{source} +
                             ":2: an untyped handle: the compiler does not check what is sent "
                             "to it\n");
    CHECK_THAT(found(text, "libpravega_actor/include/pravega_actor/a.hpp"),
               Contains("a.hpp:2: an untyped handle"));
    CHECK(found(text, "tests/unit/core/a.cpp").empty());
    CHECK(found(text, "examples/a.cpp").empty());
    CHECK(found(text, "libpravega_sandbox/src/store/a.cpp").empty());
  }
}

TEST_CASE("an untyped actor is caught in the library only") {
  for (const std::string text :
       {"\ncaf::behavior a(b);\n", "\nvoid f(caf::event_based_actor* self);\n",
        "\nusing p = caf::stateful_actor<a>*;\n"}) {
    CAPTURE(text);
    CHECK(found(text) ==
          std::string{source} +
              ":2: an untyped actor: the compiler does not check what it handles\n");
    CHECK(found(text, "tools/a.cpp").empty());
  }
  for (const std::string text :
       {"a::behavior_type f(a::pointer self);\n", "caf::typed_event_based_actor<b>* self;\n",
        "a::stateful_pointer<b> self;\n"}) {
    CAPTURE(text);
    CHECK(found(text).empty());
  }
}

TEST_CASE("a cast to an interface is caught") {
  for (const std::string text :
       {"\nauto a = caf::actor_cast<reader_handle>(x);\n",
        "\nauto a = actor_cast<Handle>(x);\n",
        "\nauto a = caf::actor_cast<synchronizer_handle<Model>>(x);\n",
        "\nauto a = caf::actor_cast\n    <caf::typed_actor<caf::reacts_to<int>>>(x);\n",
        "\nusing caf::actor_cast;\n"}) {
    CAPTURE(text);
    CHECK_THAT(found(text), Contains("a.cpp:2: actor_cast to an interface"));
    CHECK(found(text, "tools/a.cpp").empty());
  }
}

TEST_CASE("each untyped handle of a file is found") {
  CHECK_THAT(found("caf::actor a;\ncaf::strong_actor_ptr b;\ncaf::actor c;\n"),
             Contains("a.cpp:1:") && Contains("a.cpp:3:") && !Contains("a.cpp:2:"));
}

TEST_CASE("exceptions hold for their file, and are named for no other reason") {
  const untyped_handles exceptions{{source, "the application's actors"}};
  CHECK(found("caf::actor a;\n", source, exceptions).empty());
  CHECK(found("int a;\n", source, exceptions) ==
        std::string{source} + ":1: this exception is not needed (the application's actors)\n");
  CHECK_THAT(found("caf::actor a;\n", "libpravega_actor/src/core/b.cpp", exceptions),
             Contains("b.cpp:1: an untyped handle") && Contains("a.cpp:1: this exception"));
}
