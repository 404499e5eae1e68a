// The sandbox's controller over the model of the segment store: scopes, streams, scaling,
// reader groups, transactions.
#pragma once

#include <functional>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "controller/auto_scaler.hpp"
#include "controller/group_registry.hpp"
#include "controller/retention_keeper.hpp"
#include "controller/stream_record.hpp"
#include "controller/transaction_registry.hpp"
#include "pravega_actor/endpoint.hpp"
#include "pravega_actor/ports/controller_calls.hpp"
#include "store/store_model.hpp"

namespace pravega_sandbox {

using pravega_actor::endpoint;

/// Answers the controller's calls, at once and in full. Not thread-safe; used on the same
/// thread as the store_model, in which it creates, seals, truncates and deletes segments.
class controller_model {
 public:
  /// `stores`: where clients reach the segment stores; the store_model's owner function chooses
  /// one by its index. `controllers`: the answer to discovery.
  controller_model(store_model& store, std::vector<endpoint> stores,
                   std::vector<endpoint> controllers = {});

  /// Replaces the addresses, for example when listening began.
  void set_addresses(std::vector<endpoint> stores, std::vector<endpoint> controllers);

  /// The reply holds the request's reply type. Errors are those that a client's controller port
  /// reports: scope_not_found, stream_not_found, precondition_failed ...
  [[nodiscard]] result<controller::reply> handle(const controller::request& call);

  /// The end of a window of this length: scales the streams whose policies and load in it ask
  /// for that; returns them. By the store_model's time.
  std::vector<scoped_stream> scale_by_load(std::int64_t window_ms);

  /// The end of a period: takes a cut of each stream with a retention policy and truncates at
  /// an older one where the policy allows it; returns the streams whose heads moved. By the
  /// store_model's time.
  std::vector<scoped_stream> apply_retention();

  /// Aborts the transactions whose leases have ended, commits what had no room before, and
  /// forgets what ended long ago; returns how many it aborts. By the store_model's time. A call
  /// does the same first.
  std::size_t expire_transactions();
  /// All that it has aborted.
  [[nodiscard]] std::uint64_t expired_transactions() const noexcept { return expired_; }
  /// Called when transactions begin to commit or to abort: true if somebody else calls
  /// `end_transactions` later. Without it they end at once.
  void on_ending(std::function<bool()> ends_later) { ends_later_ = std::move(ends_later); }
  /// Called when a commit is accepted: true if what remains to be done is lost, until
  /// `end_transactions` or another end.
  void on_commit(std::function<bool()> is_lost) { loses_commit_ = std::move(is_lost); }
  /// Ends all transactions that are committing or aborting; returns how many.
  std::size_t end_transactions();

  /// Called for each segment that a scale replaces, when its successors are known: true if
  /// somebody else seals it later.
  void on_replaced(std::function<bool(const std::string& segment)> seals_later) {
    seals_later_ = std::move(seals_later);
  }

  /// Null if missing, for inspection.
  [[nodiscard]] const stream_record* find(const scoped_stream& stream) const;

 private:
  using answer = result<controller::reply>;
  struct scope_record {
    std::map<std::string, stream_record> streams;
  };

  // What the sandbox does for each call.
#define X(name, rpc, request_message, reply_message) answer on(const controller::name& call);
  PRAVEGA_ACTOR_CONTROLLER_CALLS(X)
#undef X
  [[nodiscard]] answer delete_whole_scope(const std::string& scope);

  [[nodiscard]] stream_record* look_up(const scoped_stream& stream);
  [[nodiscard]] std::int32_t first_number_of(const scoped_stream& stream) const;
  /// limit_exceeded if there is no room for so many more segments, in an epoch of `listed`,
  /// with `named` more bytes of names and tags.
  [[nodiscard]] result<void> check_room_for(std::size_t segments, std::size_t listed,
                                            std::size_t named = 0) const;
  /// What was taken for `before` is now taken for `after`.
  void recount(std::size_t before, std::size_t after);
  void remember_numbers(const scoped_stream& stream, std::int32_t next_number);
  void add_stream(scope_record& scope, const scoped_stream& stream,
                  const stream_config& config);
  void erase_stream(scope_record& scope, const scoped_stream& stream);
  void apply_scale(const scoped_stream& stream, const std::vector<segment_with_range>& sealed,
                   const std::vector<segment_with_range>& opened);

  [[nodiscard]] std::vector<segment_total> totals_of(const scoped_stream& stream,
                                                     const stream_record& record) const;
  [[nodiscard]] bool scale_by_load(const scoped_stream& stream, stream_record& record,
                                   std::int64_t window_ms);
  [[nodiscard]] stream_extent extent_of(const scoped_stream& stream,
                                        const stream_record& record) const;
  [[nodiscard]] bool apply_retention(const scoped_stream& stream, stream_record& record);
  /// Where the retention policy and the groups that hold it back let the stream begin.
  [[nodiscard]] std::optional<cut_offsets> retention_cut(const scoped_stream& stream,
                                                         const stream_record& record);
  /// The cut as a place to truncate at: whole offsets, none behind the end of its segment, none
  /// before its start. Nothing if there is no such place.
  [[nodiscard]] std::optional<cut_offsets> truncation_place(const scoped_stream& stream,
                                                            const cut_offsets& cut) const;
  void cut_off(const scoped_stream& stream, stream_record& record, const cut_offsets& cut);

  [[nodiscard]] result<void> check_group(const scoped_group& group,
                                         const reader_group_config& config) const;
  void erase_group(const scoped_group& group);

  /// The segments of a transaction's epoch, with that epoch in their ids.
  [[nodiscard]] std::vector<segment_with_range> parts_of(const stream_transaction& which);
  void delete_parts(const stream_transaction& which);
  void end_transactions_in_time();
  [[nodiscard]] std::size_t commit_transactions(const scoped_stream& stream);
  [[nodiscard]] bool merge_into(const scoped_stream& stream,
                                const std::vector<segment_with_range>& targets,
                                const std::vector<transaction_id>& ids);
  [[nodiscard]] bool roll_transactions(const scoped_stream& stream, stream_record& record,
                                       const std::vector<transaction_id>& ids);
  void forget_transactions(const scoped_stream& stream);

  store_model& store_;
  memory_share metadata_;
  memory_share retention_memory_;
  memory_share group_memory_;
  memory_share transaction_memory_;
  std::function<bool(const std::string&)> seals_later_;
  std::function<bool()> ends_later_;
  std::function<bool()> loses_commit_;
  auto_scaler scaler_;
  retention_keeper retention_;
  group_registry groups_;
  transaction_registry transactions_;
  std::uint64_t expired_ = 0;
  std::vector<endpoint> stores_;
  std::vector<endpoint> controllers_;
  std::map<std::string, scope_record> scopes_;
  /// Of deleted streams: one of the same name never has a segment of the same name.
  std::map<scoped_stream, std::int32_t> next_numbers_;
};

// What its parts answer with.

/// A reply in its own type as any reply.
template <class T>
[[nodiscard]] pravega_actor::result<pravega_actor::controller::reply> reply_with(T value) {
  return pravega_actor::controller::reply{std::move(value)};
}

[[nodiscard]] inline pravega_actor::error missing(const pravega_actor::scoped_stream& stream) {
  return pravega_actor::error{pravega_actor::errc::stream_not_found}.with_subject(
      stream.to_string());
}

[[nodiscard]] inline pravega_actor::error missing(const pravega_actor::scoped_group& group) {
  return pravega_actor::error{pravega_actor::errc::reader_group_not_found}.with_subject(
      group.to_string());
}

}  // namespace pravega_sandbox
