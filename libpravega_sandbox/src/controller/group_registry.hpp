// The reader groups of a sandbox, and the cuts that they have released.
#pragma once

#include <cstddef>
#include <map>
#include <string>
#include <vector>

#include "controller/stream_record.hpp"
#include "pravega_actor/reader_group_config.hpp"

namespace pravega_sandbox {

using pravega_actor::group_retention;
using pravega_actor::reader_group_config;
using pravega_actor::scoped_group;

/// Groups with their configurations. A group whose retention is not `none` subscribes to each
/// stream that it reads, and may release a cut of it.
class group_registry {
 public:
  /// Null if there is no such group.
  [[nodiscard]] const reader_group_config* find(const scoped_group& group) const;
  /// Adds the group or replaces its configuration. Cuts of streams to which it still subscribes
  /// stay.
  void put(const scoped_group& group, const reader_group_config& config);
  void erase(const scoped_group& group);
  /// The groups of a scope.
  [[nodiscard]] std::vector<scoped_group> groups_in(const std::string& scope) const;

  /// Ends all subscriptions to a stream that is deleted.
  void forget(const scoped_stream& stream);
  [[nodiscard]] std::vector<scoped_group> subscribers_of(const scoped_stream& stream) const;
  /// The cut that the group released last; empty: none yet. Null if it does not subscribe.
  [[nodiscard]] const cut_offsets* released(const scoped_stream& stream,
                                            const scoped_group& group) const;
  /// Replaces the released cut of a group that subscribes.
  void release(const scoped_stream& stream, const scoped_group& group, cut_offsets cut);
  /// The released cuts of all groups that have released any.
  [[nodiscard]] std::vector<cut_offsets> released(const scoped_stream& stream) const;

  /// What all of it takes: an estimate of what is allocated.
  [[nodiscard]] std::size_t bytes() const noexcept { return bytes_; }
  /// What a group takes before it releases cuts.
  [[nodiscard]] static std::size_t bytes_of(const scoped_group& group,
                                            const reader_group_config& config);

 private:
  using subscribers = std::map<scoped_group, cut_offsets>;
  void unsubscribe(const scoped_stream& stream, const scoped_group& group);

  std::map<scoped_group, reader_group_config> groups_;
  std::map<scoped_stream, subscribers> subscriptions_;
  std::size_t bytes_ = 0;
};

}  // namespace pravega_sandbox
