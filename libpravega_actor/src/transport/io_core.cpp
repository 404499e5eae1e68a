#include "transport/io_core.hpp"

#include "core/library_thread.hpp"

#include <asio/ip/tcp.hpp>
#include <asio/post.hpp>
#include <asio/steady_timer.hpp>
#include <utility>

#include "transport/quiet_thread.hpp"
#include "transport/tcp_link.hpp"

namespace pravega_actor::internal {

std::shared_ptr<io_core> io_core::start(std::thread& io_thread,
                                        std::shared_ptr<tls_context> tls) {
  std::shared_ptr<io_core> core{new io_core{std::move(tls)}};
  // The first socket and timer create what can fail; later ones cannot throw.
  const asio::ip::tcp::socket first_socket{core->context_};
  const asio::steady_timer first_timer{core->context_};
  io_thread = start_quiet_thread([core] {
    mark_library_thread();
    ::pthread_setname_np(::pthread_self(), "pravega-io");
    core->context_.run();
  });
  return core;
}

std::uint64_t io_core::keep(std::shared_ptr<tcp_link> link) {
  const std::lock_guard lock{mutex_};
  const auto id = next_id_++;
  links_.emplace(id, std::move(link));
  return id;
}

void io_core::forget(std::uint64_t id) {
  std::shared_ptr<tcp_link> freed_after_unlocking;
  const std::lock_guard lock{mutex_};
  if (const auto found = links_.find(id); found != links_.end()) {
    freed_after_unlocking = std::move(found->second);
    links_.erase(found);
  }
}

void io_core::stop() {
  asio::post(context_, [this] { end_all(); });
  work_.reset();
}

void io_core::end_all() {
  std::map<std::uint64_t, std::shared_ptr<tcp_link>> all;
  {
    const std::lock_guard lock{mutex_};
    all.swap(links_);
  }
  for (const auto& [id, link] : all)
    link->port_ended();
}

}  // namespace pravega_actor::internal
