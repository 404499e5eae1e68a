// The handle on a writer of transactions.
#include "pravega_actor/transactional_event_writer.hpp"

#include <utility>

#include "core/forked_child.hpp"
#include "core/waiting.hpp"
#include "transaction/transactional_writer_core.hpp"

namespace pravega_actor {

using namespace internal;

namespace {

error unusable_transactional_writer() {
  return in_forked_child() ? forked_child_error() : error{errc::closed};
}

error late_error(const transactional_writer_core& core, stage at) {
  return error{errc::deadline_exceeded, "the transactional writer's actor did not answer"}
      .with_stage(at)
      .with_subject(core.stream().to_string());
}

transactional_close_report failed_close(const error& why) {
  transactional_close_report report;
  report.outcome = why;
  return report;
}

}  // namespace

transactional_event_writer::transactional_event_writer(
    std::shared_ptr<transactional_writer_core> core)
    : core_{std::move(core)} {}

result<transaction> transactional_event_writer::begin(duration timeout,
                                                      const transaction_options& options) {
  if (!core_ || in_forked_child()) return unusable_transactional_writer();
  return wait_for<transaction>(
      timeout, late_error(*core_, stage::begin_transaction),
      [&](auto done) { core_->begin(std::nullopt, options, timeout, std::move(done)); });
}

void transactional_event_writer::begin_async(duration timeout,
                                             const transaction_options& options,
                                             std::function<void(result<transaction>)> done) {
  if (!core_ || in_forked_child()) return done(unusable_transactional_writer());
  core_->begin(std::nullopt, options, timeout, std::move(done));
}

result<transaction> transactional_event_writer::resume(transaction_id id, duration timeout,
                                                       const transaction_options& options) {
  if (!core_ || in_forked_child()) return unusable_transactional_writer();
  return wait_for<transaction>(
      timeout, late_error(*core_, stage::begin_transaction),
      [&](auto done) { core_->begin(id, options, timeout, std::move(done)); });
}

void transactional_event_writer::resume_async(transaction_id id, duration timeout,
                                              const transaction_options& options,
                                              std::function<void(result<transaction>)> done) {
  if (!core_ || in_forked_child()) return done(unusable_transactional_writer());
  core_->begin(id, options, timeout, std::move(done));
}

const scoped_stream& transactional_event_writer::stream() const {
  static const scoped_stream none;
  return core_ ? core_->stream() : none;
}

result<transactional_writer_status> transactional_event_writer::status(duration timeout) const {
  if (!core_ || in_forked_child()) return unusable_transactional_writer();
  return wait_for<transactional_writer_status>(
      timeout, late_error(*core_, stage::none),
      [&](auto done) { core_->find_status(std::move(done)); });
}

transactional_close_report transactional_event_writer::close(duration timeout) {
  if (!core_ || in_forked_child()) return failed_close(unusable_transactional_writer());
  auto report = wait_for<transactional_close_report>(
      timeout, late_error(*core_, stage::close),
      [&](auto done) { core_->close(timeout, std::move(done)); });
  return report ? std::move(*report) : failed_close(report.error());
}

void transactional_event_writer::close_async(
    duration timeout, std::function<void(const transactional_close_report&)> done) {
  if (!core_ || in_forked_child()) return done(failed_close(unusable_transactional_writer()));
  core_->close(timeout,
               [done = std::move(done)](const result<transactional_close_report>& report) {
                 done(report ? *report : failed_close(report.error()));
               });
}

}  // namespace pravega_actor
