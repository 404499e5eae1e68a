// What a handle on a synchronizer refers to.
#pragma once

#include <caf/all.hpp>
#include <functional>
#include <memory>
#include <string>

#include "host/client_host.hpp"
#include "supervision/weak_handle.hpp"
#include "synchronizer/synchronizer_actor.hpp"

namespace pravega_actor::internal {

/// Sends operations to the actor. Thread-safe. It does not keep the actor alive: the client's
/// supervisor does.
class synchronizer_core {
 public:
  synchronizer_core(const std::shared_ptr<const segment_context>& context,
                    const synchronizer_control& to)
      : to_{to}, threw_{publish_threw(context)}, controller_{context->controller_address} {}

  /// `done` is called once, whatever becomes of the actor.
  void start(state_operation what, duration timeout, state_done done) const;
  void close() const { to_.send(synchronizer_unused{}); }

 private:
  const weak_handle<synchronizer_control> to_;
  const threw_handler threw_;
  const std::string controller_;
};

}  // namespace pravega_actor::internal
