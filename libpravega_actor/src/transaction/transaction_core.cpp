#include "transaction/transaction_core.hpp"

#include <optional>
#include <utility>

#include "core/forked_child.hpp"

namespace pravega_actor::internal {

transaction_core::transaction_core(scoped_stream stream, const opened_transaction& opened,
                                   std::shared_ptr<transactional_writer_core> keeps,
                                   answer_once<void>::threw_handler threw)
    : stream_{std::move(stream)},
      id_{opened.id},
      to_{opened.actor},
      writer_{opened.writer},
      board_{opened.board},
      keeps_{std::move(keeps)},
      threw_{std::move(threw)} {}

transaction_core::~transaction_core() {
  if (!in_forked_child()) to_.send(drop_transaction{});
}

template <class T>
answer_once<T> transaction_core::once(std::function<void(const result<T>&)> done,
                                      errc otherwise) const {
  return {std::move(done), threw_,
          error{otherwise, "the transaction's actor ended"}.with_subject(id_.to_string())};
}

answer_once<void> transaction_core::once_or_last(
    answer_once<void>::callback done, errc otherwise,
    result<void> transaction_board::last_answers::*which) const {
  return once<void>(
      [board = board_, done = std::move(done), otherwise, which](const result<void>& got) {
        const auto last = got || got.error() != otherwise ? std::nullopt : board->last();
        done(last ? *last.*which : got);
      },
      otherwise);
}

void transaction_core::commit(const commit_transaction& what,
                              answer_once<void>::callback done) const {
  to_.send(commit_call{what, once_or_last(std::move(done), errc::outcome_unknown,
                                          &transaction_board::last_answers::to_commit)});
}

void transaction_core::abort(const abort_transaction& what,
                             answer_once<void>::callback done) const {
  to_.send(abort_call{what, once_or_last(std::move(done), errc::actor_terminated,
                                         &transaction_board::last_answers::to_abort)});
}

void transaction_core::find_state(const get_transaction_state& what,
                                  answer_once<transaction_state>::callback done) const {
  to_.send(transaction_state_call{
      what, once<transaction_state>(std::move(done), errc::actor_terminated)});
}

void transaction_core::find_status(answer_once<transaction_status>::callback done) const {
  to_.send(transaction_status_call{
      once<transaction_status>(std::move(done), errc::actor_terminated)});
}

}  // namespace pravega_actor::internal
