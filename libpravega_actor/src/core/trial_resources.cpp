#include "core/trial_resources.hpp"

#include <pthread.h>
#include <sys/eventfd.h>
#include <sys/mman.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <condition_variable>
#include <cstdlib>
#include <mutex>
#include <string>
#include <system_error>
#include <vector>

#include "core/blocked_signals.hpp"

namespace pravega_actor::internal {
namespace {

std::string reason(int system_error) {
  return std::error_code{system_error, std::generic_category()}.message();
}

error refused(const char* what, std::size_t got, std::size_t wanted, int system_error) {
  return error{errc::io_error, std::string{"the system refuses "} + what + ": " +
                                   std::to_string(got) + " of the " + std::to_string(wanted) +
                                   " that are needed could be had (" + reason(system_error) +
                                   ")"};
}

/// Threads that live until they are all let go: the system must be able to hold them together.
class trial_threads {
 public:
  trial_threads() = default;
  trial_threads(const trial_threads&) = delete;
  trial_threads& operator=(const trial_threads&) = delete;
  ~trial_threads() {
    {
      const std::lock_guard lock{mutex_};
      over_ = true;
    }
    changed_.notify_all();
    for (const auto each : threads_)
      ::pthread_join(each, nullptr);
  }

  result<void> start(std::size_t count) {
    const blocked_signals inherited_by_the_threads;
    threads_.reserve(count);
    while (threads_.size() < count) {
      pthread_t thread{};
      if (const int failure = ::pthread_create(&thread, nullptr, wait, this); failure != 0)
        return refused("threads", threads_.size(), count, failure);
      threads_.push_back(thread);
    }
    return {};
  }

 private:
  static void* wait(void* held) {
    // The C library sets address space aside for a thread's first allocation, and keeps it for
    // later threads.
    void* volatile first = std::malloc(1);
    std::free(first);
    auto& all = *static_cast<trial_threads*>(held);
    std::unique_lock lock{all.mutex_};
    all.changed_.wait(lock, [&all] { return all.over_; });
    return nullptr;
  }

  std::mutex mutex_;
  std::condition_variable changed_;
  bool over_ = false;
  std::vector<pthread_t> threads_;
};

class trial_descriptors {
 public:
  trial_descriptors() = default;
  trial_descriptors(const trial_descriptors&) = delete;
  trial_descriptors& operator=(const trial_descriptors&) = delete;
  ~trial_descriptors() {
    for (const int each : open_)
      ::close(each);
  }

  result<void> open(std::size_t count) {
    open_.reserve(count);
    while (open_.size() < count) {
      const int made = ::eventfd(0, EFD_CLOEXEC);
      if (made < 0) return refused("descriptors", open_.size(), count, errno);
      open_.push_back(made);
    }
    return {};
  }

 private:
  std::vector<int> open_;
};

class trial_memory {
 public:
  trial_memory() = default;
  trial_memory(const trial_memory&) = delete;
  trial_memory& operator=(const trial_memory&) = delete;
  ~trial_memory() {
    if (place_ != MAP_FAILED) ::munmap(place_, bytes_);
  }

  result<void> map(std::size_t bytes) {
    if (bytes == 0) return {};
    bytes_ = bytes;
    place_ = ::mmap(nullptr, bytes, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    if (place_ != MAP_FAILED) return {};
    return error{errc::out_of_memory, "the system refuses " + std::to_string(bytes) +
                                          " bytes of address space (" + reason(errno) + ")"};
  }

 private:
  void* place_ = MAP_FAILED;
  std::size_t bytes_ = 0;
};

}  // namespace

std::size_t grpc_threads() noexcept {
  constexpr std::size_t executors_and_timers = 4;
  const auto configured = ::sysconf(_SC_NPROCESSORS_CONF);
  const auto cores = static_cast<std::size_t>(std::max(configured, 1L));
  return executors_and_timers + std::clamp<std::size_t>(cores, 2, 16) +
         std::clamp<std::size_t>(cores / 2, 2, 16);
}

result<void> try_resources(const resource_need& need) {
  trial_descriptors descriptors;
  if (auto opened = descriptors.open(need.descriptors); !opened) return opened;
  trial_threads threads;
  if (auto started = threads.start(need.threads); !started) return started;
  trial_memory memory;
  return memory.map(need.bytes);
}

}  // namespace pravega_actor::internal
