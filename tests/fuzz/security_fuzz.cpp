// Delegation tokens, password files and permissions. Input: a number that chooses what, then
// the text.
#include <openssl/evp.h>
#include <openssl/hmac.h>

#include "fuzz/fuzz.hpp"
#include "security/accounts.hpp"
#include "security/base64url.hpp"
#include "security/delegation_tokens.hpp"
#include "security/token_claims.hpp"

using namespace pravega_actor;
using namespace pravega_sandbox;
using fuzz::require;

namespace {

const delegation_tokens tokens{{"secret", std::chrono::seconds{600}}};
const delegation_tokens others{{"a key that no input has", std::chrono::seconds{600}}};
constexpr std::int64_t now = 1'700'000'000'000;
const std::string segment = "s/t/0.#epoch.0";

void claims(std::string_view text) {
  const auto all = read_claims(text);
  if (!all) return;
  for (const auto& each : *all) {
    const auto again = read_claims("{" + json_text(each.name) + ":1}");
    require(again && again->front().name == each.name, "a claim's name reads back");
  }
}

void token(std::string_view text) {
  const auto found = others.check(text, segment, permission::read, now);
  require(found.state != token_state::good, "a token needs the key");
}

// With a right signature.
void signed_claims(std::string_view text) {
  auto made = to_base64url(R"({"alg":"HS256"})") + "." + to_base64url(text);
  unsigned char out[EVP_MAX_MD_SIZE];
  unsigned int size = 0;
  HMAC(EVP_sha256(), "secret", 6, reinterpret_cast<const unsigned char*>(made.data()),
       made.size(), out, &size);
  made += "." + to_base64url({reinterpret_cast<const char*>(out), size});
  const auto found = tokens.check(made, segment, permission::read, now);
  if (found.state != token_state::good) return;
  require(read_claims(text).has_value(), "a good token has claims");
  require(!found.ends_at_ms || *found.ends_at_ms >= now, "a good token has not ended");
}

void password_file(std::string_view text) {
  const auto all = accounts::parse(text);
  require(all.size() <= text.size(), "each account has a line");
  require(all.size() == 0 || !text.starts_with('\n'), "the first empty line ends the file");
  const auto user = std::string{text.substr(0, text.find(':'))};
  const auto* const may = all.permissions_of(user);
  if (may != nullptr) (void)may->of("prn::/scope:s/stream:t");
}

void pattern(std::string_view text) {
  const auto middle = text.substr(0, 200).size() / 2;
  const auto resource = text.substr(0, middle);
  require(fits(resource, "*"), "a star stands for everything");
  require(fits(resource, std::string(resource.size(), '.')), "a dot stands for any character");
  (void)fits(resource, text.substr(middle, middle));
}

void base64url(std::string_view text) {
  require(from_base64url(to_base64url(text)) == text, "bytes read back");
  const auto bytes = from_base64url(text);
  require(!bytes || to_base64url(*bytes) == text, "a text has one meaning");
}

}  // namespace

int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  constexpr void (*checks[])(std::string_view) = {claims,        token,   signed_claims,
                                                  password_file, pattern, base64url};
  fuzz::input from{data, size};
  const auto chosen = from.u8() % std::size(checks);
  checks[chosen](from.text());
  return 0;
}
