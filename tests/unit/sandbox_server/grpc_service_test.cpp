#include "server/grpc_service.hpp"

#include <grpcpp/create_channel.h>
#include <grpcpp/security/credentials.h>

#include <chrono>
#include <thread>

#include "server/rpc_messages.hpp"
#include "support/controller_rpcs.hpp"
#include "unit/sandbox_server/running_sandbox.hpp"

using namespace pravega_sandbox;
using namespace pravega_sandbox::test;

namespace {

using pravega_actor::test::rpc;

std::shared_ptr<::grpc::Channel> channel_to(const running_sandbox& s) {
  return ::grpc::CreateChannel(s.server->controller_endpoint().to_string(),
                               ::grpc::InsecureChannelCredentials());
}

class stub_client {
 public:
  template <class Request, class Reply>
  Reply call(const rpc<Request, Reply>* which, const Request& request,
             ::grpc::StatusCode expected = ::grpc::StatusCode::OK) {
    Reply reply;
    const auto status = pravega_actor::test::call_rpc(channel_, which->name, request, reply,
                                                      std::chrono::seconds{20});
    INFO(status.error_message());
    CHECK(status.error_code() == expected);
    return reply;
  }
  running_sandbox s;

 private:
  std::shared_ptr<::grpc::Channel> channel_ = channel_to(s);
};

namespace service = pravega_actor::test::rpcs;

proto::StreamInfo info_of(const std::string& stream) {
  proto::StreamInfo info;
  info.set_scope("scope");
  info.set_stream(stream);
  return info;
}

proto::SegmentId id_of(std::int64_t id, const std::string& stream = "stream") {
  proto::SegmentId message;
  *message.mutable_streaminfo() = info_of(stream);
  message.set_segmentid(id);
  return message;
}

proto::StreamConfig config_of(const std::string& stream, int segments) {
  proto::StreamConfig config;
  *config.mutable_streaminfo() = info_of(stream);
  config.mutable_scalingpolicy()->set_minnumsegments(segments);
  return config;
}

proto::ScaleRequest split_of_first() {
  proto::ScaleRequest request;
  *request.mutable_streaminfo() = info_of("stream");
  request.add_sealedsegments(0);
  for (const double low : {0.0, 0.5}) {
    auto& range = *request.add_newkeyranges();
    range.set_start(low);
    range.set_end(low + 0.5);
  }
  return request;
}

constexpr std::int64_t epoch_1 = std::int64_t{1} << 32;

}  // namespace

TEST_CASE("grpc service: scopes") {
  stub_client c;
  proto::ScopeInfo scope;
  using created = proto::CreateScopeStatus;
  scope.set_scope("other");
  CHECK(c.call(&service::createScope, scope).status() == created::SUCCESS);
  CHECK(c.call(&service::createScope, scope).status() == created::SCOPE_EXISTS);
  CHECK(c.call(&service::checkScopeExists, scope).exists());
  proto::ScopesRequest list;
  const auto page = c.call(&service::listScopes, list);
  CHECK(page.scopes_size() == 2);
  *list.mutable_continuationtoken() = page.continuationtoken();
  CHECK(c.call(&service::listScopes, list).scopes_size() == 0);
  using deleted = proto::DeleteScopeStatus;
  CHECK(c.call(&service::deleteScope, scope).status() == deleted::SUCCESS);
  CHECK(c.call(&service::deleteScope, scope).status() == deleted::SCOPE_NOT_FOUND);
  scope.set_scope("scope");
  CHECK(c.call(&service::deleteScope, scope).status() == deleted::SCOPE_NOT_EMPTY);
  CHECK(c.call(&service::deleteScopeRecursive, scope).status() == deleted::SUCCESS);
  scope.set_scope("bad name");
  CHECK(c.call(&service::createScope, scope).status() == created::INVALID_SCOPE_NAME);
}

TEST_CASE("grpc service: streams are created and listed") {
  stub_client c;
  using created = proto::CreateStreamStatus;
  CHECK(c.call(&service::createStream, config_of("a", 2)).status() == created::SUCCESS);
  CHECK(c.call(&service::createStream, config_of("a", 2)).status() == created::STREAM_EXISTS);
  CHECK(c.call(&service::createStream, config_of("a_b", 2)).status() ==
        created::INVALID_STREAM_NAME);
  CHECK(c.call(&service::createStream, config_of("b", 0)).status() == created::FAILURE);
  auto elsewhere = config_of("a", 1);
  elsewhere.mutable_streaminfo()->set_scope("none");
  CHECK(c.call(&service::createStream, elsewhere).status() == created::SCOPE_NOT_FOUND);
  CHECK(c.call(&service::checkStreamExists, info_of("a")).exists());
  CHECK_FALSE(c.call(&service::checkStreamExists, info_of("b")).exists());
  proto::StreamsInScopeRequest list;
  list.mutable_scope()->set_scope("scope");
  const auto page = c.call(&service::listStreamsInScope, list);
  REQUIRE(page.streams_size() == 4);
  CHECK(page.streams(2).stream() == "a");
  *list.mutable_continuationtoken() = page.continuationtoken();
  CHECK(c.call(&service::listStreamsInScope, list).streams_size() == 0);
  list.mutable_scope()->set_scope("none");
  CHECK(c.call(&service::listStreamsInScope, list).status() ==
        proto::StreamsInScopeResponse::SCOPE_NOT_FOUND);
}

