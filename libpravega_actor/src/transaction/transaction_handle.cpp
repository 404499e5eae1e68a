// The handle on a transaction.
#include <utility>

#include "core/forked_child.hpp"
#include "core/waiting.hpp"
#include "transaction/transaction_core.hpp"

namespace pravega_actor {

using namespace internal;

namespace {

error unusable_transaction() {
  return in_forked_child() ? forked_child_error() : error{errc::closed};
}

error late_error(const transaction_core& core, errc code, stage at) {
  return error{code, "the transaction's actor did not answer"}.with_stage(at).with_subject(
      core.id().to_string());
}

}  // namespace

std::string_view to_string(transaction_end how) noexcept {
  static constexpr std::string_view names[] = {"committed", "aborted",   "expired",
                                               "unknown",   "left_open", "failed"};
  return names[static_cast<std::size_t>(how)];
}

transaction::transaction(std::shared_ptr<transaction_core> core) : core_{std::move(core)} {}

transaction_id transaction::id() const {
  return core_ ? core_->id() : transaction_id{};
}

const scoped_stream& transaction::stream() const {
  static const scoped_stream none;
  return core_ ? core_->stream() : none;
}

result<event_ticket> transaction::write(byte_view event, duration timeout,
                                        write_completion done) {
  return writer().write(event, timeout, std::move(done));
}

result<event_ticket> transaction::write(std::string_view routing_key, byte_view event,
                                        duration timeout, write_completion done) {
  return writer().write(routing_key, event, timeout, std::move(done));
}

result<event_ticket> transaction::try_write(byte_view event, write_completion done) {
  return writer().try_write(event, std::move(done));
}

result<event_ticket> transaction::try_write(std::string_view routing_key, byte_view event,
                                            write_completion done) {
  return writer().try_write(routing_key, event, std::move(done));
}

event_writer transaction::writer() const {
  return core_ ? core_->writer() : event_writer{};
}

result<void> transaction::flush(duration timeout) {
  return writer().flush(timeout);
}

result<void> transaction::commit(duration timeout, const commit_options& options) {
  if (!core_ || in_forked_child()) return unusable_transaction();
  return wait_for<void>(timeout,
                        late_error(*core_, errc::outcome_unknown, stage::commit_transaction),
                        [&](auto done) {
                          core_->commit({options, timeout}, std::move(done));
                        });
}

void transaction::commit_async(duration timeout, const commit_options& options,
                               std::function<void(const result<void>&)> done) {
  if (!core_ || in_forked_child()) return done(unusable_transaction());
  core_->commit({options, timeout}, std::move(done));
}

result<void> transaction::abort(duration timeout) {
  if (!core_ || in_forked_child()) return unusable_transaction();
  return wait_for<void>(timeout,
                        late_error(*core_, errc::deadline_exceeded, stage::abort_transaction),
                        [&](auto done) { core_->abort({timeout}, std::move(done)); });
}

void transaction::abort_async(duration timeout, std::function<void(const result<void>&)> done) {
  if (!core_ || in_forked_child()) return done(unusable_transaction());
  core_->abort({timeout}, std::move(done));
}

result<transaction_state> transaction::state(duration timeout) const {
  if (!core_ || in_forked_child()) return unusable_transaction();
  return wait_for<transaction_state>(
      timeout, late_error(*core_, errc::deadline_exceeded, stage::controller_call),
      [&](auto done) { core_->find_state({timeout}, std::move(done)); });
}

result<transaction_status> transaction::status(duration timeout) const {
  if (!core_ || in_forked_child()) return unusable_transaction();
  return wait_for<transaction_status>(timeout,
                                      late_error(*core_, errc::deadline_exceeded, stage::none),
                                      [&](auto done) { core_->find_status(std::move(done)); });
}

void transaction::on_expiring(std::function<void(const transaction_expiring&)> told) {
  if (core_ && !in_forked_child()) core_->watch({unless_gone(std::move(told)), {}});
}

void transaction::on_ended(std::function<void(const transaction_ended&)> told) {
  if (core_ && !in_forked_child()) core_->watch({{}, unless_gone(std::move(told))});
}

}  // namespace pravega_actor
