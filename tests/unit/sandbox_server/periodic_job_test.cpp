#include "server/periodic_job.hpp"

#include "support/catch.hpp"

using namespace pravega_sandbox;
using std::chrono::milliseconds;

TEST_CASE("periodic job: runs at the end of each period until it is stopped") {
  asio::io_context io;
  int runs = 0;
  periodic_job job{io, [&](milliseconds period) {
                     CHECK(period == milliseconds{5});
                     ++runs;
                     return std::size_t{2};
                   }};
  job.start(milliseconds{5});
  const auto deadline = std::chrono::steady_clock::now() + std::chrono::seconds{20};
  while (runs < 3 && std::chrono::steady_clock::now() < deadline)
    io.run_one_for(milliseconds{100});
  CHECK(runs == 3);
  CHECK(job.changes() == 6);
  job.stop();
  io.restart();
  io.run_for(milliseconds{50});
  CHECK(runs == 3);
}

TEST_CASE("periodic job: without a period it never runs") {
  asio::io_context io;
  periodic_job job{io, [](milliseconds) { return std::size_t{1}; }};
  job.start(milliseconds{0});
  CHECK(io.run_for(milliseconds{20}) == 0);
  CHECK(job.changes() == 0);
}
