// A write log over several segments with a thread that does what segment writer actors do.
#pragma once

#include "support/stress_store.hpp"
#include "writer/write_log.hpp"

namespace pravega_actor::test {

using namespace internal;

struct stress_rig {
  stress_store store;
  std::shared_ptr<write_log> log;

  stress_rig(std::uint64_t seed, std::size_t segments, const writer_options& options,
             std::uint64_t blocks_per_cut)
      : store{seed, blocks_per_cut},
        log{std::make_shared<write_log>(scoped_stream{"scope", "stream"}, options, seed)} {
    std::vector<segment_with_range> current;
    const append_limits limits{options.block_bytes_max, options.blocks_in_flight_max,
                               options.block_bytes_max / 4};
    const auto bound = [segments](std::size_t at) {
      return static_cast<double>(at) / static_cast<double>(segments);
    };
    for (std::size_t i = 0; i < segments; ++i) {
      append_log own{uuid{7, i}, static_cast<std::int64_t>(i + 1) << 32, pool, limits};
      auto made = std::make_shared<append_channel>(
          log, segment{{"scope", "stream"}, {static_cast<std::int32_t>(i), 0}}, std::move(own));
      lanes.push_back({made, 0, nullptr, false});
      current.push_back({made->of().id, {bound(i), bound(i + 1)}});
    }
    log->open(*channel_table::make(current,
                                   [this](segment_id id) {
                                     return lanes[static_cast<std::size_t>(id.number)].channel;
                                   }),
              {});
    keeper = std::thread{[this] { keep(); }};
    for (std::size_t i = 0; i < segments; ++i) {
      lanes[i].generation = lanes[i].channel->attach(
          [this, i](std::uint64_t, channel_notice what) { say(i, std::move(what)); });
      say(i, channel_closed{errc::connection_lost});
    }
  }
  ~stress_rig() { stop(); }

  void stop() {
    {
      std::lock_guard lock{mutex};
      over = true;
    }
    changed.notify_all();
    if (keeper.joinable()) keeper.join();
    for (auto& each : lanes)
      each.channel->detach(each.generation);
    store.stop();
  }

 private:
  struct lane {
    std::shared_ptr<append_channel> channel;
    std::uint64_t generation = 0;
    std::shared_ptr<session> now;
    /// A new session is wanted already.
    bool connecting = false;
  };
  struct connected {};
  using said = std::variant<channel_notice, connected>;

  void say(std::size_t at, said what) {
    {
      std::lock_guard lock{mutex};
      inbox.emplace_back(at, std::move(what));
    }
    changed.notify_one();
  }

  void keep() {
    for (;;) {
      std::pair<std::size_t, said> next;
      {
        std::unique_lock lock{mutex};
        changed.wait(lock, [this] { return over || !inbox.empty(); });
        if (over) return;
        next = std::move(inbox.front());
        inbox.pop_front();
      }
      handle(next.first, next.second);
    }
  }

  void handle(std::size_t at, const said& what) {
    auto& on = lanes[at];
    if (std::holds_alternative<connected>(what)) {
      on.connecting = false;
      if (!on.channel->use(on.generation, on.now)) return connect(at);
      return on.channel->send_setup(on.generation, "");
    }
    const auto& notice = std::get<channel_notice>(what);
    if (const auto* answer = std::get_if<setup_answered>(&notice)) {
      if (!on.channel->resume(on.generation, answer->stored)) ++violations;
    } else if (std::holds_alternative<channel_closed>(notice)) {
      connect(at);
    } else if (const auto* refused = std::get_if<append_refused>(&notice)) {
      if (refused->reason == errc::protocol_violation) ++violations;
      on.channel->disconnect(on.generation, refused->reason);
      connect(at);
    }
  }

  void connect(std::size_t at) {
    auto& on = lanes[at];
    if (std::exchange(on.connecting, true)) return;
    on.now = std::make_shared<session>(
        endpoint{"store", 1}, true, pool,
        [this, at](const session_notice& n) {
          if (std::holds_alternative<session_connected>(n)) say(at, connected{});
        },
        clock_type::now);
    on.now->open(store, seconds{1});
  }

  std::shared_ptr<buffer_pool> pool = std::make_shared<buffer_pool>();
  std::vector<lane> lanes;
  std::mutex mutex;
  std::condition_variable changed;
  std::deque<std::pair<std::size_t, said>> inbox;
  bool over = false;
  std::thread keeper;

 public:
  /// Answers of the store that the log refused.
  std::atomic<int> violations{0};
};

}  // namespace pravega_actor::test
