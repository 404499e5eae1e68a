#include "core/trial_resources.hpp"

#include <sys/resource.h>

#include "support/catch.hpp"

using namespace pravega_actor;
using namespace pravega_actor::internal;
using Catch::Contains;

namespace {

/// A limit of the process that holds in a scope.
class scoped_limit {
 public:
  scoped_limit(__rlimit_resource_t kind, rlim_t value) : kind_{kind} {
    ::getrlimit(kind_, &before_);
    const rlimit lower{value, before_.rlim_max};
    ::setrlimit(kind_, &lower);
  }
  ~scoped_limit() { ::setrlimit(kind_, &before_); }
  scoped_limit(const scoped_limit&) = delete;
  scoped_limit& operator=(const scoped_limit&) = delete;

 private:
  const __rlimit_resource_t kind_;
  rlimit before_{};
};

}  // namespace

TEST_CASE("what the system has is taken and given back", "[trial_resources]") {
  for (int i = 0; i < 20; ++i)
    CHECK(try_resources({grpc_threads(), 16, 1u << 20}));
  CHECK(grpc_threads() >= 8);
  CHECK(try_resources({}));
}

TEST_CASE("too few descriptors are an error that says how many", "[trial_resources]") {
  const scoped_limit few{RLIMIT_NOFILE, 20};
  CHECK(try_resources({0, 5, 0}));
  const auto tried = try_resources({0, 100, 0});
  REQUIRE_FALSE(tried);
  CHECK(tried.error() == errc::io_error);
  CHECK_THAT(tried.error().detail(), Contains("descriptors") && Contains("of the 100"));
  CHECK(try_resources({0, 5, 0}));
}

TEST_CASE("too little address space is an error", "[trial_resources]") {
  const auto tried = try_resources({0, 0, std::size_t{1} << 60});
  REQUIRE_FALSE(tried);
  CHECK(tried.error() == errc::out_of_memory);
}
