#include "group/group_codec.hpp"
#include "group/group_fields.hpp"

namespace pravega_actor::internal {
namespace {

constexpr int no_type = -1;
constexpr std::size_t frame_bytes = 4;

// One update's bytes, how many revisions they hold and what is wrong with them.
struct update_input {
  binary_reader from;
  field_fault fault;
  std::uint8_t revisions = 0;
  int type = no_type;

  template <class... F>
  void fields(F&&... known) {
    from.revisions(revisions, [&known, this](binary_reader& data) {
      field_reader fields_of{data, fault};
      known(fields_of);
    }...);
  }
};

using predecessors = std::map<group_segment, std::set<std::int64_t>>;
using ranges_by_name = std::map<segment, key_range>;

group_offsets read_offsets(field_reader& in, const char* field) {
  group_offsets read;
  for (auto& [name, offset] : in.offsets(field))
    read.emplace(group_segment{name, unknown_range}, offset);
  return read;
}

// Keeps the order of the bytes, in which segments become unassigned. A segment stands there
// once, whatever its range: a form without ranges could not hold it twice.
ordered_offsets read_ordered(field_reader& in, const char* field, bool ranges) {
  ordered_offsets read;
  const auto least = text_bytes_least + offset_bytes + (ranges ? range_bytes : 0);
  in.list(field, segments_limit, least, [&] {
    group_segment at{in.name(field), unknown_range};
    if (ranges) at.range = in.range(field);
    const auto offset = in.i64(field);
    if (in.ok()) in.once(!find_segment(read, at.name) && read.add(at, offset));
  });
  return read;
}

predecessors read_predecessors(field_reader& in, const char* field) {
  predecessors read;
  in.list(field, segments_limit, text_bytes_least + list_bytes_least, [&] {
    group_segment at{in.name(field), unknown_range};
    std::set<std::int64_t> ids;
    in.list(field, segments_limit, offset_bytes, [&] { ids.insert(in.i64(field)); });
    if (in.ok()) in.once(read.try_emplace(std::move(at), std::move(ids)).second);
  });
  return read;
}

ranges_by_name read_ranges(field_reader& in) {
  ranges_by_name read;
  in.list("ranges", segments_limit, text_bytes_least + range_bytes, [&] {
    auto name = in.name("ranges");
    const auto range = in.range("ranges");
    if (in.ok()) in.once(read.try_emplace(std::move(name), range).second);
  });
  return read;
}

group_segment with_range(const group_segment& at, const ranges_by_name& ranges) {
  const auto found = ranges.find(at.name);
  return {at.name, found == ranges.end() ? unknown_range : found->second};
}

// The same entries with the ranges that a later revision gave.
template <class V>
void set_ranges(std::map<group_segment, V>& of, const ranges_by_name& ranges) {
  std::map<group_segment, V> fresh;
  for (auto& [at, value] : of)
    fresh.emplace(with_range(at, ranges), std::move(value));
  of = std::move(fresh);
}

void read(update_input& in, group_init& to) {
  in.fields(
      [&](field_reader& f) {
        f.within("configuration",
                 [&](binary_reader& from) { to.config = read_group_config(from, f.fault()); });
        to.starting_segments = read_ordered(f, "starting segments", false);
        to.end_segments = f.offsets("end segments");
      },
      [&](field_reader& f) {
        to.starting_segments = read_ordered(f, "starting segments", true);
      },
      [&](field_reader& f) { to.updating_config = f.flag("updating config"); });
}

void read_readers(field_reader& f, group_snapshot& to) {
  f.list("distances", readers_limit, text_bytes_least + offset_bytes, [&] {
    auto reader = f.text("distances");
    const auto distance = f.i64("distances");
    if (f.ok()) f.once(to.distance_to_tail.try_emplace(std::move(reader), distance).second);
  });
  to.future_segments = read_predecessors(f, "future segments");
  f.list("assigned segments", readers_limit, text_bytes_least + list_bytes_least, [&] {
    auto reader = f.text("assigned segments");
    auto owned = read_offsets(f, "assigned segments");
    if (f.ok()) f.once(to.assigned.try_emplace(std::move(reader), std::move(owned)).second);
  });
}

void read_last(field_reader& f, group_snapshot& to) {
  to.last_read = read_offsets(f, "last read");
  const auto ranges = read_ranges(f);
  set_ranges(to.last_read, ranges);
  set_ranges(to.future_segments, ranges);
  for (auto& [reader, owned] : to.assigned)
    set_ranges(owned, ranges);
  ordered_offsets unassigned;
  to.unassigned.each([&](const group_segment& at, std::int64_t offset) {
    unassigned.add(with_range(at, ranges), offset);
  });
  to.unassigned = std::move(unassigned);
}

void read(update_input& in, group_snapshot& to) {
  in.fields(
      [&](field_reader& f) {
        f.within("configuration",
                 [&](binary_reader& from) { to.config = read_group_config(from, f.fault()); });
        f.within("checkpoints", [&](binary_reader& from) {
          to.checkpoints = read_checkpoint_state(from, f.fault());
        });
        read_readers(f, to);
        to.unassigned = read_ordered(f, "unassigned segments", false);
        to.end_segments = f.offsets("end segments");
      },
      [&](field_reader& f) { read_last(f, to); },
      [&](field_reader& f) { to.updating_config = f.flag("updating config"); });
}

void read(update_input& in, add_reader& to) {
  in.fields([&](field_reader& f) { to.reader = f.text("reader"); });
}

void read(update_input& in, remove_reader& to) {
  in.fields([&](field_reader& f) {
    to.reader = f.text("reader");
    to.positions = f.offsets("positions");
  });
}

void read(update_input& in, release_segment& to) {
  in.fields([&](field_reader& f) {
    to.reader = f.text("reader");
    to.name = f.name("segment");
    to.offset = f.i64("offset");
  });
}

void read(update_input& in, acquire_segment& to) {
  in.fields([&](field_reader& f) {
    to.reader = f.text("reader");
    to.name = f.name("segment");
  });
}

void read(update_input& in, update_distance& to) {
  in.fields(
      [&](field_reader& f) {
        to.reader = f.text("reader");
        to.distance_ms = f.i64("distance");
      },
      [&](field_reader& f) {
        read_ordered(f, "last read", true).each([&](const group_segment& at, std::int64_t o) {
          to.last_read.emplace(at, o);
        });
      });
}

void read(update_input& in, segment_completed& to) {
  in.fields(
      [&](field_reader& f) {
        to.reader = f.text("reader");
        to.completed.name = f.name("segment");
        to.successors = read_predecessors(f, "successors");
      },
      [&](field_reader& f) {
        const auto ranges = read_ranges(f);
        to.completed = with_range(to.completed, ranges);
        set_ranges(to.successors, ranges);
      });
}

void read(update_input& in, checkpoint_reader& to) {
  in.fields([&](field_reader& f) {
    to.checkpoint = f.text("checkpoint");
    to.reader = f.text("reader");
    to.positions = f.offsets("positions");
  });
}

void read(update_input& in, create_checkpoint& to) {
  in.fields([&](field_reader& f) { to.checkpoint = f.text("checkpoint"); });
}

void read(update_input& in, clear_checkpoints_before& to) {
  in.fields([&](field_reader& f) { to.checkpoint = f.text("checkpoint"); });
}

void read(update_input& in, checkpoint_published& to) {
  in.fields([&](field_reader& f) { to.published = f.flag("published"); });
}

void read(update_input& in, updating_config& to) {
  in.fields([&](field_reader& f) { to.updating = f.flag("updating config"); });
}

void read(update_input& in, remove_outstanding_checkpoints&) {
  in.fields([](field_reader&) {});
}

template <class T>
group_update read_as(update_input& in) {
  T value;
  read(in, value);
  return value;
}

void read_head(update_input& in) {
  field_reader head{in.from, in.fault};
  if (in.from.u8() != 0)
    head.fail("the serializer's version is not known", errc::unsupported_operation);
  const int type = in.from.u8();
  if (in.from.ok()) in.type = type;
  if (type >= static_cast<int>(group_update_set::position::count))
    head.fail("the type of update is not known", errc::unsupported_operation);
  if (in.from.u8() != format_version)
    head.fail("the version is not known", errc::unsupported_operation);
  in.revisions = in.from.u8();
  if (in.revisions == 0) head.fail("there is no revision");
}

// A value without meaning if `in.from` failed.
group_update read_update(update_input& in) {
  read_head(in);
  if (!in.from.ok()) return remove_outstanding_checkpoints{};
  switch (static_cast<group_update_set::position>(in.type)) {
#define X(name)                          \
  case group_update_set::position::name: \
    return read_as<name>(in);
    PRAVEGA_ACTOR_GROUP_UPDATES(X)
#undef X
    case group_update_set::position::count:
      break;
  }
  return remove_outstanding_checkpoints{};
}

// "reader group entry, update 3 (acquire_segment), segment: a segment's name is not valid".
error wrong_update(const update_input& in, std::size_t index) {
  std::string detail{"reader group entry, update "};
  detail.append(std::to_string(index));
  if (in.type != no_type) {
    detail.append(" (").append(group_update_name(in.type));
    if (in.type >= static_cast<int>(group_update_set::position::count))
      detail.append(" type ").append(std::to_string(in.type));
    detail.append(")");
  }
  detail.append(", ").append(in.fault.field).append(": ").append(in.from.failure());
  return {in.fault.code, std::move(detail)};
}

result<group_update> decode_indexed(byte_view bytes, std::size_t index, bool to_the_end) {
  update_input in{binary_reader{bytes}, {}};
  auto update = read_update(in);
  if (to_the_end) in.from.expect_end();
  if (!in.from.ok()) return wrong_update(in, index);
  return update;
}

error wrong_entry(std::string_view reason, errc code = errc::invalid_argument) {
  return {code, std::string{"reader group entry: "}.append(reason)};
}

result<group_entry> decode_updates(byte_view rest) {
  group_entry entry{group_entry::kind::update, {}};
  while (!rest.empty()) {
    const auto index = entry.updates.size();
    if (index == limits::group_updates_max)
      return wrong_entry("there are more updates than group_updates_max", errc::limit_exceeded);
    binary_reader frame{rest};
    const auto length = frame.i32();
    if (!frame.ok() || length < 0 || static_cast<std::size_t>(length) > frame.remaining())
      return wrong_entry("update " + std::to_string(index) +
                         ": its length does not fit the entry");
    rest = rest.subspan(frame_bytes);
    PRAVEGA_ACTOR_LET(
        auto update, decode_indexed(rest.first(static_cast<std::size_t>(length)), index, true));
    entry.updates.push_back(std::move(update));
    rest = rest.subspan(static_cast<std::size_t>(length));
  }
  return entry;
}

}  // namespace

result<group_update> decode_group_update(byte_view bytes) {
  if (bytes.size() > limits::group_entry_bytes_max)
    return wrong_entry("it is longer than group_entry_bytes_max", errc::limit_exceeded);
  return decode_indexed(bytes, 0, true);
}

result<group_update> decode_group_initial(byte_view bytes) {
  if (bytes.size() > limits::group_entry_bytes_max)
    return wrong_entry("it is longer than group_entry_bytes_max", errc::limit_exceeded);
  PRAVEGA_ACTOR_LET(auto update, decode_indexed(bytes, 0, false));
  if (!is_initial(update)) return wrong_entry("it begins with an update that is not initial");
  return update;
}

result<group_entry> decode_group_entry(byte_view bytes) {
  if (bytes.size() > limits::group_entry_bytes_max)
    return wrong_entry("it is longer than group_entry_bytes_max", errc::limit_exceeded);
  binary_reader from{bytes};
  const auto kind = from.i32();
  if (!from.ok()) return wrong_entry("it is shorter than its kind");
  const auto rest = bytes.subspan(frame_bytes);
  if (kind == static_cast<std::int32_t>(group_entry::kind::update)) return decode_updates(rest);
  if (kind != static_cast<std::int32_t>(group_entry::kind::initial))
    return wrong_entry("its kind is not known", errc::unsupported_operation);
  PRAVEGA_ACTOR_LET(auto update, decode_group_initial(rest));
  return group_entry{group_entry::kind::initial, {std::move(update)}};
}

}  // namespace pravega_actor::internal
