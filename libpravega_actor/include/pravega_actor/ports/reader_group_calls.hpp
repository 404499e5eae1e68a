// Calls to the controller about reader groups and the streams that wait for them.
#pragma once

#include <cstdint>

#include "pravega_actor/export.hpp"
#include "pravega_actor/names.hpp"
#include "pravega_actor/ports/call_replies.hpp"
#include "pravega_actor/reader_group_config.hpp"
#include "pravega_actor/stream_cut.hpp"
#include "pravega_actor/uuid.hpp"

namespace PRAVEGA_ACTOR_API pravega_actor {
namespace controller {

/// Creates a reader group with the stream of its state in an existing scope. The reply is the
/// group's configuration, also of a group that existed before: the id says whether it is the
/// one of this call, and so a repetition is harmless. `config.generation` does not count: a new
/// group has generation 0.
struct create_reader_group {
  using reply = reader_group_config;
  scoped_group group;
  reader_group_config config;
};
/// Asks for the configuration of a reader group; reader_group_not_found if there is none.
struct get_reader_group_config {
  using reply = reader_group_config;
  scoped_group group;
};
/// Replaces the configuration of a reader group. `config.id` and `config.generation` must be
/// those that the controller holds, else reader_group_changed. So is the error of a repetition
/// whose first attempt was carried out: then the controller holds these settings under the next
/// generation. controller_failure if another update is under way.
struct update_reader_group {
  using reply = group_generation;
  scoped_group group;
  reader_group_config config;
};
/// Deletes the reader group of this id with the stream of its state.
struct delete_reader_group {
  using reply = deletion;
  scoped_group group;
  uuid id;
};
/// Asks which reader groups hold back the retention of a stream.
struct list_subscribers {
  using reply = subscriber_list;
  scoped_stream stream;
};
/// Releases what lies before a cut, on behalf of a reader group that holds back the stream's
/// retention. reader_group_not_found if no group of this id does, reader_group_changed if the
/// group has another generation, precondition_failed if the cut lies before the last one or is
/// not a complete cut of the stream.
struct update_subscriber_cut {
  using reply = done;
  scoped_group group;
  uuid id;
  std::int64_t generation = 0;
  stream_cut cut;
};

}  // namespace controller
}  // namespace pravega_actor

// clang-format off
/// X(request, RPC, message of the request, message of the reply)
#define PRAVEGA_ACTOR_READER_GROUP_CALLS(X) \
  X(create_reader_group, "createReaderGroup", ReaderGroupConfiguration, CreateReaderGroupResponse) \
  X(get_reader_group_config, "getReaderGroupConfig", ReaderGroupInfo, ReaderGroupConfigResponse) \
  X(update_reader_group, "updateReaderGroup", ReaderGroupConfiguration, UpdateReaderGroupResponse) \
  X(delete_reader_group, "deleteReaderGroup", ReaderGroupInfo, DeleteReaderGroupStatus) \
  X(list_subscribers, "listSubscribers", StreamInfo, SubscribersResponse) \
  X(update_subscriber_cut, "updateSubscriberStreamCut", SubscriberStreamCut, UpdateSubscriberStatus)
// clang-format on
