#include "group/group_reading.hpp"

#include <fmt/format.h>

#include <atomic>
#include <list>
#include <mutex>
#include <thread>

#include "common/owed.hpp"
#include "common/report.hpp"
#include "common/signals.hpp"
#include "common/waiting.hpp"
#include "group/caught_up_check.hpp"

namespace pravega_actor::tool {

namespace {

/// For the reader's own actor, which waits for nobody.
constexpr seconds actor_patience{2};
/// What a reader may take to leave its group.
constexpr seconds leaving_patience{10};
/// Readers that start together leave segments to each other for so long.
constexpr milliseconds joining_pause{500};
/// Silence before it is asked whether anything is left.
constexpr milliseconds settled{300};

/// One reading by some readers, each in a thread of its own.
class group_run {
 public:
  group_run(const common_options& common, session& in, const group_plan& plan,
            const group_hooks& hooks)
      : common_{common},
        in_{in},
        plan_{plan},
        hooks_{hooks},
        notes_{common, in},
        check_{in.pravega().reader_groups(), plan.group} {}
  ~group_run() {
    over_ = true;
    for (auto& each : members_)
      if (each.thread.joinable()) each.thread.join();
  }
  group_run(const group_run&) = delete;
  group_run& operator=(const group_run&) = delete;

  result<group_reading_outcome> run() {
    if (auto joined = join(); !joined) return joined.error();
    for (auto& each : members_)
      each.thread = std::thread{[this, &each] {
        work(each);
        leave(each);
      }};
    attend();
    await_left();
    if (failure_) return *failure_;
    group_reading_outcome outcome{end_, {}};
    for (auto& each : members_)
      outcome.readers.push_back(std::move(each.left));
    return outcome;
  }

 private:
  struct member {
    event_reader reader;
    /// The last item that is processed, and the one that is in part.
    std::uint64_t processed = 0;
    std::optional<std::pair<std::uint64_t, std::int64_t>> in_part;
    reader_left left;
    std::thread thread;
  };

  result<void> join();
  [[nodiscard]] error named(const error& why, const std::string& reader) const;
  void work(member& of);
  bool take(member& of, const event_reader::numbered_item& item);
  static void leave(member& of);
  void attend();
  void idle(duration silent);
  [[nodiscard]] silence_cause cause_of(duration silent) const;
  void await_left();
  // Under the mutex.
  void finish(read_end how) {
    if (!over_) end_ = how;
    over_ = true;
  }

