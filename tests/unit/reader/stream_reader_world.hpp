// A stream of segments in a mini store, and a reader of it.
#pragma once

#include "pravega_actor/actor_errors.hpp"
#include "reader/stream_reader_actor.hpp"
#include "support/actor_world.hpp"
#include "support/catch.hpp"

namespace pravega_actor::test {

using namespace internal;

using reader_inbox = inbox<slice_delivered, segment_ended, gap_delivered, reader_ended,
                           reader_status, reader_closed, items_released, reader_position>;

struct stream_world : actor_world {
  std::map<segment_id, std::int64_t> head;
  bool stream_exists = true;
  reader_options options;
  stream_reader_setup setup;
  std::optional<result<opened_reader>> opened;
  stream_reader_handle actor;
  bool down = false;
  /// Why, in the library's own terms.
  std::optional<errc> exit_code;

  stream_world() {
    *on_call = [this](const controller::request& what) { return answer_stream(what); };
    setup.stream = {"scope", "stream"};
    setup.path = "client/reader-1";
    setup.timing.backoff = {milliseconds{10}, 2.0, milliseconds{100}, 0.0};
    setup.timing.recovery_timeout = seconds{2};
    setup.requests.backoff = setup.timing.backoff;
    setup.requests.request_timeout = seconds{2};
    setup.supervision.backoff = setup.timing.backoff;
  }
  ~stream_world() {
    opened.reset();
    caf::anon_send_exit(actor, caf::exit_reason::user_shutdown);
    actor = nullptr;
    run();
  }

  /// What follows a segment; a segment without an entry is the last: the stream is sealed.
  std::map<segment_id, std::vector<controller::successor>> successors;
  bool stream_sealed = false;

  result<controller::reply> answer_stream(const controller::request& what) {
    if (const auto* after = what.get_if<controller::get_successors>()) {
      const auto at = successors.find(after->of.id);
      if (at != successors.end())
        return controller::reply{controller::successors{at->second, "token"}};
      stream_sealed = true;
      return controller::reply{controller::successors{}};
    }
    if (what.holds<controller::get_epoch_segments>()) return controller::reply{all_of_epoch()};
    const bool about_stream = what.holds<controller::get_head_segments>() ||
                              what.holds<controller::get_current_segments>();
    if (!about_stream) return answer(what);
    if (!stream_exists) return errc::stream_not_found;
    if (what.holds<controller::get_head_segments>())
      return controller::reply{controller::segment_offsets{head, "token"}};
    controller::segment_ranges ranges;
    if (stream_sealed) return controller::reply{ranges};
    for (const auto& [id, offset] : head)
      ranges.segments.push_back({id, unknown});
    return controller::reply{ranges};
  }

  /// Ranges play no part here: none is known.
  static constexpr key_range unknown{-1.0, -1.0};
  controller::segment_ranges all_of_epoch() const {
    controller::segment_ranges all;
    const auto add = [&all](const std::map<segment_id, std::int64_t>& which) {
      for (const auto& [id, offset] : which)
        all.segments.push_back({id, unknown});
    };
    add(head);
    if (const auto* start = std::get_if<stream_cut>(&options.start)) add(start->offsets);
    if (options.end) add(options.end->offsets);
    return all;
  }

  void add_segment(std::int32_t number, byte_vector bytes, bool sealed = false,
                   std::int64_t start = 0) {
    store.put(test_segment(number), std::move(bytes), sealed);
    head[{number, 0}] = start;
  }

  void add_successor(std::int32_t number, byte_vector bytes, std::vector<std::int32_t> after,
                     bool sealed = true) {
    const segment_id id{number, 0};
    store.put(test_segment(number), std::move(bytes), sealed);
    controller::successor made{{id, unknown}, {}};
    for (const auto each : after)
      made.predecessors.push_back({each, 0});
    for (const auto each : after)
      successors[{each, 0}].push_back(made);
  }

  void spawn() {
    setup.options = options;
    actor = system.spawn(stream_reader_actor, std::shared_ptr<const segment_context>{context},
                         setup, [this](result<opened_reader> r) { opened = std::move(r); });
    actor->attach_functor([this](const caf::error& reason) {
      down = true;
      exit_code = errc_of(reason);
    });
  }
  stream_reader& reader() {
    REQUIRE(opened);
    REQUIRE(*opened);
    return (*opened)->handle;
  }
  errc open_error() {
    REQUIRE(opened);
    REQUIRE_FALSE(*opened);
    return opened->error().code();
  }
  std::vector<read_item> take_all() {
    std::vector<read_item> out;
    for (;;) {
      auto taken = reader().try_next();
      if (!taken || !*taken) return out;
      out.push_back(**taken);
    }
  }
};

/// The events in some items, by segment.
inline std::map<std::int32_t, std::vector<std::string>> events_in(
    const std::vector<read_item>& items) {
  std::map<std::int32_t, std::vector<std::string>> out;
  for (const auto& item : items)
    if (const auto* slice = std::get_if<event_slice>(&item))
      for (auto& each : payloads_of(*slice))
        out[slice->in().id.number].push_back(each);
  return out;
}

}  // namespace pravega_actor::test
