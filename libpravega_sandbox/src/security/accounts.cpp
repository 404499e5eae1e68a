#include "security/accounts.hpp"

#include <openssl/crypto.h>
#include <openssl/evp.h>
#include <openssl/rand.h>

#include <array>
#include <charconv>
#include <cstdint>
#include <utility>

#include "core/base64.hpp"
#include "pravega_actor/bytes.hpp"
#include "pravega_sandbox/access.hpp"
#include "security/security_limits.hpp"

namespace pravega_sandbox {

namespace {

constexpr std::uint32_t rounds_of_pravega = 5000;
constexpr std::size_t salt_bytes = 32;
constexpr std::size_t hash_bytes = 64;

std::string_view trimmed(std::string_view text) {
  const auto first = text.find_first_not_of(" \t\r");
  if (first == std::string_view::npos) return {};
  return text.substr(first, text.find_last_not_of(" \t\r") - first + 1);
}

/// Cuts off what is before the separator, or all.
std::string_view take_until(std::string_view& from, char separator) {
  const auto at = from.find(separator);
  const auto part = from.substr(0, at);
  from.remove_prefix(at == std::string_view::npos ? from.size() : at + 1);
  return part;
}

std::string to_hex(std::string_view bytes) {
  constexpr std::string_view digits = "0123456789abcdef";
  std::string text;
  for (const char each : bytes) {
    const auto code = static_cast<unsigned char>(each);
    text.append(1, digits[code >> 4]).append(1, digits[code & 15]);
  }
  return text;
}

std::optional<std::string> from_hex(std::string_view text) {
  if (text.size() % 2 != 0) return std::nullopt;
  std::string bytes;
  for (std::size_t at = 0; at < text.size(); at += 2) {
    unsigned code = 0;
    const auto* const end = text.data() + at + 2;
    if (std::from_chars(text.data() + at, end, code, 16).ptr != end) return std::nullopt;
    bytes += static_cast<char>(code);
  }
  return bytes;
}

std::string derive(std::string_view password, std::string_view salt, std::uint32_t rounds,
                   std::size_t size) {
  std::string out(size, '\0');
  const int made =
      PKCS5_PBKDF2_HMAC(password.data(), static_cast<int>(password.size()),
                        reinterpret_cast<const unsigned char*>(salt.data()),
                        static_cast<int>(salt.size()), static_cast<int>(rounds), EVP_sha256(),
                        static_cast<int>(size), reinterpret_cast<unsigned char*>(out.data()));
  return made == 1 ? out : std::string{};
}

}  // namespace

bool fits(std::string_view resource, std::string_view pattern) noexcept {
  std::size_t at = 0;
  std::size_t in_pattern = 0;
  // Where the last star stands, and how much it has taken so far.
  auto star = std::string_view::npos;
  std::size_t taken = 0;
  while (at < resource.size()) {
    if (in_pattern < pattern.size() && pattern[in_pattern] == '*') {
      star = in_pattern++;
      taken = at;
    } else if (in_pattern < pattern.size() &&
               (pattern[in_pattern] == '.' || pattern[in_pattern] == resource[at])) {
      ++in_pattern;
      ++at;
    } else if (star != std::string_view::npos) {
      in_pattern = star + 1;
      at = ++taken;
    } else {
      return false;
    }
  }
  return pattern.find_first_not_of('*', in_pattern) == std::string_view::npos;
}

permission_list permission_list::parse(std::string_view text) {
  permission_list list;
  while (!text.empty() && list.size() < security_limits::permissions_max) {
    auto word = take_until(text, ';');
    const auto resource = trimmed(take_until(word, ','));
    const auto granted = permission_of(trimmed(word));
    if (resource.empty() || !granted || *granted == permission::none) continue;
    list.entries_.push_back({std::string{resource}, *granted});
  }
  return list;
}

permission permission_list::of(std::string_view resource) const {
  for (const auto& each : entries_)
    if (fits(resource, each.pattern)) return each.granted;
  return permission::none;
}

accounts accounts::parse(std::string_view text) {
  accounts all;
  text = text.substr(0, security_limits::accounts_bytes_max);
  while (!text.empty() && all.size() < security_limits::accounts_max) {
    auto line = trimmed(take_until(text, '\n'));
    if (line.empty()) break;
    if (line.front() == '#') continue;
    const auto user = take_until(line, ':');
    const auto hash = take_until(line, ':');
    if (user.empty() || hash.empty()) continue;
    all.users_.insert_or_assign(std::string{user},
                                account{std::string{hash}, permission_list::parse(line)});
  }
  return all;
}

bool accounts::knows(const std::string& user, std::string_view password) const {
  const auto found = users_.find(user);
  if (found == users_.end()) return false;
  const auto entry = from_hex(found->second.hash);
  if (!entry) return false;
  std::string_view left = *entry;
  const auto rounds_text = take_until(left, ':');
  const auto salt = from_hex(take_until(left, ':'));
  const auto hash = from_hex(left);
  std::uint32_t rounds = 0;
  const auto* const end = rounds_text.data() + rounds_text.size();
  const bool counted = std::from_chars(rounds_text.data(), end, rounds).ptr == end;
  if (!counted || rounds < 1 || rounds > security_limits::hash_rounds_max) return false;
  if (!salt || !hash || hash->empty() || hash->size() > security_limits::hash_bytes_max)
    return false;
  const auto made = derive(password, *salt, rounds, hash->size());
  return made.size() == hash->size() &&
         CRYPTO_memcmp(made.data(), hash->data(), made.size()) == 0;
}

const permission_list* accounts::permissions_of(const std::string& user) const {
  const auto found = users_.find(user);
  return found == users_.end() ? nullptr : &found->second.permissions;
}

std::string password_line(const std::string& user, const std::string& password,
                          const std::string& permissions) {
  std::string salt(salt_bytes, '\0');
  if (RAND_bytes(reinterpret_cast<unsigned char*>(salt.data()), salt_bytes) != 1) return {};
  const auto hash = derive(password, salt, rounds_of_pravega, hash_bytes);
  const auto entry =
      std::to_string(rounds_of_pravega) + ":" + to_hex(salt) + ":" + to_hex(hash);
  return user + ":" + to_hex(entry) + ":" + permissions;
}

std::string basic_authorization(const std::string& user, const std::string& password) {
  const auto both = user + ":" + password;
  return "Basic " + pravega_actor::internal::to_base64(pravega_actor::as_bytes(both));
}

}  // namespace pravega_sandbox
