#include "controller/retention_keeper.hpp"

#include <utility>

#include "controller/controller_limits.hpp"

namespace pravega_sandbox {

namespace {

using pravega_actor::retention_policy;

std::int64_t growth(const cut_offsets& before, const cut_offsets& now) {
  std::int64_t bytes = 0;
  for (const auto& [id, length] : now) {
    const auto known = before.find(id);
    bytes += length - (known == before.end() ? 0 : known->second);
  }
  return bytes;
}

}  // namespace

std::optional<cut_offsets> retention_keeper::judge(const scoped_stream& stream,
                                                   const retention_policy& policy,
                                                   const stream_extent& extent,
                                                   std::int64_t now_ms) {
  if (policy.type == retention_policy::kind::none || extent.tail.empty()) {
    forget(stream);
    return std::nullopt;
  }
  auto& kept = kept_[stream];
  kept.bytes += growth(kept.lengths, extent.lengths);
  kept.lengths = extent.lengths;
  if (kept.cuts.size() < controller_limits::retention_cuts_max)
    kept.cuts.push_back({now_ms, kept.bytes, extent.tail});
  const bool by_time = policy.type == retention_policy::kind::by_time_ms;
  auto behind = kept.cuts.begin();
  for (; behind != kept.cuts.end(); ++behind) {
    const auto retained = by_time ? now_ms - behind->at_ms : kept.bytes - behind->bytes;
    if (retained < policy.parameter) break;
  }
  if (behind == kept.cuts.begin()) return std::nullopt;
  auto cut = std::move(std::prev(behind)->offsets);
  kept.cuts.erase(kept.cuts.begin(), behind);
  return cut;
}

}  // namespace pravega_sandbox
