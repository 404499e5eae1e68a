#include "grpc_port/published_address.hpp"

namespace pravega_actor::internal {

endpoint reachable(const endpoint& published, const endpoint& controller) {
  const bool everywhere = published.host == "0.0.0.0" || published.host == "::";
  return everywhere ? endpoint{controller.host, published.port} : published;
}

controller::reply reachable(const controller::reply& named, const endpoint& controller) {
  if (const auto* const store = named.get_if<endpoint>()) return reachable(*store, controller);
  const auto* const servers = named.get_if<std::vector<endpoint>>();
  if (servers == nullptr) return named;
  std::vector<endpoint> out;
  out.reserve(servers->size());
  for (const auto& each : *servers)
    out.push_back(reachable(each, controller));
  return out;
}

}  // namespace pravega_actor::internal
