// Operations that create, reset and delete reader groups, and change their readers.
#pragma once

#include <map>
#include <optional>
#include <string>

#include "pravega_actor/position.hpp"
#include "pravega_actor/reader_group.hpp"
#include "streams/stream_steps.hpp"

namespace pravega_actor::internal {

/// Creates the group with the id in `config`, or compares; see
/// `reader_group_manager::ensure_group`.
[[nodiscard]] step ensure_group_there(const scoped_group& group,
                                      const reader_group_config& config, group_start start,
                                      const teller<ensured_group>& tell);
/// See `reader_group_manager::delete_group`.
[[nodiscard]] step delete_group_there(const scoped_group& group, const teller<bool>& tell);
/// See `reader_group_manager::reset`.
[[nodiscard]] step reset_group(const scoped_group& group, const reset_target& target,
                               const teller<reader_group_config>& tell);
/// Begins a group of this generation anew: `truncated` at its head, other streams at the last
/// checkpoint. Returns the present configuration of a group with another generation, and does
/// nothing. Error: invalid_argument if the stream was made again since the group began.
[[nodiscard]] step reset_behind_truncation(const scoped_group& group, std::int64_t generation,
                                           const scoped_stream& truncated,
                                           const teller<reader_group_config>& tell);
/// See `reader_group_manager::set_reader_offline`.
[[nodiscard]] step take_offline(const scoped_group& group, const std::string& reader,
                                const std::optional<position>& last, const teller<bool>& tell);
/// See `reader_group_manager::update_retention_cut`.
[[nodiscard]] step release_cuts(const scoped_group& group,
                                const std::map<scoped_stream, stream_cut>& cuts,
                                const teller<void>& tell);

}  // namespace pravega_actor::internal
