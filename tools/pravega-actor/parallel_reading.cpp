// Reading a stream's splits with several readers at a time.
#include <algorithm>
#include <atomic>
#include <condition_variable>
#include <memory>
#include <mutex>
#include <vector>

#include "common/descriptors.hpp"
#include "common/owed.hpp"
#include "common/signals.hpp"
#include "common/waiting.hpp"
#include "reading.hpp"

namespace pravega_actor::tool {

namespace {

/// Readers call it from the library's threads when they have something.
class bell {
 public:
  void ring() {
    {
      const std::lock_guard held{mutex_};
      rung_ = true;
    }
    heard_.notify_one();
  }
  /// False: it did not ring for a while.
  bool wait() {
    std::unique_lock held{mutex_};
    const bool in_time = heard_.wait_for(held, signal_patience, [this] { return rung_; });
    rung_ = false;
    return in_time;
  }

 private:
  std::mutex mutex_;
  std::condition_variable heard_;
  bool rung_ = false;
};

/// A reader, and whether it will ring.
struct part_reader {
  stream_reader reader;
  std::shared_ptr<std::atomic<bool>> armed = std::make_shared<std::atomic<bool>>(false);
};

class parallel_reading {
 public:
  parallel_reading(const common_options& common, session& in, const read_plan& plan,
                   const read_hooks& hooks)
      : common_{common}, in_{in}, plan_{plan}, hooks_{hooks}, notes_{common, in} {}

  result<read_outcome_of> run() {
    if (auto found = find_splits(); !found) return found.error();
    while (!stop_wanted()) {
      if (auto filled = open_readers(); !filled) return filled.error();
      if (readers_.empty()) return ended(read_end::reached);
      const auto enough = take_turns();
      if (!enough) return enough.error();
      if (*enough) return ended(read_end::enough);
    }
    return ended(read_end::stopped);
  }

 private:
  static result<read_outcome_of> ended(read_end how) { return read_outcome_of{how, {}}; }

  result<void> find_splits() {
    const blocking_wait wait{
        common_, for_controller(in_.settings(), "split " + plan_.stream.to_string())};
    stream_range between;
    if (const auto* cut = std::get_if<stream_cut>(&plan_.from)) between.from = *cut;
    auto found = in_.streams().splits(plan_.stream, between);
    if (!found) return found.error();
    for (const auto& gap : found->gaps)
      if (hooks_.on_gap) hooks_.on_gap(gap);
    splits_ = std::move(found->splits);
    return check_descriptors(std::min<std::size_t>(plan_.parallel, splits_.size()));
  }

  result<void> open_readers() {
    while (readers_.size() < plan_.parallel && next_ < splits_.size()) {
      const auto& split = splits_[next_++];
      const blocking_wait wait{common_,
                               for_controller(in_.settings(), "open " + split.in.to_string())};
      auto options = in_.pravega().default_reader_options();
      options.start = std::vector{split};
      auto reader = in_.pravega().create_reader(plan_.stream, options);
      if (!reader) return reader.error();
      readers_.push_back({std::move(*reader)});
    }
    return {};
  }

  // One item of each reader that has one. True: enough was read.
  result<bool> take_turns() {
    bool any = false;
    for (std::size_t i = 0; i < readers_.size();) {
      auto item = readers_[i].reader.try_next();
      if (!item && item.error() == errc::end_of_segment) {
        readers_.erase(readers_.begin() + static_cast<std::ptrdiff_t>(i));
        return false;
      }
      if (!item) return item.error();
      if (*item && !take(**item)) return true;
      if (!*item) arm(readers_[i]);
      any = any || *item;
      ++i;
    }
    if (any || bell_->wait()) return false;
    notes_.idle([this](duration silent) {
      return silence_cause{owed_text(readers_.front().reader.status(), silent,
                                     in_.settings().reader_recovery_timeout_ms),
                           true};
    });
    return hooks_.on_idle && !hooks_.on_idle();
  }

  bool take(const read_item& item) {
    if (const auto* gap = std::get_if<segment_gap>(&item); gap != nullptr && hooks_.on_gap)
      hooks_.on_gap(*gap);
    const auto* slice = std::get_if<event_slice>(&item);
    if (slice != nullptr && !hooks_.on_slice(*slice)) return false;
    notes_.came(hooks_.progress);
    return true;
  }

  void arm(part_reader& which) {
    if (which.armed->exchange(true)) return;
    which.reader.when_readable([bell = bell_, armed = which.armed] {
      armed->store(false);
      bell->ring();
    });
  }

  const common_options& common_;
  session& in_;
  const read_plan& plan_;
  const read_hooks& hooks_;
  reading_notes notes_;
  std::vector<stream_split> splits_;
  std::size_t next_ = 0;
  std::shared_ptr<bell> bell_ = std::make_shared<bell>();
  std::vector<part_reader> readers_;
};

}  // namespace

result<read_outcome_of> read_in_parallel(const common_options& common, session& in,
                                         const read_plan& plan, const read_hooks& hooks) {
  return parallel_reading{common, in, plan, hooks}.run();
}

}  // namespace pravega_actor::tool
