// What handles on a transaction refer to.
#pragma once

#include <memory>

#include "pravega_actor/transactional_event_writer.hpp"
#include "transaction/transaction_actor.hpp"

namespace pravega_actor::internal {

class transactional_writer_core;

/// Thread-safe. It does not keep the actor alive: the supervisor above it does. Its end drops
/// the transaction.
class transaction_core {
 public:
  /// `keeps`: the writer stays open as long as its transactions have handles.
  transaction_core(scoped_stream stream, const opened_transaction& opened,
                   std::shared_ptr<transactional_writer_core> keeps,
                   answer_once<void>::threw_handler threw);
  ~transaction_core();
  transaction_core(const transaction_core&) = delete;
  transaction_core& operator=(const transaction_core&) = delete;

  [[nodiscard]] const scoped_stream& stream() const noexcept { return stream_; }
  [[nodiscard]] const transaction_id& id() const noexcept { return id_; }
  [[nodiscard]] const event_writer& writer() const noexcept { return writer_; }

  // `done` is called once, whatever becomes of the actor.
  void commit(const commit_transaction& what, answer_once<void>::callback done) const;
  void abort(const abort_transaction& what, answer_once<void>::callback done) const;
  void find_state(const get_transaction_state& what,
                  answer_once<transaction_state>::callback done) const;
  void find_status(answer_once<transaction_status>::callback done) const;
  void watch(watch_transaction_call what) const { to_.send(std::move(what)); }

 private:
  template <class T>
  [[nodiscard]] answer_once<T> once(std::function<void(const result<T>&)> done,
                                    errc otherwise) const;
  /// Of a call whose answer the board may know though the actor has ended.
  [[nodiscard]] answer_once<void> once_or_last(
      answer_once<void>::callback done, errc otherwise,
      result<void> transaction_board::last_answers::*which) const;

  const scoped_stream stream_;
  const transaction_id id_;
  const weak_handle<transaction_inside> to_;
  const event_writer writer_;
  const std::shared_ptr<const transaction_board> board_;
  const std::shared_ptr<transactional_writer_core> keeps_;
  const answer_once<void>::threw_handler threw_;
};

}  // namespace pravega_actor::internal
