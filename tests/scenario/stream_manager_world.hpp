// A client's stream manager in virtual time.
#pragma once

#include <map>
#include <memory>
#include <string>
#include <vector>

#include "scenario/scenario_support.hpp"
#include "streams/stream_calls.hpp"
#include "streams/stream_changes.hpp"
#include "streams/stream_inspection.hpp"

namespace pravega_actor::scenario {

using namespace internal;

using ids = std::vector<segment_id>;

/// Asks in virtual time.
struct manager_world : client_world {
  explicit manager_world(std::int32_t segments = 1) : client_world{{}, segments} {}

  stream_manager streams() const { return user->streams(); }
  template <class T, class F>
  result<T> ask(F start, duration limit = seconds{200}) {
    auto told = std::make_shared<std::vector<result<T>>>();
    start([told](const result<T>& outcome) { told->push_back(outcome); });
    REQUIRE(world.run_until([&] { return !told->empty(); }, limit));
    world.run_for(seconds{1});
    REQUIRE(told->size() == 1);
    return told->front();
  }
  result<stream_scaled> split(segment_id which, std::int32_t parts) {
    return ask<stream_scaled>([&](auto done) {
      streams().split_segment_async({stream, which}, parts, seconds{60}, done);
    });
  }
  result<stream_scaled> merge(const ids& which) {
    return ask<stream_scaled>(
        [&](auto done) { streams().merge_segments_async(stream, which, seconds{60}, done); });
  }
  result<stream_scaled> scale(const ids& sealed, const std::vector<key_range>& ranges) {
    return ask<stream_scaled>([&](auto done) {
      streams().scale_stream_async(stream, sealed, ranges, seconds{60}, done);
    });
  }
  result<stream_cut> tail() {
    return ask<stream_cut>([&](auto done) { streams().tail_cut_async(stream, done); });
  }
  result<stream_cut> head() {
    return ask<stream_cut>([&](auto done) { streams().head_cut_async(stream, done); });
  }
  result<void> truncate(const std::map<segment_id, std::int64_t>& at) {
    return ask<void>([&](auto done) { streams().truncate_stream_async({stream, at}, done); });
  }
  result<stream_lineage> lineage() {
    return ask<stream_lineage>(
        [&](auto done) { streams().lineage_async(stream, seconds{60}, done); });
  }
  void write(int events) {
    auto writer = open();
    for (int i = 0; i < events; ++i)
      REQUIRE(writer.try_write(std::to_string(i), as_bytes("0123456789")));
    auto closed = std::make_shared<bool>(false);
    writer.close_async(seconds{30}, [closed](const close_report&) { *closed = true; });
    REQUIRE(world.run_until([&] { return *closed; }, seconds{60}));
  }
};

inline std::string refusal(const result<void>& got) {
  return got ? "accepted" : got.error().detail();
}
template <class T>
std::string refusal(const result<T>& got) {
  return got ? "accepted" : got.error().detail();
}

}  // namespace pravega_actor::scenario
