#include "pravega_actor/ports/reader_group_calls.hpp"

#include <grpcpp/support/slice.h>

#include <functional>
#include <limits>

#include "all_requests.hpp"
#include "call_fixture.hpp"
#include "grpc_port/exchange.hpp"
#include "pravega_actor/limits.hpp"

using namespace pravega_actor;
using namespace pravega_actor::internal;
using namespace pravega_actor::test;
using namespace pravega_actor::controller;

namespace {

const scoped_group group{"sc", "group"};
const scoped_stream stream{"sc", "st"};
const scoped_stream other{"sc", "other"};
constexpr std::int64_t third_value = (std::int64_t{2} << 32) + 3;

reader_group_config settings() {
  reader_group_config config;
  config.automatic_checkpoint_interval_ms = 11;
  config.group_refresh_time_ms = 12;
  config.starting_cuts = {{stream, stream_cut{stream, {{{3, 2}, 40}}}}, {other, std::nullopt}};
  config.ending_cuts = {{stream, stream_cut{stream, {{{3, 2}, 90}}}}, {other, std::nullopt}};
  config.outstanding_checkpoints_max = 13;
  config.retention = group_retention::automatic;
  config.generation = 5;
  config.id = {1, 2};
  return config;
}

const std::string id_text = "00000000-0000-0001-0000-000000000002";

/// What a server that holds `settings()` answers.
pb::ReaderGroupConfiguration held(std::int64_t generation = 5) {
  auto config = encode(create_reader_group{group, settings()});
  config.set_generation(generation);
  return config;
}

pb::CreateReaderGroupResponse created(const pb::ReaderGroupConfiguration& config) {
  pb::CreateReaderGroupResponse to;
  *to.mutable_config() = config;
  return to;
}

pb::ReaderGroupConfigResponse got(const pb::ReaderGroupConfiguration& config) {
  pb::ReaderGroupConfigResponse to;
  *to.mutable_config() = config;
  return to;
}

template <class Message>
result<controller::reply> judge(const request& call, const Message& reply) {
  return decode_reply(call, bytes_of(reply));
}

grpc::ByteBuffer raw(const std::string& bytes) {
  const grpc::Slice slice{bytes};
  return {&slice, 1};
}

/// So many empty messages of one field.
std::string entries(char tag, std::size_t count) {
  std::string all;
  all.reserve(2 * count);
  for (std::size_t i = 0; i < count; ++i)
    all.append({tag, '\0'});
  return all;
}

/// A field with these bytes.
std::string nested(char tag, const std::string& bytes) {
  std::string field{tag};
  auto left = bytes.size();
  for (; left > 0x7f; left >>= 7)
    field += static_cast<char>((left & 0x7f) | 0x80);
  field += static_cast<char>(left);
  return field + bytes;
}

}  // namespace

TEST_CASE_METHOD(call_fixture, "creating a reader group sends its whole configuration") {
  pb::ReaderGroupConfiguration seen;
  server.on<pb::ReaderGroupConfiguration, pb::CreateReaderGroupResponse>(
      "createReaderGroup", [&](const auto& asked, auto& to) {
        seen = asked;
        to = created(held(0));
      });
  const auto made = ask(*port, create_reader_group{group, settings()});
  REQUIRE(made);
  CHECK(made->generation == 0);
  CHECK(made->id == uuid{1, 2});
  CHECK(made->has_same_settings(settings()));
  CHECK(seen.scope() == "sc");
  CHECK(seen.readergroupname() == "group");
  CHECK(seen.automaticcheckpointintervalmillis() == 11);
  CHECK(seen.grouprefreshtimemillis() == 12);
  CHECK(seen.maxoutstandingcheckpointrequest() == 13);
  CHECK(seen.retentiontype() == 2);
  CHECK(seen.generation() == 0);
  CHECK(seen.readergroupid() == id_text);
  CHECK(seen.rolloversizebytes() == 4194304);
  REQUIRE(seen.startingstreamcuts_size() == 2);
  CHECK(seen.startingstreamcuts(0).streaminfo().stream() == "other");
  CHECK(seen.startingstreamcuts(0).cut().empty());
  CHECK(seen.startingstreamcuts(1).cut().at(third_value) == 40);
  REQUIRE(seen.endingstreamcuts_size() == 2);
  CHECK(seen.endingstreamcuts(1).cut().at(third_value) == 90);
}

TEST_CASE("a group that was there already comes with its own configuration") {
  auto mine = settings();
  mine.id = {7, 7};
  mine.retention = group_retention::none;
  const auto there = judge(create_reader_group{group, mine}, created(held(0)));
  REQUIRE(there);
  CHECK(there->get<reader_group_config>().id == uuid{1, 2});
  // One's own group may have been changed by somebody else since the first attempt.
  mine.id = settings().id;
  CHECK(judge(create_reader_group{group, mine}, created(held(1))));
  CHECK(judge(create_reader_group{group, mine}, created(held(0))).error() ==
        errc::protocol_violation);
}

