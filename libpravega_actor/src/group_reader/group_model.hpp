// A reader group's state as a synchronizer replicates it.
#pragma once

#include <cstddef>
#include <vector>

#include "group/group_codec.hpp"
#include "group/group_state.hpp"
#include "pravega_actor/synchronizer_messages.hpp"

namespace pravega_actor::internal {

/// See `replicated_model`. The bytes are those of Java's reader groups.
struct group_model {
  using state_type = group_state;
  /// An initial update.
  using initial_type = group_update;
  using update_type = group_update;

  [[nodiscard]] static result<void> encode_initial(const group_update& initial,
                                                   std::vector<std::byte>& to) {
    return encode_update(initial, to);
  }
  [[nodiscard]] static result<group_state> decode_initial(byte_view bytes) {
    PRAVEGA_ACTOR_LET(const auto update, decode_group_initial(bytes));
    return group_state::create(update);
  }
  [[nodiscard]] static result<void> encode_state(const group_state& state,
                                                 std::vector<std::byte>& to) {
    return encode_update(state.content(), to);
  }
  [[nodiscard]] static result<void> encode_update(const group_update& update,
                                                  std::vector<std::byte>& to) {
    PRAVEGA_ACTOR_LET(auto bytes, encode_group_update(update));
    to = std::move(bytes);
    return {};
  }
  [[nodiscard]] static result<group_update> decode_update(byte_view bytes) {
    return decode_group_update(bytes);
  }
  [[nodiscard]] static result<void> apply(group_state& to, const group_update& update) {
    return to.apply(update);
  }
};

using group_synchronizer = synchronizer_handle<group_model>;

/// The stream that holds the state of a group.
[[nodiscard]] inline scoped_stream state_stream_of(const scoped_group& group) {
  return {group.scope, "_RG" + group.group};
}

}  // namespace pravega_actor::internal
