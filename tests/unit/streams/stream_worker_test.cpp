#include "streams/stream_worker.hpp"

#include "host/end_task.hpp"
#include "support/actor_world.hpp"
#include "support/catch.hpp"

namespace pravega_actor::test {

using namespace internal;
namespace {

/// Runs one operation and keeps what it tells.
struct worker_world : actor_world {
  stream_worker_timing timing;
  std::vector<result<int>> told;
  client_task worker;
  log_opener open_log;

  worker_world() {
    timing.infos.backoff = {milliseconds{10}, 2.0, milliseconds{100}, 0.0};
    *on_call = [this](const controller::request& call) -> result<controller::reply> {
      if (!call.holds<controller::check_scope>()) return answer(call);
      ++calls;
      return controller::reply{controller::existence{true}};
    };
  }
  ~worker_world() {
    if (worker) caf::anon_send_exit(worker, caf::exit_reason::user_shutdown);
    run();
  }
  teller<int> tell() {
    return teller<int>{[this](const result<int>& outcome) { told.push_back(outcome); }};
  }
  void begin(const std::function<step(const teller<int>&)>& first) {
    const auto outcome = tell();
    worker = system.spawn(
        stream_worker, std::shared_ptr<const segment_context>{context}, timing,
        [=] { return first(outcome); }, [=](const error& why) { (void)outcome(why); },
        open_log);
    run();
  }
  const result<int>& outcome() const {
    REQUIRE(told.size() == 1);
    return told[0];
  }
};

step check_scope(const teller<int>& tell) {
  return ask(controller::check_scope{"s"},
             [tell](const result<controller::existence>& got) -> step {
               if (!got) return tell(got.error());
               return tell(got->exists ? 1 : 0);
             });
}

std::vector<segment> segments(std::int32_t count) {
  std::vector<segment> all;
  for (std::int32_t i = 0; i < count; ++i)
    all.push_back(test_segment(i));
  return all;
}

step sum_of_infos(std::int32_t count, const teller<int>& tell) {
  return step{infos_step{segments(count), "token",
                         [tell](const std::vector<result<segment_info>>& seen) {
                           int sum = 0;
                           for (const auto& each : seen) {
                             if (!each) return tell(each.error());
                             sum = sum * 3 + static_cast<int>(each->write_offset);
                           }
                           return tell(sum);
                         }}};
}

step pause(duration delay, const teller<int>& tell) {
  return step{pause_step{delay, [tell](time_point now) {
                           return tell(static_cast<int>(to_ms(now.time_since_epoch())));
                         }}};
}

}  // namespace

TEST_CASE("a worker asks the controller and ends with the outcome", "[stream_worker]") {
  worker_world w;
  w.begin(check_scope);
  CHECK(w.outcome().value() == 1);
  CHECK(w.calls == 1);
}

TEST_CASE("a worker tells an operation that the controller failed", "[stream_worker]") {
  worker_world w;
  *w.on_call = [](const controller::request&) { return errc::controller_failure; };
  w.begin(check_scope);
  CHECK(w.outcome().error() == errc::controller_failure);
}

TEST_CASE("infos come in the order of their segments", "[stream_worker]") {
  worker_world w;
  w.store.put(test_segment(0), byte_vector(1));
  w.store.put(test_segment(1), byte_vector(2));
  w.store.put(test_segment(2), byte_vector(0));
  w.begin([](const teller<int>& tell) { return sum_of_infos(3, tell); });
  CHECK(w.outcome().value() == (1 * 3 + 2) * 3);
}

TEST_CASE("no segments are asked about without asking", "[stream_worker]") {
  worker_world w;
  w.begin([](const teller<int>& tell) { return sum_of_infos(0, tell); });
  CHECK(w.outcome().value() == 0);
  CHECK(w.calls == 0);
}

TEST_CASE("a worker asks about a limited number of segments at once", "[stream_worker]") {
  worker_world w;
  const auto count = static_cast<std::int32_t>(3 * stream_worker_state::infos_open_max + 1);
  for (const auto& each : segments(count))
    w.store.put(each, {});
  std::size_t most = 0;
  const auto outcome = w.tell();
  w.worker = w.system.spawn(
      stream_worker, std::shared_ptr<const segment_context>{w.context}, w.timing,
      [&] { return sum_of_infos(count, outcome); }, [](const error&) {}, log_opener{});
  do {
    w.jobs.run();
    most = std::max(most, w.store.requests_waiting());
  } while (w.store.step());
  CHECK(w.outcome().value() == 0);
  CHECK(most == stream_worker_state::infos_open_max);
}

TEST_CASE("a worker asks a store for bytes", "[stream_worker]") {
  worker_world w;
  w.store.put(test_segment(0), events({"ab"}));
  w.begin([](const teller<int>& tell) {
    return step{read_step{test_segment(0), 2, 8, "token",
                          [tell](const result<wire::segment_read>& got) -> step {
                            if (!got) return tell(got.error());
                            return tell(std::to_integer<int>(got->data.at(7)) * 100 +
                                        static_cast<int>(got->data.size()));
                          }}};
  });
  CHECK(w.outcome().value() == 'b' * 100 + 8);
}

TEST_CASE("questions to stores outlive the actor that asks", "[stream_worker]") {
  worker_world w;
  w.timing.total = seconds{10};
  for (const auto& each : segments(3))
    w.store.put(each, byte_vector(1));
  int connects = 0;
  w.env->on_strike = [&](std::string_view machine, std::string_view action, strike_moment at) {
    return machine == "segment_requests" && action == "connect" &&
           at == strike_moment::before && ++connects == 2;
  };
  w.begin([](const teller<int>& tell) { return sum_of_infos(3, tell); });
  w.run_for(seconds{1});
  CHECK(connects > 3);
  CHECK(w.outcome().value() == (1 * 3 + 1) * 3 + 1);
}

TEST_CASE("questions to stores whose asker dies again and again end in time",
          "[stream_worker]") {
  worker_world w;
  w.timing.total = milliseconds{50};
  w.store.put(test_segment(0), byte_vector(1));
  w.env->on_strike = [](std::string_view machine, std::string_view action, strike_moment) {
    return machine == "segment_requests" && action == "finish";
  };
  *w.on_call = [&w, plain = *w.on_call](const controller::request& call) {
    w.jobs.clock().current_time += milliseconds{10};
    return plain(call);
  };
  w.begin([](const teller<int>& tell) { return sum_of_infos(1, tell); });
  w.run_for(seconds{1});
  CHECK(w.outcome().error() == errc::actor_terminated);
}

TEST_CASE("a worker tells an operation why there are no bytes", "[stream_worker]") {
  worker_world w;
  w.begin([](const teller<int>& tell) {
    return step{
        read_step{test_segment(0), 0, 8, "token",
                  [tell](const result<wire::segment_read>& got) { return tell(got.error()); }}};
  });
  CHECK(w.outcome().error() == errc::segment_not_found);
  CHECK(w.outcome().error().subject() == test_segment(0).to_string());
}

TEST_CASE("a pause takes its time", "[stream_worker]") {
  worker_world w;
  const auto began = to_ms(w.env->now().time_since_epoch());
  w.begin([](const teller<int>& tell) { return pause(milliseconds{50}, tell); });
  w.run_for(milliseconds{45});
  CHECK(w.told.empty());
  w.run_for(milliseconds{10});
  CHECK(w.outcome().value() - began >= 50);
}

TEST_CASE("a call behind the deadline of the whole operation is not made", "[stream_worker]") {
  worker_world w;
  w.timing.total = milliseconds{100};
  w.begin([&](const teller<int>& tell) {
    return step{
        pause_step{milliseconds{200}, [tell](time_point) { return check_scope(tell); }}};
  });
  w.run_for(milliseconds{300});
  CHECK(w.outcome().error() == errc::deadline_exceeded);
  CHECK(w.outcome().error().controller() == "controller:9090");
  CHECK(w.calls == 0);
}

TEST_CASE("the client's end ends an operation, and what comes later is ignored",
          "[stream_worker]") {
  worker_world w;
  w.begin([](const teller<int>& tell) { return pause(milliseconds{50}, tell); });
  caf::anon_send(w.worker, end_task{});
  w.run();
  CHECK(w.outcome().error() == errc::closed);
  w.run_for(milliseconds{100});
  CHECK(w.told.size() == 1);
}

TEST_CASE("an operation whose worker is killed says so", "[stream_worker]") {
  worker_world w;
  w.begin([](const teller<int>& tell) { return pause(milliseconds{50}, tell); });
  caf::anon_send_exit(w.worker, caf::exit_reason::kill);
  w.run();
  w.worker = nullptr;
  CHECK(w.outcome().error() == errc::actor_terminated);
}

namespace {

/// Looks at the log until it does not answer actor_terminated.
step look_until_there(const teller<int>& tell) {
  return step{log_step{state_operations::look{},
                       [tell](const result<state_outcome>& got, time_point) -> step {
                         if (got) return tell(static_cast<int>(got->at.offset));
                         return got.error() == errc::actor_terminated ? look_until_there(tell)
                                                                      : tell(got.error());
                       }}};
}

}  // namespace

TEST_CASE("a worker opens its log for the first step, and again when it was lost",
          "[stream_worker]") {
  worker_world w;
  int opened = 0;
  w.open_log = [&](caf::local_actor*, duration) {
    return
        [number = ++opened](const state_operation&, duration timeout, const state_done& done) {
          CHECK(timeout > duration{0});
          if (number == 1)
            done(error{errc::actor_terminated});
          else
            done(state_outcome{nullptr, {number, 0}, 0, false});
        };
  };
  w.begin([](const teller<int>& tell) {
    return ask(controller::check_scope{"s"},
               [tell](const result<controller::existence>&) { return look_until_there(tell); });
  });
  CHECK(w.outcome().value() == 2);
  CHECK(opened == 2);
}

TEST_CASE("an operation on the log has no more time than the worker", "[stream_worker]") {
  worker_world w;
  w.timing.total = milliseconds{20};
  std::vector<duration> given;
  w.open_log = [&](caf::local_actor*, duration) {
    return [&](const state_operation&, duration timeout, const state_done& done) {
      given.push_back(timeout);
      done(state_outcome{});
    };
  };
  w.begin([](const teller<int>& tell) {
    const auto look = [tell](time_point) -> step {
      return step{log_step{
          state_operations::look{},
          [tell](const result<state_outcome>& got, time_point) -> step {
            return got ? step{pause_step{milliseconds{30},
                                         [tell](time_point) { return look_until_there(tell); }}}
                       : tell(got.error());
          }}};
    };
    return step{pause_step{milliseconds{5}, look}};
  });
  w.run_for(milliseconds{100});
  CHECK(given.size() == 1);
  CHECK(given.at(0) <= milliseconds{15});
  CHECK(w.outcome().error() == errc::deadline_exceeded);
  CHECK(w.outcome().error().at() == stage::segment_request);
}

}  // namespace pravega_actor::test
