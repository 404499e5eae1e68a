// The controller's replies as plain structs.
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "pravega_actor/endpoint.hpp"
#include "pravega_actor/export.hpp"
#include "pravega_actor/names.hpp"
#include "pravega_actor/reader_group_config.hpp"
#include "pravega_actor/stream_config.hpp"
#include "pravega_actor/transaction.hpp"

namespace PRAVEGA_ACTOR_API pravega_actor {

/// The operations that a delegation token allows.
enum class access_operation : std::uint8_t { unspecified, none, any, read, write, read_write };

namespace controller {

/// Reply of calls that only succeed or fail.
struct done {
  friend bool operator==(const done&, const done&) = default;
};
/// Reply of calls that ask a yes-or-no question.
struct existence {
  bool exists = false;
};
/// Reply of creating calls: false if the object existed already.
struct creation {
  bool created = false;
};
/// Reply of deleting calls: false if there was nothing to delete.
struct deletion {
  bool deleted = false;
};
/// One page of names. `token` requests the next page; an empty page is the last.
struct name_page {
  std::vector<std::string> names;
  std::string token;
};
/// Sorted by range. Empty: the stream is sealed.
struct segment_ranges {
  std::vector<segment_with_range> segments;
  std::string delegation_token;
};
/// The segments at the head of the stream with their start offsets. -1: the whole segment lies
/// before the head.
struct segment_offsets {
  std::map<segment_id, std::int64_t> offsets;
  std::string delegation_token;
};
/// A successor with its predecessors.
struct successor {
  segment_with_range segment;
  std::vector<segment_id> predecessors;
};
/// Sorted by range. Empty: none, or none yet.
struct successors {
  std::vector<successor> segments;
  std::string delegation_token;
};
/// Sorted.
struct segment_list {
  std::vector<segment_id> segments;
  std::string delegation_token;
};
/// The scale is started; these are its new segments.
struct scale_started {
  std::vector<segment_with_range> segments;
  /// The epoch before the scale, for `check_scale`.
  std::int32_t epoch = 0;
};
/// The progress of a scale.
enum class scale_state : std::uint8_t { in_progress, success };
/// The generation of a reader group after an update.
struct group_generation {
  std::int64_t generation = 0;
};
/// The reader groups that hold back a stream's retention, as "scope/group". Sorted.
struct subscriber_list {
  std::vector<std::string> names;
};
/// A new transaction.
struct created_transaction {
  transaction_id id;
  /// Sorted by range; together they take every routing key. The ids have the transaction's
  /// epoch and need not be those of the stream's segments: the names of the transaction's
  /// segments are made from these ids, and segment stores are asked for by them.
  std::vector<segment_with_range> segments;
  std::string delegation_token;
};
/// What became of the lease of a transaction. Only `open` renews it.
enum class ping_status : std::uint8_t {
  open,
  /// The lease is above the server's limit.
  lease_too_large,
  /// The lease would reach beyond the longest time that the transaction may be open.
  max_execution_time_exceeded,
  scale_grace_time_exceeded,
  /// This controller is about to end: another one may renew the lease.
  disconnected,
  /// The transaction is committing or committed.
  committed,
  /// The transaction is aborting or aborted.
  aborted,
  /// There is no such transaction, or its end was too long ago.
  unknown,
};
/// The answer to a ping.
struct transaction_pinged {
  ping_status status = ping_status::unknown;
};
/// The state of a transaction.
struct transaction_checked {
  transaction_state state = transaction_state::unknown;
};
/// A transaction that is committed or aborted.
struct completed_transaction {
  transaction_id id;
  transaction_state state = transaction_state::unknown;
  friend bool operator==(const completed_transaction&, const completed_transaction&) = default;
};
/// Sorted by id.
struct completed_transactions {
  std::vector<completed_transaction> transactions;
};
/// A delegation token; segment stores accept it until it expires.
struct token {
  std::string text;
};

}  // namespace controller

// clang-format off
/// X(name, type) for each type of a reply.
#define PRAVEGA_ACTOR_CONTROLLER_REPLIES(X) \
  X(done, controller::done) \
  X(existence, controller::existence) \
  X(creation, controller::creation) \
  X(deletion, controller::deletion) \
  X(name_page, controller::name_page) \
  X(segment_ranges, controller::segment_ranges) \
  X(segment_offsets, controller::segment_offsets) \
  X(successors, controller::successors) \
  X(segment_list, controller::segment_list) \
  X(scale_started, controller::scale_started) \
  X(scale_state, controller::scale_state) \
  X(group_generation, controller::group_generation) \
  X(subscriber_list, controller::subscriber_list) \
  X(token, controller::token) \
  X(created_transaction, controller::created_transaction) \
  X(transaction_pinged, controller::transaction_pinged) \
  X(transaction_checked, controller::transaction_checked) \
  X(completed_transactions, controller::completed_transactions) \
  X(reader_group_config, reader_group_config) \
  X(stream_config, stream_config) \
  X(one_endpoint, endpoint) \
  X(endpoints, std::vector<endpoint>)
// clang-format on

}  // namespace pravega_actor
