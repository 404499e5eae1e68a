// The messages about reader groups as calls of their manager.
#pragma once

#include <functional>
#include <map>
#include <string>
#include <utility>
#include <vector>

#include "pravega_actor/reader_group_messages.hpp"

namespace pravega_actor::internal {

/// Starts the call that a message stands for.
struct group_calls {
  template <class T>
  using done_with = std::function<void(const result<T>&)>;
  reader_group_manager at;

  void operator()(const groups::ensure_group& m, done_with<ensured_group> done) const {
    at.ensure_group_async(m.group, m.config, m.start, std::move(done));
  }
  void operator()(const groups::delete_group& m, done_with<bool> done) const {
    at.delete_group_async(m.group, std::move(done));
  }
  void operator()(const groups::list_groups& m,
                  done_with<std::vector<std::string>> done) const {
    at.list_groups_async(m.scope, std::move(done));
  }
  void operator()(const groups::get_config& m, done_with<reader_group_config> done) const {
    at.config_of_async(m.group, std::move(done));
  }
  void operator()(const groups::describe& m, done_with<reader_group_description> done) const {
    at.describe_async(m.group, std::move(done));
  }
  void operator()(const groups::get_distribution& m,
                  done_with<segment_distribution> done) const {
    at.distribution_async(m.group, std::move(done));
  }
  void operator()(const groups::set_reader_offline& m, done_with<bool> done) const {
    at.set_reader_offline_async(m.group, m.reader, m.last, std::move(done));
  }
  void operator()(const groups::initiate_checkpoint& m, done_with<checkpoint> done) const {
    at.initiate_checkpoint_async(m.group, m.name, m.timeout, std::move(done));
  }
  void operator()(const groups::cancel_checkpoints& m, done_with<std::size_t> done) const {
    at.cancel_checkpoints_async(m.group, std::move(done));
  }
  void operator()(const groups::generate_stream_cuts& m,
                  done_with<reader_group_manager::cuts> done) const {
    at.generate_stream_cuts_async(m.group, m.timeout, std::move(done));
  }
  void operator()(const groups::get_stream_cuts& m,
                  done_with<reader_group_manager::cuts> done) const {
    at.stream_cuts_async(m.group, std::move(done));
  }
  void operator()(const groups::reset& m, done_with<reader_group_config> done) const {
    at.reset_async(m.group, m.target, std::move(done));
  }
  void operator()(const groups::update_retention_cut& m, done_with<void> done) const {
    at.update_retention_cut_async(m.group, m.released, std::move(done));
  }
  void operator()(const groups::get_unread& m, done_with<unread_bytes> done) const {
    at.unread_async(m.group, m.since, m.timeout, std::move(done));
  }
};

}  // namespace pravega_actor::internal
