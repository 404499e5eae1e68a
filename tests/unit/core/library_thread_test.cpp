#include "core/library_thread.hpp"

#include <thread>

#include "support/catch.hpp"

using namespace pravega_actor;
using namespace pravega_actor::internal;

TEST_CASE("a thread belongs to the library when it says so", "[library_thread][threads]") {
  CHECK_FALSE(on_library_thread());
  bool marked = false;
  std::thread{[&] {
    mark_library_thread();
    marked = on_library_thread();
  }}.join();
  CHECK(marked);
  CHECK_FALSE(on_library_thread());
}
