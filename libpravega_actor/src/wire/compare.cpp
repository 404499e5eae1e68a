#include "wire/commands.hpp"

namespace pravega_actor::internal::wire {

bool operator==(const command& a, const command& b) {
  if (a.position() != b.position()) return false;
  return visit(
      [&b]<class T>(const T& one) {
        const T& other = b.get<T>();
        return one == other;
      },
      a);
}

}  // namespace pravega_actor::internal::wire
