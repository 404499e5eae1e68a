// A relay in front of a real sandbox's segment store, over real sockets, that misbehaves.
#pragma once

#include <atomic>
#include <functional>
#include <limits>
#include <list>
#include <string>
#include <thread>

#include "unit/transport/test_peer.hpp"
#include "wire/codec.hpp"
#include "wire/frame_reader.hpp"

namespace pravega_actor::hostile {

using namespace internal;

/// What a strike leaves of the connection.
enum class rest : std::uint8_t {
  /// It goes on; the request does not.
  goes_on,
  /// Nothing passes any more, in either direction.
  mute,
  /// What the client sends is not even received.
  deaf,
  closed,
  reset,
};

/// In place of one request of the type `at`.
struct socket_attack {
  std::string name;
  std::int32_t at = 0;
  std::function<rest(const test::descriptor& client, const wire::frame& request)> strike;
};

inline constexpr int for_ever = std::numeric_limits<int>::max();

class lying_relay {
 public:
  lying_relay() : thread_{[this] { accept(); }} {}
  ~lying_relay();
  lying_relay(const lying_relay&) = delete;
  lying_relay& operator=(const lying_relay&) = delete;

  [[nodiscard]] std::uint16_t port() const { return listening_.address().port; }
  /// Where the honest store listens; before the first connection.
  void lead_to(std::uint16_t store_port) { store_port_ = store_port; }
  /// Strikes so often from now on; 0 times: no more. Not while connections are there.
  void arm(socket_attack what, int times);
  [[nodiscard]] int strikes() const { return strikes_; }
  [[nodiscard]] int connections() const { return connections_; }

 private:
  void accept();
  void serve(test::descriptor client);
  [[nodiscard]] bool strikes_now(const wire::frame& request);

  test::listener listening_;
  std::atomic<std::uint16_t> store_port_{0};
  socket_attack attack_;
  std::atomic<int> left_{0};
  std::atomic<int> strikes_{0};
  std::atomic<int> connections_{0};
  std::atomic<bool> stopped_{false};
  std::list<std::thread> serving_;
  std::thread thread_;
};

}  // namespace pravega_actor::hostile
