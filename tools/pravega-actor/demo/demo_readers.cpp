#include "demo/demo_readers.hpp"

#include <fmt/format.h>

#include <condition_variable>
#include <mutex>
#include <optional>

#include "common/report.hpp"
#include "demo/demo_reader_messages.hpp"
#include "pravega_actor/actor_errors.hpp"
#include "pravega_actor/actors.hpp"

namespace pravega_actor::tool {

namespace {

/// As long as an application works on a slice before it releases it.
constexpr milliseconds work_time{250};
/// So that the first reader leaves segments to the others.
constexpr milliseconds joining_pause{300};
constexpr seconds leaving_patience{5};
constexpr std::size_t slices_in_hand = 256;

reader_group_config config_of(const scoped_stream& stream) {
  reader_group_config config;
  config.starting_cuts[stream];
  config.automatic_checkpoint_interval_ms = 1000;
  config.group_refresh_time_ms = 500;
  return config;
}

}  // namespace

/// What the readers' actors and the demo's thread share.
struct demo_readers::shared {
  shared(client opened, scoped_stream of, read_book::check arrived, told to)
      : pravega{std::move(opened)},
        stream{std::move(of)},
        group{stream.scope, "readers-of-" + stream.stream},
        book{std::move(arrived)},
        tell{std::move(to)} {}

  client pravega;
  const client_actor library = make_client_actor(pravega);
  const scoped_stream stream;
  const scoped_group group;
  read_book book;

  std::mutex telling;
  /// Empty after the end.
  told tell;

  mutable std::mutex mutex;
  std::condition_variable changed;
  /// The actors that have joined, by their names in the group.
  std::map<std::string, caf::actor> members;
  std::optional<error> failure;

  void say(tone meaning, const std::string& what, std::int64_t segment = -1) {
    const std::lock_guard held{telling};
    if (tell) tell(meaning, what, segment);
  }
  void failed(const error& why) {
    const std::lock_guard held{mutex};
    failure = why;
  }
  void joined(const std::string& name, const caf::actor& who) {
    book.add(name);
    const std::lock_guard held{mutex};
    members[name] = who;
    changed.notify_all();
  }
  void gone(const std::string& name) {
    const std::lock_guard held{mutex};
    members.erase(name);
    changed.notify_all();
  }
  template <class Holds>
  bool wait(duration timeout, Holds holds) {
    std::unique_lock held{mutex};
    return changed.wait_for(held, timeout, holds);
  }
};

/// One reader: an application's actor, which owns a reader of the group.
class demo_reader final : public caf::event_based_actor {
 public:
  using shared_pointer = std::shared_ptr<demo_readers::shared>;
  demo_reader(caf::actor_config& config, shared_pointer with, std::string reader)
      : event_based_actor{config}, with_{std::move(with)}, reader_{std::move(reader)} {}

  [[nodiscard]] const char* name() const override { return "demo_reader"; }

  void on_exit() override { with_->gone(reader_); }

 protected:
  caf::behavior make_behavior() override {
    event_reader_options options;
    options.initial_allocation_delay = joining_pause;
    options.release_between_checkpoints = true;
    // It belongs to this actor, and leaves the group with it.
    request(with_->library, caf::infinite, create_event_reader{with_->group, reader_, options})
        .then([this](const event_reader_opened& opened) { on_opened(opened); },
              [this](const caf::error&) {
                fail(error{errc::actor_terminated, "the client's actor ended"});
              });
    return {
        [this](slice_delivered& got) { on_slice(got); },
        [this](const segment_ended& got) {
          later({got.number, got.end.in, got.end.offset});
        },
        [this](const gap_delivered& got) {
          later({got.number, got.gap.in, -1});
        },
        [this](const checkpoint_reached& got) {
          later({got.number, {}, -1});
        },
        [this](const event_reader_ended& how) {
          if (!leaving_ && !how.outcome) fail(how.outcome.error());
        },
        [this](const demo_release_due& due) { release(due); },
        [this](const demo_leave&) { leave(); },
    };
  }

 private:
  void fail(const error& why) {
    with_->failed(why);
    quit(to_caf_error(why));
  }

  void on_opened(const event_reader_opened& opened) {
    if (!opened.handle) return fail(opened.handle.error());
    handle_ = *opened.handle;
    send(handle_, subscribe_event_reader{caf::actor_cast<event_subscriber>(caf::actor{this}),
                                         slices_in_hand});
    with_->joined(reader_, caf::actor{this});
  }

  void on_slice(const slice_delivered& got) {
    if (leaving_) return;
    if (with_->book.read(reader_, got.slice))
      with_->say(tone::active, reader_ + " reads", got.slice.in().id.number);
    send(handle_, read_demand{1});
    later({got.number, got.slice.in(), got.slice.next_offset()});
  }

