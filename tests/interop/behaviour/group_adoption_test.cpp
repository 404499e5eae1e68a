// A group whose state is in its stream, while the controller has no record of it.
#include "interop/behaviour/store_client.hpp"
#include "pravega_actor/client.hpp"

namespace pravega_actor::behaviour {

using namespace internal;

namespace {

std::string state_segment(const scoped_group& group) {
  return segment{{group.scope, reader_group_stream(group.group)}, {0, 0}}.to_string();
}

// Gives `lost` the state that `known` has, as a client before Pravega 0.9 would.
void copy_state(const scoped_group& known, const scoped_group& lost) {
  (void)must(controller::create_stream{{lost.scope, reader_group_stream(lost.group)},
                                       fixed_segments(1)});
  store_client store;
  const auto state = store.read_all(state_segment(known));
  REQUIRE_FALSE(state.empty());
  const auto writer = new_uuid();
  store.setup(state_segment(lost), writer);
  store.send(wire::conditional_block_end{writer, 1, 0, bytes_of(state), 77});
  (void)store.acknowledged(1);
}

result<int> read_one(client& pravega, const scoped_group& group) {
  PRAVEGA_ACTOR_LET(auto reader, pravega.create_event_reader(group, "reader"));
  for (int i = 0; i < 100; ++i) {
    PRAVEGA_ACTOR_LET(const auto item, reader.next(milliseconds{300}));
    const auto* slice = item ? std::get_if<event_slice>(&*item) : nullptr;
    if (slice != nullptr) return static_cast<int>(slice->event_count());
  }
  return 0;
}

}  // namespace

TEST_CASE("A group that the controller does not know is adopted with its own settings",
          "[group]") {
  config settings;
  settings.controller_uri = server().controller_uri;
  auto pravega = client::create(settings);
  REQUIRE(pravega);
  const auto groups = pravega->reader_groups();
  const auto stream = new_stream(2);
  const scoped_group known{shared_scope(), fresh_name("known")};
  const scoped_group lost{shared_scope(), fresh_name("lost")};
  reader_group_config own;
  own.starting_cuts[stream] = std::nullopt;
  own.outstanding_checkpoints_max = 7;
  REQUIRE(groups.ensure_group(known, own));
  copy_state(known, lost);
  REQUIRE(groups.config_of(lost).error() == errc::reader_group_not_found);

  auto wanted = own;
  wanted.outstanding_checkpoints_max = 2;
  const auto adopted = groups.ensure_group(lost, wanted);
  if (!adopted) FAIL(adopted.error().to_string());
  CHECK(adopted->outcome == ensured::differs);
  CHECK(adopted->config.outstanding_checkpoints_max == 7);
  const auto held = groups.config_of(lost);
  REQUIRE(held);
  CHECK(held->outstanding_checkpoints_max == 7);
  CHECK(groups.ensure_group(lost, *held)->outcome == ensured::existed);

  auto writer = pravega->create_writer(stream);
  REQUIRE(writer);
  REQUIRE(writer->write("key", as_bytes("event"), seconds{30}));
  REQUIRE(writer->flush(seconds{30}));
  const auto read = read_one(*pravega, lost);
  if (!read) FAIL(read.error().to_string());
  CHECK(*read == 1);
  CHECK(*groups.delete_group(lost));
  CHECK(groups.config_of(lost).error() == errc::reader_group_not_found);
}

}  // namespace pravega_actor::behaviour
