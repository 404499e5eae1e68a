#include "server/periodic_job.hpp"

namespace pravega_sandbox {

void periodic_job::start(std::chrono::milliseconds period) {
  period_ = period;
  if (period_ > std::chrono::milliseconds{0}) wait();
}

void periodic_job::stop() {
  period_ = {};
  timer_.cancel();
}

void periodic_job::wait() {
  timer_.expires_after(period_);
  timer_.async_wait([this](const asio::error_code& failure) {
    if (failure || period_ == std::chrono::milliseconds{0}) return;
    changes_ += job_(period_);
    wait();
  });
}

}  // namespace pravega_sandbox