TEST_CASE("grpc service: a configuration comes back as it was given") {
  stub_client c;
  auto config = config_of("a", 3);
  config.mutable_scalingpolicy()->set_scaletype(
      proto::ScalingPolicy::BY_RATE_IN_EVENTS_PER_SEC);
  config.mutable_scalingpolicy()->set_targetrate(100);
  config.mutable_scalingpolicy()->set_scalefactor(2);
  config.mutable_retentionpolicy()->set_retentiontype(proto::RetentionPolicy::SIZE);
  config.mutable_retentionpolicy()->set_retentionparam(1000);
  config.mutable_retentionpolicy()->set_retentionmax(2000);
  config.mutable_tags()->add_tag("blue");
  config.set_timestampaggregationtimeout(7);
  config.set_rolloversizebytes(8);
  c.call(&service::createStream, config);
  const auto stored = c.call(&service::getStreamConfiguration, info_of("a"));
  CHECK(stored.SerializeAsString() == config.SerializeAsString());
  config.mutable_scalingpolicy()->set_scaletype(
      proto::ScalingPolicy::BY_RATE_IN_KBYTES_PER_SEC);
  config.mutable_retentionpolicy()->set_retentiontype(proto::RetentionPolicy::TIME);
  using updated = proto::UpdateStreamStatus;
  CHECK(c.call(&service::updateStream, config).status() == updated::SUCCESS);
  CHECK(c.call(&service::getStreamConfiguration, info_of("a")).SerializeAsString() ==
        config.SerializeAsString());
  CHECK(c.call(&service::updateStream, config_of("none", 1)).status() ==
        updated::STREAM_NOT_FOUND);
  c.call(&service::getStreamConfiguration, info_of("none"), ::grpc::StatusCode::NOT_FOUND);
  proto::StreamsInScopeWithTagRequest tagged;
  tagged.mutable_scope()->set_scope("scope");
  tagged.set_tag("blue");
  CHECK(c.call(&service::listStreamsInScopeForTag, tagged).streams_size() == 1);
}

TEST_CASE("grpc service: scaling, epochs and successors") {
  stub_client c;
  const auto before = c.call(&service::getCurrentSegments, info_of("stream"));
  REQUIRE(before.segmentranges_size() == 1);
  CHECK(before.segmentranges(0).minkey() == 0.0);
  CHECK(before.segmentranges(0).maxkey() == 1.0);
  proto::ScaleStatusRequest check;
  *check.mutable_streaminfo() = info_of("stream");
  using state = proto::ScaleStatusResponse;
  CHECK(c.call(&service::checkScale, check).status() == state::IN_PROGRESS);
  const auto started = c.call(&service::scale, split_of_first());
  CHECK(started.status() == proto::ScaleResponse::STARTED);
  CHECK(started.epoch() == 0);
  REQUIRE(started.segments_size() == 2);
  CHECK(started.segments(1).segmentid().segmentid() == epoch_1 + 2);
  CHECK(c.call(&service::checkScale, check).status() == state::SUCCESS);
  check.set_epoch(9);
  CHECK(c.call(&service::checkScale, check).status() == state::INVALID_INPUT);
  CHECK(c.call(&service::scale, split_of_first()).status() ==
        proto::ScaleResponse::PRECONDITION_FAILED);
  const auto after = c.call(&service::getSegmentsImmediatelyFollowing, id_of(0));
  REQUIRE(after.segments_size() == 2);
  CHECK(after.segments(0).segment().maxkey() == 0.5);
  CHECK(after.segments(0).value(0) == 0);
  CHECK(c.call(&service::getSegmentsImmediatlyFollowing, id_of(0)).segments_size() == 2);
  proto::GetEpochSegmentsRequest epoch;
  *epoch.mutable_streaminfo() = info_of("stream");
  epoch.set_epoch(1);
  CHECK(c.call(&service::getEpochSegments, epoch).segmentranges_size() == 2);
  CHECK_FALSE(c.call(&service::isSegmentValid, id_of(0)).response());
  CHECK(c.call(&service::isSegmentValid, id_of(epoch_1 + 1)).response());
}

TEST_CASE("grpc service: truncation, cuts and the head") {
  stub_client c;
  c.call(&service::scale, split_of_first());
  proto::StreamCutRange range;
  *range.mutable_streaminfo() = info_of("stream");
  c.call(&service::getSegmentsBetween, range, ::grpc::StatusCode::INVALID_ARGUMENT);
  (*range.mutable_from())[0] = 0;
  CHECK(c.call(&service::getSegmentsBetween, range).segments_size() == 3);
  proto::StreamCut cut;
  *cut.mutable_streaminfo() = info_of("stream");
  (*cut.mutable_cut())[epoch_1 + 1] = 0;
  CHECK_FALSE(c.call(&service::isStreamCutValid, cut).response());
  using updated = proto::UpdateStreamStatus;
  CHECK(c.call(&service::truncateStream, cut).status() == updated::FAILURE);
  (*cut.mutable_cut())[epoch_1 + 2] = 0;
  CHECK(c.call(&service::isStreamCutValid, cut).response());
  CHECK(c.call(&service::truncateStream, cut).status() == updated::SUCCESS);
  proto::GetSegmentsRequest head;
  *head.mutable_streaminfo() = info_of("stream");
  const auto segments = c.call(&service::getSegments, head);
  REQUIRE(segments.segments_size() == 2);
  CHECK(segments.segments(0).segmentid().segmentid() == epoch_1 + 1);
  CHECK(segments.segments(0).offset() == 0);
}

