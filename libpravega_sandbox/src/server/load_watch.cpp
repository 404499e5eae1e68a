#include "server/load_watch.hpp"

namespace pravega_sandbox {

void load_watch::start(std::chrono::milliseconds window) {
  window_ = window;
  if (window_ > std::chrono::milliseconds{0}) wait();
}

void load_watch::stop() {
  window_ = {};
  timer_.cancel();
}

void load_watch::wait() {
  timer_.expires_after(window_);
  timer_.async_wait([this](const asio::error_code& failure) {
    if (failure || window_ == std::chrono::milliseconds{0}) return;
    clock_.update();
    scalings_ += controller_.scale_by_load(window_.count()).size();
    wait();
  });
}

}  // namespace pravega_sandbox
