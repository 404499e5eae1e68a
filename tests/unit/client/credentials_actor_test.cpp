#include "pravega_actor/credentials_actor.hpp"

#include <future>

#include "support/catch.hpp"

using namespace pravega_actor;

namespace {

struct giver_state {
  int given = 0;
};

credentials_actor::behavior_type giver(credentials_actor::stateful_pointer<giver_state> self) {
  return {[self](const get_authorization& asked) {
    CHECK(asked.timeout > duration{0});
    return authorization_given{
        result<secret>{secret{"Own " + std::to_string(++self->state.given)}}};
  }};
}

struct silent_state {
  std::vector<caf::typed_response_promise<authorization_given>> owed;
};

credentials_actor::behavior_type silent(
    credentials_actor::stateful_pointer<silent_state> self) {
  return {[self](const get_authorization&) {
    self->state.owed.push_back(self->make_response_promise<authorization_given>());
    return self->state.owed.back();
  }};
}

result<secret> header_from(credentials& from, duration timeout = seconds{30}) {
  std::promise<result<secret>> told;
  from.get(timeout, [&](const result<secret>& got) { told.set_value(got); });
  return told.get_future().get();
}

}  // namespace

TEST_CASE("credentials actor: it is asked for each call") {
  caf::actor_system_config settings;
  caf::actor_system system{settings};
  const auto from = credentials_from(system, system.spawn(giver));
  CHECK(header_from(*from)->reveal() == "Own 1");
  CHECK(header_from(*from)->reveal() == "Own 2");
}

TEST_CASE("credentials actor: one that does not answer is late") {
  caf::actor_system_config settings;
  caf::actor_system system{settings};
  const auto source = system.spawn(silent);
  const auto from = credentials_from(system, source);
  CHECK(header_from(*from, milliseconds{20}).error() == errc::deadline_exceeded);
  // What it owes refers to it.
  caf::anon_send_exit(source, caf::exit_reason::kill);
}

TEST_CASE("credentials actor: one that ended is an error that may pass") {
  caf::actor_system_config settings;
  caf::actor_system system{settings};
  const auto source = system.spawn(giver);
  const auto from = credentials_from(system, source);
  caf::anon_send_exit(source, caf::exit_reason::kill);
  const auto got = header_from(*from);
  if (got) return;  // It was faster than its end.
  CHECK(got.error() == errc::actor_terminated);
  CHECK(got.error().retriable());
  CHECK(header_from(*from).error() == errc::actor_terminated);
}
