// A client in a simulated world that writes transactions.
#pragma once

#include <algorithm>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "core/access.hpp"
#include "scenario/scenario_support.hpp"

namespace pravega_actor::scenario {

/// "event 1000", "event 1001" and so on.
inline texts some_events(int count) {
  texts all;
  for (int i = 0; i < count; ++i)
    all.push_back("event " + std::to_string(1000 + i));
  return all;
}

struct transaction_world : client_world {
  using client_world::client_world;
  std::optional<transactional_event_writer> writer;

  transactional_event_writer open_writer(const transactional_writer_options& options = {}) {
    std::optional<result<transactional_event_writer>> opened;
    user->open_transactional_writer_async(
        stream, options, [&](result<transactional_event_writer> r) { opened = std::move(r); });
    REQUIRE(world.run_until([&] { return opened.has_value(); }, seconds{10}));
    REQUIRE(opened->has_value());
    return std::move(**opened);
  }
  /// The writer that the calls below use.
  transactional_event_writer& the_writer() {
    if (!writer) writer = open_writer();
    return *writer;
  }
  result<transaction> try_begin(const transaction_options& options = {},
                                duration timeout = seconds{60}) {
    std::optional<result<transaction>> begun;
    the_writer().begin_async(timeout, options, [&](result<transaction> r) { begun = r; });
    REQUIRE(world.run_until([&] { return begun.has_value(); }, timeout + seconds{10}));
    return *begun;
  }
  transaction begin(const transaction_options& options = {}) {
    auto begun = try_begin(options);
    if (!begun) FAIL(begun.error().to_string());
    return *begun;
  }
  result<transaction> try_resume(transaction_id id, const transaction_options& options = {},
                                 duration timeout = seconds{60}) {
    std::optional<result<transaction>> resumed;
    the_writer().resume_async(id, timeout, options,
                              [&](result<transaction> r) { resumed = r; });
    REQUIRE(world.run_until([&] { return resumed.has_value(); }, timeout + seconds{10}));
    return *resumed;
  }
  transaction resume(transaction_id id, const transaction_options& options = {}) {
    auto resumed = try_resume(id, options);
    if (!resumed) FAIL(resumed.error().to_string());
    return *resumed;
  }
  void write(transaction& to, const std::string& event, const std::string& key = "key") {
    const auto taken = to.try_write(key, as_bytes(event));
    if (!taken) FAIL(taken.error().to_string());
  }
  void write_some(transaction& to, int count) {
    for (const auto& each : some_events(count))
      write(to, each);
  }
  result<void> commit(transaction& which, duration timeout = seconds{60},
                      const commit_options& options = {}) {
    std::optional<result<void>> done;
    which.commit_async(timeout, options, [&](const result<void>& r) { done = r; });
    REQUIRE(world.run_until([&] { return done.has_value(); }, timeout + seconds{30}));
    return *done;
  }
  result<void> abort(transaction& which, duration timeout = seconds{60}) {
    std::optional<result<void>> done;
    which.abort_async(timeout, [&](const result<void>& r) { done = r; });
    REQUIRE(world.run_until([&] { return done.has_value(); }, timeout + seconds{30}));
    return *done;
  }
  /// What the controller says.
  transaction_state state_of(const transaction_id& id) {
    const auto found = controller::reply_of<controller::check_transaction>(
        world.control(controller::check_transaction{stream, id}));
    return found ? found->state : transaction_state::unknown;
  }
  bool comes_to(const transaction_id& id, transaction_state state,
                duration limit = seconds{120}) {
    return world.run_until([&] { return state_of(id) == state; }, limit);
  }
  transactional_close_report close_writer(duration timeout = seconds{30}) {
    std::optional<transactional_close_report> report;
    the_writer().close_async(timeout, [&](const transactional_close_report& r) { report = r; });
    REQUIRE(world.run_until([&] { return report.has_value(); }, timeout + seconds{30}));
    return *report;
  }
  /// All events of the stream; those of open transactions are not in it.
  texts stored() const {
    texts all;
    for (auto& segment : world.stored_events_of(stream))
      all.insert(all.end(), segment.begin(), segment.end());
    return all;
  }
  /// Everything in the stream, sorted.
  texts sorted() const {
    auto all = stored();
    std::sort(all.begin(), all.end());
    return all;
  }
  /// The parts of transactions that the stores hold.
  std::size_t parts() const {
    std::size_t count = 0;
    for (const auto& name : world.segments_of(stream))
      if (name.find("#transaction.") != std::string::npos) ++count;
    return count;
  }
  void end() {
    writer.reset();
    finish();
  }
};

inline std::string code_of(const result<void>& outcome) {
  return outcome ? "ok" : std::string{to_string(outcome.error().code())};
}

}  // namespace pravega_actor::scenario
