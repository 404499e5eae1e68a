#include <algorithm>

#include "grpc_port/decode.hpp"

namespace pravega_actor::detail {
namespace {

using namespace controller;  // NOLINT: the calls and replies

errc code_of(pb::CreateScopeStatus::Status status) {
  switch (status) {
    case pb::CreateScopeStatus::FAILURE:
      return plain_failure;
    case pb::CreateScopeStatus::SCOPE_EXISTS:
      return errc::scope_exists;
    case pb::CreateScopeStatus::INVALID_SCOPE_NAME:
      return errc::invalid_name;
    default:
      return errc::protocol_violation;
  }
}

errc code_of(pb::DeleteScopeStatus::Status status) {
  switch (status) {
    case pb::DeleteScopeStatus::FAILURE:
      return plain_failure;
    case pb::DeleteScopeStatus::SCOPE_NOT_FOUND:
      return errc::scope_not_found;
    case pb::DeleteScopeStatus::SCOPE_NOT_EMPTY:
      return errc::scope_not_empty;
    default:
      return errc::protocol_violation;
  }
}

errc code_of(pb::CreateStreamStatus::Status status) {
  switch (status) {
    case pb::CreateStreamStatus::FAILURE:
      return plain_failure;
    case pb::CreateStreamStatus::STREAM_EXISTS:
      return errc::stream_exists;
    case pb::CreateStreamStatus::SCOPE_NOT_FOUND:
      return errc::scope_not_found;
    case pb::CreateStreamStatus::INVALID_STREAM_NAME:
      return errc::invalid_name;
    default:
      return errc::protocol_violation;
  }
}

errc code_of(pb::UpdateStreamStatus::Status status) {
  switch (status) {
    case pb::UpdateStreamStatus::FAILURE:
      return plain_failure;
    case pb::UpdateStreamStatus::STREAM_NOT_FOUND:
      return errc::stream_not_found;
    case pb::UpdateStreamStatus::SCOPE_NOT_FOUND:
      return errc::scope_not_found;
    case pb::UpdateStreamStatus::STREAM_SEALED:
      return errc::stream_sealed;
    default:
      return errc::protocol_violation;
  }
}

errc code_of(pb::DeleteStreamStatus::Status status) {
  switch (status) {
    case pb::DeleteStreamStatus::FAILURE:
      return plain_failure;
    case pb::DeleteStreamStatus::STREAM_NOT_FOUND:
      return errc::stream_not_found;
    case pb::DeleteStreamStatus::STREAM_NOT_SEALED:
      return errc::stream_not_sealed;
    default:
      return errc::protocol_violation;
  }
}

errc code_of(pb::StreamsInScopeResponse::Status status) {
  switch (status) {
    case pb::StreamsInScopeResponse::FAILURE:
      return plain_failure;
    case pb::StreamsInScopeResponse::SCOPE_NOT_FOUND:
      return errc::scope_not_found;
    default:
      return errc::protocol_violation;
  }
}

errc code_of(pb::TimestampResponse::Status status) {
  switch (status) {
    case pb::TimestampResponse::INVALID_TIME:
    case pb::TimestampResponse::INVALID_POSITION:
      return errc::invalid_argument;
    case pb::TimestampResponse::INTERNAL_ERROR:
      return errc::controller_failure;
    default:
      return errc::protocol_violation;
  }
}

errc code_of(pb::RemoveWriterResponse::Status status) {
  switch (status) {
    case pb::RemoveWriterResponse::STREAM_DOES_NOT_EXIST:
      return errc::stream_not_found;
    case pb::RemoveWriterResponse::INTERNAL_ERROR:
      return errc::controller_failure;
    default:
      return errc::protocol_violation;
  }
}

error violation(std::string what) {
  return {errc::protocol_violation, std::move(what)};
}

/// Who asks page after page must come to an end.
answer checked_page(name_page page, const std::string& asked_with) {
  const bool nameless = std::any_of(page.names.begin(), page.names.end(),
                                    [](const auto& name) { return name.empty(); });
  if (nameless) return violation("an empty name in a list");
  if (!page.names.empty() && page.token == asked_with)
    return violation("a list whose next page is the same one");
  return reply{std::move(page)};
}

answer updated(const pb::UpdateStreamStatus& from) {
  if (from.status() == pb::UpdateStreamStatus::SUCCESS) return reply{done{}};
  return refusal(code_of(from.status()), pb::UpdateStreamStatus::Status_Name(from.status()));
}

result<scaling_policy> scaling_of(const pb::ScalingPolicy& from) {
  scaling_policy to;
  switch (from.scaletype()) {
    case pb::ScalingPolicy::FIXED_NUM_SEGMENTS:
      to.type = scaling_policy::kind::fixed;
      break;
    case pb::ScalingPolicy::BY_RATE_IN_KBYTES_PER_SEC:
      to.type = scaling_policy::kind::by_kilobytes_per_s;
      break;
    case pb::ScalingPolicy::BY_RATE_IN_EVENTS_PER_SEC:
      to.type = scaling_policy::kind::by_events_per_s;
      break;
    default:
      return violation("unknown type of scaling policy");
  }
  // Every stream has a segment; a message without content has none.
  if (from.minnumsegments() < 1 || from.targetrate() < 0 || from.scalefactor() < 0)
    return violation("a number of the scaling policy is not valid");
  to.target_rate = from.targetrate();
  to.scale_factor = from.scalefactor();
  to.segments_min = from.minnumsegments();
  return to;
}

result<retention_policy> retention_of(const pb::RetentionPolicy& from) {
  retention_policy to;
  switch (from.retentiontype()) {
    case pb::RetentionPolicy::UNKNOWN:
      return to;
    case pb::RetentionPolicy::TIME:
      to.type = retention_policy::kind::by_time_ms;
      break;
    case pb::RetentionPolicy::SIZE:
      to.type = retention_policy::kind::by_size_bytes;
      break;
    default:
      return violation("unknown type of retention policy");
  }
  if (from.retentionparam() < 0 || from.retentionmax() < 0)
    return violation("a number of the retention policy is negative");
  to.parameter = from.retentionparam();
  to.maximum = from.retentionmax();
  return to;
}

}  // namespace

error refusal(errc code, const std::string& status_name) {
  if (status_name.empty()) return {errc::protocol_violation, "unknown status in the reply"};
  return {code, "status " + status_name};
}

result<void> check_stream_of(const pb::StreamInfo& told, const scoped_stream& asked) {
  const bool same = (told.scope().empty() || told.scope() == asked.scope) &&
                    (told.stream().empty() || told.stream() == asked.stream);
  if (same) return {};
  return error{errc::protocol_violation,
               "the reply is about another stream, " + told.scope() + "/" + told.stream()};
}

answer decode(const create_scope&, const pb::CreateScopeStatus& from) {
  if (from.status() == pb::CreateScopeStatus::SUCCESS) return reply{creation{true}};
  if (from.status() == pb::CreateScopeStatus::SCOPE_EXISTS) return reply{creation{false}};
  return refusal(code_of(from.status()), pb::CreateScopeStatus::Status_Name(from.status()));
}

answer decode(const delete_scope&, const pb::DeleteScopeStatus& from) {
  if (from.status() == pb::DeleteScopeStatus::SUCCESS) return reply{deletion{true}};
  if (from.status() == pb::DeleteScopeStatus::SCOPE_NOT_FOUND) return reply{deletion{false}};
  return refusal(code_of(from.status()), pb::DeleteScopeStatus::Status_Name(from.status()));
}

answer decode(const check_scope&, const pb::ExistsResponse& from) {
  return reply{existence{from.exists()}};
}

answer decode(const list_scopes& call, const pb::ScopesResponse& from) {
  return checked_page(
      {{from.scopes().begin(), from.scopes().end()}, from.continuationtoken().token()},
      call.token);
}

answer decode(const create_stream&, const pb::CreateStreamStatus& from) {
  if (from.status() == pb::CreateStreamStatus::SUCCESS) return reply{creation{true}};
  if (from.status() == pb::CreateStreamStatus::STREAM_EXISTS) return reply{creation{false}};
  return refusal(code_of(from.status()), pb::CreateStreamStatus::Status_Name(from.status()));
}

answer decode(const update_stream&, const pb::UpdateStreamStatus& from) {
  return updated(from);
}
answer decode(const truncate_stream&, const pb::UpdateStreamStatus& from) {
  return updated(from);
}
answer decode(const seal_stream&, const pb::UpdateStreamStatus& from) {
  return updated(from);
}

answer decode(const delete_stream&, const pb::DeleteStreamStatus& from) {
  if (from.status() == pb::DeleteStreamStatus::SUCCESS) return reply{deletion{true}};
  if (from.status() == pb::DeleteStreamStatus::STREAM_NOT_FOUND) return reply{deletion{false}};
  return refusal(code_of(from.status()), pb::DeleteStreamStatus::Status_Name(from.status()));
}

answer decode(const check_stream&, const pb::ExistsResponse& from) {
  return reply{existence{from.exists()}};
}

answer decode(const get_stream_config& call, const pb::StreamConfig& from) {
  if (auto same = check_stream_of(from.streaminfo(), call.stream); !same) return same.error();
  const auto scaling = scaling_of(from.scalingpolicy());
  if (!scaling) return scaling.error();
  const auto retention = retention_of(from.retentionpolicy());
  if (!retention) return retention.error();
  const bool negative = from.timestampaggregationtimeout() < 0 || from.rolloversizebytes() < 0;
  if (negative) return violation("a time or a size is negative");
  return reply{stream_config{*scaling,
                             *retention,
                             {from.tags().tag().begin(), from.tags().tag().end()},
                             from.timestampaggregationtimeout(),
                             from.rolloversizebytes()}};
}

answer decode(const list_streams& call, const pb::StreamsInScopeResponse& from) {
  if (from.status() != pb::StreamsInScopeResponse::SUCCESS) {
    return refusal(code_of(from.status()),
                   pb::StreamsInScopeResponse::Status_Name(from.status()));
  }
  name_page page;
  page.names.reserve(static_cast<std::size_t>(from.streams_size()));
  for (const auto& stream : from.streams()) {
    const bool elsewhere = !stream.scope().empty() && stream.scope() != call.scope;
    if (elsewhere) return violation("a stream of another scope");
    page.names.push_back(stream.stream());
  }
  page.token = from.continuationtoken().token();
  return checked_page(std::move(page), call.token);
}

answer decode(const get_delegation_token&, const pb::DelegationToken& from) {
  return reply{token{from.delegationtoken()}};
}

answer decode(const note_time&, const pb::TimestampResponse& from) {
  if (from.result() == pb::TimestampResponse::SUCCESS) return reply{done{}};
  return refusal(code_of(from.result()), pb::TimestampResponse::Status_Name(from.result()));
}

answer decode(const remove_writer&, const pb::RemoveWriterResponse& from) {
  if (from.result() == pb::RemoveWriterResponse::SUCCESS) return reply{deletion{true}};
  if (from.result() == pb::RemoveWriterResponse::UNKNOWN_WRITER) return reply{deletion{false}};
  return refusal(code_of(from.result()), pb::RemoveWriterResponse::Status_Name(from.result()));
}

}  // namespace pravega_actor::detail
