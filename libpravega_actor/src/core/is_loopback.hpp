// Whether an address is one of this machine.
#pragma once

#include <arpa/inet.h>

#include <string>

#include "pravega_actor/endpoint.hpp"

namespace pravega_actor::internal {

/// What is sent there does not leave the machine. Names other than "localhost" are not looked
/// up: false.
[[nodiscard]] inline bool is_loopback(const endpoint& where) {
  if (where.host == "localhost") return true;
  in_addr four{};
  if (::inet_pton(AF_INET, where.host.c_str(), &four) == 1)
    return (ntohl(four.s_addr) >> 24) == 127;
  in6_addr six{};
  if (::inet_pton(AF_INET6, where.host.c_str(), &six) != 1) return false;
  return IN6_IS_ADDR_LOOPBACK(&six) || (IN6_IS_ADDR_V4MAPPED(&six) && six.s6_addr[12] == 127);
}

}  // namespace pravega_actor::internal
