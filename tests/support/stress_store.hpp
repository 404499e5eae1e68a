// A segment store in a thread of its own, for real threads: it stores like Pravega (one number
// for each writer id, compared before each append), cuts connections and lets late blocks land.
#pragma once

#include <algorithm>
#include <atomic>
#include <condition_variable>
#include <deque>
#include <limits>
#include <map>
#include <thread>

#include "support/append_peer.hpp"
#include "support/splitmix.hpp"

namespace pravega_actor::test {

using namespace internal;

class stress_store final : public connection_port {
 public:
  struct held {
    std::int64_t last = std::numeric_limits<std::int64_t>::min();
    std::vector<std::string> events;
  };
  struct counters {
    std::size_t cuts = 0;
    std::size_t late_blocks = 0;
    std::size_t refused_blocks = 0;
    std::size_t blocks = 0;
  };

  explicit stress_store(std::uint64_t seed, std::uint64_t blocks_per_cut)
      : random_{seed}, blocks_per_cut_{blocks_per_cut}, thread_{[this] { run(); }} {}
  ~stress_store() override { stop(); }

  /// Ends the thread; then the store's content may be looked at.
  void stop() {
    {
      std::lock_guard lock{mutex_};
      over_ = true;
    }
    changed_.notify_all();
    if (thread_.joinable()) thread_.join();
  }
  /// No more cuts from now on.
  void heal() { healed_ = true; }
  const std::map<uuid, held>& content() const { return content_; }
  const counters& counted() const { return counted_; }

  // connection_port
  std::shared_ptr<connection> connect(const endpoint&, duration,
                                      std::shared_ptr<connection_handler> handler) override {
    auto made = std::make_shared<line>(*this, std::static_pointer_cast<session>(handler));
    push({made, {}, false});
    return made;
  }
  std::size_t open_connections() const override { return 0; }

 private:
  class line final : public connection, public std::enable_shared_from_this<line> {
   public:
    line(stress_store& to, std::weak_ptr<session> from) : to_{to}, from_{std::move(from)} {}
    void send(std::span<const shared_bytes> parts) override {
      if (closed_) return;
      to_.push({shared_from_this(), {parts.begin(), parts.end()}, false});
    }
    std::size_t unsent_bytes() const override { return 0; }
    void close() override { closed_ = true; }

    stress_store& to_;
    const std::weak_ptr<session> from_;
    std::atomic<bool> closed_{false};
    // The store's thread only:
    bool cut_ = false;
    bool lost_ = false;
    std::map<uuid, std::int64_t> seen_;
  };
  /// Something for the store's thread; without parts: a new connection.
  struct occurrence {
    std::shared_ptr<line> on;
    std::vector<shared_bytes> parts;
    bool late = false;
  };

  void push(occurrence what) {
    {
      std::lock_guard lock{mutex_};
      inbox_.push_back(std::move(what));
    }
    changed_.notify_one();
  }

  void run() {
    for (;;) {
      occurrence next;
      bool more = false;
      {
        std::unique_lock lock{mutex_};
        changed_.wait(lock, [this] { return over_ || !inbox_.empty(); });
        if (over_) return;
        next = std::move(inbox_.front());
        inbox_.pop_front();
        more = std::any_of(inbox_.begin(), inbox_.end(), [&](const occurrence& each) {
          return each.on == next.on && !each.late && !each.parts.empty();
        });
      }
      handle(next, more);
    }
  }

  void handle(occurrence& what, bool more) {
    auto& on = *what.on;
    if (what.parts.empty()) {
      if (auto to = on.from_.lock()) to->on_connected();
      return;
    }
    if (on.cut_ && !what.late) {
      // On its way when the connection was cut: it lands later, or is lost with all behind it.
      on.lost_ = on.lost_ || random_.below(2) == 0;
      if (!on.lost_) push({what.on, std::move(what.parts), true});
      return;
    }
    sent_frame frame;
    for (const auto& part : what.parts)
      frame.payload.insert(frame.payload.end(), part.view.begin(), part.view.end());
    what.parts.clear();
    frame.type = wire::load_big_endian<std::int32_t>(frame.payload.data());
    frame.payload.erase(frame.payload.begin(), frame.payload.begin() + 8);
    if (frame.type == wire::hello::code) return reply(on, wire::hello{16, 5});
    if (frame.type == wire::setup_append::code) return set_up(on, frame);
    if (frame.is_block()) append(on, frame, what.late, more);
  }

  void set_up(line& on, const sent_frame& frame) {
    if (on.cut_) return;
    const auto asked = frame.as<wire::setup_append>();
    const auto last = content_[asked.writer_id].last;
    on.seen_[asked.writer_id] = last;
    reply(on, wire::append_setup{asked.request_id, asked.segment, asked.writer_id, last});
  }

  void append(line& on, const sent_frame& frame, bool late, bool more) {
    const auto block = frame.block();
    auto& to = content_[block.writer_id];
    ++counted_.blocks;
    const bool fits = on.seen_.contains(block.writer_id) &&
                      on.seen_[block.writer_id] == to.last && block.last_event_number > to.last;
    if (!fits) {
      ++counted_.refused_blocks;
      on.lost_ = true;
      return cut(on);
    }
    // Often while more is on its way: that may land late.
    const auto rarity =
        more ? std::max<std::uint64_t>(blocks_per_cut_ / 8, 1) : blocks_per_cut_;
    const bool strikes = !healed_ && !late && random_.below(rarity) == 0;
    if (strikes && random_.below(2) == 0) {
      // What is behind a block that was not taken is not taken either.
      on.lost_ = true;
      return cut(on);
    }
    if (late) ++counted_.late_blocks;
    to.last = on.seen_[block.writer_id] = block.last_event_number;
    for (auto& each : frame.events())
      to.events.push_back(std::move(each));
    if (strikes) return cut(on);
    // With the next block here already, one acknowledgement may cover both.
    if (more && random_.below(2) == 0) return;
    reply(on, wire::data_appended{block.writer_id, block.last_event_number, 0, block.request_id,
                                  0});
  }

  void cut(line& on) {
    if (std::exchange(on.cut_, true)) return;
    ++counted_.cuts;
    if (auto to = on.from_.lock()) to->on_closed(error{errc::connection_lost, "cut"});
  }

  template <class T>
  void reply(line& on, const T& what) {
    if (on.cut_) return;
    if (auto to = on.from_.lock()) feed(*to, *wire::encode(what));
  }

  splitmix random_;
  const std::uint64_t blocks_per_cut_;
  std::map<uuid, held> content_;
  counters counted_;
  std::atomic<bool> healed_{false};
  std::mutex mutex_;
  std::condition_variable changed_;
  std::deque<occurrence> inbox_;
  bool over_ = false;
  std::thread thread_;
};

}  // namespace pravega_actor::test
