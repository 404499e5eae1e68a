#include <grpcpp/create_channel.h>
#include <grpcpp/security/credentials.h>

#include <chrono>
#include <limits>

#include "server/rpc_messages.hpp"
#include "support/controller_rpcs.hpp"
#include "unit/sandbox_server/running_sandbox.hpp"

using namespace pravega_sandbox;
using namespace pravega_sandbox::test;

namespace {

namespace service = pravega_actor::test::rpcs;
using pravega_actor::test::rpc;
using code = ::grpc::StatusCode;

struct fixture {
  running_sandbox s;
  std::shared_ptr<::grpc::Channel> channel = ::grpc::CreateChannel(
      s.server->controller_endpoint().to_string(), ::grpc::InsecureChannelCredentials());
  ::grpc::Status status{};

  template <class Request, class Reply>
  Reply call(const rpc<Request, Reply>* which, const Request& request) {
    Reply reply;
    status = pravega_actor::test::call_rpc(channel, which->name, request, reply,
                                           std::chrono::seconds{20});
    return reply;
  }
  proto::CreateTxnResponse begin(std::int64_t lease_ms = 30'000,
                                 const std::string& stream = "stream") {
    proto::CreateTxnRequest request;
    put({"scope", stream}, *request.mutable_streaminfo());
    request.set_lease(lease_ms);
    return call(&service::createTransaction, request);
  }
  static proto::TxnRequest about(const proto::TxnId& id) {
    proto::TxnRequest request;
    put({"scope", "stream"}, *request.mutable_streaminfo());
    *request.mutable_txnid() = id;
    return request;
  }
  proto::TxnState::State state_of(const proto::TxnId& id) {
    return call(&service::checkTransactionState, about(id)).state();
  }
};

}  // namespace

TEST_CASE("transaction rpcs: begun, pinged, committed, listed") {
  fixture f;
  const auto begun = f.begin();
  CHECK(begun.txnid().highbits() == 0);
  CHECK(begun.txnid().lowbits() == 1);
  REQUIRE(begun.activesegments_size() == 1);
  CHECK(begun.activesegments(0).maxkey() == 1.0);
  CHECK(f.state_of(begun.txnid()) == proto::TxnState::OPEN);
  proto::PingTxnRequest ping;
  put({"scope", "stream"}, *ping.mutable_streaminfo());
  *ping.mutable_txnid() = begun.txnid();
  ping.set_lease(600'000);
  CHECK(f.call(&service::pingTransaction, ping).status() == proto::PingTxnStatus::OK);
  ping.set_lease(600'001);
  CHECK(f.call(&service::pingTransaction, ping).status() ==
        proto::PingTxnStatus::LEASE_TOO_LARGE);
  auto commit = f.about(begun.txnid());
  commit.set_timestamp(std::numeric_limits<std::int64_t>::min());
  CHECK(f.call(&service::commitTransaction, commit).status() == proto::TxnStatus::SUCCESS);
  CHECK(f.state_of(begun.txnid()) == proto::TxnState::COMMITTED);
  CHECK(f.call(&service::pingTransaction, ping).status() == proto::PingTxnStatus::COMMITTED);
  const auto aborted = f.begin();
  CHECK(f.call(&service::abortTransaction, f.about(aborted.txnid())).status() ==
        proto::TxnStatus::SUCCESS);
  CHECK(f.state_of(aborted.txnid()) == proto::TxnState::ABORTED);
  proto::ListCompletedTxnRequest list;
  put({"scope", "stream"}, *list.mutable_streaminfo());
  const auto listed = f.call(&service::listCompletedTransactions, list);
  REQUIRE(listed.response_size() == 2);
  CHECK(listed.response(0).status() == proto::TxnResponse::COMMITTED);
  CHECK(listed.response(1).status() == proto::TxnResponse::ABORTED);
  CHECK(listed.response(1).txnid().lowbits() == aborted.txnid().lowbits());
}

// As a real 0.13 server, with codes that do not say what they mean.
TEST_CASE("transaction rpcs: refusals have the real server's codes") {
  fixture f;
  (void)f.begin(9'999);
  CHECK(f.status.error_code() == code::UNKNOWN);
  CHECK(f.status.error_message() == "lease should be greater than minimum lease");
  (void)f.begin(600'001);
  CHECK(f.status.error_code() == code::UNKNOWN);
  CHECK(f.status.error_message() == "lease value too large, max value is 600000");
  (void)f.begin(30'000, "none");
  CHECK(f.status.error_code() == code::NOT_FOUND);
  const auto open = f.begin();
  CHECK(f.status.ok());
  proto::TxnId unknown;
  unknown.set_highbits(-1);
  using status = proto::TxnStatus;
  CHECK(f.call(&service::commitTransaction, f.about(unknown)).status() == status::FAILURE);
  CHECK(f.call(&service::abortTransaction, f.about(unknown)).status() == status::FAILURE);
  CHECK(f.state_of(unknown) == proto::TxnState::UNKNOWN);
  CHECK(f.call(&service::abortTransaction, f.about(open.txnid())).status() == status::SUCCESS);
  CHECK(f.call(&service::commitTransaction, f.about(open.txnid())).status() == status::FAILURE);
  CHECK(f.status.ok());
  REQUIRE(f.s.server->call(controller::seal_stream{{"scope", "stream"}}));
  (void)f.begin();
  CHECK(f.status.error_code() == code::INTERNAL);
  CHECK(f.status.error_message() == "Stream: stream State: SEALED");
}
