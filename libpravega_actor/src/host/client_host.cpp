#include "host/client_host.hpp"

namespace pravega_actor::internal {

client_host::~client_host() = default;

retry_policy client_host::backoff() const {
  const auto& from = settings();
  return {milliseconds{from.backoff_initial_ms}, from.backoff_multiplier,
          milliseconds{from.backoff_max_ms}, from.backoff_jitter};
}

supervision_policy client_host::child_policy() const {
  supervision_policy policy;
  policy.restarts_max = static_cast<std::uint32_t>(settings().restart_intensity_max);
  policy.period = milliseconds{settings().restart_period_ms};
  policy.backoff = backoff();
  return policy;
}

threw_handler publish_threw(const std::shared_ptr<const segment_context>& context) {
  return [bus = context->bus, env = context->env](const char* what) {
    bus->publish({event_kind::callback_threw, "client", what, env->now()});
  };
}

}  // namespace pravega_actor::internal
