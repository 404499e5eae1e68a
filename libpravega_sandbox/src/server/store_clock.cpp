#include "server/store_clock.hpp"

namespace pravega_sandbox {

using std::chrono::duration_cast;
using std::chrono::milliseconds;

store_clock::store_clock(store_model& store)
    : store_{store},
      start_ms_{duration_cast<milliseconds>(std::chrono::system_clock::now().time_since_epoch())
                    .count()},
      started_{std::chrono::steady_clock::now()} {
  update();
}

void store_clock::update() {
  const auto passed = std::chrono::steady_clock::now() - started_;
  store_.set_now_ms(start_ms_ + duration_cast<milliseconds>(passed).count());
}

}  // namespace pravega_sandbox
