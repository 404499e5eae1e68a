// For every call: a reply that is right, and replies that no controller should send.
#pragma once

#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "pravega_actor/ports/controller_port.hpp"

namespace pravega_actor::test::hostile {

/// The field 1 of a status message or a bool.
[[nodiscard]] std::string number(std::uint8_t value);

/// A reply that is right, and what an empty one means: proto3 sends nothing for a status of 0,
/// for false, and for an empty list.
struct manners {
  std::string good;
  bool empty_is_believable;
};
/// By RPC.
[[nodiscard]] const std::map<std::string_view, manners>& table();

/// Calls whose replies have statuses.
[[nodiscard]] const std::vector<std::string_view>& with_status();

struct contradiction {
  controller::request call;
  std::string reply;
};
/// Each is a message that parses, and that cannot be true.
[[nodiscard]] std::vector<contradiction> contradictions();

}  // namespace pravega_actor::test::hostile
