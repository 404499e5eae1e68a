#include "synchronizer/log_entry.hpp"

#include <string>

#include "pravega_actor/limits.hpp"
#include "wire/big_endian.hpp"

namespace pravega_actor::internal {

namespace {

constexpr std::size_t number_bytes = sizeof(std::int32_t);

void put(std::vector<std::byte>& to, std::int32_t number) {
  to.resize(to.size() + number_bytes);
  wire::store_big_endian(to.data() + to.size() - number_bytes, number);
}

void put(std::vector<std::byte>& to, byte_view bytes) {
  to.insert(to.end(), bytes.begin(), bytes.end());
}

result<void> check_size(std::size_t bytes) {
  if (bytes <= limits::synchronizer_entry_bytes_max) return {};
  return error{errc::limit_exceeded, "an entry of " + std::to_string(bytes) +
                                         " bytes exceeds synchronizer_entry_bytes_max"};
}

error malformed(std::string what) {
  return {errc::invalid_argument, std::move(what)};
}

error too_many() {
  return {errc::limit_exceeded, "an entry with more updates than synchronizer_updates_max"};
}

result<log_entry> decode_updates(byte_view rest) {
  log_entry entry{log_entry::kind::updates, {}};
  while (!rest.empty()) {
    if (rest.size() < number_bytes) return malformed("the length of an update is cut off");
    const auto length = wire::load_big_endian<std::int32_t>(rest.data());
    rest = rest.subspan(number_bytes);
    if (length < 0 || static_cast<std::size_t>(length) > rest.size())
      return malformed("update " + std::to_string(entry.parts.size()) + " has " +
                       std::to_string(length) + " bytes of " + std::to_string(rest.size()));
    if (entry.parts.size() == limits::synchronizer_updates_max) return too_many();
    entry.parts.push_back(rest.first(static_cast<std::size_t>(length)));
    rest = rest.subspan(static_cast<std::size_t>(length));
  }
  return entry;
}

}  // namespace

result<std::vector<std::byte>> encode_initial_entry(byte_view initial) {
  if (auto fits = check_size(number_bytes + initial.size()); !fits) return fits.error();
  std::vector<std::byte> out;
  out.reserve(number_bytes + initial.size());
  put(out, static_cast<std::int32_t>(log_entry::kind::initial));
  put(out, initial);
  return out;
}

result<std::vector<std::byte>> encode_update_entry(const std::vector<shared_bytes>& updates) {
  if (updates.size() > limits::synchronizer_updates_max) return too_many();
  auto size = number_bytes;
  for (const auto& each : updates)
    size += number_bytes + each.size();
  if (auto fits = check_size(size); !fits) return fits.error();
  std::vector<std::byte> out;
  out.reserve(size);
  put(out, static_cast<std::int32_t>(log_entry::kind::updates));
  for (const auto& each : updates) {
    put(out, static_cast<std::int32_t>(each.size()));
    put(out, each.view);
  }
  return out;
}

result<log_entry> decode_log_entry(byte_view payload) {
  if (payload.size() < number_bytes) return malformed("an entry without a kind");
  const auto kind = wire::load_big_endian<std::int32_t>(payload.data());
  const auto rest = payload.subspan(number_bytes);
  if (kind == static_cast<std::int32_t>(log_entry::kind::initial))
    return log_entry{log_entry::kind::initial, {rest}};
  if (kind == static_cast<std::int32_t>(log_entry::kind::updates)) return decode_updates(rest);
  return malformed("an entry of the unknown kind " + std::to_string(kind));
}

}  // namespace pravega_actor::internal
