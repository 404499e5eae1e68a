#include "group/group_codec.hpp"
#include "group/group_fields.hpp"

namespace pravega_actor::internal {
namespace {

void head(field_writer& to, int type, std::uint8_t revisions) {
  to.out().u8(0);
  to.out().u8(static_cast<std::uint8_t>(type));
  to.out().u8(format_version);
  to.out().u8(revisions);
}

// Types with one revision.
template <class F>
void only_revision(field_writer& to, int type, F&& body) {
  head(to, type, 1);
  to.out().revision(0, std::forward<F>(body));
}

// A list of segments with offsets; with their ranges, as revision 1 has them, or without.
template <class Offsets>
void write_offsets(field_writer& to, const Offsets& offsets, bool ranges) {
  to.count(offsets.size());
  const auto each = [&](const group_segment& at, std::int64_t offset) {
    to.name(at.name);
    if (ranges) to.range(at.range);
    to.out().i64(offset);
  };
  if constexpr (std::is_same_v<Offsets, ordered_offsets>) {
    offsets.each(each);
  } else {
    for (const auto& [at, offset] : offsets)
      each(at, offset);
  }
}

using predecessors = std::map<group_segment, std::set<std::int64_t>>;

void write_predecessors(field_writer& to, const predecessors& segments) {
  to.count(segments.size());
  for (const auto& [at, ids] : segments) {
    to.name(at.name);
    to.count(ids.size());
    for (const auto id : ids)
      to.out().i64(id);
  }
}

using ranges_by_name = std::map<segment, key_range>;

void write_ranges(field_writer& to, const ranges_by_name& ranges) {
  to.count(ranges.size());
  for (const auto& [name, range] : ranges) {
    to.name(name);
    to.range(range);
  }
}

ranges_by_name ranges_of(const group_snapshot& of) {
  ranges_by_name ranges;
  const auto add = [&](const group_segment& at) { ranges.try_emplace(at.name, at.range); };
  for (const auto& [at, ids] : of.future_segments)
    add(at);
  for (const auto& [reader, owned] : of.assigned)
    for (const auto& [at, offset] : owned)
      add(at);
  of.unassigned.each([&](const group_segment& at, std::int64_t) { add(at); });
  for (const auto& [at, offset] : of.last_read)
    add(at);
  return ranges;
}

void write(field_writer& to, int type, const group_init& u) {
  head(to, type, 3);
  to.out().revision(0, [&] {
    write_buffer(to, [&](field_writer& inner) { write_group_config(inner, u.config); });
    write_offsets(to, u.starting_segments, false);
    to.offsets(u.end_segments);
  });
  to.out().revision(1, [&] { write_offsets(to, u.starting_segments, true); });
  to.out().revision(2, [&] { to.flag(u.updating_config); });
}

void write_snapshot(field_writer& to, const group_snapshot& u) {
  write_buffer(to, [&](field_writer& inner) { write_group_config(inner, u.config); });
  write_buffer(to, [&](field_writer& inner) { write_checkpoint_state(inner, u.checkpoints); });
  to.count(u.distance_to_tail.size());
  for (const auto& [reader, distance] : u.distance_to_tail) {
    to.out().text(reader);
    to.out().i64(distance);
  }
  write_predecessors(to, u.future_segments);
  to.count(u.assigned.size());
  for (const auto& [reader, owned] : u.assigned) {
    to.out().text(reader);
    write_offsets(to, owned, false);
  }
  write_offsets(to, u.unassigned, false);
  to.offsets(u.end_segments);
}

void write(field_writer& to, int type, const group_snapshot& u) {
  head(to, type, 3);
  to.out().revision(0, [&] { write_snapshot(to, u); });
  to.out().revision(1, [&] {
    write_offsets(to, u.last_read, false);
    write_ranges(to, ranges_of(u));
  });
  to.out().revision(2, [&] { to.flag(u.updating_config); });
}

void write(field_writer& to, int type, const add_reader& u) {
  only_revision(to, type, [&] { to.out().text(u.reader); });
}

void write(field_writer& to, int type, const remove_reader& u) {
  only_revision(to, type, [&] {
    to.out().text(u.reader);
    to.offsets(u.positions);
  });
}

void write(field_writer& to, int type, const release_segment& u) {
  only_revision(to, type, [&] {
    to.out().text(u.reader);
    to.name(u.name);
    to.out().i64(u.offset);
  });
}

void write(field_writer& to, int type, const acquire_segment& u) {
  only_revision(to, type, [&] {
    to.out().text(u.reader);
    to.name(u.name);
  });
}

void write(field_writer& to, int type, const update_distance& u) {
  head(to, type, 2);
  to.out().revision(0, [&] {
    to.out().text(u.reader);
    to.out().i64(u.distance_ms);
  });
  to.out().revision(1, [&] { write_offsets(to, u.last_read, true); });
}

void write(field_writer& to, int type, const segment_completed& u) {
  head(to, type, 2);
  to.out().revision(0, [&] {
    to.out().text(u.reader);
    to.name(u.completed.name);
    write_predecessors(to, u.successors);
  });
  to.out().revision(1, [&] {
    ranges_by_name ranges{{u.completed.name, u.completed.range}};
    for (const auto& [at, ids] : u.successors)
      ranges.try_emplace(at.name, at.range);
    write_ranges(to, ranges);
  });
}

void write(field_writer& to, int type, const checkpoint_reader& u) {
  only_revision(to, type, [&] {
    to.out().text(u.checkpoint);
    to.out().text(u.reader);
    to.offsets(u.positions);
  });
}

void write(field_writer& to, int type, const create_checkpoint& u) {
  only_revision(to, type, [&] { to.out().text(u.checkpoint); });
}

void write(field_writer& to, int type, const clear_checkpoints_before& u) {
  only_revision(to, type, [&] { to.out().text(u.checkpoint); });
}

void write(field_writer& to, int type, const checkpoint_published& u) {
  only_revision(to, type, [&] { to.flag(u.published); });
}

void write(field_writer& to, int type, const updating_config& u) {
  only_revision(to, type, [&] { to.flag(u.updating); });
}

void write(field_writer& to, int type, const remove_outstanding_checkpoints&) {
  only_revision(to, type, [] {});
}

result<std::vector<std::byte>> bounded(result<std::vector<std::byte>> bytes) {
  if (bytes && bytes->size() > limits::group_entry_bytes_max)
    return error{errc::limit_exceeded,
                 "a reader group entry is longer than group_entry_bytes_max"};
  return bytes;
}

}  // namespace

result<std::vector<std::byte>> encode_group_update(const group_update& update) {
  field_writer to;
  visit([&](const auto& u) { write(to, update.position(), u); }, update);
  return std::move(to).take(group_update_name(update.position()));
}

result<std::vector<std::byte>> encode_group_entry(const group_entry& entry) {
  const bool initial = entry.is == group_entry::kind::initial;
  if (initial && (entry.updates.size() != 1 || !is_initial(entry.updates.front())))
    return error{errc::invalid_argument, "an initial entry needs one initial update"};
  if (entry.updates.size() > limits::group_updates_max)
    return error{errc::limit_exceeded,
                 "a reader group entry has more updates than group_updates_max"};
  binary_writer to;
  to.i32(static_cast<std::int32_t>(entry.is));
  std::size_t size = 0;
  for (const auto& update : entry.updates) {
    PRAVEGA_ACTOR_LET(const auto bytes, encode_group_update(update));
    size += bytes.size();
    if (size > limits::group_entry_bytes_max) break;
    if (!initial) to.i32(static_cast<std::int32_t>(bytes.size()));
    to.bytes(bytes);
  }
  if (size > limits::group_entry_bytes_max)
    return error{errc::limit_exceeded,
                 "a reader group entry is longer than group_entry_bytes_max"};
  return bounded(std::move(to).take());
}

}  // namespace pravega_actor::internal
