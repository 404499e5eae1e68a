// What handles on a transactional writer refer to.
#pragma once

#include <memory>
#include <mutex>
#include <optional>

#include "pravega_actor/transactional_event_writer.hpp"
#include "transaction/transactional_writer_actor.hpp"

namespace pravega_actor::internal {

/// Thread-safe. It does not keep the actor alive: the client's supervisor does. Its end closes
/// the writer.
class transactional_writer_core final
    : public std::enable_shared_from_this<transactional_writer_core> {
 public:
  transactional_writer_core(scoped_stream stream, const transactional_writer_inside& to,
                            answer_once<void>::threw_handler threw);
  ~transactional_writer_core();
  transactional_writer_core(const transactional_writer_core&) = delete;
  transactional_writer_core& operator=(const transactional_writer_core&) = delete;

  [[nodiscard]] const scoped_stream& stream() const noexcept { return stream_; }

  // `done` is called once, whatever becomes of the actor.
  void begin(const std::optional<transaction_id>& resumed, const transaction_options& options,
             duration timeout, std::function<void(result<transaction>)> done);
  void find_status(answer_once<transactional_writer_status>::callback done) const;
  /// Later calls get the report of the first.
  void close(duration timeout, answer_once<transactional_close_report>::callback done);

 private:
  template <class T>
  [[nodiscard]] answer_once<T> once(std::function<void(const result<T>&)> done) const;

  [[nodiscard]] std::optional<transactional_close_report> report() const;
  void keep(const transactional_close_report& report);

  const scoped_stream stream_;
  mutable std::mutex mutex_;
  std::optional<transactional_close_report> report_;
  const weak_handle<transactional_writer_inside> to_;
  const answer_once<void>::threw_handler threw_;
};

}  // namespace pravega_actor::internal
