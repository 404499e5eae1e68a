// Calls through the port to a scripted controller.
#pragma once

#include <string>
#include <utility>
#include <vector>

#include "scripted_controller.hpp"
#include "support/catch.hpp"

namespace pravega_actor::test {

using namespace internal;

/// A status that no reply of the protocol has.
inline constexpr int no_such_status = 99;

struct call_fixture {
  scripted_controller server;
  std::shared_ptr<controller_port> port = port_to(server.uri());

  /// The error of a call that must fail.
  template <class Call>
  error failure(const Call& call) {
    const auto got = ask(*port, call);
    return got ? error{errc::internal_error, "the call succeeded"} : got.error();
  }
  /// Answers `rpc` with each status in turn and compares the error of `call`.
  template <class Response, class Status, class Call>
  void check_statuses(const std::string& rpc, const Call& call,
                      const std::vector<std::pair<Status, errc>>& expected) {
    for (const auto& [status, code] : expected) {
      Response response;
      response.set_status(status);
      server.answer(rpc, response);
      const auto got = failure(call);
      CAPTURE(rpc, static_cast<int>(status), got.to_string());
      CHECK(got == code);
      CHECK(got.at() == stage::controller_call);
      CHECK(got.controller() == server.address());
      CHECK(got.detail().rfind(rpc, 0) == 0);
      CHECK_FALSE(got.subject().empty());
    }
  }
};

}  // namespace pravega_actor::test
