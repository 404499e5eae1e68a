// Creates, describes, resets and deletes reader groups, and makes their checkpoints.
#pragma once

#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "pravega_actor/export.hpp"
#include "pravega_actor/position.hpp"
#include "pravega_actor/reader_group.hpp"
#include "pravega_actor/result.hpp"
#include "pravega_actor/time.hpp"

namespace PRAVEGA_ACTOR_API pravega_actor {

namespace internal {
class access;
class client_host;
}  // namespace internal

/// Administration of reader groups. Any thread may use it; copies are cheap. Each call has the
/// two forms of `stream_manager`'s calls, and the same time unless it has a timeout.
///
/// Each call opens the group's state, and closes it afterwards. It checks names and arguments
/// before it writes anything, so a refused call leaves the group as it was. If the group does
/// not exist, or the controller does not know it, the error is reader_group_not_found. After
/// deadline_exceeded, a change may still be carried out.
class reader_group_manager {
 public:
  template <class T>
  using callback = std::function<void(const result<T>&)>;
  using names = std::vector<std::string>;
  using cuts = group_cuts;

  // Groups.

  /// Creates the group unless it exists. The id and generation of `config` do not count.
  /// `start` is where streams without a starting cut begin. An existing group keeps its
  /// configuration; the call compares it with `config`. (With `group_start::tail` it does not
  /// compare the starts of streams that have no cut in `config`.) If an earlier creation was
  /// interrupted, the call completes it. If the group has a state but the controller does not
  /// know it, the call makes it known with its own settings: a client before Pravega 0.9 made
  /// it, or the controller's record is lost. The errors are stream_not_found, scope_not_found,
  /// and invalid_argument for a cut with a segment that its stream never had, for example of a
  /// stream that was deleted and created again.
  [[nodiscard]] result<ensured_group> ensure_group(const scoped_group& group,
                                                   const reader_group_config& config,
                                                   group_start start = group_start::head) const;
  void ensure_group_async(const scoped_group& group, const reader_group_config& config,
                          group_start start, callback<ensured_group> done) const;
  /// Deletes the group; its readers end with an error. Returns false if there was no such
  /// group. Deletes the state of a group that the controller does not know, too.
  [[nodiscard]] result<bool> delete_group(const scoped_group& group) const;
  void delete_group_async(const scoped_group& group, callback<bool> done) const;
  /// The groups of a scope, sorted. The call finds them by the streams of their states, so it
  /// may still list a group that is being deleted. limit_exceeded for more than
  /// limits::listed_names_max.
  [[nodiscard]] result<names> list_groups(const std::string& scope) const;
  void list_groups_async(const std::string& scope, callback<names> done) const;
  /// The configuration that the controller holds.
  [[nodiscard]] result<reader_group_config> config_of(const scoped_group& group) const;
  void config_of_async(const scoped_group& group, callback<reader_group_config> done) const;
  /// Readers, segments, checkpoints.
  [[nodiscard]] result<reader_group_description> describe(const scoped_group& group) const;
  void describe_async(const scoped_group& group, callback<reader_group_description> done) const;
  [[nodiscard]] result<segment_distribution> distribution(const scoped_group& group) const;
  void distribution_async(const scoped_group& group, callback<segment_distribution> done) const;

  // Readers.

  /// Declares a reader dead. Others continue with its segments at `last`, or without it at the
  /// offsets in the group's state; then some events come again. If the reader lives, it ends
  /// with reader_offline. Returns false if no such reader was online. invalid_argument if
  /// `last` lacks a segment of the reader.
  [[nodiscard]] result<bool> set_reader_offline(
      const scoped_group& group, const std::string& reader,
      const std::optional<position>& last = std::nullopt) const;
  void set_reader_offline_async(const scoped_group& group, const std::string& reader,
                                const std::optional<position>& last, callback<bool> done) const;

  // Checkpoints and cuts.

  /// Makes a checkpoint, and waits for up to `timeout` until every reader has passed it. Then
  /// the group forgets older checkpoints, unless another call still waits for one of them. The
  /// detail of deadline_exceeded names the readers that have not passed the checkpoint, which
  /// stays in the group and may still complete. Other errors: precondition_failed for a name
  /// that the group has already; limit_exceeded while outstanding_checkpoints_max are
  /// incomplete; cancelled if the checkpoint was cancelled meanwhile; invalid_name, see
  /// `check_checkpoint_name`.
  [[nodiscard]] result<checkpoint> initiate_checkpoint(const scoped_group& group,
                                                       const std::string& name,
                                                       duration timeout) const;
  void initiate_checkpoint_async(const scoped_group& group, const std::string& name,
                                 duration timeout, callback<checkpoint> done) const;
  /// Cancels all incomplete checkpoints that are not silent. Returns how many there were.
  [[nodiscard]] result<std::size_t> cancel_checkpoints(const scoped_group& group) const;
  void cancel_checkpoints_async(const scoped_group& group, callback<std::size_t> done) const;
  /// The places where the readers are now. The call makes a silent checkpoint, which no
  /// application notices. The errors are those of `initiate_checkpoint`.
  [[nodiscard]] result<cuts> generate_stream_cuts(const scoped_group& group,
                                                  duration timeout) const;
  void generate_stream_cuts_async(const scoped_group& group, duration timeout,
                                  callback<cuts> done) const;
  /// The offsets in the group's state. They are somewhat old, but no reader needs to answer.
  [[nodiscard]] result<cuts> stream_cuts(const scoped_group& group) const;
  void stream_cuts_async(const scoped_group& group, callback<cuts> done) const;

  // Changes.

  /// Replaces the group's configuration, and lets the group begin again at its cuts. Every
  /// reader ends with reader_offline. Returns the new configuration. If the call is
  /// interrupted, the readers or the next call complete it. Errors: invalid_argument for a
  /// checkpoint of other streams, and those of `ensure_group`.
  [[nodiscard]] result<reader_group_config> reset(const scoped_group& group,
                                                  const reset_target& target) const;
  void reset_async(const scoped_group& group, const reset_target& target,
                   callback<reader_group_config> done) const;
  /// Lets the retention policies of the streams truncate what lies before the cuts; for a group
  /// whose retention is manual. Errors: precondition_failed for a group with another retention,
  /// and for a cut that lies before the last one or does not cover its stream; invalid_argument
  /// for a stream that the group does not read.
  [[nodiscard]] result<void> update_retention_cut(const scoped_group& group,
                                                  const cuts& released) const;
  void update_retention_cut_async(const scoped_group& group, const cuts& released,
                                  callback<void> done) const;

  // Progress.

  /// The bytes that the group has not read. Ends within `timeout`. With `live_position`, the
  /// errors are those of `generate_stream_cuts`.
  [[nodiscard]] result<unread_bytes> unread(const scoped_group& group, unread_since since,
                                            duration timeout = seconds{60}) const;
  void unread_async(const scoped_group& group, unread_since since, duration timeout,
                    callback<unread_bytes> done) const;

 private:
  friend class internal::access;
  explicit reader_group_manager(std::shared_ptr<internal::client_host> host)
      : host_{std::move(host)} {}
  std::shared_ptr<internal::client_host> host_;
};

}  // namespace pravega_actor
