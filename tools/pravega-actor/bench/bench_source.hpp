// Where the reading benchmark gets its events from.
#pragma once

#include <memory>
#include <optional>

#include "bench/bench.hpp"

namespace pravega_actor::tool {

/// A reader of the stream, alone or in a group.
class bench_source {
 public:
  virtual ~bench_source() = default;
  /// The next slice; nothing if none came in time. Releases the one before it. The errors are
  /// those of the reader.
  [[nodiscard]] virtual result<std::optional<event_slice>> next(duration patience) = 0;
  [[nodiscard]] virtual reader_status status() const = 0;
  /// Segments that are not connected yet, as `await_connected` wants them.
  [[nodiscard]] virtual std::pair<std::size_t, std::string> missing() const = 0;
};

/// Opens one that reads from the head of the stream. With `options.group`, the group begins
/// anew there, and one reader joins it.
[[nodiscard]] result<std::unique_ptr<bench_source>> open_source(const common_options& common,
                                                                bench_session& session,
                                                                const bench_options& options);

/// Makes the group ready that `options` name, if they name one: at the head, without readers.
[[nodiscard]] result<void> ready_bench_group(const common_options& common,
                                             bench_session& session,
                                             const bench_options& options);

}  // namespace pravega_actor::tool
