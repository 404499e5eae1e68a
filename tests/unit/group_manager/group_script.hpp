// An operation on a group, with a log in memory and a controller of one group: no actors, no
// clock.
#pragma once

#include <deque>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "group_reader/group_model.hpp"
#include "pravega_actor/reader_group_config.hpp"
#include "support/catch.hpp"
#include "unit/streams/stream_script.hpp"

namespace pravega_actor::test {

namespace c = pravega_actor::controller;
using lines = std::vector<std::string>;

inline const scoped_group script_group{"scope", "group"};
inline const uuid script_id{1, 2};

inline segment script_segment(std::int32_t number, std::int32_t epoch = 0) {
  return {script_stream, {number, epoch}};
}

/// The state of a group that everybody writes into.
struct group_in_memory {
  std::optional<group_state> state;
  std::int64_t entries = 0;
  /// Called before an operation is carried out.
  std::function<void(group_in_memory&)> before = [](group_in_memory&) {};
  /// Operations that fail in this way, the next first; "carried out" if `stored`.
  struct fault {
    error why;
    bool stored = false;
  };
  std::deque<std::optional<fault>> faults;
  /// The names of all updates that were written.
  lines written;

  void apply(const group_update& update) {
    REQUIRE(state);
    REQUIRE(state->apply(update));
    ++entries;
  }
  state_outcome now(bool accepted) const {
    return {state ? std::make_shared<const group_state>(*state) : nullptr,
            {entries, 0},
            entries,
            accepted};
  }
  result<state_outcome> carry_out(const state_operation& what) {
    before(*this);
    std::optional<fault> wrong;
    if (!faults.empty()) {
      wrong = faults.front();
      faults.pop_front();
    }
    if (wrong && !wrong->stored) return wrong->why;
    const auto outcome = std::visit(*this, what);
    if (wrong) return wrong->why;
    return outcome;
  }

  state_outcome operator()(const state_operations::look&) { return now(false); }
  state_outcome operator()(const state_operations::fetch&) { return now(false); }
  state_outcome operator()(const state_operations::compact&) { return now(true); }
  state_outcome operator()(const state_operations::propose& a) {
    if (a.based_on != revision{entries, 0}) return now(false);
    write(a.updates);
    return now(true);
  }
  state_outcome operator()(const state_operations::append& a) {
    write(a.updates);
    return {nullptr, {entries, 0}, 0, true};
  }
  state_outcome operator()(const state_operations::initialize& a) {
    if (state) return now(false);
    begin(a.initial);
    return now(true);
  }
  state_outcome operator()(const state_operations::reset& a) {
    if (a.based_on != revision{entries, 0}) return now(false);
    begin(a.initial);
    return now(true);
  }

 private:
  void write(const std::vector<shared_bytes>& updates) {
    for (const auto& bytes : updates) {
      const auto update = decode_group_update(bytes.view);
      REQUIRE(update);
      written.emplace_back(group_update_name(update->position()));
      REQUIRE(state->apply(*update));
    }
    ++entries;
  }
  void begin(const shared_bytes& initial) {
    auto made = group_model::decode_initial(initial.view);
    REQUIRE(made);
    written.emplace_back("begin");
    state = std::move(*made);
    ++entries;
  }
};

/// A stream with segments 0 and 1 of epoch 0, and a group that may exist.
template <class T>
struct group_script : stream_script<T> {
  group_in_memory log;
  std::optional<reader_group_config> config;
  /// Answers a call in place of the controller, if it gives something.
  std::function<std::optional<result<c::reply>>(const c::request&)> instead =
      [](const c::request&) { return std::nullopt; };
  /// Calls that changed something.
  lines changed;
  bool stream_exists = true;

  group_script() {
    this->on_call = [this](const c::request& call) { return answer(call); };
    this->on_log = [this](const state_operation& what) { return log.carry_out(what); };
    this->on_info = [](const segment& of) {
      return result<segment_info>{segment_info{false, 0, 100 + of.id.number, 0}};
    };
  }

  static reader_group_config settings() {
    reader_group_config wanted;
    wanted.starting_cuts[script_stream] = std::nullopt;
    wanted.id = script_id;
    return wanted;
  }
  static group_init first_state(const reader_group_config& of) {
    group_init first{of, {}, {}, false};
    first.starting_segments.add({script_segment(0), unknown_range}, 10);
    first.starting_segments.add({script_segment(1), unknown_range}, 20);
    return first;
  }
  static reader_group_config made_settings() {
    auto made = settings();
    made.generation = 0;
    return made;
  }
  /// A group with these online readers; the first takes segment 0, the second segment 1.
  void make_group(const lines& readers = {},
                  const reader_group_config& with = made_settings()) {
    config = with;
    auto made = group_state::create(first_state(*config));
    REQUIRE(made);
    log.state = *made;
    for (const auto& each : readers)
      log.apply(add_reader{each});
    for (std::size_t i = 0; i < readers.size() && i < 2; ++i)
      log.apply(acquire_segment{readers[i], script_segment(static_cast<std::int32_t>(i))});
  }
  [[nodiscard]] const group_state& state() const { return *log.state; }

 private:
  result<c::reply> answer(const c::request& call) {
    if (auto other = instead(call)) return *other;
    if (call.holds<c::get_reader_group_config>()) {
      if (!config) return errc::reader_group_not_found;
      return c::reply{*config};
    }
    if (const auto* create = call.get_if<c::create_reader_group>()) {
      changed.emplace_back("create");
      if (!config) config = create->config;
      return c::reply{*config};
    }
    if (const auto* update = call.get_if<c::update_reader_group>()) {
      if (update->config.generation != config->generation) return errc::reader_group_changed;
      changed.emplace_back("update");
      config = update->config;
      return c::reply{c::group_generation{++config->generation}};
    }
    if (call.holds<c::delete_reader_group>()) {
      changed.emplace_back("delete");
      const bool was_there = config.has_value();
      config.reset();
      return c::reply{c::deletion{was_there}};
    }
    if (const auto* cut = call.get_if<c::update_subscriber_cut>()) {
      changed.push_back("release " + cut->cut.to_string());
      return c::reply{c::done{}};
    }
    if (const auto* seal = call.get_if<c::seal_stream>()) {
      changed.push_back("seal " + seal->stream.to_string());
      return c::reply{c::done{}};
    }
    if (const auto* gone = call.get_if<c::delete_stream>()) {
      changed.push_back("delete " + gone->stream.to_string());
      return c::reply{c::deletion{true}};
    }
    return about_stream(call);
  }
  result<c::reply> about_stream(const c::request& call) const {
    if (!stream_exists) return errc::stream_not_found;
    const c::segment_ranges halves{{{{0, 0}, {0.0, 0.5}}, {{1, 0}, {0.5, 1.0}}}, "a token"};
    if (call.holds<c::get_head_segments>())
      return c::reply{c::segment_offsets{{{{0, 0}, 10}, {{1, 0}, 20}}, ""}};
    if (call.holds<c::get_current_segments>()) return c::reply{halves};
    if (const auto* epoch = call.get_if<c::get_epoch_segments>()) {
      if (epoch->epoch != 0) return error{errc::stream_not_found, "no such epoch"};
      return c::reply{halves};
    }
    if (call.holds<c::get_successors>()) return c::reply{c::successors{}};
    return errc::unsupported_operation;
  }
};

}  // namespace pravega_actor::test
