#include "scenario/group_scene.hpp"

#include "client/client_core.hpp"
#include "core/access.hpp"
#include "group_reader/find_group_start.hpp"
#include "group_reader/open_event_reader.hpp"

namespace pravega_actor::scenario {

using namespace internal;

namespace {

template <class Message>
void note(group_inbox& to, std::vector<Message>& list, const Message& got,
          caf::event_based_actor* self, const event_reader_handle& reader) {
  list.push_back(got);
  to.last = got.number;
  if (to.releases) self->send(reader, release_through{got.number});
}

caf::behavior inbox_actor(caf::event_based_actor* self, std::shared_ptr<group_inbox> to,
                          event_reader_handle reader) {
  return {
      [=](const slice_delivered& got) {
        note(*to, to->slices, got, self, reader);
        self->send(reader, read_demand{1});
      },
      [=](const segment_ended& got) { note(*to, to->ends, got, self, reader); },
      [=](const gap_delivered& got) { note(*to, to->gaps, got, self, reader); },
      [=](const checkpoint_reached& got) { note(*to, to->checkpoints, got, self, reader); },
      [=](const event_reader_ended& how) { to->ended.push_back(how); },
      [](const items_released&) {},
  };
}

}  // namespace

texts group_inbox::events() const {
  texts all;
  for (const auto& each : slices)
    for (const auto event : each.slice)
      all.emplace_back(as_text(event.payload));
  return all;
}

reader_group_config group_scene::quick() {
  reader_group_config config;
  config.automatic_checkpoint_interval_ms = 1'000;
  config.group_refresh_time_ms = 500;
  config.id = {7, 8};
  return config;
}

group_scene::group_scene(std::int32_t segments, reader_group_config options)
    : client_world{{}, segments} {
  options.starting_cuts[stream] = std::nullopt;
  REQUIRE(world.control(controller::create_reader_group{group, options}));
  synchronizer_setup setup;
  setup.stream = state_stream_of(group);
  aside_ =
      spawn_synchronizer<group_model>(&world.system(), access::core_of(*user).context(), setup);
  const auto call = [this](controller::request what, auto answered, auto) {
    answered(world.control(what));
  };
  std::optional<result<group_init>> start;
  find_group_start(call, options, [&](result<group_init> found) { start = std::move(found); });
  REQUIRE(*start);
  const auto made =
      ask<state_fetched<group_model>>(world, aside_, initialize_state<group_model>{**start});
  REQUIRE(made);
  REQUIRE(made->outcome);
}

group_scene::~group_scene() {
  writer_.reset();
  caf::anon_send_exit(aside_, caf::exit_reason::user_shutdown);
  aside_ = nullptr;
}

group_state group_scene::state() {
  const auto got = ask<state_fetched<group_model>>(world, aside_, fetch_state{});
  REQUIRE(got);
  REQUIRE(got->outcome);
  return *got->outcome->state;
}

void group_scene::propose(std::vector<group_update> updates) {
  for (;;) {
    const auto now = ask<state_fetched<group_model>>(world, aside_, fetch_state{});
    REQUIRE(now);
    REQUIRE(now->outcome);
    const auto done = ask<proposal_answered<group_model>>(
        world, aside_, propose_updates<group_model>{now->outcome->at, updates});
    REQUIRE(done);
    REQUIRE(done->outcome);
    if (done->outcome->accepted) return;
  }
}

scene_reader group_scene::open_in(const scoped_group& which, const std::string& name,
                                  const event_reader_options& options) {
  scene_reader made;
  auto opened = std::make_shared<std::optional<result<event_reader_handle>>>();
  open_event_reader(access::core_of(*user), {which, name, options, {}},
                    [opened](result<event_reader_handle> got) { *opened = std::move(got); });
  REQUIRE(until([&] { return opened->has_value(); }, seconds{200}));
  made.handle = **opened;
  if (made.handle) subscribe(made);
  return made;
}

scene_reader group_scene::open_reader(const std::string& name,
                                      const event_reader_options& options) {
  return open_in(group, name, options);
}

void group_scene::subscribe(scene_reader& reader, std::size_t slices) {
  reader.subscriber = world.system().spawn(inbox_actor, reader.inbox, *reader.handle);
  caf::anon_send(
      *reader.handle,
      subscribe_event_reader{caf::actor_cast<event_subscriber>(reader.subscriber), slices});
}

void group_scene::write(std::size_t count) {
  if (!writer_) writer_ = open();
  std::size_t durable = 0;
  for (std::size_t i = 0; i < count; ++i) {
    const auto text = std::to_string(written_++);
    REQUIRE(writer_->try_write(text, as_bytes(text), [&](const write_result& outcome) {
      durable += outcome.outcome ? 1 : 0;
    }));
  }
  REQUIRE(until([&] { return durable == count; }));
}

void group_scene::close(scene_reader& reader) {
  const auto closed = ask<event_reader_closed>(world, *reader.handle, close_reader{});
  REQUIRE(closed);
  caf::anon_send_exit(reader.subscriber, caf::exit_reason::user_shutdown);
  reader.handle = error{errc::closed};
  reader.subscriber = nullptr;
}

}  // namespace pravega_actor::scenario
