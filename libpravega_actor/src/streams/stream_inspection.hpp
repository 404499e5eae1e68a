// Operations that look at scopes and streams.
#pragma once

#include <functional>
#include <string>
#include <vector>

#include "pravega_actor/stream_lineage.hpp"
#include "pravega_actor/stream_split.hpp"
#include "streams/stream_steps.hpp"

namespace pravega_actor::internal {

/// Where a stream ends; of a sealed one, the end of its last segments. `then` is a teller, or
/// what follows.
[[nodiscard]] step find_tail(const scoped_stream& stream,
                             const std::function<step(const result<stream_cut>&)>& then);
[[nodiscard]] step describe_stream(const scoped_stream& stream,
                                   const teller<stream_description>& tell);
[[nodiscard]] step trace_lineage(const scoped_stream& stream,
                                 const teller<stream_lineage>& tell);

/// See `stream_manager::splits`.
[[nodiscard]] step find_splits(const scoped_stream& stream, const stream_range& between,
                               const teller<stream_splits>& tell);
/// See `stream_manager::read_event`.
[[nodiscard]] step fetch_event(const event_pointer& at, const teller<event_slice>& tell);

/// Asks for page after page: `request_for(token)` is the call for one, `sink` takes it and says
/// whether to go on. A server that repeats the token has no more.
[[nodiscard]] step list_pages(
    const std::function<controller::request(const std::string& token)>& request_for,
    const std::function<bool(const std::vector<std::string>&)>& sink, const std::string& token,
    const teller<void>& tell);

/// What follows on one page: the token of the next, or nothing at the end.
[[nodiscard]] std::optional<std::string> next_token(const controller::name_page& page,
                                                    const std::string& asked_with);

}  // namespace pravega_actor::internal
