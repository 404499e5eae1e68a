#include "transaction/transactional_writer_core.hpp"

#include <utility>

#include "core/access.hpp"
#include "core/forked_child.hpp"
#include "transaction/transaction_core.hpp"

namespace pravega_actor::internal {

transactional_writer_core::transactional_writer_core(scoped_stream stream,
                                                     const transactional_writer_inside& to,
                                                     answer_once<void>::threw_handler threw)
    : stream_{std::move(stream)}, to_{to}, threw_{std::move(threw)} {}

transactional_writer_core::~transactional_writer_core() {
  if (!in_forked_child()) to_.send(transactional_writer_unused{});
}

template <class T>
answer_once<T> transactional_writer_core::once(
    std::function<void(const result<T>&)> done) const {
  return {std::move(done), threw_,
          error{errc::closed, "the transactional writer is closed"}.with_subject(
              stream_.to_string())};
}

void transactional_writer_core::begin(const std::optional<transaction_id>& resumed,
                                      const transaction_options& options, duration timeout,
                                      std::function<void(result<transaction>)> done) {
  // The transaction keeps the writer open.
  auto made = [me = shared_from_this(),
               done = std::move(done)](const result<opened_transaction>& opened) {
    if (!opened) return done(opened.error());
    done(access::make<transaction>(
        std::make_shared<transaction_core>(me->stream_, *opened, me, me->threw_)));
  };
  to_.send(begin_call{resumed, options, timeout, once<opened_transaction>(std::move(made))});
}

void transactional_writer_core::find_status(
    answer_once<transactional_writer_status>::callback done) const {
  to_.send(
      transactional_writer_status_call{once<transactional_writer_status>(std::move(done))});
}

std::optional<transactional_close_report> transactional_writer_core::report() const {
  std::lock_guard lock{mutex_};
  return report_;
}

void transactional_writer_core::keep(const transactional_close_report& report) {
  std::lock_guard lock{mutex_};
  if (!report_) report_ = report;
}

void transactional_writer_core::close(duration timeout,
                                      answer_once<transactional_close_report>::callback done) {
  if (const auto known = report()) return done(*known);
  answer_once<transactional_close_report>::callback kept =
      [me = shared_from_this(),
       done = std::move(done)](const result<transactional_close_report>& outcome) {
        if (outcome) me->keep(*outcome);
        done(outcome);
      };
  to_.send(close_call{timeout, once<transactional_close_report>(std::move(kept))});
}

}  // namespace pravega_actor::internal
