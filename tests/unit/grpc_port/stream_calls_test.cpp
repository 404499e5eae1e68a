#include "pravega_actor/ports/stream_calls.hpp"

#include "call_fixture.hpp"

using namespace pravega_actor;
using namespace pravega_actor::internal;
using namespace pravega_actor::test;
using namespace pravega_actor::controller;

namespace {

const scoped_stream stream{"sc", "st"};

bool is_stream(const pb::StreamInfo& info) {
  return info.scope() == "sc" && info.stream() == "st";
}

}  // namespace

TEST_CASE_METHOD(call_fixture, "check_stream") {
  server.on<pb::StreamInfo, pb::ExistsResponse>(
      "checkStreamExists",
      [](const auto& asked, auto& told) { told.set_exists(is_stream(asked)); });
  CHECK(ask(*port, check_stream{stream})->exists);
  CHECK_FALSE(ask(*port, check_stream{{"sc", "other"}})->exists);
}

TEST_CASE_METHOD(call_fixture, "create_stream") {
  using s = pb::CreateStreamStatus;
  pb::StreamConfig seen;
  server.on<pb::StreamConfig, s>("createStream",
                                 [&](const auto& asked, auto&) { seen = asked; });
  stream_config config;
  config.scaling = {scaling_policy::kind::by_events_per_s, 100, 3, 4};
  config.retention = {retention_policy::kind::by_size_bytes, 1000, 2000};
  config.tags = {"red", "blue"};
  config.timestamp_aggregation_timeout_ms = 77;
  config.rollover_size_bytes = 88;
  CHECK(ask(*port, create_stream{stream, config})->created);
  CHECK(is_stream(seen.streaminfo()));
  CHECK(seen.scalingpolicy().scaletype() == pb::ScalingPolicy::BY_RATE_IN_EVENTS_PER_SEC);
  CHECK(seen.scalingpolicy().targetrate() == 100);
  CHECK(seen.scalingpolicy().scalefactor() == 3);
  CHECK(seen.scalingpolicy().minnumsegments() == 4);
  CHECK(seen.retentionpolicy().retentiontype() == pb::RetentionPolicy::SIZE);
  CHECK(seen.retentionpolicy().retentionparam() == 1000);
  CHECK(seen.retentionpolicy().retentionmax() == 2000);
  REQUIRE(seen.tags().tag_size() == 2);
  CHECK(seen.tags().tag(0) == "red");
  CHECK(seen.timestampaggregationtimeout() == 77);
  CHECK(seen.rolloversizebytes() == 88);

  CHECK(ask(*port, create_stream{stream, {}})->created);
  CHECK_FALSE(seen.has_retentionpolicy());
  CHECK(seen.scalingpolicy().minnumsegments() == 1);

  s exists;
  exists.set_status(s::STREAM_EXISTS);
  server.answer("createStream", exists);
  CHECK_FALSE(ask(*port, create_stream{stream, config})->created);
  check_statuses<s, s::Status>(
      "createStream", create_stream{stream, config},
      {{s::FAILURE, errc::precondition_failed},
       {s::SCOPE_NOT_FOUND, errc::scope_not_found},
       {s::INVALID_STREAM_NAME, errc::invalid_name},
       {static_cast<s::Status>(no_such_status), errc::protocol_violation}});
}

TEST_CASE_METHOD(call_fixture, "update_stream, truncate_stream and seal_stream") {
  using s = pb::UpdateStreamStatus;
  pb::StreamCut cut;
  server.on<pb::StreamConfig, s>("updateStream", [](const auto&, auto&) {});
  server.on<pb::StreamCut, s>("truncateStream", [&](const auto& asked, auto&) { cut = asked; });
  server.on<pb::StreamInfo, s>("sealStream", [](const auto& asked, auto& told) {
    if (!is_stream(asked)) told.set_status(s::FAILURE);
  });
  const truncate_stream truncate{{stream, {{{1, 2}, 30}, {{2, 2}, -1}}}};
  CHECK(ask(*port, update_stream{stream, {}}));
  CHECK(ask(*port, truncate));
  CHECK(is_stream(cut.streaminfo()));
  REQUIRE(cut.cut_size() == 2);
  CHECK(cut.cut().at((std::int64_t{2} << 32) + 1) == 30);
  CHECK(cut.cut().at((std::int64_t{2} << 32) + 2) == -1);
  CHECK(ask(*port, seal_stream{stream}));

  const std::vector<std::pair<s::Status, errc>> failures{
      {s::FAILURE, errc::precondition_failed},
      {s::STREAM_NOT_FOUND, errc::stream_not_found},
      {s::SCOPE_NOT_FOUND, errc::scope_not_found},
      {s::STREAM_SEALED, errc::stream_sealed},
      {static_cast<s::Status>(no_such_status), errc::protocol_violation}};
  check_statuses<s>("updateStream", update_stream{stream, {}}, failures);
  check_statuses<s>("truncateStream", truncate, failures);
  check_statuses<s>("sealStream", seal_stream{stream}, failures);
}

