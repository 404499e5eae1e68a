// The frontier over random scales, from starts as any client may leave them.
#include <algorithm>

#include "reader/segment_frontier.hpp"
#include "support/catch.hpp"
#include "support/splitmix.hpp"

using namespace pravega_actor;
using namespace pravega_actor::internal;
using test::splitmix;

namespace {

using id_set = std::set<segment_id>;

/// A stream that was scaled at random.
class random_lineage {
 public:
  explicit random_lineage(splitmix& dice) : dice_{dice} {
    const auto count = 1 + dice_.below(4);
    for (std::size_t i = 0; i < count; ++i)
      active_.push_back({{next_++, 0}, {share(i, count), share(i + 1, count)}});
    first_ = active_;
    const auto scales = dice_.below(14);
    while (epoch_ < static_cast<std::int32_t>(scales))
      scale();
  }
  [[nodiscard]] std::int32_t epoch() const { return epoch_; }
  [[nodiscard]] const std::vector<segment_with_range>& first() const { return first_; }
  /// As the controller answers when the stream has come to `epoch`.
  [[nodiscard]] segment_frontier::successors successors_of(segment_id id,
                                                           std::int32_t epoch) const {
    const auto at = after_.find(id);
    if (at == after_.end() || at->second.front().segment.id.epoch > epoch) return {};
    return at->second;
  }
  /// Everything that follows them.
  [[nodiscard]] id_set behind(const id_set& ends) const {
    id_set next;
    for (const auto& end : ends)
      for (const auto& each : successors_of(end, epoch_))
        next.insert(each.segment.id);
    return from(next);
  }
  [[nodiscard]] bool sealed(segment_id id, std::int32_t epoch) const {
    return epoch == epoch_ || !successors_of(id, epoch).empty();
  }
  [[nodiscard]] std::vector<segment_id> predecessors_of(segment_id id) const {
    const auto at = before_.find(id);
    return at == before_.end() ? std::vector<segment_id>{} : at->second;
  }
  /// They and all that follows them.
  [[nodiscard]] id_set from(const id_set& start) const {
    id_set found;
    std::vector<segment_id> to_visit{start.begin(), start.end()};
    while (!to_visit.empty()) {
      const auto at = to_visit.back();
      to_visit.pop_back();
      if (!found.insert(at).second) continue;
      for (const auto& each : successors_of(at, epoch_))
        to_visit.push_back(each.segment.id);
    }
    return found;
  }

 private:
  static double share(std::size_t part, std::size_t of) {
    return static_cast<double>(part) / static_cast<double>(of);
  }
  static bool overlap(const key_range& x, const key_range& y) {
    return x.low < y.high && y.low < x.high;
  }
  // Some neighbours are replaced by others of any ranges.
  void scale() {
    ++epoch_;
    const auto at = static_cast<std::ptrdiff_t>(dice_.below(active_.size()));
    const auto most = static_cast<std::ptrdiff_t>(active_.size()) - at;
    const auto count = 1 + static_cast<std::ptrdiff_t>(dice_.below(3)) % most;
    const std::vector<segment_with_range> old{active_.begin() + at,
                                              active_.begin() + at + count};
    std::vector<double> bounds{old.front().range.low, old.back().range.high};
    for (auto cuts = dice_.below(3); cuts > 0; --cuts)
      bounds.push_back(bounds[0] + (bounds[1] - bounds[0]) * (1 + dice_.below(99)) / 100.0);
    std::sort(bounds.begin(), bounds.end());
    bounds.erase(std::unique(bounds.begin(), bounds.end()), bounds.end());
    std::vector<segment_with_range> fresh;
    for (std::size_t i = 0; i + 1 < bounds.size(); ++i) {
      controller::successor made{{{next_++, epoch_}, {bounds[i], bounds[i + 1]}}, {}};
      for (const auto& each : old)
        if (overlap(each.range, made.segment.range)) made.predecessors.push_back(each.id);
      for (const auto& each : made.predecessors)
        after_[each].push_back(made);
      before_[made.segment.id] = made.predecessors;
      fresh.push_back(made.segment);
    }
    active_.erase(active_.begin() + at, active_.begin() + at + count);
    active_.insert(active_.begin() + at, fresh.begin(), fresh.end());
  }

