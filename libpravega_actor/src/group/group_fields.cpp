#include "group/group_fields.hpp"

namespace pravega_actor::internal {
namespace {

// Whether the name reads back as this segment.
bool reads_back(const segment& value, const std::string& text) {
  const auto parsed = segment::parse(text);
  return parsed && *parsed == value;
}

}  // namespace

void field_writer::name(const segment& value) {
  const auto text = value.to_string();
  if (!reads_back(value, text)) return refuse();
  out_.text(text);
}

void field_writer::range(const key_range& value) {
  if (!valid_group_range(value)) return refuse();
  out_.f64(value.low);
  out_.f64(value.high);
}

void field_writer::count(std::size_t value) {
  if (value > static_cast<std::size_t>(compact_int_max)) return refuse();
  out_.compact_int(static_cast<std::int64_t>(value));
}

void field_writer::buffer(byte_view value) {
  count(value.size());
  out_.bytes(value);
}

void field_writer::offsets(const segment_offsets& values) {
  count(values.size());
  for (const auto& [of, offset] : values) {
    name(of);
    out_.i64(offset);
  }
}

result<std::vector<std::byte>> field_writer::take(std::string_view what) && {
  if (!ok())
    return error{errc::invalid_argument,
                 std::string{what}.append(": a name, text, number or range cannot be written")};
  return std::move(out_).take();
}

void field_reader::at(const char* field) noexcept {
  if (ok()) fault_.field = field;
}

void field_reader::fail(const char* reason, errc code) noexcept {
  if (!ok()) return;
  fault_.code = code;
  from_.fail(reason);
}

std::string field_reader::text(const char* field) {
  at(field);
  return std::string{from_.text()};
}

std::int64_t field_reader::i64(const char* field) {
  at(field);
  return from_.i64();
}

std::int32_t field_reader::i32(const char* field) {
  at(field);
  return from_.i32();
}

std::int32_t field_reader::compact_int(const char* field) {
  at(field);
  return from_.compact_int();
}

bool field_reader::flag(const char* field) {
  at(field);
  return from_.u8() != 0;
}

segment field_reader::name(const char* field) {
  at(field);
  const auto text = from_.text();
  if (!ok()) return {};
  auto parsed = segment::parse(text);
  if (!parsed) {
    fail("a segment's name is not valid");
    return {};
  }
  return *std::move(parsed);
}

key_range field_reader::range(const char* field) {
  at(field);
  const auto low = from_.f64();
  const auto high = from_.f64();
  if (low < 0.0 || high < 0.0) return unknown_range;
  const key_range read{low, high};
  if (!valid_group_range(read)) fail("a range is not within 0 and 1");
  return read;
}

byte_view field_reader::buffer(const char* field) {
  at(field);
  const auto length = from_.compact_int();
  return from_.bytes(ok() ? static_cast<std::size_t>(length) : 0);
}

std::size_t field_reader::count(const char* field, const field_limit& limit,
                                std::size_t bytes_least) noexcept {
  at(field);
  const auto elements = static_cast<std::size_t>(from_.compact_int());
  if (!ok()) return 0;
  if (elements > limit.most) {
    fail(limit.reason, errc::limit_exceeded);
  } else if (elements * bytes_least > from_.remaining()) {
    fail("there are fewer bytes than the elements need");
  }
  return ok() ? elements : 0;
}

segment_offsets field_reader::offsets(const char* field) {
  segment_offsets read;
  list(field, segments_limit, text_bytes_least + offset_bytes, [&] {
    auto of = name(field);
    const auto offset = i64(field);
    if (ok()) once(read.try_emplace(std::move(of), offset).second);
  });
  return read;
}

}  // namespace pravega_actor::internal
