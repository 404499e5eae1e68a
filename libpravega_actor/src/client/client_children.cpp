// Supervisors of an application, and writers and readers as their children.
#include <set>

#include "client/client_core.hpp"
#include "client/logger_scope.hpp"
#include "core/access.hpp"
#include "core/forked_child.hpp"
#include "group_manager/group_resetter.hpp"
#include "group_reader/open_event_reader.hpp"
#include "pravega_actor/actors.hpp"
#include "reader/open_reader.hpp"
#include "writer/open_writer.hpp"

namespace pravega_actor {

using namespace internal;

namespace {

// A child process has no threads to run an actor.
template <class Done>
bool refuse_in_fork(const Done& done) {
  if (!in_forked_child()) return false;
  done(forked_child_error());
  return true;
}

result<void> check(const supervisor_spec& spec) {
  if (spec.name.empty()) return error{errc::invalid_argument, "a supervisor needs a name"};
  if (spec.policy.period < duration{0})
    return error{errc::invalid_argument, "a supervisor's period is negative"};
  std::set<std::string> names;
  for (const auto& child : spec.children) {
    if (auto fits = check_child(child); !fits) return fits;
    if (!names.insert(child.name).second)
      return error{errc::invalid_argument, "two children are called \"" + child.name + "\""};
  }
  return {};
}

supervisor_setup setup_of(supervisor_spec spec, std::string path,
                          std::shared_ptr<environment> env) {
  if (spec.env) env = spec.env;
  return {std::move(path),          spec.policy, std::move(env), nullptr, nullptr,
          std::move(spec.children), spec.events};
}

}  // namespace

result<supervisor_handle> spawn_supervisor(caf::actor_system& system, supervisor_spec spec) {
  if (in_forked_child()) return forked_child_error();
  if (auto fits = check(spec); !fits) return fits.error();
  const logger_scope here{&system};
  auto path = spec.name;
  auto env = spec.env ? spec.env : make_system_environment();
  return supervisor_handle{
      system.spawn(supervisor, setup_of(std::move(spec), std::move(path), std::move(env)))};
}

child_factory supervisor_child(supervisor_spec spec,
                               std::function<void(const supervisor_handle&)> started) {
  return [spec = std::move(spec),
          started = std::move(started)](const child_start& as) -> started_child {
    auto mine = spec;
    mine.name = as.path;
    if (auto fits = check(mine); !fits) return fits.error();
    const supervisor_handle made =
        as.spawn(supervisor, setup_of(std::move(mine), as.path, as.env));
    if (started) started(made);
    return made;
  };
}

child_factory writer_child(const client& with, const scoped_stream& stream,
                           const writer_options& options,
                           std::function<void(result<event_writer_handle>)> opened) {
  return [=](const child_start& as) -> started_child {
    if (refuse_in_fork(opened)) return forked_child_error();
    return start_writer(access::core_of(with), as, stream, options,
                        [opened](const result<opened_writer>& writer) {
                          opened(writer.map([](const opened_writer& w) { return w.actor; }));
                        });
  };
}

child_factory reader_child(const client& with, const scoped_stream& stream,
                           std::function<reader_options()> options,
                           std::function<void(result<stream_reader_handle>)> opened) {
  return [=](const child_start& as) -> started_child {
    if (refuse_in_fork(opened)) return forked_child_error();
    return start_reader(access::core_of(with), as,
                        {stream, options(), reader_use::messages, {}, true},
                        [opened](const result<opened_reader>& reader) {
                          opened(reader.map([](const opened_reader& r) { return r.actor; }));
                        });
  };
}

child_factory event_reader_child(const client& with, const scoped_group& group,
                                 const std::string& reader, const event_reader_options& options,
                                 std::function<void(result<event_reader_handle>)> opened) {
  return [=](const child_start& as) -> started_child {
    if (refuse_in_fork(opened)) return forked_child_error();
    const auto& core = access::shared_core_of(with);
    return start_event_reader(*core, as, {group, reader, options, {}, resetter_of(core)},
                              opened);
  };
}

}  // namespace pravega_actor