TEST_CASE_METHOD(call_fixture, "delete_stream") {
  using s = pb::DeleteStreamStatus;
  server.answer("deleteStream", s{});
  CHECK(ask(*port, delete_stream{stream})->deleted);
  s missing;
  missing.set_status(s::STREAM_NOT_FOUND);
  server.answer("deleteStream", missing);
  CHECK_FALSE(ask(*port, delete_stream{stream})->deleted);
  check_statuses<s, s::Status>(
      "deleteStream", delete_stream{stream},
      {{s::FAILURE, errc::precondition_failed},
       {s::STREAM_NOT_SEALED, errc::stream_not_sealed},
       {static_cast<s::Status>(no_such_status), errc::protocol_violation}});
}

TEST_CASE_METHOD(call_fixture, "get_stream_config returns what create_stream sent") {
  pb::StreamConfig stored;
  server.on<pb::StreamConfig, pb::CreateStreamStatus>(
      "createStream", [&](const auto& asked, auto&) { stored = asked; });
  server.on<pb::StreamInfo, pb::StreamConfig>("getStreamConfiguration",
                                              [&](const auto&, auto& told) { told = stored; });
  for (const auto scaling :
       {scaling_policy{}, scaling_policy{scaling_policy::kind::by_kilobytes_per_s, 9, 2, 3},
        scaling_policy{scaling_policy::kind::by_events_per_s, 9, 2, 3}}) {
    for (const auto retention :
         {retention_policy{}, retention_policy{retention_policy::kind::by_time_ms, 5, 6},
          retention_policy{retention_policy::kind::by_size_bytes, 5, 6}}) {
      const stream_config config{scaling, retention, {"t"}, 11, 12};
      REQUIRE(ask(*port, create_stream{stream, config}));
      const auto got = ask(*port, get_stream_config{stream});
      REQUIRE(got);
      CHECK(*got == config);
    }
  }
  pb::StreamConfig odd;
  odd.mutable_scalingpolicy()->set_scaletype(
      static_cast<pb::ScalingPolicy::ScalingPolicyType>(no_such_status));
  server.answer("getStreamConfiguration", odd);
  CHECK(failure(get_stream_config{stream}) == errc::protocol_violation);
  odd.Clear();
  odd.mutable_retentionpolicy()->set_retentiontype(
      static_cast<pb::RetentionPolicy::RetentionPolicyType>(no_such_status));
  server.answer("getStreamConfiguration", odd);
  CHECK(failure(get_stream_config{stream}) == errc::protocol_violation);
}

TEST_CASE_METHOD(call_fixture, "get_delegation_token carries the access") {
  server.on<pb::StreamInfo, pb::DelegationToken>(
      "getDelegationToken", [](const auto& asked, auto& told) {
        told.set_delegationtoken("for " + std::to_string(asked.accessoperation()));
      });
  const std::vector<std::pair<access_operation, std::string>> expected{
      {access_operation::unspecified, "for 0"}, {access_operation::none, "for 1"},
      {access_operation::any, "for 2"},         {access_operation::read, "for 3"},
      {access_operation::write, "for 4"},       {access_operation::read_write, "for 5"}};
  for (const auto& [access, text] : expected) {
    const auto got = ask(*port, get_delegation_token{stream, access});
    REQUIRE(got);
    CHECK(got->text == text);
  }
}
