#include "grpc_port/call_site.hpp"

#include <grpcpp/support/status.h>

#include <optional>
#include <utility>

#include "core/authorization.hpp"
#include "grpc_port/needed_permission.hpp"
#include "grpc_port/tls_failure.hpp"

namespace pravega_actor::internal {
namespace {

using namespace controller;  // NOLINT: the requests

constexpr std::string_view begin_transaction = "createTransaction";

template <class Call>
constexpr bool about_scope = requires(const Call& call) {
  call.scope;
};

/// A call that also has a stream is about the stream.
template <class Call>
constexpr bool about_group = requires(const Call& call) {
  call.group;
}
&&!requires(const Call& call) {
  call.cut;
};

/// What a request is about, a scope or what is in one, by the names of its members.
struct subject_of {
  template <class Call>
  std::string operator()(const Call& call) const {
    if constexpr (about_scope<Call>)
      return call.scope;
    else if constexpr (requires { call.stream; })
      return call.stream.to_string();
    else if constexpr (requires { call.of; })
      return call.of.to_string();
    else if constexpr (requires { call.cut; })
      return call.cut.stream.to_string();
    else if constexpr (requires { call.position; })
      return call.position.stream.to_string();
    else if constexpr (about_group<Call>)
      return call.group.to_string();
    else
      return {};
  }
};

/// What the request names and the controller does not find.
struct missing_in {
  errc operator()(const create_stream&) const { return errc::scope_not_found; }
  errc operator()(const create_reader_group&) const { return errc::scope_not_found; }
  // Without a name in the request there is nothing that could be missing by name.
  errc operator()(const get_controller_servers&) const { return errc::precondition_failed; }
  errc operator()(const list_scopes&) const { return errc::precondition_failed; }
  template <class Call>
  errc operator()(const Call&) const {
    if constexpr (about_group<Call>) return errc::reader_group_not_found;
    return about_scope<Call> ? errc::scope_not_found : errc::stream_not_found;
  }
};

/// What the request would create and the controller has already.
struct existing_in {
  errc operator()(const create_scope&) const { return errc::scope_exists; }
  errc operator()(const create_stream&) const { return errc::stream_exists; }
  errc operator()(const create_reader_group&) const { return errc::reader_group_exists; }
  template <class Call>
  errc operator()(const Call&) const {
    return errc::precondition_failed;
  }
};

std::string_view name_of(grpc::StatusCode code) {
  switch (code) {
    case grpc::StatusCode::OK:
      return "OK";
    case grpc::StatusCode::CANCELLED:
      return "CANCELLED";
    case grpc::StatusCode::UNKNOWN:
      return "UNKNOWN";
    case grpc::StatusCode::INVALID_ARGUMENT:
      return "INVALID_ARGUMENT";
    case grpc::StatusCode::DEADLINE_EXCEEDED:
      return "DEADLINE_EXCEEDED";
    case grpc::StatusCode::NOT_FOUND:
      return "NOT_FOUND";
    case grpc::StatusCode::ALREADY_EXISTS:
      return "ALREADY_EXISTS";
    case grpc::StatusCode::PERMISSION_DENIED:
      return "PERMISSION_DENIED";
    case grpc::StatusCode::UNAUTHENTICATED:
      return "UNAUTHENTICATED";
    case grpc::StatusCode::RESOURCE_EXHAUSTED:
      return "RESOURCE_EXHAUSTED";
    case grpc::StatusCode::FAILED_PRECONDITION:
      return "FAILED_PRECONDITION";
    case grpc::StatusCode::ABORTED:
      return "ABORTED";
    case grpc::StatusCode::OUT_OF_RANGE:
      return "OUT_OF_RANGE";
    case grpc::StatusCode::UNIMPLEMENTED:
      return "UNIMPLEMENTED";
    case grpc::StatusCode::INTERNAL:
      return "INTERNAL";
    case grpc::StatusCode::UNAVAILABLE:
      return "UNAVAILABLE";
    case grpc::StatusCode::DATA_LOSS:
      return "DATA_LOSS";
    default:
      return "status of an unknown code";
  }
}

/// gRPC reports our own limit like a lack of the server's resources; repeating does not help.
bool is_reply_too_large(const grpc::Status& status) {
  return status.error_code() == grpc::StatusCode::RESOURCE_EXHAUSTED &&
         status.error_message().find("message larger than max") != std::string::npos;
}

/// What a 0.13 controller says in words alone, with a code for which others would repeat the
/// call.
std::optional<errc> worded_refusal(const grpc::Status& status, const call_site& at) {
  if (at.rpc != begin_transaction) return std::nullopt;
  const auto& text = status.error_message();
  const auto code = status.error_code();
  if (code == grpc::StatusCode::INTERNAL && text.find(" State: SEAL") != std::string::npos)
    return errc::stream_sealed;
  if (code == grpc::StatusCode::UNKNOWN && text.starts_with("lease "))
    return errc::invalid_argument;
  return std::nullopt;
}

/// What a 0.13 controller says of credentials that it does not understand. Those of the method
/// Basic were checked before they were sent: there it is a failure like others.
bool is_refused_form(const grpc::Status& status, const call_site& at) {
  return status.error_code() == grpc::StatusCode::UNKNOWN && status.error_message().empty() &&
         !at.sent.empty() && !is_basic(at.sent.reveal());
}

/// Without the authorization, which a server may send back.
std::string words_of(const grpc::Status& status, const call_site& at) {
  const auto& words = status.error_message();
  const auto header = at.sent.reveal();
  const auto token = header.substr(header.find(' ') + 1);
  if (!token.empty() && words.find(token) != std::string::npos)
    return "(the controller's words hold the credentials)";
  return words;
}

/// What the user can look at, after what the controller says.
std::string hint_of(errc code, const call_site& at) {
  if (code == errc::permission_denied && !at.permission.empty())
    return " (needed: " + at.permission + ")";
  if (code == errc::unauthenticated && at.sent.empty())
    return " (the client has no credentials)";
  return {};
}

errc code_of(const grpc::Status& status, const call_site& at, bool cancelled_here) {
  if (is_reply_too_large(status)) return errc::limit_exceeded;
  if (const auto refused = worded_refusal(status, at)) return *refused;
  if (is_refused_form(status, at)) return errc::unauthenticated;
  switch (status.error_code()) {
    case grpc::StatusCode::CANCELLED:
      return cancelled_here ? errc::cancelled : errc::controller_failure;
    case grpc::StatusCode::DEADLINE_EXCEEDED:
      return errc::deadline_exceeded;
    case grpc::StatusCode::UNAVAILABLE:
      return tls_failure_in(status.error_message()).value_or(errc::controller_unreachable);
    case grpc::StatusCode::NOT_FOUND:
      return at.missing;
    case grpc::StatusCode::ALREADY_EXISTS:
      return at.existing;
    case grpc::StatusCode::INVALID_ARGUMENT:
    case grpc::StatusCode::OUT_OF_RANGE:
      return errc::invalid_argument;
    case grpc::StatusCode::PERMISSION_DENIED:
      return errc::permission_denied;
    case grpc::StatusCode::UNAUTHENTICATED:
      return errc::unauthenticated;
    case grpc::StatusCode::UNIMPLEMENTED:
      return errc::unsupported_operation;
    default:
      return errc::controller_failure;
  }
}

}  // namespace

call_site site_of(const request& call, std::string controller) {
  return {name_of(call),           std::move(controller),     visit(subject_of{}, call),
          needed_permission(call), visit(missing_in{}, call), visit(existing_in{}, call)};
}

error in_context(const error& bare, const call_site& at) {
  std::string detail{at.rpc};
  if (!bare.detail().empty()) detail += ": " + bare.detail();
  auto whole = bare.with_detail(std::move(detail))
                   .with_stage(stage::controller_call)
                   .with_controller(at.controller);
  return at.subject.empty() ? whole : whole.with_subject(at.subject);
}

error from_status(const grpc::Status& status, const call_site& at, bool cancelled_here) {
  std::string detail{name_of(status.error_code())};
  if (const auto words = words_of(status, at); !words.empty()) detail += ": " + words;
  if (is_reply_too_large(status)) detail += " (reply_bytes_max)";
  const auto code = code_of(status, at, cancelled_here);
  return in_context(error{code, detail + hint_of(code, at)}, at);
}

}  // namespace pravega_actor::internal
