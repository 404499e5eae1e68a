#include "server/store_clock.hpp"

#include <chrono>
#include <thread>

#include "support/catch.hpp"

using namespace pravega_sandbox;

TEST_CASE("store clock: sets the model's time, which goes on from the wall clock") {
  store_model store;
  const auto wall = std::chrono::duration_cast<std::chrono::milliseconds>(
                        std::chrono::system_clock::now().time_since_epoch())
                        .count();
  store_clock clock{store};
  CHECK(std::abs(store.now_ms() - wall) < 60000);
  const auto before = store.now_ms();
  std::this_thread::sleep_for(std::chrono::milliseconds{20});
  CHECK(store.now_ms() == before);
  clock.update();
  CHECK(store.now_ms() >= before + 20);
}
