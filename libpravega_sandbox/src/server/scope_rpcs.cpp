#include "server/rpc_messages.hpp"

namespace pravega_sandbox {

namespace {

Status write_deletion(const result<controller::deletion>& answer,
                      proto::DeleteScopeStatus& out) {
  using status = proto::DeleteScopeStatus;
  if (answer) {
    out.set_status(answer->deleted ? status::SUCCESS : status::SCOPE_NOT_FOUND);
  } else {
    const bool in_use = answer.error() == errc::scope_not_empty;
    out.set_status(in_use ? status::SCOPE_NOT_EMPTY : status::FAILURE);
  }
  return Status::OK;
}

Status write_page(const result<controller::name_page>& answer, const std::string& scope,
                  proto::StreamsInScopeResponse& out) {
  using status = proto::StreamsInScopeResponse;
  if (!answer) {
    const bool missing = answer.error() == errc::scope_not_found;
    out.set_status(missing ? status::SCOPE_NOT_FOUND : status::FAILURE);
    return Status::OK;
  }
  for (const auto& name : answer->names)
    put({scope, name}, *out.add_streams());
  out.mutable_continuationtoken()->set_token(answer->token);
  return Status::OK;
}

}  // namespace

void read(const proto::ServerRequest&, controller::get_controller_servers&) {}

Status write(const controller::get_controller_servers&,
             const result<controller::get_controller_servers::reply>& answer,
             proto::ServerResponse& out) {
  if (!answer) return failure(answer.error());
  for (const auto& each : *answer)
    put(each, *out.add_nodeuri());
  return Status::OK;
}

void read(const proto::ScopeInfo& from, controller::create_scope& to) {
  to.scope = from.scope();
}

Status write(const controller::create_scope&,
             const result<controller::create_scope::reply>& answer,
             proto::CreateScopeStatus& out) {
  using status = proto::CreateScopeStatus;
  if (answer) {
    out.set_status(answer->created ? status::SUCCESS : status::SCOPE_EXISTS);
  } else {
    const bool bad_name = answer.error() == errc::invalid_name;
    out.set_status(bad_name ? status::INVALID_SCOPE_NAME : status::FAILURE);
  }
  return Status::OK;
}

void read(const proto::ScopeInfo& from, controller::delete_scope& to) {
  to.scope = from.scope();
}

Status write(const controller::delete_scope&,
             const result<controller::delete_scope::reply>& answer,
             proto::DeleteScopeStatus& out) {
  return write_deletion(answer, out);
}

void read(const proto::ScopeInfo& from, controller::delete_scope_recursive& to) {
  to.scope = from.scope();
}

Status write(const controller::delete_scope_recursive&,
             const result<controller::delete_scope_recursive::reply>& answer,
             proto::DeleteScopeStatus& out) {
  return write_deletion(answer, out);
}

void read(const proto::ScopeInfo& from, controller::check_scope& to) {
  to.scope = from.scope();
}

Status write(const controller::check_scope&,
             const result<controller::check_scope::reply>& answer, proto::ExistsResponse& out) {
  if (!answer) return failure(answer.error());
  out.set_exists(answer->exists);
  return Status::OK;
}

void read(const proto::ScopesRequest& from, controller::list_scopes& to) {
  to.token = from.continuationtoken().token();
}

Status write(const controller::list_scopes&,
             const result<controller::list_scopes::reply>& answer, proto::ScopesResponse& out) {
  if (!answer) return failure(answer.error());
  out.mutable_scopes()->Assign(answer->names.begin(), answer->names.end());
  out.mutable_continuationtoken()->set_token(answer->token);
  return Status::OK;
}

void read(const proto::StreamsInScopeRequest& from, controller::list_streams& to) {
  to.scope = from.scope().scope();
  to.token = from.continuationtoken().token();
}

Status write(const controller::list_streams& call,
             const result<controller::list_streams::reply>& answer,
             proto::StreamsInScopeResponse& out) {
  return write_page(answer, call.scope, out);
}

void read(const proto::StreamsInScopeWithTagRequest& from,
          controller::list_tagged_streams& to) {
  to.scope = from.scope().scope();
  to.tag = from.tag();
  to.token = from.continuationtoken().token();
}

Status write(const controller::list_tagged_streams& call,
             const result<controller::list_tagged_streams::reply>& answer,
             proto::StreamsInScopeResponse& out) {
  return write_page(answer, call.scope, out);
}

}  // namespace pravega_sandbox
