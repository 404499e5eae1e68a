// The stream manager's ways to scale.
#include "pravega_actor/stream_manager.hpp"
#include "streams/stream_calls.hpp"
#include "streams/stream_changes.hpp"

namespace pravega_actor {

using namespace internal;

namespace {

// Scaling takes the server about a tenth of a second.
constexpr retry_policy check_pauses{milliseconds{20}, 2.0, seconds{1}, 0.0};

void start_scale(const std::shared_ptr<client_host>& host, const scoped_stream& stream,
                 const scale_wish& wish, duration timeout,
                 std::function<void(const result<stream_scaled>&)> done) {
  if (auto valid = check_names(stream); !valid) return done(valid.error());
  if (!host) return done(errc::closed);
  auto env = host->context()->env;
  const scale_timing timing{check_pauses, env->now() + bounded_timeout(timeout),
                            env->wall_clock_ms()};
  start_operation<stream_scaled>(
      host, operation_limits::given(timeout), std::move(done),
      [=](const auto& tell) { return scale_there(stream, wish, timing, tell); });
}

}  // namespace

void stream_manager::scale_stream_async(const scoped_stream& stream,
                                        const std::vector<segment_id>& sealed,
                                        const std::vector<key_range>& ranges, duration timeout,
                                        callback<stream_scaled> done) const {
  start_scale(host_, stream, scale_by_ranges{sealed, ranges}, timeout, std::move(done));
}

result<stream_scaled> stream_manager::scale_stream(const scoped_stream& stream,
                                                   const std::vector<segment_id>& sealed,
                                                   const std::vector<key_range>& ranges,
                                                   duration timeout) const {
  return wait_for<stream_scaled>(timeout, [&](auto done) {
    scale_stream_async(stream, sealed, ranges, timeout, std::move(done));
  });
}

void stream_manager::split_segment_async(const segment& which, std::int32_t parts,
                                         duration timeout, callback<stream_scaled> done) const {
  start_scale(host_, which.stream, scale_by_split{which.id, parts}, timeout, std::move(done));
}

result<stream_scaled> stream_manager::split_segment(const segment& which, std::int32_t parts,
                                                    duration timeout) const {
  return wait_for<stream_scaled>(
      timeout, [&](auto done) { split_segment_async(which, parts, timeout, std::move(done)); });
}

void stream_manager::merge_segments_async(const scoped_stream& stream,
                                          const std::vector<segment_id>& which,
                                          duration timeout,
                                          callback<stream_scaled> done) const {
  start_scale(host_, stream, scale_by_merge{which}, timeout, std::move(done));
}

result<stream_scaled> stream_manager::merge_segments(const scoped_stream& stream,
                                                     const std::vector<segment_id>& which,
                                                     duration timeout) const {
  return wait_for<stream_scaled>(timeout, [&](auto done) {
    merge_segments_async(stream, which, timeout, std::move(done));
  });
}

void stream_manager::scale_to_async(const scoped_stream& stream, std::int32_t segments,
                                    duration timeout, callback<stream_scaled> done) const {
  start_scale(host_, stream, scale_to_count{segments}, timeout, std::move(done));
}

result<stream_scaled> stream_manager::scale_to(const scoped_stream& stream,
                                               std::int32_t segments, duration timeout) const {
  return wait_for<stream_scaled>(
      timeout, [&](auto done) { scale_to_async(stream, segments, timeout, std::move(done)); });
}

}  // namespace pravega_actor
