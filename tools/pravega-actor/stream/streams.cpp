#include "stream/streams.hpp"

namespace pravega_actor::tool {

result<ensured_stream> ensure(const stream_manager& streams, const scoped_stream& stream,
                              const stream_config& config) {
  auto scope = streams.ensure_scope(stream.scope);
  if (!scope) return scope.error();
  auto made = streams.ensure_stream(stream, config);
  if (!made) return made.error();
  return ensured_stream{*scope, *made};
}

std::int64_t bytes_of(const stream_description& seen) noexcept {
  std::int64_t bytes = 0;
  for (const auto& each : seen.segments)
    bytes += each.write_offset - each.start_offset;
  return bytes;
}

}  // namespace pravega_actor::tool