TEST_CASE_METHOD(call_fixture, "the statuses of calls about reader groups") {
  using create = pb::CreateReaderGroupResponse;
  check_statuses<create, create::Status>(
      "createReaderGroup", create_reader_group{group, settings()},
      {{create::FAILURE, errc::precondition_failed},
       {create::SCOPE_NOT_FOUND, errc::scope_not_found},
       {create::INVALID_RG_NAME, errc::invalid_name},
       {static_cast<create::Status>(no_such_status), errc::protocol_violation}});
  using get = pb::ReaderGroupConfigResponse;
  check_statuses<get, get::Status>(
      "getReaderGroupConfig", get_reader_group_config{group},
      {{get::FAILURE, errc::precondition_failed},
       {get::RG_NOT_FOUND, errc::reader_group_not_found},
       {static_cast<get::Status>(no_such_status), errc::protocol_violation}});
  using update = pb::UpdateReaderGroupResponse;
  check_statuses<update, update::Status>(
      "updateReaderGroup", update_reader_group{group, settings()},
      {{update::FAILURE, errc::controller_failure},
       {update::RG_NOT_FOUND, errc::reader_group_not_found},
       {update::INVALID_CONFIG, errc::reader_group_changed},
       {static_cast<update::Status>(no_such_status), errc::protocol_violation}});
  using remove = pb::DeleteReaderGroupStatus;
  check_statuses<remove, remove::Status>(
      "deleteReaderGroup", delete_reader_group{group, {1, 2}},
      {{remove::FAILURE, errc::precondition_failed},
       {static_cast<remove::Status>(no_such_status), errc::protocol_violation}});
  using list = pb::SubscribersResponse;
  check_statuses<list, list::Status>(
      "listSubscribers", list_subscribers{stream},
      {{list::FAILURE, errc::controller_failure},
       {list::STREAM_NOT_FOUND, errc::stream_not_found},
       {static_cast<list::Status>(no_such_status), errc::protocol_violation}});
  using release = pb::UpdateSubscriberStatus;
  check_statuses<release, release::Status>(
      "updateSubscriberStreamCut", update_subscriber_cut{group, {1, 2}, 5, {stream, {}}},
      {{release::FAILURE, errc::controller_failure},
       {release::STREAM_NOT_FOUND, errc::stream_not_found},
       {release::SUBSCRIBER_NOT_FOUND, errc::reader_group_not_found},
       {release::STREAM_CUT_NOT_VALID, errc::precondition_failed},
       {release::GENERATION_MISMATCH, errc::reader_group_changed},
       {static_cast<release::Status>(no_such_status), errc::protocol_violation}});
}

TEST_CASE_METHOD(call_fixture, "the configuration of a reader group") {
  pb::ReaderGroupInfo seen;
  server.on<pb::ReaderGroupInfo, pb::ReaderGroupConfigResponse>(
      "getReaderGroupConfig", [&](const auto& asked, auto& to) {
        seen = asked;
        to = got(held());
      });
  const auto config = ask(*port, get_reader_group_config{group});
  REQUIRE(config);
  CHECK(*config == settings());
  CHECK(seen.scope() == "sc");
  CHECK(seen.readergroup() == "group");
}

TEST_CASE("a configuration that a controller cannot hold is a violation") {
  using message = pb::ReaderGroupConfiguration;
  const std::vector<std::function<void(message&)>> changes{
      [](auto& m) { m.Clear(); },
      [](auto& m) { m.set_scope("elsewhere"); },
      [](auto& m) { m.set_readergroupname(""); },
      [](auto& m) { m.set_readergroupid(""); },
      [](auto& m) { m.set_readergroupid("no id"); },
      [](auto& m) { m.set_readergroupid(uuid{}.to_string()); },
      [](auto& m) { m.set_generation(-1); },
      [](auto& m) { m.set_retentiontype(3); },
      [](auto& m) { m.set_retentiontype(-1); },
      [](auto& m) { m.set_retentiontype(256); },
      [](auto& m) { m.set_grouprefreshtimemillis(-1); },
      [](auto& m) { m.set_maxoutstandingcheckpointrequest(0); },
      [](auto& m) { m.clear_startingstreamcuts(); },
      [](auto& m) { *m.add_startingstreamcuts() = m.startingstreamcuts(0); },
      [](auto& m) { *m.add_endingstreamcuts() = m.endingstreamcuts(0); },
      [](auto& m) { m.mutable_startingstreamcuts(0)->clear_streaminfo(); },
      [](auto& m) { m.mutable_startingstreamcuts(0)->mutable_streaminfo()->set_stream("a b"); },
      [](auto& m) { m.mutable_endingstreamcuts(0)->mutable_streaminfo()->set_stream("third"); },
      [](auto& m) { (*m.mutable_startingstreamcuts(1)->mutable_cut())[third_value] = -2; },
      [](auto& m) { (*m.mutable_startingstreamcuts(1)->mutable_cut())[-1] = 0; },
      [](auto& m) { (*m.mutable_endingstreamcuts(1)->mutable_cut())[-1] = 0; }};
  for (std::size_t i = 0; i < changes.size(); ++i) {
    CAPTURE(i);
    auto config = held(0);
    changes[i](config);
    CHECK(judge(get_reader_group_config{group}, got(config)).error() ==
          errc::protocol_violation);
    auto mine = settings();
    mine.id = {9, 9};
    CHECK(judge(create_reader_group{group, mine}, created(config)).error() ==
          errc::protocol_violation);
  }
}

