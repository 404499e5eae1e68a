// A write log over several segments whose server says what the test wants.
#pragma once

#include <limits>
#include <map>
#include <string>
#include <vector>

#include "pravega_actor/routing.hpp"
#include "support/append_peer.hpp"
#include "support/catch.hpp"
#include "writer/write_log.hpp"

namespace pravega_actor::test {

using namespace internal;

constexpr auto nothing_stored = std::numeric_limits<std::int64_t>::min();
using texts = std::vector<std::string>;

/// Completions as text, in the order in which they came: "3 ok", "4 not_written".
struct outcome_list {
  texts told;
  std::vector<write_result> results;
  write_completion sink() {
    return [this](const write_result& outcome) {
      const auto code = outcome.outcome
                            ? std::string{"ok"}
                            : std::string{to_string(outcome.outcome.error().code())};
      told.push_back(std::to_string(outcome.ticket) + " " + code);
      results.push_back(outcome);
      CHECK(write_log::inside_completion());
    };
  }
};

struct log_rig {
  static writer_options small() {
    writer_options options;
    options.outstanding_bytes_max = 1000;
    options.outstanding_events_max = 20;
    options.block_bytes_max = 200;
    options.blocks_in_flight_max = 3;
    return options;
  }

  append_peer peer;
  std::shared_ptr<write_log> log;
  std::vector<std::shared_ptr<append_channel>> channels;
  std::vector<std::uint64_t> generations;
  std::vector<std::shared_ptr<session>> sessions;
  const std::shared_ptr<buffer_pool> pool = std::make_shared<buffer_pool>();
  outcome_list outcomes;
  int ended = 0;
  std::vector<duration> closings;

  explicit log_rig(std::size_t segments = 1, writer_options options = small(),
                   bool open_now = true, std::shared_ptr<shared_limit> of_client = nullptr)
      : log{std::make_shared<write_log>(scoped_stream{"scope", "stream"}, options, 1,
                                        std::move(of_client))} {
    for (std::size_t i = 0; i < segments; ++i) {
      const auto bound = [segments](std::size_t at) {
        return static_cast<double>(at) / static_cast<double>(segments);
      };
      waiting.push_back({{static_cast<std::int32_t>(i), 0}, {bound(i), bound(i + 1)}});
    }
    if (open_now) open();
  }
  std::vector<segment_with_range> waiting;
  /// What was added in the place of sealed segments, and the token with it.
  std::vector<std::pair<std::string, std::string>> added;

  void open() {
    const auto& options = log->options();
    const append_limits limits{options.block_bytes_max, options.blocks_in_flight_max,
                               options.block_bytes_max / 2};
    const auto make = [this, limits](segment_id id) {
      const auto number = channels.size();
      append_log own{uuid{9, number}, static_cast<std::int64_t>(number + 1) << 32, pool,
                     limits};
      channels.push_back(std::make_shared<append_channel>(log, segment{{"scope", "stream"}, id},
                                                          std::move(own)));
      sessions.emplace_back();
      return channels.back();
    };
    log->open(*channel_table::make(waiting, make),
              {[this] { ++ended; }, [this](duration t) { closings.push_back(t); },
               [this](const auto& fresh, const std::string& token) {
                 for (const auto& each : fresh) {
                   added.emplace_back(each->name(), token);
                   attach();
                 }
               }});
    while (generations.size() < channels.size())
      attach();
  }
  // The next channel that nobody has attached to.
  void attach() {
    generations.push_back(
        channels[generations.size()]->attach([](std::uint64_t, const channel_notice&) {}));
  }

  /// A key of the segment.
  std::string key(std::size_t of) const {
    const auto count = static_cast<double>(waiting.size());
    for (int i = 0;; ++i) {
      auto text = "k" + std::to_string(i);
      if (static_cast<std::size_t>(routing_position(text) * count) == of) return text;
    }
  }
  void connect(std::size_t at = 0, std::int64_t stored = nothing_stored) {
    sessions[at] = peer.open_session();
    REQUIRE(channels[at]->use(generations[at], sessions[at]));
    REQUIRE(channels[at]->resume(generations[at], stored));
  }
  void connect_all() {
    for (std::size_t i = 0; i < channels.size(); ++i)
      connect(i);
  }
  void cut(std::size_t at = 0) {
    sessions[at]->on_closed(error{errc::connection_lost, "cut by the test"});
  }
  void ack(std::int64_t number, std::size_t at = 0) {
    feed(*sessions[at],
         *wire::encode(wire::data_appended{uuid{9, at}, number, -1,
                                           static_cast<std::int64_t>(at + 1) << 32, 0}));
  }
  event_ticket write(const std::string& payload, std::size_t at = 0) {
    const auto chosen = key(at);
    auto ticket = log->add(chosen, as_bytes(payload), outcomes.sink());
    REQUIRE(ticket);
    return *ticket;
  }
  result<event_ticket> try_write(std::size_t payload_bytes) {
    return log->add(std::nullopt, as_bytes(std::string(payload_bytes, 'x')), outcomes.sink());
  }
  void give_up(std::size_t at, errc code, bool certain) {
    channels[at]->give_up(generations[at], error{code, "told by the test"}, certain);
  }
};

}  // namespace pravega_actor::test
