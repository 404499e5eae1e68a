// What all connections of a port share: the event loop, its thread, and the list of them.
#pragma once

#include "transport/asio_settings.hpp"  // before asio

#include <asio/executor_work_guard.hpp>
#include <asio/io_context.hpp>
#include <atomic>
#include <cstdint>
#include <map>
#include <memory>
#include <mutex>
#include <thread>
#include <utility>

#include "tls/tls_context.hpp"
#include "transport/name_lookup.hpp"

namespace pravega_actor::internal {

class tcp_link;

/// Shared by the port, its connections and the I/O thread. The last of them frees it, so a port
/// may end inside one of its own handlers.
class io_core {
 public:
  /// `tls`: null for plain connections. Throws std::system_error if the system refuses an event
  /// loop or the thread.
  [[nodiscard]] static std::shared_ptr<io_core> start(std::thread& io_thread,
                                                      std::shared_ptr<tls_context> tls);
  io_core(const io_core&) = delete;
  io_core& operator=(const io_core&) = delete;

  [[nodiscard]] asio::io_context& context() noexcept { return context_; }
  [[nodiscard]] name_lookup& lookup() noexcept { return lookup_; }
  /// Null if connections are plain.
  [[nodiscard]] tls_context* tls() const noexcept { return tls_.get(); }

  /// Keeps a connection alive until `forget`.
  [[nodiscard]] std::uint64_t keep(std::shared_ptr<tcp_link> link);
  void forget(std::uint64_t id);

  /// Connections that are connecting or open.
  std::atomic<std::size_t> open_count{0};

  /// Ends all connections and then the I/O thread.
  void stop();

 private:
  explicit io_core(std::shared_ptr<tls_context> tls) : tls_{std::move(tls)} {}
  void end_all();

  const std::shared_ptr<tls_context> tls_;
  asio::io_context context_{1};
  asio::executor_work_guard<asio::io_context::executor_type> work_{context_.get_executor()};
  name_lookup lookup_;
  std::mutex mutex_;
  std::map<std::uint64_t, std::shared_ptr<tcp_link>> links_;
  std::uint64_t next_id_ = 1;
};

}  // namespace pravega_actor::internal
