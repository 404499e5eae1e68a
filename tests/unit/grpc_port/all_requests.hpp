// One request of each kind.
#pragma once

#include <vector>

#include "pravega_actor/ports/controller_port.hpp"

namespace pravega_actor::test {

inline const scoped_stream asked_stream{"sc", "st"};
inline const segment asked_segment{asked_stream, {0, 0}};

inline const scoped_group asked_group{"sc", "group"};
/// Of the first generation, with an id and one stream.
inline const reader_group_config asked_config{
    30'000, 3'000, {{asked_stream, std::nullopt}}, {}, 3, group_retention::none, 0, {1, 2}};

/// Begun in epoch 1.
inline const transaction_id asked_transaction{{(1ULL << 32) + 5, 6}};

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
          c::create_reader_group{asked_group, asked_config},
          c::get_reader_group_config{asked_group},
          c::update_reader_group{asked_group, asked_config},
          c::delete_reader_group{asked_group, {1, 2}},
          c::list_subscribers{stream},
          c::update_subscriber_cut{asked_group, {1, 2}, 0, {stream, {}}},
          c::create_transaction{stream, 30'000},
          c::ping_transaction{stream, asked_transaction, 30'000},
          c::commit_transaction{stream, asked_transaction, "", std::nullopt},
          c::abort_transaction{stream, asked_transaction},
          c::check_transaction{stream, asked_transaction},
          c::list_completed_transactions{stream},
          c::note_time{"writer", {stream, {}}, 0},
          c::remove_writer{"writer", stream}};
}

}  // namespace pravega_actor::test