  splitmix& dice_;
  std::int32_t next_ = 0;
  std::int32_t epoch_ = 0;
  std::vector<segment_with_range> first_, active_;
  std::map<segment_id, segment_frontier::successors> after_;
  std::map<segment_id, std::vector<segment_id>> before_;
};

segment_id any_of(const id_set& some, splitmix& dice) {
  return *std::next(some.begin(), static_cast<std::ptrdiff_t>(dice.below(some.size())));
}

/// Where a reader is that reads each segment as soon as all its predecessors are read, as the
/// Java client does: the cut may have gaps.
id_set random_start(const random_lineage& stream, splitmix& dice) {
  id_set open;
  id_set read;
  for (const auto& each : stream.first())
    open.insert(each.id);
  for (auto steps = dice.below(12); steps > 0; --steps) {
    const auto done = any_of(open, dice);
    const auto after = stream.successors_of(done, stream.epoch());
    if (after.empty()) continue;
    open.erase(done);
    read.insert(done);
    for (const auto& each : after)
      if (std::all_of(each.predecessors.begin(), each.predecessors.end(),
                      [&](segment_id one) { return read.count(one) != 0; }))
        open.insert(each.segment.id);
  }
  return open;
}

id_set without(id_set some, const id_set& others) {
  for (const auto& each : others)
    some.erase(each);
  return some;
}

/// Reads all of it, or up to the end, in an order that the dice choose, and begins anew at its
/// position now and then.
class model_reader {
 public:
  model_reader(const random_lineage& stream, id_set start, id_set ends, splitmix& dice)
      : stream_{stream},
        dice_{dice},
        position_{std::move(start)},
        ends_{std::move(ends)},
        ahead_{stream.from(position_)},
        wanted_{without(ahead_, stream.behind(ends_))} {
    for (const id_set* named : std::initializer_list<const id_set*>{&position_, &ends_})
      for (const auto& each : *named)
        epoch_ = std::max(epoch_, each.epoch);
    restart();
  }
  void run() {
    for (int steps = 0; read_ != wanted_; ++steps) {
      REQUIRE(steps < 10000);
      if (epoch_ < stream_.epoch() && dice_.below(3) == 0) ++epoch_;
      if (dice_.below(16) == 0) restart();
      if (asked_ && dice_.below(2) == 0) answer();
      const auto which = any_of(position_, dice_);
      if (wanted_.count(which) == 0) continue;
      if (read_.count(which) == 0 && stream_.sealed(which, epoch_)) {
        read_.insert(which);
        on_read(which);
      }
    }
    while (asked_)
      answer();
    CHECK(frontier_.waiting() == 0);
  }

 private:
  void restart() {
    frontier_ = {};
    asked_.reset();
    for (const auto& each : position_)
      frontier_.begin(each);
    for (const auto& each : ends_)
      frontier_.stop_in(each);
    const auto named = position_;
    for (const auto& each : named)
      place(each);
    for (const auto& each : named)
      if (read_.count(each) != 0) on_read(each);
  }
  void place(segment_id which) {
    if (frontier_.stops_in(which)) return;
    auto behind = frontier_.begins_behind_end(which);
    for (; !behind; behind = frontier_.begins_behind_end(which)) {
      const auto question = frontier_.take_question();
      REQUIRE(question);
      frontier_.on_known(stream_.successors_of(*question, epoch_));
    }
    REQUIRE(*behind == (wanted_.count(which) == 0));
    if (*behind) frontier_.stop_in(which);
  }
  void on_read(segment_id which) {
    if (frontier_.stops_in(which)) return;
    REQUIRE(frontier_.on_read(which, stream_.successors_of(which, epoch_)));
    go_on();
  }
  void answer() {
    frontier_.on_known(stream_.successors_of(*asked_, epoch_));
    asked_.reset();
    go_on();
  }
  void go_on() {
    while (const auto todo = frontier_.next()) {
      if (todo->next.empty()) continue;
      for (const auto& each : todo->gone)
        REQUIRE(position_.erase(each) == 1);
      for (const auto& each : todo->next) {
        REQUIRE(position_.insert(each).second);
        REQUIRE(read_.count(each) == 0);
        for (const auto& before : stream_.predecessors_of(each))
          REQUIRE((ahead_.count(before) == 0 || read_.count(before) != 0));
      }
      // Another reader goes on with the same segments from here; not if the end lies partly
      // before the start, for then it may lie between a segment and what follows it.
      if (!std::includes(ahead_.begin(), ahead_.end(), ends_.begin(), ends_.end())) continue;
      auto left = ahead_;
      for (const auto& each : read_)
        if (position_.count(each) == 0) left.erase(each);
      REQUIRE(stream_.from(position_) == left);
    }
    if (auto question = frontier_.take_question()) {
      REQUIRE_FALSE(asked_);
      asked_ = question;
    }
  }

  const random_lineage& stream_;
  splitmix& dice_;
  segment_frontier frontier_;
  id_set position_;
  const id_set ends_;
  const id_set ahead_;
  const id_set wanted_;
  id_set read_;
  std::optional<segment_id> asked_;
  /// How far the stream is scaled already.
  std::int32_t epoch_ = 0;
};

template <class Run>
void with_each_seed(Run run) {
  for (std::uint64_t seed = 1; seed <= 3000; ++seed) {
    INFO("seed " << seed);
    splitmix dice{seed};
    const random_lineage stream{dice};
    run(stream, dice);
  }
}

}  // namespace

TEST_CASE("whatever lies ahead of a start is read once, predecessors first",
          "[segment_frontier]") {
  with_each_seed([](const random_lineage& stream, splitmix& dice) {
    auto start = random_start(stream, dice);
    model_reader{stream, std::move(start), {}, dice}.run();
  });
}

TEST_CASE("up to an end that any client may have left, all is read and nothing behind it",
          "[segment_frontier]") {
  with_each_seed([](const random_lineage& stream, splitmix& dice) {
    auto start = random_start(stream, dice);
    auto end = random_start(stream, dice);
    // Of a part of the stream.
    if (dice.below(4) == 0) end.erase(any_of(end, dice));
    model_reader{stream, std::move(start), std::move(end), dice}.run();
  });
}
