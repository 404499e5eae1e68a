#include "bench/bench_source.hpp"

#include <algorithm>

#include "common/descriptors.hpp"
#include "common/waiting.hpp"
#include "group/groups.hpp"

namespace pravega_actor::tool {

namespace {

constexpr seconds actor_patience{2};

// Ends, gaps and checkpoints are nothing to measure.
template <class Item>
result<std::optional<event_slice>> slice_of(result<std::optional<Item>> item) {
  if (!item) return item.error();
  auto* slice = *item ? std::get_if<event_slice>(&**item) : nullptr;
  return slice == nullptr ? std::nullopt : std::optional{std::move(*slice)};
}

// One that was fetched to its end needs no connection any more.
std::size_t unconnected(const reader_status& seen) {
  return static_cast<std::size_t>(std::count_if(
      seen.segments.begin(), seen.segments.end(),
      [](const auto& each) { return !each.connected && each.slices_waiting == 0; }));
}

class stream_source final : public bench_source {
 public:
  explicit stream_source(stream_reader reader) : reader_{std::move(reader)} {}

  result<std::optional<event_slice>> next(duration patience) override {
    return slice_of(reader_.next(patience));
  }
  reader_status status() const override { return reader_.status(); }
  std::pair<std::size_t, std::string> missing() const override {
    const auto seen = reader_.status();
    return {unconnected(seen), seen.last_failure};
  }

 private:
  stream_reader reader_;
};

class group_source final : public bench_source {
 public:
  explicit group_source(event_reader reader) : reader_{std::move(reader)} {}
  ~group_source() override { static_cast<void>(reader_.close(actor_patience)); }
  group_source(const group_source&) = delete;
  group_source& operator=(const group_source&) = delete;

  result<std::optional<event_slice>> next(duration patience) override {
    return slice_of(reader_.next(patience));
  }
  reader_status status() const override {
    const auto seen = reader_.status(actor_patience);
    return seen ? seen->reading : reader_status{};
  }
  // The reader takes all segments, since it is alone.
  std::pair<std::size_t, std::string> missing() const override {
    const auto seen = reader_.status(actor_patience);
    if (!seen) return {1, seen.error().summary()};
    const auto unassigned = seen->unassigned_segments;
    if (seen->reading.segments.empty()) return {std::max<std::size_t>(1, unassigned), ""};
    return {unconnected(seen->reading) + unassigned, seen->reading.last_failure};
  }

 private:
  event_reader reader_;
};

}  // namespace

result<void> ready_bench_group(const common_options& common, bench_session& session,
                               const bench_options& options) {
  if (options.group.empty()) return {};
  auto group = parse_group(options.group, session.stream.scope);
  if (!group) return group.error();
  reader_group_config config;
  config.starting_cuts[session.stream];
  const auto groups = session.in.pravega().reader_groups();
  const blocking_wait wait{
      common, for_controller(session.in.settings(), "create the group " + group->to_string(),
                             "it is unknown whether it was created")};
  const auto made = groups.ensure_group(*group, config);
  if (!made) return made.error();
  if (made->outcome == ensured::created) return {};
  // It has read something, perhaps everything.
  const auto reset = groups.reset(*group, reset_to::configuration{config, group_start::head});
  return reset ? result<void>{} : result<void>{reset.error()};
}

result<std::unique_ptr<bench_source>> open_source(const common_options& common,
                                                  bench_session& session,
                                                  const bench_options& options) {
  using source = std::unique_ptr<bench_source>;
  auto& pravega = session.in.pravega();
  const blocking_wait wait{
      common, for_controller(session.in.settings(), "open " + session.stream.to_string())};
  if (!options.group.empty()) {
    auto group = parse_group(options.group, session.stream.scope);
    if (!group) return group.error();
    auto reader = pravega.create_event_reader(*group, new_reader_name());
    if (!reader) return reader.error();
    return source{std::make_unique<group_source>(std::move(*reader))};
  }
  auto reading = pravega.default_reader_options();
  reading.start = read_from_head{};
  auto reader = pravega.create_reader(session.stream, reading);
  if (!reader) return reader.error();
  if (auto enough = check_descriptors(reader->status().segments.size()); !enough)
    return enough.error();
  return source{std::make_unique<stream_source>(std::move(*reader))};
}

}  // namespace pravega_actor::tool
