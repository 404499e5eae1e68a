// A client in a simulated world whose writers are used by messages.
#pragma once

#include <memory>
#include <optional>
#include <utility>
#include <vector>

#include "scenario/scenario_support.hpp"

namespace pravega_actor::scenario {

struct actor_world : client_world {
  using client_world::client_world;

  /// Limits that fill up.
  writer_options tiny(std::size_t bytes, std::size_t events = 1000) const {
    auto options = user->default_writer_options();
    options.outstanding_bytes_max = bytes;
    options.outstanding_events_max = events;
    return options;
  }

  event_writer_handle open_actor(std::optional<writer_options> options = {}) {
    std::optional<result<event_writer_handle>> opened;
    create_writer_actor(*user, stream, options ? *options : user->default_writer_options(),
                        [&](result<event_writer_handle> r) { opened = std::move(r); });
    REQUIRE(world.run_until([&] { return opened.has_value(); }, seconds{100}));
    REQUIRE(opened->has_value());
    return **opened;
  }
};

/// Sends many requests at once and collects their answers in order of arrival.
template <class Reply>
struct collected {
  std::vector<Reply> replies;
  std::size_t errors = 0;
  std::size_t total() const { return replies.size() + errors; }
};
template <class Reply, class Message>
std::shared_ptr<collected<Reply>> send_all(simulation& world, const event_writer_handle& to,
                                           std::vector<Message> what,
                                           duration timeout = seconds{300}) {
  auto got = std::make_shared<collected<Reply>>();
  world.system().spawn([=](caf::event_based_actor* self) {
    for (const auto& each : what)
      self->request(to, timeout, each)
          .then([got](const Reply& reply) { got->replies.push_back(reply); },
                [got](const caf::error&) { ++got->errors; });
  });
  return got;
}

}  // namespace pravega_actor::scenario
