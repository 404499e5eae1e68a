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

std::optional<cut_offsets> retention_keeper::judge(const scoped_stream& stream,
                                                   const retention_policy& policy,
                                                   const stream_extent& extent,
                                                   std::int64_t now_ms,
                                                   std::size_t places_free) {
  if (policy.type == retention_policy::kind::none || extent.tail.empty()) {
    forget(stream);
    return std::nullopt;
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
  const bool by_time = policy.type == retention_policy::kind::by_time_ms;
  auto behind = kept.cuts.begin();
  for (; behind != kept.cuts.end(); ++behind) {
    const auto retained = by_time ? now_ms - behind->at_ms : kept.bytes - behind->bytes;
    if (retained < policy.parameter) break;
  }
  if (behind == kept.cuts.begin()) return std::nullopt;
  for (auto gone = kept.cuts.begin(); gone != behind; ++gone)
    places_ -= gone->offsets.size();
  auto cut = std::move(std::prev(behind)->offsets);
  kept.cuts.erase(kept.cuts.begin(), behind);
  return cut;
}

}  // namespace pravega_sandbox
