// The configuration and the checkpoints in binary form.
#include "group/group_codec.hpp"
#include "group/group_fields.hpp"

namespace pravega_actor::internal {
namespace {

constexpr std::size_t buffer_bytes_least = 1;

void write_cuts(field_writer& to, const reader_group_config::cuts& cuts) {
  to.count(cuts.size());
  for (const auto& [stream, cut] : cuts) {
    const auto name = stream.to_string();
    const auto parsed = scoped_stream::parse(name);
    if (!parsed || *parsed != stream) to.refuse();
    to.out().text(name);
    const auto bytes = cut ? cut->to_bytes() : std::vector<std::byte>{};
    if (cut && bytes.empty()) to.refuse();
    to.buffer(bytes);
  }
}

// The four fields that revision 1 repeats.
void write_intervals_and_cuts(field_writer& to, const reader_group_config& config) {
  to.out().i64(config.automatic_checkpoint_interval_ms);
  to.out().i64(config.group_refresh_time_ms);
  write_cuts(to, config.starting_cuts);
  write_cuts(to, config.ending_cuts);
}

reader_group_config::cuts read_cuts(field_reader& from, const char* field) {
  reader_group_config::cuts cuts;
  from.list(field, streams_limit, text_bytes_least + buffer_bytes_least, [&] {
    const auto stream = scoped_stream::parse(from.text(field));
    const auto bytes = from.buffer(field);
    if (!from.ok()) return;
    if (!stream) return from.fail("a stream's name is not valid");
    std::optional<stream_cut> cut;
    if (!bytes.empty()) {
      auto read = stream_cut::from_bytes(bytes);
      if (!read) return from.fail("a stream cut is not valid");
      cut = *std::move(read);
    }
    from.once(cuts.try_emplace(*stream, std::move(cut)).second);
  });
  return cuts;
}

void read_intervals_and_cuts(field_reader& from, reader_group_config& to) {
  to.automatic_checkpoint_interval_ms = from.i64("checkpoint interval");
  to.group_refresh_time_ms = from.i64("refresh time");
  to.starting_cuts = read_cuts(from, "starting cuts");
  to.ending_cuts = read_cuts(from, "ending cuts");
}

void read_retention(field_reader& from, reader_group_config& to) {
  const auto retention = from.compact_int("retention");
  if (retention > static_cast<std::int32_t>(group_retention::automatic))
    return from.fail("the kind of retention is not known", errc::unsupported_operation);
  to.retention = static_cast<group_retention>(retention);
  to.generation = from.i64("generation");
  to.id.msb = static_cast<std::uint64_t>(from.i64("group id"));
  to.id.lsb = static_cast<std::uint64_t>(from.i64("group id"));
}

void write_checkpoints(field_writer& to, const checkpoint_state& state) {
  to.count(state.checkpoints.size());
  for (const auto& id : state.checkpoints)
    to.out().text(id);
  to.count(state.waiting.size());
  for (const auto& [id, readers] : state.waiting) {
    to.out().text(id);
    to.count(readers.size());
    for (const auto& reader : readers)
      to.out().text(reader);
  }
  to.count(state.positions.size());
  for (const auto& [id, positions] : state.positions) {
    to.out().text(id);
    to.offsets(positions);
  }
  to.offsets(state.last_position);
}

std::set<std::string> read_waiting(field_reader& from) {
  std::set<std::string> readers;
  from.list("readers of a checkpoint", readers_limit, text_bytes_least,
            [&] { readers.insert(from.text("readers of a checkpoint")); });
  return readers;
}

void read_checkpoints(field_reader& from, checkpoint_state& to) {
  from.list("checkpoints", checkpoints_limit, text_bytes_least,
            [&] { to.checkpoints.push_back(from.text("checkpoints")); });
  from.list("waiting checkpoints", checkpoints_limit, text_bytes_least + list_bytes_least, [&] {
    auto id = from.text("waiting checkpoints");
    auto readers = read_waiting(from);
    if (from.ok()) from.once(to.waiting.try_emplace(std::move(id), std::move(readers)).second);
  });
  from.list("checkpoint positions", checkpoints_limit, text_bytes_least + list_bytes_least,
            [&] {
              auto id = from.text("checkpoint positions");
              auto at = from.offsets("checkpoint positions");
              if (from.ok())
                from.once(to.positions.try_emplace(std::move(id), std::move(at)).second);
            });
  to.last_position = from.offsets("last checkpoint position");
}

template <class T, class Read>
result<T> decode_alone(byte_view bytes, const char* what, Read&& read) {
  binary_reader from{bytes};
  field_fault fault;
  auto value = read(from, fault);
  from.expect_end();
  if (from.ok()) return value;
  return error{
      fault.code,
      std::string{what}.append(", ").append(fault.field).append(": ").append(from.failure())};
}

}  // namespace

void write_group_config(field_writer& to, const reader_group_config& config) {
  auto& out = to.out();
  out.header(format_version, 3);
  out.revision(0, [&] { write_intervals_and_cuts(to, config); });
  out.revision(1, [&] {
    write_intervals_and_cuts(to, config);
    out.i32(config.outstanding_checkpoints_max);
  });
  out.revision(2, [&] {
    out.compact_int(static_cast<std::int64_t>(config.retention));
    out.i64(config.generation);
    out.i64(static_cast<std::int64_t>(config.id.msb));
    out.i64(static_cast<std::int64_t>(config.id.lsb));
  });
}

reader_group_config read_group_config(binary_reader& from, field_fault& fault) {
  reader_group_config read;
  read_revisions(
      from, fault, format_version,
      [&](field_reader& fields) { read_intervals_and_cuts(fields, read); },
      [&](field_reader& fields) {
        read_intervals_and_cuts(fields, read);
        read.outstanding_checkpoints_max = fields.i32("outstanding checkpoints");
      },
      [&](field_reader& fields) { read_retention(fields, read); });
  return read;
}

void write_checkpoint_state(field_writer& to, const checkpoint_state& state) {
  to.out().header(format_version, 2);
  to.out().revision(0, [&] { write_checkpoints(to, state); });
  to.out().revision(1, [&] { to.flag(state.last_published); });
}

checkpoint_state read_checkpoint_state(binary_reader& from, field_fault& fault) {
  checkpoint_state read;
  read_revisions(
      from, fault, format_version,
      [&](field_reader& fields) { read_checkpoints(fields, read); },
      [&](field_reader& fields) { read.last_published = fields.flag("published"); });
  return read;
}

result<std::vector<std::byte>> encode_group_config(const reader_group_config& config) {
  field_writer to;
  write_group_config(to, config);
  return std::move(to).take("reader group configuration");
}

result<reader_group_config> decode_group_config(byte_view bytes) {
  return decode_alone<reader_group_config>(bytes, "reader group configuration",
                                           read_group_config);
}

result<std::vector<std::byte>> encode_checkpoint_state(const checkpoint_state& state) {
  field_writer to;
  write_checkpoint_state(to, state);
  return std::move(to).take("checkpoint state");
}

result<checkpoint_state> decode_checkpoint_state(byte_view bytes) {
  return decode_alone<checkpoint_state>(bytes, "checkpoint state", read_checkpoint_state);
}

}  // namespace pravega_actor::internal
