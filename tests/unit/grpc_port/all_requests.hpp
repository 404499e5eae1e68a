// One request of each kind.
#pragma once

#include <vector>

#include "pravega_actor/ports/controller_port.hpp"

namespace pravega_actor::test {

inline const scoped_stream asked_stream{"sc", "st"};
inline const segment asked_segment{asked_stream, {0, 0}};

[[nodiscard]] inline std::vector<controller::request> all_requests() {
  namespace c = controller;
  const auto& stream = asked_stream;
  return {c::get_controller_servers{},
          c::create_scope{"sc"},
          c::delete_scope{"sc"},
          c::delete_scope_recursive{"sc"},
          c::check_scope{"sc"},
          c::list_scopes{},
          c::create_stream{stream, {}},
          c::update_stream{stream, {}},
          c::truncate_stream{{stream, {}}},
          c::seal_stream{stream},
          c::delete_stream{stream},
          c::check_stream{stream},
          c::get_stream_config{stream},
          c::list_streams{"sc", ""},
          c::list_tagged_streams{"sc", "tag", ""},
          c::get_current_segments{stream},
          c::get_epoch_segments{stream, 0},
          c::get_head_segments{stream},
          c::get_successors{asked_segment},
          c::get_segments_between{stream, {}, {}},
          c::scale_stream{stream, {}, {{0.0, 0.5}, {0.5, 1.0}}, 0},
          c::check_scale{stream, 0},
          c::get_uri{asked_segment},
          c::is_segment_valid{asked_segment},
          c::is_stream_cut_valid{{stream, {}}},
          c::get_delegation_token{stream},
          c::note_time{"writer", {stream, {}}, 0},
          c::remove_writer{"writer", stream}};
}

}  // namespace pravega_actor::test
