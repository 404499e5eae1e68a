#include "transaction/open_transactional_writer.hpp"

#include <utility>

#include "core/access.hpp"
#include "host/always_answered.hpp"
#include "host/end_task.hpp"
#include "transaction/transactional_writer_core.hpp"
#include "writer/open_writer.hpp"

namespace pravega_actor::internal {

namespace {

transactional_writer_setup make_setup(const client_host& host,
                                      const transactional_writer_request& what) {
  transactional_writer_setup setup;
  setup.stream = what.stream;
  setup.transactions_open_max = what.options.transactions_open_max;
  setup.writer = what.options.writer.value_or(what.defaults);
  setup.supervision = host.child_policy();
  setup.timing = append_timing_of(host);
  setup.owner = what.owner;
  return setup;
}

result<void> check_request(const transactional_writer_request& what) {
  if (what.options.transactions_open_max == 0)
    return error{errc::invalid_argument, "transactions_open_max must be at least 1"}.with_stage(
        stage::configuration);
  const auto& writer = what.options.writer ? *what.options.writer : what.defaults;
  if (!writer.name.empty())
    return error{errc::unsupported_operation, "the writer of a transaction has no name"}
        .with_stage(stage::configuration);
  return check_writer(what.stream, writer);
}

void open(client_host& host, const transactional_writer_request& what,
          std::function<void(result<transactional_writer_inside>)> done) {
  if (auto valid = check_request(what); !valid) return done(valid.error());
  done = always_answered(host, std::move(done));
  const bool added = host.add_drained_child("transactions", [setup = make_setup(host, what),
                                                             done, context = host.context()](
                                                                const child_start& as) {
    auto mine = setup;
    mine.path = as.path;
    return drained_child{as.spawn(transactional_writer_actor, context, std::move(mine), done)};
  });
  if (!added) done(closed_client_error());
}

}  // namespace

void open_transactional_writer(client_host& host, const transactional_writer_request& what,
                               std::function<void(result<transactional_writer_handle>)> done) {
  open(host, what, [done = std::move(done)](const result<transactional_writer_inside>& opened) {
    done(opened.map(
        [](const transactional_writer_inside& w) { return transactional_writer_handle{w}; }));
  });
}

void open_transactional_writer_handle(
    client_host& host, const transactional_writer_request& what,
    std::function<void(result<transactional_event_writer>)> done) {
  open(host, what,
       [stream = what.stream, threw = publish_threw(host.context()),
        done = std::move(done)](const result<transactional_writer_inside>& opened) {
         if (!opened) return done(opened.error());
         done(access::make<transactional_event_writer>(
             std::make_shared<transactional_writer_core>(stream, *opened, threw)));
       });
}

}  // namespace pravega_actor::internal
