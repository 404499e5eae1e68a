#include "security/delegation_tokens.hpp"

#include <openssl/crypto.h>
#include <openssl/evp.h>
#include <openssl/hmac.h>

#include <array>
#include <cmath>
#include <utility>
#include <vector>

#include "security/base64url.hpp"
#include "security/security_limits.hpp"
#include "security/token_claims.hpp"

namespace pravega_sandbox {

namespace {

constexpr std::int64_t ms_per_s = 1000;

std::string hmac(const EVP_MD* hash, std::string_view key, std::string_view text) {
  std::array<unsigned char, EVP_MAX_MD_SIZE> out{};
  unsigned int size = 0;
  const auto* const made =
      HMAC(hash, key.data(), static_cast<int>(key.size()),
           reinterpret_cast<const unsigned char*>(text.data()), text.size(), out.data(), &size);
  if (made == nullptr) return {};
  return {reinterpret_cast<const char*>(out.data()), size};
}

std::string make_token(std::string_view resource, permission granted, std::int64_t now_ms,
                       std::chrono::seconds lifetime, std::string_view key) {
  const auto now_s = now_ms / ms_per_s;
  std::string claims = R"({"sub":"segmentstoreresource","aud":"segmentstore","iat":)";
  claims += std::to_string(now_s);
  claims.append(",").append(json_text(resource)).append(":\"").append(to_string(granted));
  claims += '"';
  if (lifetime.count() >= 0)
    claims.append(",\"exp\":").append(std::to_string(now_s + lifetime.count()));
  claims += '}';
  auto text = to_base64url(R"({"alg":"HS512"})") + "." + to_base64url(claims);
  const auto signature = to_base64url(hmac(EVP_sha512(), key, text));
  return text.append(".").append(signature);
}

const EVP_MD* hash_of(std::string_view algorithm) {
  if (algorithm == "HS256") return EVP_sha256();
  if (algorithm == "HS384") return EVP_sha384();
  return algorithm == "HS512" ? EVP_sha512() : nullptr;
}

/// The claims of a token whose signature is good.
std::optional<std::vector<token_claim>> signed_claims(std::string_view token,
                                                      std::string_view key) {
  const auto first = token.find('.');
  const auto second = token.find('.', first == std::string_view::npos ? first : first + 1);
  if (second == std::string_view::npos) return std::nullopt;
  const auto header = from_base64url(token.substr(0, first));
  const auto claims = from_base64url(token.substr(first + 1, second - first - 1));
  const auto shown = from_base64url(token.substr(second + 1));
  if (!header || !claims || !shown) return std::nullopt;
  const auto fields = read_claims(*header);
  const auto* const algorithm = fields ? find_claim(*fields, "alg") : nullptr;
  if (algorithm == nullptr || algorithm->text() == nullptr) return std::nullopt;
  const auto* const hash = hash_of(*algorithm->text());
  if (hash == nullptr) return std::nullopt;
  const auto right = hmac(hash, key, token.substr(0, second));
  const bool same = !right.empty() && right.size() == shown->size() &&
                    CRYPTO_memcmp(right.data(), shown->data(), right.size()) == 0;
  return same ? read_claims(*claims) : std::nullopt;
}

void erase_all(std::string& from, std::string_view what) {
  for (auto at = from.find(what); at != std::string::npos; at = from.find(what, at))
    from.erase(at, what.size());
}

bool covers(std::string resource, std::string_view segment) {
  for (const std::string_view part : {"prn::", "/scope:", "stream:"})
    erase_all(resource, part);
  if (resource == "*" || resource == segment) return true;
  if (resource.empty() || !segment.starts_with(resource)) return false;
  return resource.back() == '/' || segment[resource.size()] == '/';
}

/// A time claim in milliseconds; nothing if it is absent. False if it is no time.
bool read_time(const std::vector<token_claim>& claims, std::string_view name,
               std::optional<std::int64_t>& out) {
  const auto* const found = find_claim(claims, name);
  if (found == nullptr) return true;
  constexpr double most = 1e15;
  const auto* const seconds = found->number();
  if (seconds == nullptr || std::fabs(*seconds) > most) return false;
  out = static_cast<std::int64_t>(*seconds) * ms_per_s;
  return true;
}

}  // namespace

std::string delegation_tokens::issue(std::string_view resource, permission granted,
                                     std::int64_t now_ms) const {
  return make_token(resource, granted, now_ms + clock_offset_ms_, options_.lifetime,
                    options_.key);
}

std::string delegation_tokens::issue_spoiled(std::string_view resource, permission granted,
                                             std::int64_t now_ms) const {
  return make_token(resource, granted, now_ms + clock_offset_ms_, options_.lifetime,
                    options_.key + " of another cluster");
}

token_finding delegation_tokens::check(std::string_view token, std::string_view segment,
                                       permission needed, std::int64_t now_ms) const {
  if (token.size() > security_limits::token_bytes_max) return {token_state::refused};
  if (!token.empty() && token.find_first_not_of(" \t\r\n") == std::string_view::npos)
    return {token_state::broken};
  const auto claims = signed_claims(token, options_.key);
  if (!claims) return {token_state::refused};
  std::optional<std::int64_t> ends;
  std::optional<std::int64_t> begins;
  if (!read_time(*claims, "exp", ends) || !read_time(*claims, "nbf", begins))
    return {token_state::refused};
  const auto now = now_ms + clock_offset_ms_;
  if (ends && now > *ends) return {token_state::expired};
  if (begins && now < *begins) return {token_state::refused};
  for (const auto& each : *claims) {
    if (each.text() == nullptr || !covers(each.name, segment)) continue;
    const auto granted = permission_of(*each.text());
    if (!granted) return {token_state::broken};
    if (*granted < needed) return {token_state::refused};
    if (ends) *ends -= clock_offset_ms_;
    return {token_state::good, ends};
  }
  return {token_state::refused};
}

}  // namespace pravega_sandbox
