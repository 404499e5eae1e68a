#include "simulation/simulated_controller.hpp"

#include "unit/simulation/manual_world.hpp"

using namespace pravega_sandbox;
using namespace pravega_sandbox::test;

namespace {

struct controller_world : manual_world {
  store_model store;
  controller_model model{store, {{"store-0", 1}}};
  access_gate gate{model, store};
  std::optional<std::string> authorization;
  std::shared_ptr<simulated_controller> link =
      std::make_shared<simulated_controller>(world, gate, [this] { return authorization; });
  std::vector<result<controller::reply>> answers;

  explicit controller_world(const fault_plan& plan = {}) : manual_world{1, plan} {}
  bool has_scope() {
    const auto known = model.handle(controller::check_scope{"s"});
    REQUIRE(known);
    return known->get<controller::existence>().exists;
  }
  // To the time-out and no further.
  void ask_in_vain() {
    ask();
    run(milliseconds{2999});
    CHECK(answers.empty());
    run(milliseconds{1});
    REQUIRE(answers.size() == 1);
    CHECK(answers[0].error() == errc::deadline_exceeded);
  }
  void ask() {
    link->start(controller::create_scope{"s"}, seconds{3},
                [this](result<controller::reply> got) { answers.push_back(std::move(got)); });
  }
};

}  // namespace

TEST_CASE("simulated controller: answers after a delay") {
  controller_world w;
  w.ask();
  CHECK(w.answers.empty());
  w.run(milliseconds{10});
  REQUIRE(w.answers.size() == 1);
  REQUIRE(w.answers[0]);
  CHECK(w.answers[0]->get<controller::creation>().created);
  CHECK(w.noted("controller < createScope"));
  CHECK(w.noted("controller > ok"));
}

TEST_CASE("simulated controller: fails at once, or at the time-out") {
  fault_plan plan;
  plan.controller_failure = 1;
  controller_world failing{plan};
  failing.ask();
  failing.run(milliseconds{10});
  REQUIRE(failing.answers.size() == 1);
  CHECK(failing.answers[0].error() == errc::controller_unreachable);
  plan.controller_silence = 1;
  controller_world silent{plan};
  silent.ask_in_vain();
  CHECK_FALSE(silent.has_scope());
}

TEST_CASE("simulated controller: an answer says what was true when the call arrived") {
  fault_plan plan;
  plan.delay_min = plan.delay_max = milliseconds{10};
  controller_world w{plan};
  w.ask();
  w.run(milliseconds{9});
  CHECK_FALSE(w.has_scope());
  w.run(milliseconds{2});
  CHECK(w.has_scope());
  CHECK(w.answers.empty());
  (void)w.model.handle(controller::delete_scope{"s"});
  w.run(milliseconds{10});
  REQUIRE(w.answers.size() == 1);
  CHECK(w.answers[0]->get<controller::creation>().created);
  CHECK_FALSE(w.has_scope());
}

TEST_CASE("simulated controller: a lost answer does not undo the call") {
  fault_plan plan;
  plan.controller_answer_loss = 1;
  controller_world w{plan};
  w.ask_in_vain();
  CHECK(w.has_scope());
  CHECK(w.world.counters.answer_losses == 1);
}

TEST_CASE("simulated controller: a call arrives although its client is gone") {
  controller_world w;
  w.ask();
  w.link->shut_down();
  w.link.reset();
  CHECK_FALSE(w.has_scope());
  w.run(milliseconds{10});
  CHECK(w.has_scope());
  CHECK(w.answers.size() == 1);
}

TEST_CASE("simulated controller: a shut-down ends all calls, once each") {
  controller_world w;
  w.ask();
  w.ask();
  w.link->shut_down();
  CHECK(w.answers.size() == 2);
  CHECK(w.answers[0].error() == errc::cancelled);
  w.run(seconds{5});
  CHECK(w.answers.size() == 2);
}

TEST_CASE("simulated controller: a call has its header, as it was when it was made") {
  controller_world w;
  w.gate.guard({.accounts = password_line("u", "p", "prn::/,READ_UPDATE")});
  w.ask();
  w.authorization = basic_authorization("u", "p");
  w.run(milliseconds{10});
  REQUIRE(w.answers.size() == 1);
  REQUIRE_FALSE(w.answers[0]);
  CHECK(w.answers[0].error() == errc::unauthenticated);
  CHECK(w.answers[0].error().controller() == "controller:9090");
  w.ask();
  w.authorization.reset();
  w.run(milliseconds{10});
  REQUIRE(w.answers.size() == 2);
  CHECK(w.answers[1]);
}
