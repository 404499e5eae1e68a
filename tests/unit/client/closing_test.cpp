#include "client/closing.hpp"

#include "host/end_task.hpp"
#include "pravega_actor/writer_messages.hpp"
#include "support/actor_world.hpp"
#include "support/catch.hpp"

namespace pravega_actor::test {

using namespace internal;
namespace {

struct closing_world : actor_world {
  closing_parts parts;
  std::vector<client_close_report> told;
  std::vector<std::string> happened;
  duration drain{0};

  ~closing_world() {
    for (const auto& each : parts.writers)
      caf::anon_send_exit(each, caf::exit_reason::kill);
    for (const auto& each : parts.tasks)
      caf::anon_send_exit(each, caf::exit_reason::kill);
    if (parts.root) caf::anon_send_exit(parts.root, caf::exit_reason::kill);
    run();
  }
  /// A writer that answers after `delay`, or never.
  void add_writer(result<void> outcome, std::optional<duration> delay = duration{0}) {
    parts.writers.push_back(
        system.spawn([this, outcome, delay](caf::event_based_actor* self) -> caf::behavior {
          return {[this, self, outcome, delay](const close_writer& what) {
            drain = what.timeout;
            auto promise = self->make_response_promise();
            if (!delay) return promise;
            self->delayed_anon_send(self, *delay, 1);
            self->become([this, outcome, promise](int) mutable {
              happened.emplace_back("writer");
              close_report report;
              report.outcome = outcome;
              promise.deliver(writer_closed{report});
            });
            return promise;
          }};
        }));
  }
  /// A task that ends at once when it is told, or not at all.
  void add_task(bool ends = true) {
    parts.tasks.push_back(
        system.spawn([this, ends](caf::event_based_actor* self) -> caf::behavior {
          return {[this, self, ends](const end_task&) {
            happened.emplace_back("task");
            if (ends) self->quit();
          }};
        }));
  }
  void add_root(bool answers = true) {
    parts.root = system.spawn([this, answers](caf::event_based_actor* self) -> caf::behavior {
      return {[this, self, answers](const stop_supervisor&) {
        happened.emplace_back("root");
        auto promise = self->make_response_promise();
        if (answers) promise.deliver(supervisor_stopped{});
        return promise;
      }};
    });
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

TEST_CASE("tasks end, writers drain, and then the tree stops", "[closing]") {
  closing_world w;
  w.add_root();
  w.add_task();
  w.add_writer({}, milliseconds{100});
  w.close();
  CHECK(w.happened == steps{"task"});
  CHECK(w.told.empty());
  w.run_for(milliseconds{150});
  CHECK(w.happened == steps{"task", "writer", "root"});
  CHECK(w.report().outcome);
  CHECK(w.report().writers.size() == 1);
  CHECK(w.drain == seconds{8});
}

TEST_CASE("the failure of one writer is that of the client, and all are reported",
          "[closing]") {
  closing_world w;
  w.add_root();
  w.add_writer({});
  w.add_writer(errc::stream_sealed);
  w.add_writer({});
  w.close();
  w.run_for(milliseconds{20});
  CHECK(w.report().writers.size() == 3);
  CHECK(w.report().outcome.error() == errc::stream_sealed);
}

TEST_CASE("a writer that does not answer is late", "[closing]") {
  closing_world w;
  w.add_root();
  w.add_writer({}, std::nullopt);
  w.close(seconds{5});
  CHECK(w.told.empty());
  w.run_for(milliseconds{5100});
  CHECK(w.report().writers.empty());
  CHECK(w.report().outcome.error() == errc::deadline_exceeded);
}

TEST_CASE("a writer that is down already has ended", "[closing]") {
  closing_world w;
  w.add_root();
  w.add_writer({});
  caf::anon_send_exit(w.parts.writers[0], caf::exit_reason::kill);
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
  w.add_writer({}, std::nullopt);
  w.close(duration{0});
  w.run_for(milliseconds{1100});
  CHECK(w.report().outcome.error() == errc::deadline_exceeded);
  CHECK(w.drain == duration{0});
}

}  // namespace pravega_actor::test
