#include "scenario/reader_group_world.hpp"

#include <algorithm>

namespace pravega_actor::scenario {

reader_group_config group_world::settings() const {
  reader_group_config config;
  config.automatic_checkpoint_interval_ms = 0;
  config.group_refresh_time_ms = 500;
  config.starting_cuts[stream] = std::nullopt;
  return config;
}

result<ensured_group> group_world::ensure(const reader_group_config& config,
                                          group_start start) {
  return get<ensured_group>(
      [&](auto done) { groups().ensure_group_async(group, config, start, done); });
}

result<reader_group_description> group_world::describe() {
  return get<reader_group_description>(
      [&](auto done) { groups().describe_async(group, done); });
}

result<checkpoint> group_world::make_checkpoint(const std::string& name, duration timeout) {
  return get<checkpoint>(
      [&](auto done) { groups().initiate_checkpoint_async(group, name, timeout, done); });
}

result<reader_group_config> group_world::reset(const reset_target& target) {
  return get<reader_group_config>(
      [&](auto done) { groups().reset_async(group, target, done); });
}

result<std::map<scoped_stream, stream_cut>> group_world::generate_cuts() {
  return get<reader_group_manager::cuts>(
      [&](auto done) { groups().generate_stream_cuts_async(group, seconds{60}, done); });
}

result<unread_bytes> group_world::unread(unread_since since) {
  return get<unread_bytes>(
      [&](auto done) { groups().unread_async(group, since, seconds{60}, done); });
}

texts group_world::write(const std::string& prefix, int events, const scoped_stream& to) {
  auto opened = try_open(to);
  REQUIRE(opened);
  REQUIRE(*opened);
  auto writer = **opened;
  texts written;
  for (int i = 0; i < events; ++i) {
    written.push_back(prefix + std::to_string(i));
    REQUIRE(writer.try_write(std::to_string(i), as_bytes(written.back())));
  }
  auto closed = std::make_shared<bool>(false);
  writer.close_async(seconds{30}, [closed](const close_report&) { *closed = true; });
  REQUIRE(world.run_until([&] { return *closed; }, seconds{60}));
  return written;
}

stream_cut group_world::tail(const scoped_stream& of) {
  const auto got =
      get<stream_cut>([&](auto done) { user->streams().tail_cut_async(of, done); });
  REQUIRE(got);
  return *got;
}

// --- members --------------------------------------------------------------------------------

event_subscriber::behavior_type reading_member::application(event_subscriber::pointer self,
                                                            const std::shared_ptr<kept>& held) {
  constexpr std::size_t slices = 4;
  self->send(held->reader, subscribe_event_reader{event_subscriber{self}, slices});
  return {
      [held](const slice_delivered& got) {
        for (const auto each : got.slice)
          held->events.emplace_back(as_text(each.payload));
        ++held->owed;
        if (!held->pauses)
          caf::anon_send(held->reader, read_demand{std::exchange(held->owed, 0)});
        held->take(got.number);
      },
      [held](const segment_ended& got) { held->take(got.number); },
      [held](const gap_delivered& got) {
        held->gaps.push_back(got.gap);
        held->take(got.number);
      },
      [held](const checkpoint_reached& got) {
        held->checkpoints.push_back(got.name);
        held->take(got.number);
      },
      [held](const event_reader_ended& how) { held->over = how.outcome; },
  };
}

reading_member::reading_member(group_world& of, const std::string& name,
                               const event_reader_options& options)
    : of_{of} {
  const auto opened = of.get<event_reader_handle>([&](auto done) {
    create_event_reader_actor(*of.user, of.group, name, options,
                              std::function<void(result<event_reader_handle>)>{done});
  });
  REQUIRE(opened);
  kept_->reader = *opened;
  kept_->application = of.world.system().spawn(application, kept_);
}

void reading_member::go_on() {
  kept_->holds = kept_->pauses = false;
  if (kept_->owed > 0)
    caf::anon_send(kept_->reader, read_demand{std::exchange(kept_->owed, 0)});
  if (kept_->last > 0) caf::anon_send(kept_->reader, release_through{kept_->last});
}

void reading_member::leave() {
  if (!kept_->reader) return;
  (void)ask<event_reader_closed>(of_.world, std::exchange(kept_->reader, nullptr),
                                 close_reader{});
  caf::anon_send_exit(std::exchange(kept_->application, nullptr),
                      caf::exit_reason::user_shutdown);
}

texts sorted(texts some) {
  std::sort(some.begin(), some.end());
  return some;
}

}  // namespace pravega_actor::scenario
