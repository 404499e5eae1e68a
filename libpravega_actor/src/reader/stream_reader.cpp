// The handle: the blocking conveniences over the slice queue.
#include "pravega_actor/stream_reader.hpp"

#include "core/bounded_timeout.hpp"
#include "core/forked_child.hpp"
#include "core/library_thread.hpp"
#include "core/rendezvous.hpp"
#include "core/user_code.hpp"
#include "reader/slice_queue.hpp"

namespace pravega_actor {

using namespace internal;

namespace {

error unusable() {
  return in_forked_child() ? forked_child_error() : error{errc::closed};
}

}  // namespace

/// The last handle closes the reader.
struct stream_reader::guard {
  std::shared_ptr<slice_queue> queue;
  explicit guard(std::shared_ptr<slice_queue> held) : queue{std::move(held)} {}
  guard(const guard&) = delete;
  guard& operator=(const guard&) = delete;
  ~guard() {
    if (in_forked_child())
      leave_alone(std::move(queue));
    else
      queue->close();
  }

  // Another thread may be faster in taking what there is; then this one waits on.
  result<std::optional<read_item>> wait_and_take(duration timeout) const {
    auto taken = queue->try_take();
    if (timeout <= duration{0} || !taken || *taken) return taken;
    if (auto allowed = check_may_wait(stage::read); !allowed) return allowed.error();
    const auto deadline = clock_type::now() + bounded_timeout(timeout);
    while (taken && !*taken) {
      auto something = std::make_shared<rendezvous<bool>>();
      const auto waiter = queue->when_readable([something] { something->set(true); });
      const bool in_time = something->wait_until(deadline).has_value();
      if (!in_time) queue->forget(waiter);
      taken = queue->try_take();
      if (!in_time) break;
    }
    return taken;
  }
};

stream_reader::stream_reader(std::shared_ptr<slice_queue> queue)
    : held_{std::make_shared<guard>(std::move(queue))} {}

bool stream_reader::usable() const noexcept {
  return held_ && !in_forked_child();
}

result<std::optional<read_item>> stream_reader::next(duration timeout) {
  if (!usable()) return unusable();
  return held_->wait_and_take(timeout);
}

result<std::optional<read_item>> stream_reader::try_next() {
  if (!usable()) return unusable();
  return held_->queue->try_take();
}

void stream_reader::when_readable(std::function<void()> ready) {
  if (!usable()) return ready();
  (void)held_->queue->when_readable(unless_gone(std::move(ready)));
}

void stream_reader::release() {
  if (usable()) held_->queue->release();
}

stream_cut stream_reader::position() const {
  return usable() ? held_->queue->position() : stream_cut{};
}

void stream_reader::close() {
  if (usable()) held_->queue->close();
}

reader_status stream_reader::status() const {
  return usable() ? held_->queue->status() : reader_status{};
}

}  // namespace pravega_actor