  const common_options& common_;
  session& in_;
  const group_plan& plan_;
  const group_hooks& hooks_;
  reading_notes notes_;
  caught_up_check check_;
  std::list<member> members_;
  /// Guards the hooks and what follows.
  std::mutex mutex_;
  std::atomic<bool> over_{false};
  read_end end_ = read_end::stopped;
  std::optional<error> failure_;
  std::uint64_t items_ = 0;
};

result<void> group_run::join() {
  auto options = plan_.options;
  if (plan_.readers.size() > 1) options.initial_allocation_delay = joining_pause;
  for (const auto& name : plan_.readers) {
    auto details = for_controller(in_.settings(), "add a reader to " + plan_.group.to_string(),
                                  "the reader may stay in the group; `pravega-actor group "
                                  "offline` removes it");
    details.longest_ms += in_.settings().reader_recovery_timeout_ms;
    const blocking_wait wait{common_, std::move(details)};
    auto reader = in_.pravega().create_event_reader(plan_.group, name, options);
    if (!reader) return named(reader.error(), name);
    auto& added = members_.emplace_back();
    added.reader = std::move(*reader);
    added.left.reader = name;
  }
  return {};
}

// The library names the reader alone.
error group_run::named(const error& why, const std::string& reader) const {
  if (why.code() != errc::reader_exists) return why;
  return why.with_detail(reader).with_subject(plan_.group.to_string());
}

void group_run::work(member& of) {
  while (!over_) {
    auto item = of.reader.take(signal_patience);
    if (!item) {
      const std::lock_guard held{mutex_};
      // The whole group has read everything, or this reader can do no more.
      const bool all = item.error() == errc::end_of_segment;
      if (!all && !over_) failure_ = item.error();
      finish(read_end::reached);
      return;
    }
    if (*item && !take(of, **item)) return;
  }
}

bool group_run::take(member& of, const event_reader::numbered_item& item) {
  const std::lock_guard held{mutex_};
  // What is not processed goes to another reader.
  if (over_) return false;
  // A checkpoint is no news for a person.
  if (!std::holds_alternative<checkpoint_mark>(item.item)) ++items_;
  const auto taken = hooks_.on_item(of.left.reader, item.item);
  if (taken.processed_to) {
    of.in_part = std::pair{item.number, *taken.processed_to};
  } else if (taken.processed) {
    of.processed = item.number;
    of.reader.release_through(item.number);
  }
  if (!taken.go_on) finish(read_end::enough);
  return taken.go_on;
}

void group_run::leave(member& of) {
  if (of.in_part)
    static_cast<void>(
        of.reader.give_back(of.in_part->first, of.in_part->second, actor_patience));
  if (auto at = of.reader.released_position(actor_patience); at)
    of.left.released = std::move(*at);
  of.left.outcome = of.reader.close(leaving_patience);
}

silence_cause group_run::cause_of(duration silent) const {
  const auto recovery_ms = in_.settings().reader_recovery_timeout_ms;
  if (auto obstacle = check_.obstacle(); !obstacle.empty())
    return {"unknown whether the group has read everything: " + obstacle, true};
  const auto& reader = members_.front().reader;
  auto seen = reader.status(actor_patience);
  if (!seen) return {seen.error().summary(), true};
  const auto& reading = seen->reading;
  if (!reading.last_failure.empty()) return {owed_text(reading, silent, recovery_ms), true};
  if (!seen->checkpoint.empty()) return {"a checkpoint is not released", true};
  if (reading.segments.empty())
    return {fmt::format("no segments for this reader yet: {} in the group, {} free; the "
                        "others may give some back after a checkpoint",
                        counted(seen->group_readers, "reader"),
                        counted(seen->unassigned_segments, "segment")),
            false};
  if (plan_.follow) return {"waiting for new events; end with a signal", false};
  return {"waiting until the group has read everything", false};
}

void group_run::idle(duration silent) {
  {
    const std::lock_guard held{mutex_};
    if (hooks_.on_idle && !hooks_.on_idle()) finish(read_end::enough);
  }
  if (over_) return;
  notes_.idle([this](duration passed) { return cause_of(passed); });
  if (plan_.follow || silent < settled || !check_.look()) return;
  const std::lock_guard held{mutex_};
  finish(read_end::reached);
}

// The caller's thread looks after everything but items.
void group_run::attend() {
  std::uint64_t before = 0;
  auto moved = clock_type::now();
  while (!over_) {
    std::this_thread::sleep_for(signal_patience);
    std::unique_lock held{mutex_};
    if (stop_wanted()) finish(read_end::stopped);
    const bool came = items_ != before;
    before = items_;
    if (came) notes_.came(hooks_.progress);
    held.unlock();
    const auto now = clock_type::now();
    if (came) moved = now;
    if (!came && !over_) idle(now - moved);
  }
  notes_.end();
}

void group_run::await_left() {
  wait_details details = for_local("the readers to leave " + plan_.group.to_string());
  details.longest_ms = to_ms(leaving_patience + 2 * actor_patience);
  details.if_stopped = "they may stay in the group; `pravega-actor group offline` removes them";
  auto without_timeout = common_;
  without_timeout.timeout_s = 0;
  const blocking_wait wait{without_timeout, finishing(std::move(details))};
  for (auto& each : members_)
    each.thread.join();
}

}  // namespace

event_reader_options reader_options_of(const group_options& options) {
  event_reader_options reading;
  reading.release_between_checkpoints = options.release_between_checkpoints;
  reading.lease = milliseconds{options.lease_ms};
  return reading;
}

result<scoped_group> ready_group(const common_options& common, session& in,
                                 const group_options& options, const scoped_stream& stream) {
  auto group = parse_group(options.group, stream.scope);
  if (!group) return group;
  auto wanted = wanted_of(options.settings, {stream}, {});
  if (!wanted) return wanted.error();
  result<ensured_group> made = errc::closed;
  {
    const blocking_wait wait{
        common, for_controller(in.settings(), "create the group " + group->to_string(),
                               "it is unknown whether it was created")};
    made = in.pravega().reader_groups().ensure_group(*group, wanted->config, wanted->start);
  }
  if (!made) return made.error();
  if (!made->config.starting_cuts.contains(stream))
    return error{errc::invalid_argument,
                 fmt::format("the group exists and does not read {}", stream.to_string())}
        .with_subject(group->to_string());
  const auto others = differences_asked_for(options.settings, made->differences);
  if (!others.empty())
    note(common, fmt::format("pravega-actor: the group {} exists and stays as it is: {}",
                             group->to_string(), fmt::join(others, "; ")));
  return group;
}

result<group_reading_outcome> read_group(const common_options& common, session& in,
                                         const group_plan& plan, const group_hooks& hooks) {
  return group_run{common, in, plan, hooks}.run();
}

namespace {

// Where the group goes on, as long as that is short enough for a note.
std::string released_text(const position& at) {
  constexpr std::size_t segments_shown_max = 8;
  const auto count = at.segments.size();
  if (count == 0) return "it had no segments";
  if (count > segments_shown_max)
    return fmt::format("released: what it had processed of {}", counted(count, "segment"));
  return "released: " + at.to_string();
}

}  // namespace

void note_left(const common_options& common, const scoped_group& group,
               const group_reading_outcome& outcome, bool all) {
  for (const auto& each : outcome.readers) {
    const auto at = released_text(each.released);
    if (each.outcome && !all) continue;
    if (each.outcome)
      note(common, fmt::format("pravega-actor: {} has left {}; {}", each.reader,
                               group.to_string(), at));
    else
      note(common, fmt::format("pravega-actor: {} may still be in {}: {}; {}", each.reader,
                               group.to_string(), each.outcome.error().summary(), at));
  }
}

option_row& add_group_options(verb_row& verb, group_options& into) {
  auto& row = verb.add("--group", into.group,
                       "Read as a member of this group, created if it is missing")
                  .type("GROUP")
                  .group(group_heading);
  verb.add("--release-between-checkpoints", into.release_between_checkpoints,
           "Give segments to other readers at any time, not only after checkpoints")
      .group(group_heading)
      .needs("--group");
  verb.add("--lease-ms", into.lease_ms,
           "Take a reader offline after this time without a report; 0: never (default: 0)")
      .range(0, 86'400'000)
      .group(group_heading)
      .needs("--group");
  add_group_settings(verb, into.settings, "--group");
  return row;
}

}  // namespace pravega_actor::tool
