#include <algorithm>
#include <array>

#include "grpc_port/call_messages.hpp"
#include "grpc_port/fields.hpp"
#include "pravega_actor/limits.hpp"

namespace pravega_actor::internal {
namespace {

using namespace controller;  // NOLINT: the calls and replies

/// What the Java client asks for; the controller uses its own size all the same.
constexpr std::int64_t state_rollover_bytes = std::int64_t{4} << 20;

/// The two lists of cuts in a configuration, which is itself a field of the reply.
template <std::uint32_t Config>
constexpr std::array cut_lists{
    list_limit{{Config, 9}, false, limits::group_streams_max, "group_streams_max"},
    list_limit{{Config, 10}, false, limits::group_streams_max, "group_streams_max"},
    list_limit{{Config, 9, 2}, false, limits::cut_entries_max, "cut_entries_max"},
    list_limit{{Config, 10, 2}, false, limits::cut_entries_max, "cut_entries_max"}};

constexpr std::array subscriber_lists{
    list_limit{{1}, false, limits::names_per_page_max, "names_per_page_max"}};

errc code_of(pb::CreateReaderGroupResponse::Status status) {
  switch (status) {
    case pb::CreateReaderGroupResponse::FAILURE:
      return plain_failure;
    case pb::CreateReaderGroupResponse::SCOPE_NOT_FOUND:
      return errc::scope_not_found;
    case pb::CreateReaderGroupResponse::INVALID_RG_NAME:
      return errc::invalid_name;
    default:
      return errc::protocol_violation;
  }
}

errc code_of(pb::ReaderGroupConfigResponse::Status status) {
  switch (status) {
    case pb::ReaderGroupConfigResponse::FAILURE:
      return plain_failure;
    case pb::ReaderGroupConfigResponse::RG_NOT_FOUND:
      return errc::reader_group_not_found;
    default:
      return errc::protocol_violation;
  }
}

errc code_of(pb::UpdateReaderGroupResponse::Status status) {
  switch (status) {
    case pb::UpdateReaderGroupResponse::FAILURE:
      // Another update is under way.
      return errc::controller_failure;
    case pb::UpdateReaderGroupResponse::RG_NOT_FOUND:
      return errc::reader_group_not_found;
    case pb::UpdateReaderGroupResponse::INVALID_CONFIG:
      return errc::reader_group_changed;
    default:
      return errc::protocol_violation;
  }
}

errc code_of(pb::DeleteReaderGroupStatus::Status status) {
  return status == pb::DeleteReaderGroupStatus::FAILURE ? plain_failure
                                                        : errc::protocol_violation;
}

errc code_of(pb::SubscribersResponse::Status status) {
  switch (status) {
    case pb::SubscribersResponse::FAILURE:
      // The controller cannot reach what it keeps.
      return errc::controller_failure;
    case pb::SubscribersResponse::STREAM_NOT_FOUND:
      return errc::stream_not_found;
    default:
      return errc::protocol_violation;
  }
}

errc code_of(pb::UpdateSubscriberStatus::Status status) {
  switch (status) {
    case pb::UpdateSubscriberStatus::FAILURE:
      return errc::controller_failure;
    case pb::UpdateSubscriberStatus::STREAM_NOT_FOUND:
      return errc::stream_not_found;
    case pb::UpdateSubscriberStatus::SUBSCRIBER_NOT_FOUND:
      return errc::reader_group_not_found;
    case pb::UpdateSubscriberStatus::STREAM_CUT_NOT_VALID:
      return errc::precondition_failed;
    case pb::UpdateSubscriberStatus::GENERATION_MISMATCH:
      return errc::reader_group_changed;
    default:
      return errc::protocol_violation;
  }
}

// --- configurations in requests
// ---------------------------------------------------------------

using cut_list = google::protobuf::RepeatedPtrField<pb::StreamCut>;

/// A place without a cut is a cut without segments.
void put_cuts(const reader_group_config::cuts& from, cut_list& to) {
  for (const auto& [stream, cut] : from) {
    auto& added = *to.Add();
    put(stream, *added.mutable_streaminfo());
    if (cut) put(cut->offsets, *added.mutable_cut());
  }
}

pb::ReaderGroupConfiguration config_message(const scoped_group& group,
                                            const reader_group_config& from) {
  pb::ReaderGroupConfiguration to;
  to.set_scope(group.scope);
  to.set_readergroupname(group.group);
  to.set_grouprefreshtimemillis(from.group_refresh_time_ms);
  to.set_automaticcheckpointintervalmillis(from.automatic_checkpoint_interval_ms);
  to.set_maxoutstandingcheckpointrequest(from.outstanding_checkpoints_max);
  to.set_retentiontype(static_cast<std::int32_t>(from.retention));
  to.set_generation(from.generation);
  to.set_readergroupid(from.id.to_string());
  put_cuts(from.starting_cuts, *to.mutable_startingstreamcuts());
  put_cuts(from.ending_cuts, *to.mutable_endingstreamcuts());
  to.set_rolloversizebytes(state_rollover_bytes);
  return to;
}

pb::ReaderGroupInfo group_info(const scoped_group& group) {
  pb::ReaderGroupInfo to;
  to.set_scope(group.scope);
  to.set_readergroup(group.group);
  return to;
}

// --- configurations in replies
// ----------------------------------------------------------------

result<reader_group_config::cuts> cuts_of(const cut_list& from) {
  reader_group_config::cuts to;
  for (const auto& each : from) {
    stream_cut cut{{each.streaminfo().scope(), each.streaminfo().stream()}, {}};
    for (const auto& [value, offset] : each.cut()) {
      const auto id = id_of(value);
      if (!id) return id.error();
      cut.offsets.emplace(*id, offset);
    }
    const auto stream = cut.stream;
    auto place = each.cut().empty() ? std::nullopt : std::optional{std::move(cut)};
    if (!to.try_emplace(stream, std::move(place)).second)
      return violation("two cuts of " + stream.to_string());
  }
  return to;
}

/// A configuration that the controller holds: it has an id and a generation.
result<reader_group_config> config_of(const pb::ReaderGroupConfiguration& from,
                                      const scoped_group& asked) {
  const scoped_group found{from.scope(), from.readergroupname()};
  if (found != asked)
    return violation("the reply is about another reader group, " + found.to_string());
  const auto id = uuid::parse(from.readergroupid());
  if (!id || *id == uuid{}) return violation("the reader group has no id");
  if (from.generation() < 0) return violation("the reader group's generation is negative");
  const auto retention = from.retentiontype();
  if (retention < 0 || retention > static_cast<std::int32_t>(group_retention::automatic))
    return violation("retention of an unknown kind, " + std::to_string(retention));
  auto starting = cuts_of(from.startingstreamcuts());
  if (!starting) return starting.error();
  auto ending = cuts_of(from.endingstreamcuts());
  if (!ending) return ending.error();
  reader_group_config to{from.automaticcheckpointintervalmillis(),
                         from.grouprefreshtimemillis(),
                         std::move(*starting),
                         std::move(*ending),
                         from.maxoutstandingcheckpointrequest(),
                         static_cast<group_retention>(retention),
                         from.generation(),
                         *id};
  if (const auto checked = to.check(); !checked) return violation(checked.error().summary());
  return to;
}

}  // namespace

// The controller takes the request's generation for the group's subscriptions, but not for the
// group.
pb::ReaderGroupConfiguration encode(const create_reader_group& call) {
  auto to = config_message(call.group, call.config);
  to.set_generation(0);
  return to;
}
answer decode(const create_reader_group& call, const pb::CreateReaderGroupResponse& from) {
  using told = pb::CreateReaderGroupResponse;
  if (from.status() != told::SUCCESS)
    return refusal(code_of(from.status()), told::Status_Name(from.status()));
  auto to = config_of(from.config(), call.group);
  if (!to) return to.error();
  // A later generation may have other settings.
  const bool as_created = to->id == call.config.id && to->generation == 0;
  if (as_created && !to->has_same_settings(call.config))
    return violation("the created reader group has other settings");
  return reply{std::move(*to)};
}
std::span<const list_limit> lists_of(const create_reader_group&) {
  return cut_lists<2>;
}

pb::ReaderGroupInfo encode(const get_reader_group_config& call) {
  return group_info(call.group);
}
answer decode(const get_reader_group_config& call, const pb::ReaderGroupConfigResponse& from) {
  using told = pb::ReaderGroupConfigResponse;
  if (from.status() != told::SUCCESS)
    return refusal(code_of(from.status()), told::Status_Name(from.status()));
  auto to = config_of(from.config(), call.group);
  if (!to) return to.error();
  return reply{std::move(*to)};
}
std::span<const list_limit> lists_of(const get_reader_group_config&) {
  return cut_lists<1>;
}

pb::ReaderGroupConfiguration encode(const update_reader_group& call) {
  return config_message(call.group, call.config);
}
answer decode(const update_reader_group& call, const pb::UpdateReaderGroupResponse& from) {
  using told = pb::UpdateReaderGroupResponse;
  if (from.status() != told::SUCCESS)
    return refusal(code_of(from.status()), told::Status_Name(from.status()));
  const auto before = call.config.generation;
  if (from.generation() <= before) return violation("the generation did not grow");
  // The controller reads the generation after it has carried out the update.
  if (from.generation() - 1 > before)
    return error{errc::reader_group_changed, "another update followed this one"};
  return reply{group_generation{from.generation()}};
}
std::span<const list_limit> lists_of(const update_reader_group&) {
  return {};
}

pb::ReaderGroupInfo encode(const delete_reader_group& call) {
  auto to = group_info(call.group);
  to.set_readergroupid(call.id.to_string());
  return to;
}
answer decode(const delete_reader_group&, const pb::DeleteReaderGroupStatus& from) {
  using told = pb::DeleteReaderGroupStatus;
  if (from.status() == told::SUCCESS) return reply{deletion{true}};
  if (from.status() == told::RG_NOT_FOUND) return reply{deletion{false}};
  return refusal(code_of(from.status()), told::Status_Name(from.status()));
}
std::span<const list_limit> lists_of(const delete_reader_group&) {
  return {};
}

pb::StreamInfo encode(const list_subscribers& call) {
  return info(call.stream);
}
answer decode(const list_subscribers&, const pb::SubscribersResponse& from) {
  using told = pb::SubscribersResponse;
  if (from.status() != told::SUCCESS)
    return refusal(code_of(from.status()), told::Status_Name(from.status()));
  subscriber_list to{{from.subscribers().begin(), from.subscribers().end()}};
  std::sort(to.names.begin(), to.names.end());
  if (!to.names.empty() && to.names.front().empty())
    return violation("an empty name in a list");
  const auto twice = std::adjacent_find(to.names.begin(), to.names.end());
  if (twice != to.names.end()) return violation("subscriber " + *twice + " comes twice");
  return reply{std::move(to)};
}
std::span<const list_limit> lists_of(const list_subscribers&) {
  return subscriber_lists;
}

pb::SubscriberStreamCut encode(const update_subscriber_cut& call) {
  pb::SubscriberStreamCut to;
  to.set_subscriber(call.group.to_string());
  to.set_generation(call.generation);
  to.set_readergroupid(call.id.to_string());
  *to.mutable_streamcut() = cut_of(call.cut);
  return to;
}
answer decode(const update_subscriber_cut&, const pb::UpdateSubscriberStatus& from) {
  using told = pb::UpdateSubscriberStatus;
  if (from.status() == told::SUCCESS) return reply{done{}};
  return refusal(code_of(from.status()), told::Status_Name(from.status()));
}
std::span<const list_limit> lists_of(const update_subscriber_cut&) {
  return {};
}

}  // namespace pravega_actor::internal
