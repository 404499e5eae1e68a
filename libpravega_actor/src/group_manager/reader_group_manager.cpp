#include "pravega_actor/reader_group_manager.hpp"

#include <algorithm>

#include "group_manager/group_changes.hpp"
#include "group_manager/group_inspection.hpp"
#include "group_manager/open_group_log.hpp"
#include "streams/stream_calls.hpp"
#include "streams/stream_inspection.hpp"

namespace pravega_actor {

using namespace internal;

namespace {

using host_pointer = std::shared_ptr<client_host>;
template <class T>
using callback = reader_group_manager::callback<T>;

// An operation on a group's state.
template <class T, class F>
void start_on_group(const host_pointer& host, const scoped_group& group,
                    const operation_limits& limits, callback<T> done, F begin) {
  log_opener open_log;
  if (host && !in_forked_child()) open_log = open_group_log(*host, group);
  start_operation<T>(host, limits, std::move(done), std::move(begin), std::move(open_log));
}

/// What an operation that waits for readers needs: until when, and an id for a silent
/// checkpoint.
struct waiting {
  time_point deadline{};
  std::string silent_id;
};
waiting wait_at(const host_pointer& host, duration timeout) {
  if (!host || in_forked_child()) return {};
  auto& env = *host->context()->env;
  return {env.now() + bounded_timeout(timeout),
          silent_checkpoint_id(env.random_uuid(), env.random_uuid())};
}
// A little longer than the wait: its end has an error of its own.
operation_limits limits_for(duration timeout) {
  return {bounded_timeout(timeout) + seconds{1}};
}

}  // namespace

// --- groups ---------------------------------------------------------------------------------

void reader_group_manager::ensure_group_async(const scoped_group& group,
                                              const reader_group_config& config,
                                              group_start start,
                                              callback<ensured_group> done) const {
  auto wanted = config;
  wanted.generation = 0;
  if (host_ && !in_forked_child()) wanted.id = host_->context()->env->random_uuid();
  start_on_group<ensured_group>(
      host_, group, {usual_limit(host_)}, std::move(done),
      [=](const auto& tell) { return ensure_group_there(group, wanted, start, tell); });
}

result<ensured_group> reader_group_manager::ensure_group(const scoped_group& group,
                                                         const reader_group_config& config,
                                                         group_start start) const {
  return wait_for<ensured_group>(usual_limit(host_), [&](auto done) {
    ensure_group_async(group, config, start, std::move(done));
  });
}

void reader_group_manager::delete_group_async(const scoped_group& group,
                                              callback<bool> done) const {
  start_on_group<bool>(host_, group, {usual_limit(host_)}, std::move(done),
                       [=](const auto& tell) { return delete_group_there(group, tell); });
}

result<bool> reader_group_manager::delete_group(const scoped_group& group) const {
  return wait_for<bool>(usual_limit(host_),
                        [&](auto done) { delete_group_async(group, std::move(done)); });
}

// A group is listed by the stream of its state, as nothing else lists groups.
void reader_group_manager::list_groups_async(const std::string& scope,
                                             callback<names> done) const {
  auto found = std::make_shared<names>();
  const auto page = [scope](const std::string& token) -> controller::request {
    return controller::list_streams{scope, token};
  };
  const auto sink = [found](const names& streams) {
    for (const auto& stream : streams)
      if (auto group = group_of_stream(stream)) found->push_back(std::move(*group));
    return found->size() <= limits::listed_names_max;
  };
  const auto over = [found, done = std::move(done)](const result<void>& listed) {
    if (!listed) return done(listed.error());
    if (found->size() > limits::listed_names_max)
      return done(error{errc::limit_exceeded, "more than listed_names_max names"});
    std::sort(found->begin(), found->end());
    done(*found);
  };
  start_operation<void>(host_, {}, over, [=](const teller<void>& tell) -> step {
    if (auto valid = check_name(scope); !valid) return tell(valid.error());
    return list_pages(page, sink, {}, tell);
  });
}

result<reader_group_manager::names> reader_group_manager::list_groups(
    const std::string& scope) const {
  return wait_for<names>(usual_limit(host_),
                         [&](auto done) { list_groups_async(scope, std::move(done)); });
}

void reader_group_manager::config_of_async(const scoped_group& group,
                                           callback<reader_group_config> done) const {
  start_operation<reader_group_config>(
      host_, {usual_limit(host_)}, std::move(done),
      [=](const teller<reader_group_config>& tell) -> step {
        if (auto valid = check_names(group); !valid) return tell(valid.error());
        return ask_or_fail(controller::get_reader_group_config{group}, tell,
                           [tell](const reader_group_config& got) { return tell(got); });
      });
}

result<reader_group_config> reader_group_manager::config_of(const scoped_group& group) const {
  return wait_for<reader_group_config>(
      usual_limit(host_), [&](auto done) { config_of_async(group, std::move(done)); });
}

void reader_group_manager::describe_async(const scoped_group& group,
                                          callback<reader_group_description> done) const {
  start_on_group<reader_group_description>(
      host_, group, {usual_limit(host_)}, std::move(done),
      [=](const auto& tell) { return describe_group(group, tell); });
}

result<reader_group_description> reader_group_manager::describe(
    const scoped_group& group) const {
  return wait_for<reader_group_description>(
      usual_limit(host_), [&](auto done) { describe_async(group, std::move(done)); });
}

void reader_group_manager::distribution_async(const scoped_group& group,
                                              callback<segment_distribution> done) const {
  describe_async(group, [done = std::move(done)](const result<reader_group_description>& got) {
    done(got.map(distribution_of));
  });
}

result<segment_distribution> reader_group_manager::distribution(
    const scoped_group& group) const {
  return wait_for<segment_distribution>(
      usual_limit(host_), [&](auto done) { distribution_async(group, std::move(done)); });
}

// --- readers --------------------------------------------------------------------------------

void reader_group_manager::set_reader_offline_async(const scoped_group& group,
                                                    const std::string& reader,
                                                    const std::optional<position>& last,
                                                    callback<bool> done) const {
  start_on_group<bool>(
      host_, group, {usual_limit(host_)}, std::move(done),
      [=](const auto& tell) { return take_offline(group, reader, last, tell); });
}

result<bool> reader_group_manager::set_reader_offline(
    const scoped_group& group, const std::string& reader,
    const std::optional<position>& last) const {
  return wait_for<bool>(usual_limit(host_), [&](auto done) {
    set_reader_offline_async(group, reader, last, std::move(done));
  });
}

// --- checkpoints and cuts -------------------------------------------------------------------

void reader_group_manager::initiate_checkpoint_async(const scoped_group& group,
                                                     const std::string& name, duration timeout,
                                                     callback<checkpoint> done) const {
  start_on_group<checkpoint>(host_, group, limits_for(timeout), std::move(done),
                             [=, until = wait_at(host_, timeout).deadline](const auto& tell) {
                               return initiate_checkpoint_in(group, name, until, tell);
                             });
}

result<checkpoint> reader_group_manager::initiate_checkpoint(const scoped_group& group,
                                                             const std::string& name,
                                                             duration timeout) const {
  return wait_for<checkpoint>(timeout, [&](auto done) {
    initiate_checkpoint_async(group, name, timeout, std::move(done));
  });
}

void reader_group_manager::cancel_checkpoints_async(const scoped_group& group,
                                                    callback<std::size_t> done) const {
  start_on_group<std::size_t>(
      host_, group, {usual_limit(host_)}, std::move(done),
      [=](const auto& tell) { return cancel_checkpoints_of(group, tell); });
}

result<std::size_t> reader_group_manager::cancel_checkpoints(const scoped_group& group) const {
  return wait_for<std::size_t>(
      usual_limit(host_), [&](auto done) { cancel_checkpoints_async(group, std::move(done)); });
}

void reader_group_manager::generate_stream_cuts_async(const scoped_group& group,
                                                      duration timeout,
                                                      callback<cuts> done) const {
  start_on_group<cuts>(host_, group, limits_for(timeout), std::move(done),
                       [=, how = wait_at(host_, timeout)](const auto& tell) {
                         return generate_cuts_of(group, how.silent_id, how.deadline, tell);
                       });
}

result<reader_group_manager::cuts> reader_group_manager::generate_stream_cuts(
    const scoped_group& group, duration timeout) const {
  return wait_for<cuts>(
      timeout, [&](auto done) { generate_stream_cuts_async(group, timeout, std::move(done)); });
}

void reader_group_manager::stream_cuts_async(const scoped_group& group,
                                             callback<cuts> done) const {
  start_on_group<cuts>(host_, group, {usual_limit(host_)}, std::move(done),
                       [=](const auto& tell) { return stored_cuts_of(group, tell); });
}

result<reader_group_manager::cuts> reader_group_manager::stream_cuts(
    const scoped_group& group) const {
  return wait_for<cuts>(usual_limit(host_),
                        [&](auto done) { stream_cuts_async(group, std::move(done)); });
}

// --- changes --------------------------------------------------------------------------------

void reader_group_manager::reset_async(const scoped_group& group, const reset_target& target,
                                       callback<reader_group_config> done) const {
  start_on_group<reader_group_config>(
      host_, group, {usual_limit(host_)}, std::move(done),
      [=](const auto& tell) { return reset_group(group, target, tell); });
}

result<reader_group_config> reader_group_manager::reset(const scoped_group& group,
                                                        const reset_target& target) const {
  return wait_for<reader_group_config>(
      usual_limit(host_), [&](auto done) { reset_async(group, target, std::move(done)); });
}

void reader_group_manager::update_retention_cut_async(const scoped_group& group,
                                                      const cuts& released,
                                                      callback<void> done) const {
  start_operation<void>(host_, {usual_limit(host_)}, std::move(done),
                        [=](const auto& tell) { return release_cuts(group, released, tell); });
}

result<void> reader_group_manager::update_retention_cut(const scoped_group& group,
                                                        const cuts& released) const {
  return wait_for<void>(usual_limit(host_), [&](auto done) {
    update_retention_cut_async(group, released, std::move(done));
  });
}

// --- progress -------------------------------------------------------------------------------

void reader_group_manager::unread_async(const scoped_group& group, unread_since since,
                                        duration timeout, callback<unread_bytes> done) const {
  start_on_group<unread_bytes>(host_, group, limits_for(timeout), std::move(done),
                               [=, how = wait_at(host_, timeout)](const auto& tell) {
                                 return count_unread_of(group, since, how.silent_id,
                                                        how.deadline, tell);
                               });
}

result<unread_bytes> reader_group_manager::unread(const scoped_group& group, unread_since since,
                                                  duration timeout) const {
  return wait_for<unread_bytes>(
      timeout, [&](auto done) { unread_async(group, since, timeout, std::move(done)); });
}

}  // namespace pravega_actor
