#include "controller/retention_keeper.hpp"

#include <algorithm>
#include <iterator>
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

bool has_maximum(const retention_policy& policy) {
  return policy.maximum > 0 && policy.maximum >= policy.parameter;
}

/// Of cuts in order, the first behind which there is less than `amount`, by the policy's
/// measure.
template <class Cuts>
auto first_after(const Cuts& cuts, const retention_policy& policy, std::int64_t amount,
                 std::int64_t now_ms, std::int64_t bytes) {
  const bool by_time = policy.type == retention_policy::kind::by_time_ms;
  return std::find_if(cuts.cbegin(), cuts.cend(), [&](const auto& cut) {
    return (by_time ? now_ms - cut.at_ms : bytes - cut.bytes) < amount;
  });
}

}  // namespace

std::size_t retention_keeper::places_of(const kept_stream& kept) noexcept {
  auto places = kept.lengths.size();
  for (const auto& cut : kept.cuts)
    places += cut.offsets.size();
  return places;
}

void retention_keeper::forget(const scoped_stream& stream) {
  const auto at = kept_.find(stream);
  if (at == kept_.end()) return;
  places_ -= places_of(at->second);
  kept_.erase(at);
}

retention_keeper::kept_stream* retention_keeper::keep(const scoped_stream& stream,
                                                      const retention_policy& policy,
                                                      const stream_extent& extent,
                                                      std::int64_t now_ms,
                                                      std::size_t places_free) {
  if (policy.type == retention_policy::kind::none || extent.tail.empty()) {
    forget(stream);
    return nullptr;
  }
  auto& kept = kept_[stream];
  places_ -= kept.lengths.size();
  kept.bytes += growth(kept.lengths, extent.lengths);
  kept.lengths = extent.lengths;
  places_ += kept.lengths.size();
  const auto wanted = extent.lengths.size() + extent.tail.size();
  if (kept.cuts.size() < controller_limits::retention_cuts_max && wanted <= places_free) {
    kept.cuts.push_back({now_ms, kept.bytes, extent.tail});
    places_ += extent.tail.size();
  }
  return &kept;
}

void retention_keeper::forget_before(kept_stream& kept, kept_cuts::const_iterator end) {
  for (auto gone = kept.cuts.cbegin(); gone != end; ++gone)
    places_ -= gone->offsets.size();
  kept.cuts.erase(kept.cuts.cbegin(), end);
}

std::optional<cut_offsets> retention_keeper::judge(const scoped_stream& stream,
                                                   const retention_policy& policy,
                                                   const stream_extent& extent,
                                                   std::int64_t now_ms,
                                                   std::size_t places_free) {
  auto* const kept = keep(stream, policy, extent, now_ms, places_free);
  if (kept == nullptr) return std::nullopt;
  const auto behind = first_after(kept->cuts, policy, policy.parameter, now_ms, kept->bytes);
  if (behind == kept->cuts.cbegin()) return std::nullopt;
  auto cut = std::prev(behind)->offsets;
  forget_before(*kept, behind);
  return cut;
}

retention_limits retention_keeper::limits(const scoped_stream& stream,
                                          const retention_policy& policy,
                                          const stream_extent& extent, std::int64_t now_ms,
                                          std::size_t places_free) {
  auto* const kept = keep(stream, policy, extent, now_ms, places_free);
  if (kept == nullptr) return {};
  const auto newest = first_after(kept->cuts, policy, policy.parameter, now_ms, kept->bytes);
  const auto begin = kept->cuts.cbegin();
  if (newest == begin) return {};
  retention_limits found{std::prev(newest)->offsets, {}};
  auto needed = std::prev(newest);
  if (has_maximum(policy)) {
    const auto oldest = first_after(kept->cuts, policy, policy.maximum, now_ms, kept->bytes);
    needed = oldest == begin ? begin : std::prev(oldest);
    if (oldest != begin) found.oldest = needed->offsets;
  }
  forget_before(*kept, needed);
  return found;
}

}  // namespace pravega_sandbox
