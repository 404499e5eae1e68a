#include "server/rpc_messages.hpp"

#include <limits>

namespace pravega_sandbox {

namespace {

using pravega_actor::group_retention;
using pravega_actor::reader_group_config;
using pravega_actor::scoped_group;
using pravega_actor::uuid;
using cut_list = google::protobuf::RepeatedPtrField<proto::StreamCut>;

/// All zeros, which no group has, for a text that is no id.
uuid id_of(const std::string& text) {
  return uuid::parse(text).value_or(uuid{});
}

/// A number without a meaning becomes a kind without one.
group_retention retention_of(std::int32_t number) {
  const bool known =
      number >= 0 && number <= static_cast<std::int32_t>(group_retention::automatic);
  constexpr auto none_of_them = std::numeric_limits<std::uint8_t>::max();
  return static_cast<group_retention>(known ? number : none_of_them);
}

reader_group_config::cuts cuts_of(const cut_list& from) {
  reader_group_config::cuts to;
  for (const auto& each : from) {
    auto cut = cut_of(each);
    auto& place = to[cut.stream];
    if (!cut.offsets.empty()) place = std::move(cut);
  }
  return to;
}

reader_group_config config_of(const proto::ReaderGroupConfiguration& from) {
  return {from.automaticcheckpointintervalmillis(),
          from.grouprefreshtimemillis(),
          cuts_of(from.startingstreamcuts()),
          cuts_of(from.endingstreamcuts()),
          from.maxoutstandingcheckpointrequest(),
          retention_of(from.retentiontype()),
          from.generation(),
          id_of(from.readergroupid())};
}

void put_cuts(const reader_group_config::cuts& from, cut_list& out) {
  for (const auto& [stream, cut] : from) {
    auto& added = *out.Add();
    put(stream, *added.mutable_streaminfo());
    if (!cut) continue;
    for (const auto& [id, offset] : cut->offsets)
      (*added.mutable_cut())[id.value()] = offset;
  }
}

void put_config(const scoped_group& group, const reader_group_config& from,
                proto::ReaderGroupConfiguration& out) {
  out.set_scope(group.scope);
  out.set_readergroupname(group.group);
  out.set_grouprefreshtimemillis(from.group_refresh_time_ms);
  out.set_automaticcheckpointintervalmillis(from.automatic_checkpoint_interval_ms);
  out.set_maxoutstandingcheckpointrequest(from.outstanding_checkpoints_max);
  out.set_retentiontype(static_cast<std::int32_t>(from.retention));
  out.set_generation(from.generation);
  out.set_readergroupid(from.id.to_string());
  put_cuts(from.starting_cuts, *out.mutable_startingstreamcuts());
  put_cuts(from.ending_cuts, *out.mutable_endingstreamcuts());
}

/// "scope/group"; without a slash, a group of no scope.
scoped_group group_of(const std::string& subscriber) {
  const auto slash = subscriber.find('/');
  if (slash == std::string::npos) return {{}, subscriber};
  return {subscriber.substr(0, slash), subscriber.substr(slash + 1)};
}

}  // namespace

void read(const proto::ReaderGroupConfiguration& from, controller::create_reader_group& to) {
  to.group = {from.scope(), from.readergroupname()};
  to.config = config_of(from);
}

Status write(const controller::create_reader_group& call,
             const result<controller::create_reader_group::reply>& answer,
             proto::CreateReaderGroupResponse& out) {
  using status = proto::CreateReaderGroupResponse;
  if (answer) {
    put_config(call.group, *answer, *out.mutable_config());
  } else if (answer.error() == errc::scope_not_found) {
    out.set_status(status::SCOPE_NOT_FOUND);
  } else if (answer.error() == errc::invalid_name) {
    out.set_status(status::INVALID_RG_NAME);
  } else {
    out.set_status(status::FAILURE);
  }
  return Status::OK;
}

void read(const proto::ReaderGroupInfo& from, controller::get_reader_group_config& to) {
  to.group = {from.scope(), from.readergroup()};
}

Status write(const controller::get_reader_group_config& call,
             const result<controller::get_reader_group_config::reply>& answer,
             proto::ReaderGroupConfigResponse& out) {
  using status = proto::ReaderGroupConfigResponse;
  if (answer) {
    put_config(call.group, *answer, *out.mutable_config());
  } else {
    const bool missing = answer.error() == errc::reader_group_not_found;
    out.set_status(missing ? status::RG_NOT_FOUND : status::FAILURE);
  }
  return Status::OK;
}

void read(const proto::ReaderGroupConfiguration& from, controller::update_reader_group& to) {
  to.group = {from.scope(), from.readergroupname()};
  to.config = config_of(from);
}

// As the real controller, a refusal has the generation that was asked with.
Status write(const controller::update_reader_group& call,
             const result<controller::update_reader_group::reply>& answer,
             proto::UpdateReaderGroupResponse& out) {
  using status = proto::UpdateReaderGroupResponse;
  out.set_generation(answer ? answer->generation : call.config.generation);
  if (answer) return Status::OK;
  if (answer.error() == errc::reader_group_not_found) {
    out.set_status(status::RG_NOT_FOUND);
  } else if (answer.error() == errc::reader_group_changed) {
    out.set_status(status::INVALID_CONFIG);
  } else {
    out.set_status(status::FAILURE);
  }
  return Status::OK;
}

void read(const proto::ReaderGroupInfo& from, controller::delete_reader_group& to) {
  to.group = {from.scope(), from.readergroup()};
  to.id = id_of(from.readergroupid());
}

Status write(const controller::delete_reader_group&,
             const result<controller::delete_reader_group::reply>& answer,
             proto::DeleteReaderGroupStatus& out) {
  using status = proto::DeleteReaderGroupStatus;
  if (!answer) {
    out.set_status(status::FAILURE);
  } else if (!answer->deleted) {
    out.set_status(status::RG_NOT_FOUND);
  }
  return Status::OK;
}

void read(const proto::StreamInfo& from, controller::list_subscribers& to) {
  to.stream = stream_of(from);
}

Status write(const controller::list_subscribers&,
             const result<controller::list_subscribers::reply>& answer,
             proto::SubscribersResponse& out) {
  using status = proto::SubscribersResponse;
  if (answer) {
    out.mutable_subscribers()->Assign(answer->names.begin(), answer->names.end());
  } else {
    const bool missing = answer.error() == errc::stream_not_found;
    out.set_status(missing ? status::STREAM_NOT_FOUND : status::FAILURE);
  }
  return Status::OK;
}

void read(const proto::SubscriberStreamCut& from, controller::update_subscriber_cut& to) {
  to.group = group_of(from.subscriber());
  to.id = id_of(from.readergroupid());
  to.generation = from.generation();
  to.cut = cut_of(from.streamcut());
}

Status write(const controller::update_subscriber_cut&,
             const result<controller::update_subscriber_cut::reply>& answer,
             proto::UpdateSubscriberStatus& out) {
  using status = proto::UpdateSubscriberStatus;
  if (answer) return Status::OK;
  if (answer.error() == errc::stream_not_found) {
    out.set_status(status::STREAM_NOT_FOUND);
  } else if (answer.error() == errc::reader_group_not_found) {
    out.set_status(status::SUBSCRIBER_NOT_FOUND);
  } else if (answer.error() == errc::precondition_failed) {
    out.set_status(status::STREAM_CUT_NOT_VALID);
  } else if (answer.error() == errc::reader_group_changed) {
    out.set_status(status::GENERATION_MISMATCH);
  } else {
    out.set_status(status::FAILURE);
  }
  return Status::OK;
}

}  // namespace pravega_sandbox
