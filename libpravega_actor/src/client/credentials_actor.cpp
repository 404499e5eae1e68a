#include "pravega_actor/credentials_actor.hpp"

#include <utility>

#include "client/logger_scope.hpp"
#include "host/end_task.hpp"

namespace pravega_actor {

using namespace internal;

namespace {

error of_actor(const caf::error& why) {
  if (why == caf::sec::request_timeout)
    return error{errc::deadline_exceeded, "the actor that gives credentials did not answer"};
  return error{errc::actor_terminated, "the actor that gives credentials ended"};
}

// The request keeps it alive until there is an answer.
client_task::behavior_type ask_for_authorization(client_task::pointer self,
                                                 const credentials_actor& source,
                                                 duration timeout,
                                                 const credentials::callback& answer) {
  self->request(source, timeout, get_authorization{timeout})
      .then(
          [self, answer](const authorization_given& given) {
            answer(given.header);
            self->quit();
          },
          [self, answer](const caf::error& why) {
            answer(of_actor(why));
            self->quit();
          });
  return {[self](const end_task&) { self->quit(); }};
}

}  // namespace

std::shared_ptr<credentials> credentials_from(caf::actor_system& system,
                                              credentials_actor source) {
  return credentials_from([&system, source = std::move(source)](
                              duration timeout, const credentials::callback& answer) {
    const logger_scope here{&system};
    system.spawn(ask_for_authorization, source, timeout, answer);
  });
}

}  // namespace pravega_actor
