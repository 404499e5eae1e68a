// The library's supervisor over a worker of the application and a writer. It restarts the
// worker when it is killed, and the writer when it fails, until it gives up.
#include <algorithm>
#include <condition_variable>
#include <iostream>
#include <memory>
#include <mutex>
#include <string>
#include <vector>

#include "pravega_actor/actors.hpp"
#include "pravega_sandbox/sandbox.hpp"

using namespace pravega_actor;

namespace {

/// Prints what happens; `main` waits for lines of it.
class diary {
 public:
  void add(const std::string& line) {
    std::lock_guard lock{mutex_};
    std::cout << line << std::endl;
    lines_.push_back(line);
    changed_.notify_all();
  }
  /// Whether the line was added, within 30 seconds.
  bool has(const std::string& line) {
    std::unique_lock lock{mutex_};
    return changed_.wait_for(lock, seconds{30}, [&] {
      return std::find(lines_.begin(), lines_.end(), line) != lines_.end();
    });
  }

 private:
  std::mutex mutex_;
  std::condition_variable changed_;
  std::vector<std::string> lines_;
};

/// The current incarnations. Users read the handle for each message and keep no copy: the next
/// incarnation has another one.
struct shop {
  std::mutex mutex;
  event_writer_handle writer;
  caf::actor worker;
  diary notes;

  template <class Handle>
  void set(Handle& place, Handle now) {
    std::lock_guard lock{mutex};
    std::swap(place, now);
  }
  template <class Handle>
  Handle get(const Handle& place) {
    std::lock_guard lock{mutex};
    return place;
  }
};

caf::behavior worker(caf::event_based_actor* self, const std::shared_ptr<shop>& in) {
  return {[self, in](const std::string& text) {
    self->request(in->get(in->writer), caf::infinite, write_event{text})
        .then(
            [in, text](const event_written& written) {
              const auto& outcome = written.outcome.outcome;
              in->notes.add(text +
                            (outcome ? ": durable" : ": " + outcome.error().to_string()));
            },
            [in, text](const caf::error&) { in->notes.add(text + ": no writer"); });
  }};
}

// "restarted shop/writer after stream_sealed"
supervision_event_sink::behavior_type reporter(supervision_event_sink::pointer,
                                               const std::shared_ptr<shop>& in) {
  return {[in](const supervision_event& event) {
    auto line = std::string{to_string(event.kind)} + " " + event.path;
    if (const auto why = errc_of(event.reason)) line.append(" after ").append(to_string(*why));
    in->notes.add(line);
  }};
}

supervisor_spec specification(caf::actor_system& system, const client& pravega,
                              const scoped_stream& stream, const std::shared_ptr<shop>& in) {
  supervisor_spec spec;
  spec.name = "shop";
  spec.policy.restarts_max = 3;
  spec.policy.period = seconds{60};
  spec.events = system.spawn(reporter, in);
  const auto on_writer = [in](const result<event_writer_handle>& opened) {
    if (!opened) return;
    in->set(in->writer, *opened);
    in->notes.add("the writer is open");
  };
  spec.children.push_back(
      {"writer", writer_child(pravega, stream, pravega.default_writer_options(), on_writer),
       restart_type::transient});
  spec.children.push_back({"worker", [in](const child_start& as) {
                             auto now = as.spawn(worker, in);
                             in->set(in->worker, now);
                             return now;
                           }});
  return spec;
}

result<void> run(caf::actor_system& system, const std::string& controller) {
  config settings;
  settings.controller_uri = controller;
  PRAVEGA_ACTOR_LET(auto pravega, make_client(system, settings));
  const scoped_stream stream{"examples", "shop"};
  PRAVEGA_ACTOR_TRY(pravega.streams().ensure_scope(stream.scope));
  PRAVEGA_ACTOR_TRY(pravega.streams().ensure_stream(stream, fixed_segments(1)));

  auto in = std::make_shared<shop>();
  // This handle keeps the supervisor alive.
  PRAVEGA_ACTOR_LET(auto supervisor,
                    spawn_supervisor(system, specification(system, pravega, stream, in)));
  supervisor->attach_functor(
      [in](const caf::error&) { in->notes.add("the supervisor has ended"); });
  const error missing{errc::deadline_exceeded, "an event of the supervisor did not come"};
  const auto expect = [&](const std::string& line) -> result<void> {
    return in->notes.has(line) ? result<void>{} : missing.with_detail("missing: " + line);
  };

  PRAVEGA_ACTOR_TRY(expect("the writer is open"));
  caf::anon_send(in->get(in->worker), std::string{"first order"});
  PRAVEGA_ACTOR_TRY(expect("first order: durable"));

  caf::anon_send_exit(in->get(in->worker), caf::exit_reason::kill);
  PRAVEGA_ACTOR_TRY(expect("restarted shop/worker"));
  caf::anon_send(in->get(in->worker), std::string{"second order"});
  PRAVEGA_ACTOR_TRY(expect("second order: durable"));

  // No writer can write to a sealed stream: the supervisor tries again, and gives up in the
  // end.
  PRAVEGA_ACTOR_TRY(pravega.streams().seal_stream(stream));
  caf::anon_send(in->get(in->worker), std::string{"third order"});
  PRAVEGA_ACTOR_TRY(expect("restarted shop/writer after stream_sealed"));
  PRAVEGA_ACTOR_TRY(expect("gave up shop/writer after stream_sealed"));
  PRAVEGA_ACTOR_TRY(expect("the supervisor has ended"));
  in->set(in->writer, {});
  in->set(in->worker, {});
  supervisor = nullptr;
  return pravega.close().outcome;
}

}  // namespace

int main() {
  auto server = pravega_sandbox::sandbox::start();
  if (!server) {
    std::cerr << server.error().to_string() << '\n';
    return 1;
  }
  caf::actor_system_config settings;
  add_error_category(settings);
  caf::actor_system system{settings};
  const auto outcome = run(system, (*server)->controller_uri());
  if (!outcome) std::cerr << outcome.error().to_string() << '\n';
  return outcome ? 0 : 1;
}