TEST_CASE("lists in a group's configuration have their limits") {
  const auto starts = entries('\x4a', limits::group_streams_max + 1);
  const auto ends = entries('\x52', limits::group_streams_max + 1);
  const auto places = nested('\x4a', entries('\x12', limits::cut_entries_max + 1));
  const auto end_places = nested('\x52', entries('\x12', limits::cut_entries_max + 1));
  for (const auto& config : {starts, ends, places, end_places}) {
    const auto one = decode_reply(get_reader_group_config{group}, raw(nested('\x0a', config)));
    CHECK(one.error() == errc::limit_exceeded);
    const auto same =
        decode_reply(create_reader_group{group, settings()}, raw(nested('\x12', config)));
    CHECK(same.error() == errc::limit_exceeded);
  }
}

TEST_CASE_METHOD(call_fixture, "an update raises the generation by one") {
  pb::ReaderGroupConfiguration seen;
  std::int64_t told = 6;
  server.on<pb::ReaderGroupConfiguration, pb::UpdateReaderGroupResponse>(
      "updateReaderGroup", [&](const auto& asked, auto& to) {
        seen = asked;
        to.set_generation(told);
      });
  const auto updated = ask(*port, update_reader_group{group, settings()});
  REQUIRE(updated);
  CHECK(updated->generation == 6);
  CHECK(seen.generation() == 5);
  CHECK(seen.readergroupid() == id_text);
  for (const auto too_low : {std::numeric_limits<std::int64_t>::min(), std::int64_t{5}}) {
    told = too_low;
    CHECK(failure(update_reader_group{group, settings()}) == errc::protocol_violation);
  }
  for (const auto later : {std::int64_t{7}, std::numeric_limits<std::int64_t>::max()}) {
    told = later;
    CHECK(failure(update_reader_group{group, settings()}) == errc::reader_group_changed);
  }
}

TEST_CASE_METHOD(call_fixture, "deleting a reader group names its id") {
  pb::ReaderGroupInfo seen;
  pb::DeleteReaderGroupStatus told;
  server.on<pb::ReaderGroupInfo, pb::DeleteReaderGroupStatus>("deleteReaderGroup",
                                                              [&](const auto& asked, auto& to) {
                                                                seen = asked;
                                                                to = told;
                                                              });
  const auto first = ask(*port, delete_reader_group{group, {1, 2}});
  INFO((first ? std::string{"no error"} : first.error().to_string()));
  REQUIRE(first);
  CHECK(first->deleted);
  CHECK(seen.readergroup() == "group");
  CHECK(seen.readergroupid() == id_text);
  told.set_status(pb::DeleteReaderGroupStatus::RG_NOT_FOUND);
  CHECK_FALSE(ask(*port, delete_reader_group{group, {1, 2}})->deleted);
}

TEST_CASE_METHOD(call_fixture, "the subscribers of a stream come sorted") {
  pb::SubscribersResponse told;
  told.add_subscribers("sc/b");
  told.add_subscribers("sc/a");
  server.answer("listSubscribers", told);
  const auto list = ask(*port, list_subscribers{stream});
  REQUIRE(list);
  CHECK(list->names == std::vector<std::string>{"sc/a", "sc/b"});
  told.add_subscribers("sc/a");
  CHECK(judge(list_subscribers{stream}, told).error() == errc::protocol_violation);
  told.set_subscribers(2, "");
  CHECK(judge(list_subscribers{stream}, told).error() == errc::protocol_violation);
}

TEST_CASE_METHOD(call_fixture, "releasing a cut sends the group and the cut") {
  pb::SubscriberStreamCut seen;
  server.on<pb::SubscriberStreamCut, pb::UpdateSubscriberStatus>(
      "updateSubscriberStreamCut", [&](const auto& asked, auto&) { seen = asked; });
  REQUIRE(ask(*port, update_subscriber_cut{group, {1, 2}, 5, {stream, {{{3, 2}, 40}}}}));
  CHECK(seen.subscriber() == "sc/group");
  CHECK(seen.generation() == 5);
  CHECK(seen.readergroupid() == id_text);
  CHECK(seen.streamcut().streaminfo().stream() == "st");
  CHECK(seen.streamcut().cut().at(third_value) == 40);
}
