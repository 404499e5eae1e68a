#include "core/buffer_pool.hpp"

#include <array>
#include <bit>
#include <mutex>
#include <new>
#include <utility>

#include "core/forked_child.hpp"

namespace pravega_actor::internal {
namespace {

constexpr std::size_t class_count =
    std::countr_zero(buffer_pool::largest_bytes / buffer_pool::smallest_bytes) + 1;
constexpr std::size_t no_class = class_count;
constexpr std::size_t control_bytes = 128;

constexpr std::size_t class_capacity(std::size_t index) noexcept {
  return (buffer_pool::smallest_bytes << index) + buffer_pool::slack_bytes;
}

std::size_t class_of(std::size_t at_least) noexcept {
  if (at_least <= class_capacity(0)) return 0;
  if (at_least > class_capacity(class_count - 1)) return no_class;
  const auto power = std::bit_ceil(at_least - buffer_pool::slack_bytes);
  return static_cast<std::size_t>(std::countr_zero(power / buffer_pool::smallest_bytes));
}

/// One allocation: this header, and the buffer's bytes behind it. `control` is the room for the
/// control block of the shared_ptr that is handed out.
struct block {
  block(std::size_t index, std::size_t capacity) noexcept
      : size_class{index}, content{reinterpret_cast<std::byte*>(this + 1), capacity} {}

  [[nodiscard]] static block* make(std::size_t index, std::size_t capacity) {
    return new (::operator new(sizeof(block) + capacity)) block{index, capacity};
  }
  static void free(block* gone) noexcept {
    gone->~block();
    ::operator delete(gone);
  }

  alignas(std::max_align_t) std::byte control[control_bytes];
  block* next = nullptr;
  std::size_t size_class;
  buffer content;
};

}  // namespace

/// What the pool and its buffers share.
class buffer_pool::core {
 public:
  explicit core(std::size_t retained_bytes_max) noexcept
      : retained_bytes_max_{retained_bytes_max} {}

  block* take(std::size_t at_least) {
    const auto index = class_of(at_least);
    const auto capacity = index == no_class ? at_least : class_capacity(index);
    {
      const std::lock_guard lock{mutex_};
      if (index != no_class && free_[index] != nullptr) {
        auto* reused = free_[index];
        free_[index] = reused->next;
        retained_bytes_ -= capacity;
        outstanding_bytes_ += capacity;
        return reused;
      }
    }
    auto* made = block::make(index, capacity);
    const std::lock_guard lock{mutex_};
    outstanding_bytes_ += capacity;
    return made;
  }

  void give_back(block* returned) noexcept {
    // In a forked child the lock may be held by a thread that is gone.
    if (in_forked_child()) return;
    const auto index = returned->size_class;
    const auto capacity = returned->content.capacity();
    {
      const std::lock_guard lock{mutex_};
      outstanding_bytes_ -= capacity;
      if (index != no_class && retained_bytes_ + capacity <= retained_bytes_max_) {
        returned->next = free_[index];
        free_[index] = returned;
        retained_bytes_ += capacity;
        return;
      }
    }
    block::free(returned);
  }

  /// Frees what is kept and keeps nothing from now on.
  void close() noexcept {
    if (in_forked_child()) return;
    std::array<block*, class_count> kept{};
    {
      const std::lock_guard lock{mutex_};
      kept.swap(free_);
      retained_bytes_ = 0;
      retained_bytes_max_ = 0;
    }
    for (auto* each : kept) {
      while (each != nullptr)
        block::free(std::exchange(each, each->next));
    }
  }

  [[nodiscard]] std::size_t retained_bytes() const {
    const std::lock_guard lock{mutex_};
    return retained_bytes_;
  }
  [[nodiscard]] std::size_t outstanding_bytes() const {
    const std::lock_guard lock{mutex_};
    return outstanding_bytes_;
  }

  /// Puts the shared_ptr's control block into the buffer's own allocation. The control block
  /// goes last, after all weak pointers, so that is when the buffer returns.
  template <class T>
  struct control_allocator {
    using value_type = T;

    control_allocator(std::shared_ptr<core> keeper, block* of) noexcept
        : owner{std::move(keeper)}, held{of} {}
    template <class Other>
    control_allocator(const control_allocator<Other>& other) noexcept
        : owner{other.owner}, held{other.held} {}

    [[nodiscard]] T* allocate(std::size_t) noexcept {
      static_assert(sizeof(T) <= control_bytes);
      return reinterpret_cast<T*>(held->control);
    }
    void deallocate(T*, std::size_t) noexcept { owner->give_back(held); }
    template <class Other>
    friend bool operator==(const control_allocator& a,
                           const control_allocator<Other>& b) noexcept {
      return a.held == b.held;
    }

    std::shared_ptr<core> owner;
    block* held;
  };

 private:
  mutable std::mutex mutex_;
  std::array<block*, class_count> free_{};
  std::size_t retained_bytes_max_;
  std::size_t retained_bytes_ = 0;
  std::size_t outstanding_bytes_ = 0;
};

buffer_pool::buffer_pool(std::size_t retained_bytes_max)
    : core_{std::make_shared<core>(retained_bytes_max)} {}

buffer_pool::~buffer_pool() {
  core_->close();
}

std::shared_ptr<buffer> buffer_pool::take(std::size_t at_least) {
  auto* taken = core_->take(at_least);
  const auto keep = [](buffer*) noexcept {};
  return {&taken->content, keep, core::control_allocator<buffer>{core_, taken}};
}

std::size_t buffer_pool::retained_bytes() const {
  return core_->retained_bytes();
}

std::size_t buffer_pool::outstanding_bytes() const {
  return core_->outstanding_bytes();
}

}  // namespace pravega_actor::internal
