#include "pravega_actor/stream_manager.hpp"

#include <algorithm>

#include "streams/stream_calls.hpp"
#include "streams/stream_changes.hpp"
#include "streams/stream_inspection.hpp"

namespace pravega_actor {

using namespace internal;

namespace {

// One call about one stream, whose reply `as` turns into the outcome.
template <class T, class Request, class F>
void start_call(const std::shared_ptr<client_host>& host, const scoped_stream& stream,
                Request what, std::function<void(const result<T>&)> done, F as) {
  start_operation<T>(
      host, {usual_limit(host)}, std::move(done), [=](const teller<T>& tell) -> step {
        if (auto valid = check_names(stream); !valid) return tell(valid.error());
        return ask_or_fail(what, tell,
                           [=](const typename Request::reply& got) { return tell(as(got)); });
      });
}

result<void> nothing(const controller::done&) {
  return {};
}

}  // namespace

result<controller::reply> stream_manager::call_any(const controller::request& request,
                                                   std::optional<duration> given) const {
  if (in_forked_child()) return forked_child_error();
  if (!host_) return errc::closed;
  const duration usual = milliseconds{host_->settings().controller_call_timeout_ms};
  const auto timeout = given.value_or(usual);
  auto outcome = wait_for<controller::reply>(
      timeout, [&](auto done) { host_->call(request, timeout, std::move(done)); });
  if (outcome || !outcome.error().controller().empty()) return outcome;
  return outcome.error().with_controller(host_->context()->controller_address);
}

// --- scopes and streams ---------------------------------------------------------------------

void stream_manager::ensure_scope_async(const std::string& scope,
                                        callback<ensured> done) const {
  start_operation<ensured>(host_, {usual_limit(host_)}, std::move(done),
                           [=](const auto& tell) { return ensure_scope_there(scope, tell); });
}

result<ensured> stream_manager::ensure_scope(const std::string& scope) const {
  return wait_for<ensured>(usual_limit(host_),
                           [&](auto done) { ensure_scope_async(scope, std::move(done)); });
}

void stream_manager::ensure_stream_async(const scoped_stream& stream,
                                         const stream_config& config,
                                         callback<ensured_config> done) const {
  start_operation<ensured_config>(
      host_, {usual_limit(host_)}, std::move(done),
      [=](const auto& tell) { return ensure_stream_there(stream, config, tell); });
}

result<ensured_config> stream_manager::ensure_stream(const scoped_stream& stream,
                                                     const stream_config& config) const {
  return wait_for<ensured_config>(usual_limit(host_), [&](auto done) {
    ensure_stream_async(stream, config, std::move(done));
  });
}

void stream_manager::delete_scope_async(const std::string& scope, callback<bool> done) const {
  start_operation<bool>(host_, {usual_limit(host_)}, std::move(done),
                        [=](const auto& tell) { return delete_scope_there(scope, tell); });
}

result<bool> stream_manager::delete_scope(const std::string& scope) const {
  return wait_for<bool>(usual_limit(host_),
                        [&](auto done) { delete_scope_async(scope, std::move(done)); });
}

void stream_manager::seal_stream_async(const scoped_stream& stream, callback<void> done) const {
  start_call<void>(host_, stream, controller::seal_stream{stream}, std::move(done), nothing);
}

result<void> stream_manager::seal_stream(const scoped_stream& stream) const {
  return wait_for<void>(usual_limit(host_),
                        [&](auto done) { seal_stream_async(stream, std::move(done)); });
}

void stream_manager::delete_stream_async(const scoped_stream& stream,
                                         callback<bool> done) const {
  start_operation<bool>(host_, {usual_limit(host_)}, std::move(done),
                        [=](const teller<bool>& tell) -> step {
                          if (auto valid = check_names(stream); !valid)
                            return tell(valid.error());
                          return seal_and_delete(stream, tell);
                        });
}

result<bool> stream_manager::delete_stream(const scoped_stream& stream) const {
  return wait_for<bool>(usual_limit(host_),
                        [&](auto done) { delete_stream_async(stream, std::move(done)); });
}

// --- what a stream is -----------------------------------------------------------------------

void stream_manager::describe_async(const scoped_stream& stream,
                                    callback<stream_description> done) const {
  start_operation<stream_description>(host_, {usual_limit(host_)}, std::move(done),
                                      [=](const teller<stream_description>& tell) -> step {
                                        if (auto valid = check_names(stream); !valid)
                                          return tell(valid.error());
                                        return describe_stream(stream, tell);
                                      });
}

result<stream_description> stream_manager::describe(const scoped_stream& stream) const {
  return wait_for<stream_description>(
      usual_limit(host_), [&](auto done) { describe_async(stream, std::move(done)); });
}

void stream_manager::config_of_async(const scoped_stream& stream,
                                     callback<stream_config> done) const {
  start_call<stream_config>(host_, stream, controller::get_stream_config{stream},
                            std::move(done), [](const stream_config& got) { return got; });
}

result<stream_config> stream_manager::config_of(const scoped_stream& stream) const {
  return wait_for<stream_config>(usual_limit(host_),
                                 [&](auto done) { config_of_async(stream, std::move(done)); });
}

void stream_manager::tags_async(const scoped_stream& stream, callback<names> done) const {
  start_call<names>(host_, stream, controller::get_stream_config{stream}, std::move(done),
                    [](const stream_config& got) {
                      auto sorted = got.tags;
                      std::sort(sorted.begin(), sorted.end());
                      return sorted;
                    });
}

result<stream_manager::names> stream_manager::tags(const scoped_stream& stream) const {
  return wait_for<names>(usual_limit(host_),
                         [&](auto done) { tags_async(stream, std::move(done)); });
}

void stream_manager::head_cut_async(const scoped_stream& stream,
                                    callback<stream_cut> done) const {
  start_call<stream_cut>(host_, stream, controller::get_head_segments{stream}, std::move(done),
                         [stream](const controller::segment_offsets& got) {
                           return stream_cut{stream, got.offsets};
                         });
}

result<stream_cut> stream_manager::head_cut(const scoped_stream& stream) const {
  return wait_for<stream_cut>(usual_limit(host_),
                              [&](auto done) { head_cut_async(stream, std::move(done)); });
}

void stream_manager::tail_cut_async(const scoped_stream& stream,
                                    callback<stream_cut> done) const {
  start_operation<stream_cut>(host_, {usual_limit(host_)}, std::move(done),
                              [=](const teller<stream_cut>& tell) -> step {
                                if (auto valid = check_names(stream); !valid)
                                  return tell(valid.error());
                                return find_tail(stream, tell);
                              });
}

result<stream_cut> stream_manager::tail_cut(const scoped_stream& stream) const {
  return wait_for<stream_cut>(usual_limit(host_),
                              [&](auto done) { tail_cut_async(stream, std::move(done)); });
}

void stream_manager::segments_between_async(const stream_cut& from, const stream_cut& to,
                                            callback<std::vector<segment_id>> done) const {
  if (from.stream != to.stream)
    return done(error{errc::invalid_argument,
                      "the cuts are of two streams: " + from.stream.to_string() + " and " +
                          to.stream.to_string()});
  if (from.offsets.empty() && to.offsets.empty())
    return done(error{errc::invalid_argument, "one of the cuts must have offsets"});
  start_call<std::vector<segment_id>>(
      host_, from.stream,
      controller::get_segments_between{from.stream, from.offsets, to.offsets}, std::move(done),
      [](const controller::segment_list& got) { return got.segments; });
}

result<std::vector<segment_id>> stream_manager::segments_between(const stream_cut& from,
                                                                 const stream_cut& to) const {
  return wait_for<std::vector<segment_id>>(usual_limit(host_), [&](auto done) {
    segments_between_async(from, to, std::move(done));
  });
}

void stream_manager::lineage_async(const scoped_stream& stream, duration timeout,
                                   callback<stream_lineage> done) const {
  start_operation<stream_lineage>(host_, operation_limits::given(timeout), std::move(done),
                                  [=](const teller<stream_lineage>& tell) -> step {
                                    if (auto valid = check_names(stream); !valid)
                                      return tell(valid.error());
                                    return trace_lineage(stream, tell);
                                  });
}

result<stream_lineage> stream_manager::lineage(const scoped_stream& stream,
                                               duration timeout) const {
  return wait_for<stream_lineage>(
      timeout, [&](auto done) { lineage_async(stream, timeout, std::move(done)); });
}

// --- events ---------------------------------------------------------------------------------

void stream_manager::splits_async(const scoped_stream& stream, const stream_range& between,
                                  duration timeout, callback<stream_splits> done) const {
  start_operation<stream_splits>(
      host_, operation_limits::given(timeout), std::move(done),
      [=](const auto& tell) { return find_splits(stream, between, tell); });
}

result<stream_splits> stream_manager::splits(const scoped_stream& stream,
                                             const stream_range& between,
                                             duration timeout) const {
  return wait_for<stream_splits>(
      timeout, [&](auto done) { splits_async(stream, between, timeout, std::move(done)); });
}

void stream_manager::read_event_async(const event_pointer& at,
                                      callback<event_slice> done) const {
  start_operation<event_slice>(host_, {usual_limit(host_)}, std::move(done),
                               [=](const auto& tell) { return fetch_event(at, tell); });
}

result<event_slice> stream_manager::read_event(const event_pointer& at) const {
  return wait_for<event_slice>(usual_limit(host_),
                               [&](auto done) { read_event_async(at, std::move(done)); });
}

// --- changes --------------------------------------------------------------------------------

void stream_manager::update_stream_async(const scoped_stream& stream,
                                         const stream_config& config,
                                         callback<void> done) const {
  if (auto valid = pravega_actor::check(config); !valid)
    return done(valid.error().with_subject(stream.to_string()));
  start_call<void>(host_, stream, controller::update_stream{stream, config}, std::move(done),
                   nothing);
}

result<void> stream_manager::update_stream(const scoped_stream& stream,
                                           const stream_config& config) const {
  return wait_for<void>(usual_limit(host_), [&](auto done) {
    update_stream_async(stream, config, std::move(done));
  });
}

void stream_manager::change_stream_async(const scoped_stream& stream,
                                         const stream_change& change,
                                         callback<stream_config> done) const {
  start_operation<stream_config>(host_, {usual_limit(host_)}, std::move(done),
                                 [=](const teller<stream_config>& tell) -> step {
                                   if (auto valid = check_names(stream); !valid)
                                     return tell(valid.error());
                                   return change_config(stream, change, tell);
                                 });
}

result<stream_config> stream_manager::change_stream(const scoped_stream& stream,
                                                    const stream_change& change) const {
  return wait_for<stream_config>(usual_limit(host_), [&](auto done) {
    change_stream_async(stream, change, std::move(done));
  });
}

void stream_manager::truncate_stream_async(const stream_cut& cut, callback<void> done) const {
  start_operation<void>(host_, {usual_limit(host_)}, std::move(done),
                        [=](const auto& tell) { return truncate_at(cut, tell); });
}

result<void> stream_manager::truncate_stream(const stream_cut& cut) const {
  return wait_for<void>(usual_limit(host_),
                        [&](auto done) { truncate_stream_async(cut, std::move(done)); });
}

}  // namespace pravega_actor
