#include <algorithm>

#include "pravega_actor/limits.hpp"
#include "wire/big_endian.hpp"
#include "wire/codec.hpp"
#include "wire/modified_utf8.hpp"

namespace pravega_actor::internal::wire {
namespace {

/// About the bytes that a value takes, so that one allocation is enough.
class size_guess {
 public:
  template <class Presence, class T>
  bool operator()(Presence, std::string_view, const T& value) {
    total_ += of(value);
    return true;
  }
  bool operator()(field::zeros, std::string_view, const i32& value) {
    total_ += value > 0 ? static_cast<std::size_t>(value) : 0;
    return true;
  }
  [[nodiscard]] std::size_t total() const noexcept { return total_; }

 private:
  template <class T>
  static std::size_t of(const T&) {
    return sizeof(T);
  }
  static std::size_t of(const std::string& value) { return value.size() + 2; }
  static std::size_t of(const blob& value) { return value.size() + 8; }
  static std::size_t of(const table_key& value) { return value.data.size() + 16; }
  static std::size_t of(const table_entry& value) { return of(value.key) + of(value.value); }
  template <class T>
  static std::size_t of(const std::vector<T>& list) {
    std::size_t sum = 4;
    for (const auto& one : list)
      sum += of(one);
    return sum;
  }
  std::size_t total_ = limits::frame_header_bytes;
};

/// Appends fields; stops at the first that cannot be written.
class encoder {
 public:
  explicit encoder(std::vector<std::byte>& out) : out_{out} {}

  template <class T>
  bool operator()(field::encoded, std::string_view name, const T& value) {
    field_ = name;
    return put(value);
  }
  bool operator()(field::rest, std::string_view name, const blob& value) {
    field_ = name;
    return put_raw(value);
  }
  bool operator()(field::zeros, std::string_view name, const i32& value) {
    field_ = name;
    if (value < 0) return fail(errc::invalid_argument, "negative length");
    if (!fits(static_cast<std::size_t>(value))) return false;
    out_.resize(out_.size() + static_cast<std::size_t>(value));
    return true;
  }
  bool operator()(field::framed_event, std::string_view name, const blob& value) {
    field_ = name;
    return put(i32{event::code}) && put(value);
  }

  [[nodiscard]] error failure(std::string_view command_name) const {
    auto where = std::string{command_name}.append(".").append(field_);
    return error{code_, where.append(": ").append(problem_)};
  }

  template <class T>
  requires std::is_integral_v<T>
  bool put(const T& value) {
    if (!fits(sizeof value)) return false;
    std::byte raw[sizeof value];
    store_big_endian(raw,
                     static_cast<std::conditional_t<std::is_same_v<T, bool>, i8, T>>(value));
    out_.insert(out_.end(), raw, raw + sizeof value);
    return true;
  }

 private:
  bool fail(errc code, std::string_view problem) {
    code_ = code;
    problem_ = problem;
    return false;
  }
  bool fits(std::size_t more) {
    if (more <= limits::frame_bytes_max - (out_.size() - start_)) return true;
    return fail(errc::frame_too_large, "the frame would pass the limit");
  }
  bool put_raw(byte_view value) {
    if (!fits(value.size())) return false;
    out_.insert(out_.end(), value.begin(), value.end());
    return true;
  }
  template <class T>
  requires std::is_enum_v<T>
  bool put(const T& value) { return put(static_cast<std::underlying_type_t<T>>(value)); }
  bool put(const uuid& value) { return put(value.msb) && put(value.lsb); }
  bool put(const std::string& value) {
    const auto size = modified_utf8_size(value);
    if (!size) return fail(errc::invalid_argument, "not UTF-8");
    if (*size > limits::wire_text_bytes_max) {
      return fail(errc::invalid_argument, "longer than 65535 bytes");
    }
    if (!put(static_cast<std::uint16_t>(*size)) || !fits(*size)) return false;
    append_modified_utf8(out_, value);
    return true;
  }
  // Lengths are checked against the frame's limit first, so they fit in 32 bits.
  bool put_count(std::size_t count) { return fits(count) && put(static_cast<i32>(count)); }
  bool put(const blob& value) { return put_count(value.size()) && put_raw(value); }
  bool put(const table_key& value) {
    if (!put_count(value.data.size() + 12) || !put(value.data)) return false;
    return value.data.empty() || put(value.version);
  }
  bool put(const table_entry& value) {
    return put(value.key) && put_count(value.value.size() + 4) && put(value.value);
  }
  bool put(const table_iterator_args& value) {
    const blob prefix_filter;
    return put(value.continuation_token) && put(prefix_filter) && put(value.from_key) &&
           put(value.to_key);
  }
  template <record T>
  bool put(const T& value) {
    return T::fields(
        value, [this](auto, std::string_view, const auto& part) { return this->put(part); });
  }
  template <class T>
  bool put(const std::vector<T>& list) {
    if (list.size() > limits::wire_list_entries_max) {
      return fail(errc::frame_too_large, "too many entries");
    }
    if (!put_count(list.size())) return false;
    for (const auto& one : list) {
      if (!put(one)) return false;
    }
    return true;
  }

  std::vector<std::byte>& out_;
  std::size_t start_ = out_.size();
  std::string_view field_ = "header";
  std::string_view problem_;
  errc code_ = errc::internal_error;
};

}  // namespace

template <command_struct T>
result<void> encode_to(std::vector<std::byte>& out, const T& value) {
  const auto start = out.size();
  size_guess guess;
  T::fields(value, guess);
  const auto wanted = start + guess.total();
  if (guess.total() <= limits::frame_bytes_max && wanted > out.capacity()) {
    out.reserve(std::max(wanted, 2 * out.capacity()));
  }
  encoder into{out};
  const bool done = into.put(T::code) && into.put(i32{0}) && T::fields(value, into);
  if (!done) {
    out.resize(start);
    return into.failure(T::name);
  }
  const auto payload_bytes = out.size() - start - limits::frame_header_bytes;
  store_big_endian(out.data() + start + 4, static_cast<i32>(payload_bytes));
  return {};
}

template <command_struct T>
result<std::vector<std::byte>> encode(const T& value) {
  std::vector<std::byte> out;
  if (auto done = encode_to(out, value); !done) return done.error();
  return out;
}

result<std::vector<std::byte>> encode(const command& value) {
  return visit([](const auto& one) { return encode(one); }, value);
}

#define PRAVEGA_ACTOR_WIRE_DEFINE(name)                              \
  template result<std::vector<std::byte>> encode(const name& value); \
  template result<void> encode_to(std::vector<std::byte>&, const name&);
PRAVEGA_ACTOR_WIRE_COMMANDS(PRAVEGA_ACTOR_WIRE_DEFINE)
#undef PRAVEGA_ACTOR_WIRE_DEFINE

}  // namespace pravega_actor::internal::wire
