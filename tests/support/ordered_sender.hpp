// An actor of an application that has many writes under way and keeps their order by the
// protocol of credits.
#pragma once

#include <deque>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "pravega_actor/actors.hpp"
#include "support/splitmix.hpp"

namespace pravega_actor::test {

/// What a sender writes in this order, and what it was answered.
struct sender_record {
  struct event {
    std::string key;
    std::string payload;
    bool answered = false;
    write_result outcome = {};
  };
  std::string name;
  std::vector<event> events;
  /// The last tickets of its messages, as the answers came.
  std::vector<event_ticket> tickets;
  std::size_t refusals = 0;
  std::size_t credits = 0;
  /// All events are answered, or something else than a refusal was.
  bool done = false;
  std::optional<error> failure;
};

/// Events of random sizes and keys; the payloads are "name|key|number|xxx".
[[nodiscard]] std::shared_ptr<sender_record> make_record(const std::string& name,
                                                         std::size_t events, std::size_t keys,
                                                         std::size_t bytes_max,
                                                         std::uint64_t seed);

struct sender_setup {
  event_writer_handle writer;
  std::shared_ptr<sender_record> record;
  /// Messages under way.
  std::size_t window = 15;
  /// Only `write_event`; else `write_events`, `write_batch` and `flush_events`, too.
  bool plain = false;
  std::uint64_t seed = 1;
};

struct ordered_sender_state {
  sender_setup setup;
  splitmix random{1};
  /// The first event that is not sent, or has to be sent again.
  std::size_t next = 0;
  std::size_t under_way = 0;
  /// Counts the credits that were used: refusals from before are known already.
  std::uint64_t streak = 0;
  bool stopped = false;
  const char* name = "ordered_sender";
};

/// Sends what the record holds, from the first refused event again after each refusal.
caf::behavior ordered_sender(caf::stateful_actor<ordered_sender_state>* self,
                             sender_setup setup);

/// One sentence for each event of the records that is lost, doubled, or stored before an
/// earlier one of its sender and key. `segments`: the payloads of each segment in order.
[[nodiscard]] std::vector<std::string> check_order(
    const std::vector<std::shared_ptr<sender_record>>& records,
    const std::map<std::string, std::vector<std::string>>& segments);

}  // namespace pravega_actor::test
