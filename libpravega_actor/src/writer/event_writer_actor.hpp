// The event writer actor: opens a writer, supervises its segment writers, speaks to other
// actors.
#pragma once

#include <caf/all.hpp>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <vector>

#include "append/segment_writer.hpp"
#include "pravega_actor/writer_messages.hpp"
#include "supervision/supervisor.hpp"
#include "writer/write_log.hpp"

namespace pravega_actor {

/// An opened writer: its handle and its actor.
struct opened_writer {
  event_writer handle;
  caf::actor actor;
};

struct event_writer_setup {
  scoped_stream stream;
  writer_options options;
  std::size_t eager_block_bytes = 256u << 10;
  supervision_policy supervision;
  append_timing timing;
  /// Its place in the supervision tree.
  std::string path;
};

// The actor's own messages.
/// Keeps the handle, so that the writer stays open for users that only have the actor.
struct keep_open {
  event_writer handle;
};
/// Ask the controller client again: it was not there.
struct look_up_again {};
struct writer_ended {};
/// New segments took the place of a sealed one.
struct segments_added {
  std::vector<std::shared_ptr<append_channel>> channels;
  std::string delegation_token;
};
struct writer_closing {
  duration timeout{0};
};
struct writer_close_due {};
struct completions_ready {};
struct credit_ready {
  std::uint64_t number = 0;
};
struct flush_ready {
  std::uint64_t number = 0;
  result<void> outcome;
};
struct close_ready {
  std::uint64_t number = 0;
  close_report report;
};

/// Outcomes on their way from the delivering thread to the actor: one wake-up for many.
class completion_inbox {
 public:
  /// True if the actor has to be woken.
  [[nodiscard]] bool put(const write_result& outcome) {
    std::lock_guard lock{mutex_};
    outcomes_.push_back(outcome);
    return outcomes_.size() == 1;
  }
  [[nodiscard]] std::vector<write_result> take() {
    std::lock_guard lock{mutex_};
    return std::exchange(outcomes_, {});
  }

 private:
  std::mutex mutex_;
  std::vector<write_result> outcomes_;
};

/// A request that a callback in another thread will answer, and what is told if the actor dies
/// before.
struct pending_answer {
  caf::response_promise promise;
  std::function<void(caf::response_promise&)> at_death;
};

struct event_writer_state {
  std::shared_ptr<const segment_context> context;
  event_writer_setup setup;
  std::shared_ptr<write_log> log;
  event_writer kept;
  std::function<void(result<opened_writer>)> on_open;
  time_point open_deadline{};
  caf::actor supervisor;
  std::shared_ptr<completion_inbox> inbox = std::make_shared<completion_inbox>();
  std::map<event_ticket, caf::response_promise> writes;
  std::map<std::uint64_t, pending_answer> others;
  std::uint64_t next_other = 1;
  const char* name = "event_writer";
  /// Its death ends the writer: what is pending becomes outcome_unknown or not_written, and
  /// every request is answered.
  ~event_writer_state();
};

/// Asks the controller for the stream's segments, then calls `on_open` once with the handle or
/// an error. Ends when the writer has ended.
caf::behavior event_writer_actor(caf::stateful_actor<event_writer_state>* self,
                                 std::shared_ptr<const segment_context> context,
                                 event_writer_setup setup,
                                 std::function<void(result<opened_writer>)> on_open);

}  // namespace pravega_actor

CAF_ALLOW_UNSAFE_MESSAGE_TYPE(pravega_actor::look_up_again)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(pravega_actor::keep_open)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(pravega_actor::writer_ended)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(pravega_actor::segments_added)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(pravega_actor::writer_closing)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(pravega_actor::writer_close_due)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(pravega_actor::completions_ready)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(pravega_actor::credit_ready)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(pravega_actor::flush_ready)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(pravega_actor::close_ready)
