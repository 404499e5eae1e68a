#include "group_manager/group_beginning.hpp"

#include <map>
#include <optional>
#include <set>
#include <utility>
#include <vector>

#include "group_reader/find_group_start.hpp"
#include "streams/stream_inspection.hpp"

namespace pravega_actor::internal {

namespace {

/// Asks the epochs that opened the segments of cuts whether they did.
class cut_check final : public std::enable_shared_from_this<cut_check> {
 public:
  explicit cut_check(std::function<step(const result<void>&)> then) : then_{std::move(then)} {}
  void add(const stream_cut& cut) {
    for (const auto& [id, offset] : cut.offsets)
      wanted_[cut.stream][id.epoch].insert(id);
  }

  step next() {
    if (wanted_.empty()) return then_({});
    return ask(controller::get_current_segments{wanted_.begin()->first},
               [me = shared_from_this()](const result<controller::segment_ranges>& got) {
                 return got ? me->next_epoch() : me->then_(got.error());
               });
  }

 private:
  step next_epoch() {
    const auto at = wanted_.begin();
    if (at->second.empty()) {
      wanted_.erase(at);
      return next();
    }
    const auto epoch = at->second.begin()->first;
    return ask(controller::get_epoch_segments{at->first, epoch},
               [me = shared_from_this()](const result<controller::segment_ranges>& got) {
                 if (!got && got.error() != errc::stream_not_found)
                   return me->then_(got.error());
                 return me->judge(got ? got->segments : std::vector<segment_with_range>{});
               });
  }
  // Without the epoch the stream had none of its segments.
  step judge(const std::vector<segment_with_range>& opened) {
    auto& [stream, epochs] = *wanted_.begin();
    auto missing = std::exchange(epochs.begin()->second, {});
    epochs.erase(epochs.begin());
    for (const auto& each : opened)
      missing.erase(each.id);
    if (missing.empty()) return next_epoch();
    return then_(error{errc::invalid_argument,
                       "the cut is not of this stream, which never had segment " +
                           segment{stream, *missing.begin()}.to_string() +
                           "; perhaps the stream was deleted and made again"}
                     .with_subject(stream.to_string()));
  }

  const std::function<step(const result<void>&)> then_;
  std::map<scoped_stream, std::map<std::int32_t, std::set<segment_id>>> wanted_;
};

/// The search for a group's start, one call at a time.
class start_search final : public std::enable_shared_from_this<start_search> {
 public:
  explicit start_search(std::function<step(const result<group_init>&)> then)
      : then_{std::move(then)} {}
  step begin(const reader_group_config& config) {
    const auto call = [me = shared_from_this()](
                          controller::request what,
                          std::function<void(const result<controller::reply>&)> answered,
                          const std::function<void()>&) {
      me->asked_ = std::move(what);
      me->answered_ = std::move(answered);
    };
    find_group_start(call, config, [me = shared_from_this()](result<group_init> found) {
      me->found_ = std::move(found);
    });
    return next();
  }

 private:
  step next() {
    if (found_) return then_(*found_);
    auto answered = std::exchange(answered_, nullptr);
    return step{call_step{*asked_, [me = shared_from_this(), answered](
                                       const result<controller::reply>& got, time_point) {
                            answered(got);
                            return me->next();
                          }}};
  }

  const std::function<step(const result<group_init>&)> then_;
  std::optional<controller::request> asked_;
  std::function<void(const result<controller::reply>&)> answered_;
  std::optional<result<group_init>> found_;
};

std::optional<scoped_stream> without_start(const reader_group_config& config) {
  for (const auto& [stream, cut] : config.starting_cuts)
    if (!cut) return stream;
  return std::nullopt;
}

std::vector<stream_cut> cuts_in(const reader_group_config& config) {
  std::vector<stream_cut> all;
  for (const auto* cuts : {&config.starting_cuts, &config.ending_cuts})
    for (const auto& [stream, cut] : *cuts)
      if (cut) all.push_back(*cut);
  return all;
}

}  // namespace

step fill_tails(const reader_group_config& config,
                const std::function<step(const result<reader_group_config>&)>& then) {
  const auto next = without_start(config);
  if (!next) return then(config);
  return find_tail(*next, [=](const result<stream_cut>& tail) {
    if (!tail) return then(tail.error());
    auto filled = config;
    filled.starting_cuts[*next] = *tail;
    return fill_tails(filled, then);
  });
}

step check_cuts(const std::vector<stream_cut>& cuts,
                const std::function<step(const result<void>&)>& then) {
  auto check = std::make_shared<cut_check>(then);
  for (const auto& cut : cuts)
    check->add(cut);
  return check->next();
}

step find_start(const reader_group_config& config,
                const std::function<step(const result<group_init>&)>& then) {
  return std::make_shared<start_search>(then)->begin(config);
}

step prepare_start(const reader_group_config& config, group_start start,
                   const std::function<step(const result<group_init>&)>& then) {
  const auto with_starts = [then](const result<reader_group_config>& filled) {
    if (!filled) return then(filled.error());
    return check_cuts(cuts_in(*filled), [then, filled](const result<void>& valid) {
      return valid ? find_start(*filled, then) : then(valid.error());
    });
  };
  return start == group_start::tail ? fill_tails(config, with_starts) : with_starts(config);
}

}  // namespace pravega_actor::internal