TEST_CASE("grpc service: sealing and deleting") {
  stub_client c;
  using updated = proto::UpdateStreamStatus;
  using deleted = proto::DeleteStreamStatus;
  CHECK(c.call(&service::deleteStream, info_of("stream")).status() ==
        deleted::STREAM_NOT_SEALED);
  CHECK(c.call(&service::sealStream, info_of("stream")).status() == updated::SUCCESS);
  CHECK(c.call(&service::getCurrentSegments, info_of("stream")).segmentranges_size() == 0);
  CHECK(c.call(&service::updateStream, config_of("stream", 1)).status() ==
        updated::STREAM_SEALED);
  CHECK(c.call(&service::scale, split_of_first()).status() == proto::ScaleResponse::FAILURE);
  CHECK(c.call(&service::deleteStream, info_of("stream")).status() == deleted::SUCCESS);
  CHECK(c.call(&service::deleteStream, info_of("stream")).status() ==
        deleted::STREAM_NOT_FOUND);
  auto info = info_of("stream");
  info.set_scope("none");
  CHECK(c.call(&service::sealStream, info).status() == updated::STREAM_NOT_FOUND);
}

TEST_CASE("grpc service: addresses, tokens, and what writers say at their end") {
  stub_client c;
  const auto uri = c.call(&service::getURI, id_of(0, "none"));
  CHECK(uri.endpoint() == "127.0.0.1");
  CHECK(uri.port() == c.s.store().port);
  CHECK(c.call(&service::getDelegationToken, info_of("stream")).delegationtoken().empty());
  const auto servers = c.call(&service::getControllerServerList, proto::ServerRequest{});
  REQUIRE(servers.nodeuri_size() == 1);
  CHECK(servers.nodeuri(0).port() == c.s.server->controller_endpoint().port);
  CHECK(c.call(&service::noteTimestampFromWriter, proto::TimestampFromWriter{}).result() ==
        proto::TimestampResponse::SUCCESS);
  CHECK(c.call(&service::removeWriter, proto::RemoveWriterRequest{}).result() ==
        proto::RemoveWriterResponse::SUCCESS);
  CHECK(c.s.server->counters().controller_calls == 5);
}

TEST_CASE("grpc service: a missing stream is NOT_FOUND, and what is not offered is said so") {
  stub_client c;
  constexpr auto not_found = ::grpc::StatusCode::NOT_FOUND;
  c.call(&service::getCurrentSegments, info_of("none"), not_found);
  c.call(&service::getSegments, proto::GetSegmentsRequest{}, not_found);
  c.call(&service::getSegmentsImmediatelyFollowing, id_of(0, "none"), not_found);
  CHECK(c.call(&service::scale, proto::ScaleRequest{}).status() ==
        proto::ScaleResponse::FAILURE);
  CHECK(c.call(&service::checkScale, proto::ScaleStatusRequest{}).status() ==
        proto::ScaleStatusResponse::INVALID_INPUT);
  c.call(&service::isSegmentValid, id_of(0, "none"), not_found);
  c.call(&service::isStreamCutValid, proto::StreamCut{}, not_found);
  constexpr auto not_offered = ::grpc::StatusCode::UNIMPLEMENTED;
  c.call(&service::createKeyValueTable, proto::StreamInfo{}, not_offered);
}

TEST_CASE("grpc service: bytes that are not the call's message are refused") {
  stub_client c;
  // A text where the message has a message.
  proto::ScopeInfo text;
  text.set_scope("\x0a\x7f");
  constexpr rpc<proto::ScopeInfo, proto::CreateStreamStatus> create{"createStream"};
  c.call(&create, text, ::grpc::StatusCode::INVALID_ARGUMENT);
}

TEST_CASE("grpc service: calls from many threads while the sandbox stops all end") {
  stub_client c;
  std::vector<std::thread> threads;
  for (int t = 0; t < 4; ++t) {
    threads.emplace_back([&] {
      const auto channel = channel_to(c.s);
      for (bool running = true; running;) {
        proto::SegmentRanges reply;
        running =
            pravega_actor::test::call_rpc(channel, service::getCurrentSegments.name,
                                          info_of("stream"), reply, std::chrono::seconds{20})
                .ok();
      }
    });
  }
  while (c.s.server->counters().controller_calls < 200)
    std::this_thread::yield();
  c.s.server->stop();
  for (auto& thread : threads)
    thread.join();
  CHECK_FALSE(raw_client{c.s.store()}.connected());
}
