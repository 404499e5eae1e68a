// Reader groups at the controller: creation, updates, deletion, and subscriptions to streams.
#include <algorithm>

#include "interop/behaviour/raw_controller.hpp"

namespace pravega_actor::behaviour {

using namespace internal;

namespace {

uuid new_id() {
  static std::uint64_t count = 0;
  return {0x4000, ++count};
}

/// A group of one stream that does not exist yet.
struct new_group {
  scoped_stream stream = new_stream();
  scoped_group group{shared_scope(), fresh_name("group")};
  reader_group_config config;

  explicit new_group(group_retention retention = group_retention::none) {
    config.starting_cuts[stream];
    config.ending_cuts[stream];
    config.retention = retention;
    config.id = new_id();
  }
  [[nodiscard]] reader_group_config create() const {
    return must(controller::create_reader_group{group, config});
  }
  /// The configuration that the server holds.
  [[nodiscard]] reader_group_config held() const {
    return must(controller::get_reader_group_config{group});
  }
  [[nodiscard]] errc release(const std::map<segment_id, std::int64_t>& cut,
                             std::int64_t generation = 0) const {
    const auto done =
        ask(controller::update_subscriber_cut{group, config.id, generation, {stream, cut}});
    return done ? errc::internal_error : done.error().code();
  }
  [[nodiscard]] std::vector<std::string> subscribers() const {
    return must(controller::list_subscribers{stream}).names;
  }
};

constexpr errc it_succeeded = errc::internal_error;

template <class Call>
errc code_of(const Call& call) {
  const auto done = ask(call);
  return done ? it_succeeded : done.error().code();
}

pb::ReaderGroupConfiguration message_of(const new_group& of) {
  pb::ReaderGroupConfiguration message;
  message.set_scope(of.group.scope);
  message.set_readergroupname(of.group.group);
  message.set_readergroupid(of.config.id.to_string());
  message.set_maxoutstandingcheckpointrequest(1);
  for (auto* cuts : {message.mutable_startingstreamcuts(), message.mutable_endingstreamcuts()})
    *cuts->Add()->mutable_streaminfo() = info_of(of.stream);
  return message;
}

}  // namespace

TEST_CASE("A new group has the settings and the id of its creator, and generation 0",
          "[controller][group]") {
  new_group made{group_retention::manual};
  made.config.automatic_checkpoint_interval_ms = 12345;
  made.config.group_refresh_time_ms = 678;
  made.config.outstanding_checkpoints_max = 7;
  made.config.starting_cuts[made.stream] = stream_cut{made.stream, {{{0, 0}, 0}}};
  const auto reply = made.create();
  CHECK(reply.generation == 0);
  CHECK(reply.id == made.config.id);
  CHECK(reply.has_same_settings(made.config));
  CHECK(made.held() == reply);
}

TEST_CASE("A new group has a stream for its state, which has one segment and marks",
          "[controller][group]") {
  const new_group made;
  (void)made.create();
  const auto state = reader_group_stream(made.group.group);
  CHECK(current_ids({made.group.scope, state}) == std::vector<segment_id>{{0, 0}});
  CHECK(current_ids({made.group.scope, mark_stream(state)}).size() == 1);
  CHECK(must(controller::get_stream_config{{made.group.scope, state}}).rollover_size_bytes ==
        4194304);
}

TEST_CASE("Creating a group again gives the one that is there", "[controller][group]") {
  new_group made;
  const auto first = made.create();
  made.config.id = new_id();
  made.config.outstanding_checkpoints_max = 9;
  CHECK(made.create() == first);
}

TEST_CASE("A group needs a scope and a user's name", "[controller][group]") {
  new_group made;
  made.group.group = "_" + made.group.group;
  CHECK(code_of(controller::create_reader_group{made.group, made.config}) ==
        errc::invalid_name);
  made.group = {fresh_name("none"), "group"};
  CHECK(code_of(controller::create_reader_group{made.group, made.config}) ==
        errc::scope_not_found);
}

TEST_CASE("A group that does not exist is not found by any call", "[controller][group]") {
  const new_group none;
  CHECK(code_of(controller::get_reader_group_config{none.group}) ==
        errc::reader_group_not_found);
  CHECK(code_of(controller::update_reader_group{none.group, none.config}) ==
        errc::reader_group_not_found);
  CHECK_FALSE(must(controller::delete_reader_group{none.group, none.config.id}).deleted);
  CHECK(none.release({{{0, 0}, 0}}) == errc::reader_group_not_found);
}

TEST_CASE("An update replaces the settings and counts the generation up",
          "[controller][group]") {
  new_group made;
  (void)made.create();
  made.config.generation = 0;
  made.config.outstanding_checkpoints_max = 5;
  CHECK(must(controller::update_reader_group{made.group, made.config}).generation == 1);
  const auto held = made.held();
  CHECK(held.generation == 1);
  CHECK(held.has_same_settings(made.config));
}

TEST_CASE("An update with another generation or id is refused", "[controller][group]") {
  new_group made;
  (void)made.create();
  made.config.generation = 1;
  CHECK(code_of(controller::update_reader_group{made.group, made.config}) ==
        errc::reader_group_changed);
  made.config.generation = 0;
  made.config.id = new_id();
  CHECK(code_of(controller::update_reader_group{made.group, made.config}) ==
        errc::reader_group_changed);
  CHECK(made.held().generation == 0);
}

TEST_CASE("A refused update has the status INVALID_CONFIG and the generation asked with",
          "[controller][group]") {
  const new_group made;
  (void)made.create();
  auto message = message_of(made);
  message.set_generation(8);
  const auto refused = raw_call(&stub::updateReaderGroup, message);
  CHECK(refused.code == grpc::StatusCode::OK);
  CHECK(refused.reply.status() == pb::UpdateReaderGroupResponse::INVALID_CONFIG);
  CHECK(refused.reply.generation() == 8);
}

TEST_CASE("A group is deleted under its id only, and its state's stream with it",
          "[controller][group]") {
  const new_group made;
  (void)made.create();
  CHECK_FALSE(must(controller::delete_reader_group{made.group, new_id()}).deleted);
  CHECK(must(controller::delete_reader_group{made.group, made.config.id}).deleted);
  CHECK(code_of(controller::get_reader_group_config{made.group}) ==
        errc::reader_group_not_found);
  const scoped_stream state{made.group.scope, reader_group_stream(made.group.group)};
  CHECK_FALSE(must(controller::check_stream{state}).exists);
}

TEST_CASE("A deleted group can be created again, with another id", "[controller][group]") {
  new_group made;
  (void)made.create();
  REQUIRE(must(controller::delete_reader_group{made.group, made.config.id}).deleted);
  made.config.id = new_id();
  const auto again = made.create();
  CHECK(again.id == made.config.id);
  CHECK(again.generation == 0);
}

TEST_CASE("A group's streams are listed with the others of the scope", "[controller][group]") {
  const new_group made;
  (void)made.create();
  std::vector<std::string> names;
  for (std::string token;;) {
    const auto page = must(controller::list_streams{made.group.scope, token});
    if (page.names.empty()) break;
    names.insert(names.end(), page.names.begin(), page.names.end());
    token = page.token;
  }
  const auto state = reader_group_stream(made.group.group);
  CHECK(std::count(names.begin(), names.end(), state) == 1);
  CHECK(std::count(names.begin(), names.end(), mark_stream(state)) == 1);
}

TEST_CASE("A group subscribes to its streams if it has a retention", "[controller][group]") {
  const new_group plain;
  (void)plain.create();
  CHECK(plain.subscribers().empty());
  for (const auto retention : {group_retention::manual, group_retention::automatic}) {
    const new_group made{retention};
    (void)made.create();
    CHECK(made.subscribers() == std::vector{made.group.to_string()});
    REQUIRE(must(controller::delete_reader_group{made.group, made.config.id}).deleted);
    CHECK(made.subscribers().empty());
  }
}

TEST_CASE("An update begins and ends a subscription", "[controller][group]") {
  new_group made;
  (void)made.create();
  made.config.generation = 0;
  made.config.retention = group_retention::manual;
  REQUIRE(must(controller::update_reader_group{made.group, made.config}).generation == 1);
  CHECK(made.subscribers() == std::vector{made.group.to_string()});
  made.config.generation = 1;
  made.config.retention = group_retention::none;
  REQUIRE(must(controller::update_reader_group{made.group, made.config}).generation == 2);
  CHECK(made.subscribers().empty());
}

TEST_CASE("The subscribers of a stream that does not exist", "[controller][group]") {
  CHECK(code_of(controller::list_subscribers{{shared_scope(), fresh_name("none")}}) ==
        errc::stream_not_found);
}

TEST_CASE("A released cut needs the group's id and generation", "[controller][group]") {
  new_group made{group_retention::manual};
  (void)made.create();
  CHECK(made.release({{{0, 0}, 0}}, 1) == errc::reader_group_changed);
  CHECK(made.release({{{0, 0}, 0}}) == it_succeeded);
  made.config.id = new_id();
  CHECK(made.release({{{0, 0}, 0}}) == errc::reader_group_not_found);
}

TEST_CASE("A released cut may be released again, but not an earlier one",
          "[controller][group]") {
  const new_group made{group_retention::manual};
  (void)made.create();
  CHECK(made.release({{{0, 0}, 10}}) == it_succeeded);
  CHECK(made.release({{{0, 0}, 10}}) == it_succeeded);
  CHECK(made.release({{{0, 0}, 9}}) == errc::precondition_failed);
  CHECK(made.release({{{0, 0}, 11}}) == it_succeeded);
}

TEST_CASE("A group without a retention cannot release a cut", "[controller][group]") {
  const new_group made;
  (void)made.create();
  CHECK(made.release({{{0, 0}, 0}}) == errc::reader_group_not_found);
}

}  // namespace pravega_actor::behaviour
