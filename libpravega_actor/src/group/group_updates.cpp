#include "group/group_updates.hpp"

#include <array>

namespace pravega_actor::internal {
namespace {

#define X(name) std::string_view{#name},
constexpr std::array names{PRAVEGA_ACTOR_GROUP_UPDATES(X)};
#undef X

}  // namespace

bool operator==(const group_update& a, const group_update& b) {
  if (a.position() != b.position()) return false;
  return visit([&b]<class T>(const T& value) { return value == b.get<T>(); }, a);
}

bool is_initial(const group_update& update) noexcept {
  return update.holds<group_init>() || update.holds<group_snapshot>();
}

std::string_view group_update_name(int type) noexcept {
  const auto at = static_cast<std::size_t>(type);
  return at < names.size() ? names[at] : std::string_view{"unknown"};
}

}  // namespace pravega_actor::internal
