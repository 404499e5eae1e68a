#include "client/closing.hpp"

#include "host/end_task.hpp"
#include "supervision/supervisor.hpp"
#include "support/actor_world.hpp"
#include "support/catch.hpp"

namespace pravega_actor::test {

using namespace internal;
namespace {

struct closing_world : actor_world {
  closing_parts parts;
  std::vector<client_close_report> told;
  std::vector<std::string> happened;
  duration drain_time{0};

  ~closing_world() {
    for (const auto& each : parts.drained)
      caf::anon_send_exit(each, caf::exit_reason::kill);
    for (const auto& each : parts.tasks)
      caf::anon_send_exit(each, caf::exit_reason::kill);
    if (parts.root) caf::anon_send_exit(parts.root, caf::exit_reason::kill);
    run();
  }
  /// A drained child that answers after `delay`, or never. It reports like a writer.
  void add_drained(result<void> outcome, std::optional<duration> delay = duration{0}) {
    const auto child = [this, outcome, delay](caf::event_based_actor* self) -> caf::behavior {
      return {[this, self, outcome, delay](const drain& what) {
        drain_time = what.timeout;
        auto promise = self->make_response_promise();
        if (!delay) return promise;
        self->delayed_anon_send(self, *delay, 1);
        self->become([this, outcome, promise](int) mutable {
          happened.emplace_back("drained");
          promise.deliver(drained{
              outcome, [](client_close_report& report) { report.writers.emplace_back(); }});
        });
        return promise;
      }};
    };
    parts.drained.push_back(caf::actor_cast<drained_child>(system.spawn(child)));
  }
  /// A task that ends at once when it is told, or not at all.
  void add_task(bool ends = true) {
    const auto task = [this, ends](client_task::pointer self) -> client_task::behavior_type {
      return {[this, self, ends](const end_task&) {
        happened.emplace_back("task");
        if (ends) self->quit();
      }};
    };
    parts.tasks.push_back(system.spawn(task));
  }
  void add_root(bool answers = true) {
    const auto root = [this, answers](caf::event_based_actor* self) -> caf::behavior {
      return {[this, self, answers](const stop_supervisor&) {
        happened.emplace_back("root");
        auto promise = self->make_response_promise();
        if (answers) promise.deliver(supervisor_stopped{});
        return promise;
      }};
    };
    parts.root = caf::actor_cast<supervisor_handle>(system.spawn(root));
  }
  void close(duration timeout = seconds{10}) {
    system.spawn(closing, parts, timeout,
                 [this](const client_close_report& report) { told.push_back(report); });
    run();
  }
  const client_close_report& report() const {
    REQUIRE(told.size() == 1);
    return told[0];
  }
};

using steps = std::vector<std::string>;

}  // namespace

TEST_CASE("a client without anything is closed at once", "[closing]") {
  closing_world w;
  w.close();
  CHECK(w.report().outcome);
  CHECK(w.report().writers.empty());
}

TEST_CASE("tasks end, children drain, and then the tree stops", "[closing]") {
  closing_world w;
  w.add_root();
  w.add_task();
  w.add_drained({}, milliseconds{100});
  w.close();
  CHECK(w.happened == steps{"task"});
  CHECK(w.told.empty());
  w.run_for(milliseconds{150});
  CHECK(w.happened == steps{"task", "drained", "root"});
  CHECK(w.report().outcome);
  CHECK(w.report().writers.size() == 1);
  CHECK(w.drain_time == seconds{8});
}

TEST_CASE("the failure of one drained child is that of the client, and all report",
          "[closing]") {
  closing_world w;
  w.add_root();
  w.add_drained({});
  w.add_drained(errc::stream_sealed);
  w.add_drained({});
  w.close();
  w.run_for(milliseconds{20});
  CHECK(w.report().writers.size() == 3);
  CHECK(w.report().outcome.error() == errc::stream_sealed);
}

TEST_CASE("a child that does not answer is late", "[closing]") {
  closing_world w;
  w.add_root();
  w.add_drained({}, std::nullopt);
  w.close(seconds{5});
  CHECK(w.told.empty());
  w.run_for(milliseconds{5100});
  CHECK(w.report().writers.empty());
  CHECK(w.report().outcome.error() == errc::deadline_exceeded);
}

TEST_CASE("a child that is down already has ended", "[closing]") {
  closing_world w;
  w.add_root();
  w.add_drained({});
  caf::anon_send_exit(w.parts.drained[0], caf::exit_reason::kill);
  w.run();
  w.close();
  CHECK(w.report().outcome);
  CHECK(w.report().writers.empty());
}

TEST_CASE("a task in a callback of the user delays the end by its limit only", "[closing]") {
  closing_world w;
  w.add_root();
  w.add_task(false);
  w.close();
  w.run_for(closing_state::tasks_end_max - milliseconds{50});
  CHECK(w.told.empty());
  w.run_for(milliseconds{100});
  CHECK(w.report().outcome);
  CHECK(w.happened == steps{"task", "root"});
}

TEST_CASE("a tree that does not stop is late", "[closing]") {
  closing_world w;
  w.add_root(false);
  w.close(seconds{5});
  CHECK(w.told.empty());
  w.run_for(milliseconds{1100});
  CHECK(w.report().outcome.error() == errc::deadline_exceeded);
  CHECK(w.report().outcome.error().at() == stage::close);
}

TEST_CASE("no time at all still closes", "[closing]") {
  closing_world w;
  w.add_root();
  w.add_task();
  w.add_drained({}, std::nullopt);
  w.close(duration{0});
  w.run_for(milliseconds{1100});
  CHECK(w.report().outcome.error() == errc::deadline_exceeded);
  CHECK(w.drain_time == duration{0});
}

}  // namespace pravega_actor::test
