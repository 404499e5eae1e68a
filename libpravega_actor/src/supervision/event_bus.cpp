#include "supervision/event_bus.hpp"

#include "core/user_code.hpp"

namespace pravega_actor {

std::string_view to_string(event_kind kind) noexcept {
  switch (kind) {
    case event_kind::started:
      return "started";
    case event_kind::restarted:
      return "restarted";
    case event_kind::stopped:
      return "stopped";
    case event_kind::gave_up:
      return "gave up";
    case event_kind::connected:
      return "connected";
    case event_kind::disconnected:
      return "disconnected";
    case event_kind::reconnected:
      return "reconnected";
    case event_kind::sealed:
      return "sealed";
    case event_kind::split:
      return "split";
    case event_kind::merged:
      return "merged";
    case event_kind::replaced:
      return "replaced";
    case event_kind::moved:
      return "moved";
    case event_kind::callback_threw:
      return "callback threw";
    case event_kind::failed:
      return "failed";
  }
  return "?";
}

log_level level_of(event_kind kind) noexcept {
  switch (kind) {
    case event_kind::gave_up:
    case event_kind::failed:
    case event_kind::callback_threw:
      return log_level::error;
    case event_kind::restarted:
    case event_kind::disconnected:
      return log_level::warning;
    case event_kind::started:
    case event_kind::stopped:
      return log_level::debug;
    default:
      return log_level::info;
  }
}

std::uint64_t event_bus::subscribe(sink to) {
  std::lock_guard lock{mutex_};
  auto changed = std::make_shared<sink_map>(*sinks_);
  changed->emplace(next_, std::move(to));
  sinks_ = std::move(changed);
  return next_++;
}

void event_bus::unsubscribe(std::uint64_t number) {
  std::lock_guard lock{mutex_};
  auto changed = std::make_shared<sink_map>(*sinks_);
  changed->erase(number);
  sinks_ = std::move(changed);
}

void event_bus::publish(const library_event& event) const {
  std::shared_ptr<const sink_map> current;
  {
    std::lock_guard lock{mutex_};
    current = sinks_;
  }
  for (const auto& [number, to] : *current)
    call_user([](const char*) {}, to, event);
}

}  // namespace pravega_actor
