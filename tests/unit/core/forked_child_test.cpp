#include "core/forked_child.hpp"

#include <sys/wait.h>
#include <unistd.h>

#include "support/catch.hpp"

using namespace pravega_actor;
using namespace pravega_actor::internal;

namespace {

/// What a child of this process says of itself.
bool child_is_forked() {
  const auto child = ::fork();
  if (child == 0) ::_exit(in_forked_child() ? 1 : 0);
  int status = 0;
  ::waitpid(child, &status, 0);
  return WEXITSTATUS(status) == 1;
}

}  // namespace

TEST_CASE("only children of a process that watches know that they are forks", "[fork]") {
  CHECK_FALSE(in_forked_child());
  CHECK_FALSE(child_is_forked());
  watch_for_forks();
  watch_for_forks();
  CHECK(child_is_forked());
  CHECK_FALSE(in_forked_child());
  CHECK(forked_child_error() == errc::closed);
}

TEST_CASE("what is left alone is not destroyed", "[fork]") {
  auto held = std::make_shared<int>(1);
  const std::weak_ptr<int> seen{held};
  leave_alone(std::move(held));
  CHECK_FALSE(seen.expired());
  CHECK(seen.use_count() == 1);
}
