#include "group/group_types.hpp"

#include <limits>
#include <tuple>

namespace pravega_actor::internal {
namespace {

// Java looks for the suffix anywhere in the id.
constexpr std::string_view silent_mark = "_SILENT_";
constexpr double before_all = -std::numeric_limits<double>::infinity();

}  // namespace

bool operator<(const group_segment& a, const group_segment& b) {
  return std::tie(a.name, a.range.low, a.range.high) <
         std::tie(b.name, b.range.low, b.range.high);
}

bool valid_group_range(const key_range& range) noexcept {
  return range == unknown_range ||
         (range.low >= 0.0 && range.low <= range.high && range.high <= 1.0);
}

const group_segment* find_segment(const group_offsets& in, const segment& name) {
  const auto at = in.lower_bound({name, {before_all, before_all}});
  return at != in.end() && at->first.name == name ? &at->first : nullptr;
}

const group_segment* find_segment(const ordered_offsets& in, const segment& name) {
  const auto* found = in.first_from({name, {before_all, before_all}});
  return found != nullptr && found->name == name ? found : nullptr;
}

bool is_silent_checkpoint(std::string_view id) noexcept {
  return id.find(silent_mark) != std::string_view::npos;
}

}  // namespace pravega_actor::internal
