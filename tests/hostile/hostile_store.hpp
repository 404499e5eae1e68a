// A segment store that lies: what stands between a simulated client and one of its stores.
#pragma once

#include <cstdint>
#include <deque>
#include <functional>
#include <limits>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "pravega_actor/ports/connection_port.hpp"
#include "pravega_sandbox/simulation.hpp"
#include "wire/codec.hpp"
#include "wire/frame_reader.hpp"

namespace pravega_actor::hostile {

using namespace internal;

using pravega_sandbox::simulation;
using frame_bytes = std::vector<std::byte>;

/// One connection as an attack sees it. What is sent to the client arrives in order.
class line {
 public:
  virtual void answer(frame_bytes bytes, duration later = milliseconds{1}) = 0;
  /// The peer closes, behind what was sent.
  virtual void hang_up() = 0;
  /// The peer closes so much later; until then everything passes.
  virtual void hang_up_after(duration later) = 0;
  /// From now on nothing passes in either direction but what the attack sends.
  virtual void mute() = 0;

  template <class Command>
  void reply(const Command& command) {
    answer(*wire::encode(command));
  }
  /// In one piece.
  template <class Command>
  void flood(const Command& command, std::size_t times) {
    const auto one = *wire::encode(command);
    frame_bytes many;
    many.reserve(one.size() * times);
    for (std::size_t i = 0; i < times; ++i)
      many.insert(many.end(), one.begin(), one.end());
    answer(std::move(many));
  }
  /// Byte by byte.
  void trickle(const frame_bytes& bytes, duration gap) {
    for (const auto byte : bytes)
      answer({byte}, gap);
  }

 protected:
  ~line() = default;
};

/// Asked about each frame; true: it does not go on.
using frame_hook = std::function<bool(line&, const wire::frame&)>;

/// What a store does that it should not.
struct attack {
  std::string name;
  /// When the connection is up.
  std::function<void(line&)> at_connect = nullptr;
  frame_hook on_request = nullptr;
  frame_hook on_reply = nullptr;
};

inline constexpr auto for_ever = std::numeric_limits<std::size_t>::max();

/// In place of serving a request.
template <class Request, class Act>
attack instead_of(std::string name, Act act) {
  return {std::move(name), nullptr,
          [act](line& on, const wire::frame& frame) {
            if (frame.type != Request::code) return false;
            act(on, *wire::decode_as<Request>(frame.payload));
            return true;
          },
          nullptr};
}

/// A reply is changed on its way; `change` may send more in front of it.
template <class Reply, class Change>
attack altered(std::string name, Change change) {
  return {std::move(name), nullptr, nullptr, [change](line& on, const wire::frame& frame) {
            if (frame.type != Reply::code) return false;
            auto reply = *wire::decode_as<Reply>(frame.payload);
            change(on, reply);
            on.reply(reply);
            return true;
          }};
}

/// Something comes behind a reply.
template <class Reply, class Act>
attack behind(std::string name, Act act) {
  return altered<Reply>(std::move(name), [act](line& on, const Reply& reply) {
    on.reply(reply);
    act(on, reply);
  });
}

/// A header that says what it likes, and what follows it.
[[nodiscard]] frame_bytes raw_frame(std::int32_t type, std::int32_t length,
                                    std::size_t following = 0);

/// All connections to `hostile_host` are attacked from `arm` on; others are left alone.
class hostile_port final : public connection_port {
 public:
  static constexpr auto hostile_host = "store-0";

  hostile_port(simulation& world, std::shared_ptr<connection_port> inner)
      : world_{world}, inner_{std::move(inner)} {}
  /// At most `strikes_max` frames or connections meet it.
  void arm(attack chosen, std::size_t strikes_max);

  std::shared_ptr<connection> connect(const endpoint& to, duration timeout,
                                      std::shared_ptr<connection_handler> handler) override;
  std::size_t open_connections() const override { return inner_->open_connections(); }
  /// Connections to the hostile store.
  [[nodiscard]] std::size_t attacked() const noexcept { return attacked_; }
  [[nodiscard]] std::size_t strikes() const noexcept { return strikes_; }

 private:
  class relay;
  [[nodiscard]] bool strike(const frame_hook& hook, line& on, const wire::frame& frame);

  simulation& world_;
  const std::shared_ptr<connection_port> inner_;
  attack attack_;
  std::size_t strikes_max_ = 0;
  std::size_t strikes_ = 0;
  std::size_t attacked_ = 0;
};

}  // namespace pravega_actor::hostile