  void later(demo_release_due due) { delayed_send(this, work_time, std::move(due)); }

  void release(const demo_release_due& due) {
    if (leaving_) return;
    request(handle_, caf::infinite, release_through{due.number})
        .then(
            [this, due](const items_released& answer) {
              if (answer.outcome && due.offset >= 0)
                with_->book.released(reader_, due.in, due.offset);
            },
            [](const caf::error&) {});
  }

  void leave() {
    if (std::exchange(leaving_, true)) return;
    const auto end = [this] {
      with_->gone(reader_);
      quit();
    };
    if (!handle_) return end();
    request(handle_, leaving_patience, close_reader{})
        .then([end](const event_reader_closed&) { end(); },
              [end](const caf::error&) { end(); });
  }

  const shared_pointer with_;
  const std::string reader_;
  event_reader_handle handle_;
  bool leaving_ = false;
};

/// The supervisor above the readers, in the client's actor system.
class demo_readers::actors {
 public:
  result<void> start(const std::shared_ptr<shared>& with, std::size_t readers) {
    supervisor_spec spec;
    spec.name = "demo";
    for (std::size_t i = 1; i <= readers; ++i)
      spec.children.push_back({fmt::format("reader-{}", i), factory_of(with, i),
                               restart_type::transient, leaving_patience});
    auto spawned = spawn_supervisor(with->library.home_system(), std::move(spec));
    if (!spawned) return spawned.error();
    supervisor_ = std::move(*spawned);
    return {};
  }
  void stop() {
    if (supervisor_) caf::anon_send_exit(supervisor_, caf::exit_reason::user_shutdown);
    supervisor_ = nullptr;
  }

 private:
  // A reader that starts again has another name: the group may still count the old one.
  static child_factory factory_of(const std::shared_ptr<shared>& with, std::size_t number) {
    return [with, number](const child_start& as) -> started_child {
      const auto name = as.generation == 1 ? fmt::format("reader-{}", number)
                                           : fmt::format("reader-{}.{}", number, as.generation);
      if (as.generation > 1)
        with->say(tone::good,
                  fmt::format("the supervisor starts reader-{} again, as {}", number, name));
      return as.spawn<demo_reader>(with, name);
    };
  }

  supervisor_handle supervisor_;
};

demo_readers::demo_readers(client pravega, scoped_stream stream, read_book::check arrived,
                           told tell)
    : shared_{std::make_shared<shared>(std::move(pravega), std::move(stream),
                                       std::move(arrived), std::move(tell))} {}

demo_readers::~demo_readers() {
  stop();
}

result<void> demo_readers::start(std::size_t readers, duration timeout) {
  const auto made =
      shared_->pravega.reader_groups().ensure_group(shared_->group, config_of(shared_->stream));
  if (!made) return made.error();
  actors_ = std::make_unique<actors>();
  if (auto started = actors_->start(shared_, readers); !started) return started;
  if (shared_->wait(timeout, [&] { return shared_->members.size() >= readers; })) return {};
  return error{errc::deadline_exceeded, "the readers did not join their group"}.with_subject(
      shared_->group.to_string());
}

bool demo_readers::kill_one(bool any) {
  std::map<std::string, caf::actor> members;
  {
    const std::lock_guard held{shared_->mutex};
    members = shared_->members;
  }
  std::string victim;
  std::int64_t most = 0;
  for (const auto& [name, actor] : members) {
    const auto bytes = shared_->book.unreleased_bytes(name);
    if (bytes > most || (victim.empty() && any)) victim = name;
    most = std::max(most, bytes);
  }
  if (victim.empty()) return false;
  shared_->book.killed(victim);
  shared_->gone(victim);
  shared_->say(tone::warning,
               fmt::format("killed {}, which had {} read and not released", victim,
                           counted(static_cast<std::uint64_t>(most), "byte")));
  caf::anon_send_exit(members[victim], caf::exit_reason::kill);
  return true;
}

result<void> demo_readers::outcome() const {
  const std::lock_guard held{shared_->mutex};
  return shared_->failure ? result<void>{*shared_->failure} : result<void>{};
}

const read_book& demo_readers::book() const noexcept {
  return shared_->book;
}

const scoped_group& demo_readers::group() const noexcept {
  return shared_->group;
}

void demo_readers::stop() {
  {
    const std::lock_guard held{shared_->telling};
    shared_->tell = nullptr;
  }
  shared_->book.close();
  if (!actors_) return;
  {
    const std::lock_guard held{shared_->mutex};
    for (const auto& [name, actor] : shared_->members)
      caf::anon_send(actor, demo_leave{});
  }
  static_cast<void>(shared_->wait(leaving_patience, [&] { return shared_->members.empty(); }));
  actors_->stop();
  actors_.reset();
}

}  // namespace pravega_actor::tool
