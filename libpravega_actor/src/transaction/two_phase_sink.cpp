// The handle on a two-phase sink.
#include "pravega_actor/two_phase_sink.hpp"

#include <utility>

#include "core/forked_child.hpp"
#include "core/waiting.hpp"
#include "transaction/two_phase_sink_core.hpp"

namespace pravega_actor {

using namespace internal;

namespace {

constexpr std::string_view nothing = "none";

error unusable_sink() {
  return in_forked_child() ? forked_child_error() : error{errc::closed};
}

error late_sink(errc code, stage at) {
  return error{code, "the sink's transaction did not answer"}.with_stage(at);
}

}  // namespace

std::string prepared_transaction::to_text() const {
  return stream.to_string() + "/" + (id ? id->to_string() : std::string{nothing});
}

result<prepared_transaction> prepared_transaction::from_text(std::string_view text) {
  const auto slash = text.rfind('/');
  if (slash == std::string_view::npos)
    return error{errc::invalid_argument, "not a prepared transaction: \"scope/stream/id\""};
  const auto last = text.substr(slash + 1);
  PRAVEGA_ACTOR_LET(const auto stream, scoped_stream::parse(text.substr(0, slash)));
  if (last == nothing) return prepared_transaction{stream, std::nullopt};
  PRAVEGA_ACTOR_LET(const auto id, transaction_id::parse(last));
  return prepared_transaction{stream, id};
}

two_phase_sink::two_phase_sink(transactional_event_writer writer,
                               const two_phase_sink_options& options)
    : core_{std::make_shared<two_phase_sink_core>(std::move(writer), options.transaction)} {}

result<event_ticket> two_phase_sink::write(byte_view event, duration timeout,
                                           write_completion done) {
  PRAVEGA_ACTOR_LET(auto to, current(timeout));
  return to.write(event, timeout, std::move(done));
}

result<event_ticket> two_phase_sink::write(std::string_view routing_key, byte_view event,
                                           duration timeout, write_completion done) {
  PRAVEGA_ACTOR_LET(auto to, current(timeout));
  return to.write(routing_key, event, timeout, std::move(done));
}

result<transaction> two_phase_sink::current(duration timeout) {
  if (!core_ || in_forked_child()) return unusable_sink();
  if (auto known = core_->known(); known.valid()) return known;
  return wait_for<transaction>(timeout,
                               late_sink(errc::deadline_exceeded, stage::begin_transaction),
                               [&](auto done) { core_->current(timeout, std::move(done)); });
}

void two_phase_sink::current_async(duration timeout,
                                   std::function<void(const result<transaction>&)> done) {
  if (!core_ || in_forked_child()) return done(unusable_sink());
  core_->current(timeout, std::move(done));
}

result<prepared_transaction> two_phase_sink::pre_commit(duration timeout) {
  if (!core_ || in_forked_child()) return unusable_sink();
  return wait_for<prepared_transaction>(
      bounded_timeout(timeout) * 2,
      late_sink(errc::deadline_exceeded, stage::commit_transaction),
      [&](auto done) { core_->pre_commit(timeout, std::move(done)); });
}

void two_phase_sink::pre_commit_async(
    duration timeout, std::function<void(const result<prepared_transaction>&)> done) {
  if (!core_ || in_forked_child()) return done(unusable_sink());
  core_->pre_commit(timeout, std::move(done));
}

result<void> two_phase_sink::commit(const prepared_transaction& what, duration timeout) {
  if (!core_ || in_forked_child()) return unusable_sink();
  return wait_for<void>(bounded_timeout(timeout) * 2,
                        late_sink(errc::outcome_unknown, stage::commit_transaction),
                        [&](auto done) { core_->commit(what, timeout, std::move(done)); });
}

void two_phase_sink::commit_async(const prepared_transaction& what, duration timeout,
                                  std::function<void(const result<void>&)> done) {
  if (!core_ || in_forked_child()) return done(unusable_sink());
  core_->commit(what, timeout, std::move(done));
}

result<void> two_phase_sink::abort(const prepared_transaction& what, duration timeout) {
  if (!core_ || in_forked_child()) return unusable_sink();
  return wait_for<void>(bounded_timeout(timeout) * 2,
                        late_sink(errc::deadline_exceeded, stage::abort_transaction),
                        [&](auto done) { core_->abort(what, timeout, std::move(done)); });
}

void two_phase_sink::abort_async(const prepared_transaction& what, duration timeout,
                                 std::function<void(const result<void>&)> done) {
  if (!core_ || in_forked_child()) return done(unusable_sink());
  core_->abort(what, timeout, std::move(done));
}

result<void> two_phase_sink::discard(duration timeout) {
  if (!core_ || in_forked_child()) return unusable_sink();
  return wait_for<void>(timeout, late_sink(errc::deadline_exceeded, stage::abort_transaction),
                        [&](auto done) { core_->discard(timeout, std::move(done)); });
}

void two_phase_sink::discard_async(duration timeout,
                                   std::function<void(const result<void>&)> done) {
  if (!core_ || in_forked_child()) return done(unusable_sink());
  core_->discard(timeout, std::move(done));
}

std::vector<prepared_transaction> two_phase_sink::prepared() const {
  return core_ ? core_->prepared() : std::vector<prepared_transaction>{};
}

}  // namespace pravega_actor
