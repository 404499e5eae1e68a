#include "grpc_port/tls_failure.hpp"

#include <algorithm>
#include <array>
#include <string>

namespace pravega_actor::internal {
namespace {

/// In lower case; OpenSSL and BoringSSL write the same words with blanks or underlines.
std::string plain_words(std::string_view text) {
  std::string words{text};
  std::transform(words.begin(), words.end(), words.begin(), [](char c) {
    if (c == '_') return ' ';
    return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
  });
  return words;
}

bool has(const std::string& words, std::string_view part) {
  return words.find(part) != std::string::npos;
}

}  // namespace

std::optional<errc> tls_failure_in(std::string_view text) {
  const auto words = plain_words(text);
  for (const auto* part : {"certificate verify failed", "is not in peer certificate",
                           "hostname verification check failed", "custom verification check"})
    if (has(words, part)) return errc::certificate_rejected;
  // The peer's own trouble may pass.
  if (!has(words, "ssl error ssl") || has(words, "alert internal error") ||
      has(words, "unexpected eof"))
    return std::nullopt;
  return errc::tls_failed;
}

std::string_view plain_channel_hint(std::string_view text) {
  const auto words = plain_words(text);
  if (!has(words, "socket closed") && !has(words, "connection reset")) return {};
  return " (a port that speaks TLS does that to a plain connection: then use tls://)";
}

}  // namespace pravega_actor::internal
