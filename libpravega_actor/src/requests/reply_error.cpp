#include "requests/reply_error.hpp"

#include "wire/codec.hpp"

namespace pravega_actor::internal {

namespace {

// A server's stack trace is worth its first line.
std::string first_line(const std::string& text) {
  return text.substr(0, text.find('\n'));
}

template <class T>
error subject_error(errc code, const T& reply) {
  return error{code, first_line(reply.server_stack_trace)}.with_subject(reply.segment);
}

struct converter {
  template <class T>
  std::optional<error> operator()(const T&) const {
    return std::nullopt;
  }
  std::optional<error> operator()(const wire::wrong_host& r) const {
    return subject_error(errc::wrong_host, r);
  }
  std::optional<error> operator()(const wire::segment_is_sealed& r) const {
    return subject_error(errc::segment_sealed, r);
  }
  std::optional<error> operator()(const wire::segment_already_exists& r) const {
    return subject_error(errc::segment_exists, r);
  }
  std::optional<error> operator()(const wire::no_such_segment& r) const {
    return subject_error(errc::segment_not_found, r);
  }
  std::optional<error> operator()(const wire::invalid_event_number& r) const {
    return error{errc::invalid_event_number, "event number " + std::to_string(r.event_number)};
  }
  std::optional<error> operator()(const wire::segment_is_truncated& r) const {
    return error{errc::segment_truncated, "it starts at " + std::to_string(r.start_offset)}
        .with_subject(r.segment);
  }
  std::optional<error> operator()(const wire::operation_unsupported& r) const {
    return error{errc::unsupported_operation, r.operation_name};
  }
  std::optional<error> operator()(const wire::auth_token_check_failed& r) const {
    const bool expired = r.error_code == wire::token_error::token_expired;
    return error{expired ? errc::token_expired : errc::token_rejected,
                 first_line(r.server_stack_trace)};
  }
  std::optional<error> operator()(const wire::error_message& r) const {
    return error{errc::server_error, r.message}.with_subject(r.segment);
  }
  std::optional<error> operator()(const wire::table_segment_not_empty& r) const {
    return subject_error(errc::table_not_empty, r);
  }
  std::optional<error> operator()(const wire::table_key_does_not_exist& r) const {
    return subject_error(errc::table_key_not_found, r);
  }
  std::optional<error> operator()(const wire::table_key_bad_version& r) const {
    return subject_error(errc::table_bad_version, r);
  }
};

}  // namespace

std::optional<error> error_of_reply(const wire::frame& reply) {
  auto decoded = wire::decode(reply.type, reply.payload);
  if (!decoded) return decoded.error();
  auto converted = wire::visit(converter{}, *decoded);
  if (!converted) return std::nullopt;
  const auto id = wire::peek_request_id(reply.type, reply.payload);
  return id ? converted->with_request_id(*id) : *converted;
}

}  // namespace pravega_actor::internal
