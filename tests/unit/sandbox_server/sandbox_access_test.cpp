// Access control of a running sandbox, over the network.
#include <grpcpp/create_channel.h>
#include <grpcpp/security/credentials.h>

#include "pravega_sandbox/access.hpp"
#include "support/controller_rpcs.hpp"
#include "unit/sandbox_server/running_sandbox.hpp"

using namespace pravega_sandbox;
using namespace pravega_sandbox::test;

namespace {

namespace access_rpcs = pravega_actor::test::rpcs;
using ::grpc::StatusCode;

struct answered {
  ::grpc::Status status;
  std::string repeated;
  access_rpcs::pb::DelegationToken token;
};

struct access_sandbox {
  static sandbox_options guarded(access_options options) {
    sandbox_options all;
    all.access = std::move(options);
    return all;
  }
  running_sandbox s;

  explicit access_sandbox(const std::string& permissions)
      : s{guarded({.accounts = password_line("user", "password", permissions)})} {}

  answered ask(const char* name, const google::protobuf::MessageLite& request,
               const std::string& header) const {
    const auto channel = ::grpc::CreateChannel(s.server->controller_endpoint().to_string(),
                                               ::grpc::InsecureChannelCredentials());
    ::grpc::ClientContext context;
    context.set_deadline(std::chrono::system_clock::now() + std::chrono::seconds{20});
    if (!header.empty()) context.AddMetadata("authorization", header);
    const ::grpc::Slice slice{request.SerializeAsString()};
    const ::grpc::ByteBuffer sent{&slice, 1};
    ::grpc::ByteBuffer received;
    std::promise<::grpc::Status> promise;
    ::grpc::GenericStub stub{channel};
    stub.UnaryCall(&context, pravega_actor::internal::controller_rpc_path(name), {}, &sent,
                   &received, [&](::grpc::Status status) { promise.set_value(status); });
    answered out{promise.get_future().get(), {}, {}};
    const auto& trailers = context.GetServerTrailingMetadata();
    if (const auto found = trailers.find("authorization"); found != trailers.end())
      out.repeated = {found->second.data(), found->second.size()};
    ::grpc::ProtoBufferReader reader{&received};
    if (received.Valid()) (void)out.token.ParseFromZeroCopyStream(&reader);
    return out;
  }
  answered ask_for_token(access_rpcs::pb::StreamInfo::AccessOperation use,
                         const std::string& header) const {
    access_rpcs::pb::StreamInfo stream;
    stream.set_scope("scope");
    stream.set_stream("stream");
    stream.set_accessoperation(use);
    return ask("getDelegationToken", stream, header);
  }
};

const std::string right = basic_authorization("user", "password");
using use = access_rpcs::pb::StreamInfo;

}  // namespace

TEST_CASE("sandbox access: each refusal has a real controller's status") {
  access_sandbox a{"prn::/scope:scope/stream:stream,READ"};
  const auto refused = [&](const std::string& header, StatusCode code,
                           const std::string& text) {
    const auto got = a.ask_for_token(use::READ, header);
    CHECK(got.status.error_code() == code);
    CHECK(got.status.error_message() == text);
    return got.repeated;
  };
  refused("", StatusCode::UNAUTHENTICATED, "Authentication failed");
  refused("Bearer x", StatusCode::UNAUTHENTICATED, "Authentication failed");
  const auto wrong = basic_authorization("user", "passwort");
  CHECK(refused(wrong, StatusCode::UNAUTHENTICATED, "") == wrong);
  CHECK(refused("Basic !", StatusCode::UNKNOWN, "").empty());
  const auto denied = a.ask_for_token(use::WRITE, right);
  CHECK(denied.status.error_code() == StatusCode::PERMISSION_DENIED);
  CHECK(denied.status.error_message() == "Authorization failed");
  CHECK(a.ask_for_token(use::ANY, right).status.error_code() == StatusCode::INTERNAL);
  CHECK(a.ask_for_token(use::READ, right).status.ok());
}

TEST_CASE("sandbox access: stores ask for the controller's tokens") {
  access_sandbox a{"*,READ_UPDATE"};
  const auto read = a.ask_for_token(use::READ, right).token.delegationtoken();
  const auto write = a.ask_for_token(use::WRITE, right).token.delegationtoken();
  raw_client client{a.s.store()};
  const auto set_up = [&](const std::string& token) {
    client.send(wire::setup_append{3, writer_id, segment_name, token});
  };
  set_up("");
  CHECK(client.expect<wire::auth_token_check_failed>().request_id == 3);
  set_up(read);
  CHECK(client.expect<wire::auth_token_check_failed>().error_code ==
        wire::token_error::token_check_failed);
  set_up(write);
  (void)client.expect<wire::append_setup>();
  a.s.server->refuse_token_at(1);
  client.send(wire::get_stream_segment_info{4, segment_name, read});
  (void)client.expect<wire::auth_token_check_failed>();
  client.send(wire::get_stream_segment_info{5, segment_name, read});
  (void)client.expect<wire::stream_segment_info>();
  a.s.server->expire_token_at(1);
  client.send(wire::get_stream_segment_info{6, segment_name, read});
  CHECK(client.expect<wire::auth_token_check_failed>().error_code ==
        wire::token_error::token_expired);
  a.s.server->spoil_tokens(1);
  set_up(a.ask_for_token(use::WRITE, right).token.delegationtoken());
  (void)client.expect<wire::auth_token_check_failed>();
  const auto seen = a.s.server->counters();
  CHECK(seen.tokens_refused == 4);
  CHECK(seen.tokens_expired == 1);
}

TEST_CASE("sandbox access: getSegments needs less when it asks for no token") {
  access_sandbox a{"prn::/scope:scope/stream:stream,READ"};
  access_rpcs::pb::GetSegmentsRequest request;
  request.mutable_streaminfo()->set_scope("scope");
  request.mutable_streaminfo()->set_stream("stream");
  CHECK(a.ask("getSegments", request, right).status.error_code() ==
        StatusCode::PERMISSION_DENIED);
  request.mutable_streaminfo()->set_accessoperation(use::NONE);
  CHECK(a.ask("getSegments", request, right).status.ok());
}

TEST_CASE("sandbox access: faults cannot be switched on over the network") {
  running_sandbox s;
  raw_client client{s.store()};
  client.setup(segment_name);
  const auto channel = ::grpc::CreateChannel(s.server->controller_endpoint().to_string(),
                                             ::grpc::InsecureChannelCredentials());
  for (const auto* name :
       {"cutConnections", "cutAfterAppends", "stopAnswering", "refuseConnections", "killStore",
        "delayAcks", "expireTokenAt", "stallHandshakes"}) {
    access_rpcs::pb::ScopeInfo request;
    access_rpcs::pb::ExistsResponse reply;
    CHECK(pravega_actor::test::call_rpc(channel, name, request, reply, std::chrono::seconds{20})
              .error_code() == StatusCode::UNIMPLEMENTED);
  }
  CHECK(s.server->store_endpoint().host == "127.0.0.1");
  CHECK(client.alive());
}

TEST_CASE("sandbox access: without any user there is nothing to start") {
  const auto started =
      sandbox::start(access_sandbox::guarded({.accounts = "# nobody\n\nu:00:"}));
  REQUIRE_FALSE(started);
  CHECK(started.error() == pravega_actor::errc::invalid_argument);
}
