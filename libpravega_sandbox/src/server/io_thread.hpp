// The sandbox's own thread.
#pragma once

#include <asio/executor_work_guard.hpp>
#include <asio/io_context.hpp>
#include <asio/post.hpp>
#include <future>
#include <optional>
#include <thread>
#include <type_traits>
#include <utility>

namespace pravega_sandbox {

/// Runs an io_context; models and connections are used on this thread only.
class io_thread {
 public:
  io_thread() : io_{1}, work_{io_.get_executor()} {}
  ~io_thread() { stop(); }
  io_thread(const io_thread&) = delete;
  io_thread& operator=(const io_thread&) = delete;

  [[nodiscard]] asio::io_context& io() noexcept { return io_; }
  void start();
  /// Ends when nothing is left to do. Idempotent.
  void stop();

  template <class Job>
  void post(Job job) {
    asio::post(io_, std::move(job));
  }
  /// Runs the job there and waits for its result. Not to be called from the thread itself.
  template <class Job>
  auto run(Job job) -> std::invoke_result_t<Job> {
    std::packaged_task<std::invoke_result_t<Job>()> task{std::move(job)};
    auto done = task.get_future();
    asio::post(io_, std::move(task));
    return done.get();
  }

 private:
  asio::io_context io_;
  asio::executor_work_guard<asio::io_context::executor_type> work_;
  std::thread thread_;
};

}  // namespace pravega_sandbox
