#include "security/delegation_tokens.hpp"

#include <openssl/evp.h>
#include <openssl/hmac.h>

#include "security/base64url.hpp"
#include "security/security_limits.hpp"
#include "support/catch.hpp"
#include "unit/sandbox_security/vectors.hpp"

using namespace pravega_sandbox;
using namespace std::chrono_literals;

namespace {

const std::string stream = "prn::/scope:s/stream:t";
const std::string in_stream = "s/t/0.#epoch.0";
constexpr std::int64_t noon = 1'700'000'000'000;

const delegation_tokens ours{{"secret", 600s}};

token_state state_of(std::string_view token, std::string_view segment = in_stream,
                     permission needed = permission::read, std::int64_t now = noon) {
  return ours.check(token, segment, needed, now).state;
}

/// A token with these claims, signed as it should be.
std::string signed_token(const std::string& claims,
                         const std::string& header = R"({"alg":"HS256"})",
                         const EVP_MD* hash = EVP_sha256()) {
  const auto text = to_base64url(header) + "." + to_base64url(claims);
  unsigned char out[EVP_MAX_MD_SIZE];
  unsigned int size = 0;
  HMAC(hash, "secret", 6, reinterpret_cast<const unsigned char*>(text.data()), text.size(), out,
       &size);
  return text + "." + to_base64url({reinterpret_cast<const char*>(out), size});
}

}  // namespace

TEST_CASE("delegation tokens: the real controller's token is good, until it ends") {
  const auto real = test::vector_of("token");
  REQUIRE_FALSE(real.empty());
  constexpr std::int64_t ends = 1'795'976'301'000;
  const auto good = ours.check(real, in_stream, permission::read, ends - 600'000);
  CHECK(good.state == token_state::good);
  REQUIRE(good.ends_at_ms);
  CHECK(*good.ends_at_ms == ends);
  CHECK(state_of(real, in_stream, permission::read, ends) == token_state::good);
  CHECK(state_of(real, in_stream, permission::read, ends + 1) == token_state::expired);
  CHECK(state_of(real, in_stream, permission::read_update, ends - 1) == token_state::refused);
}

TEST_CASE("delegation tokens: the same claims give the real controller's token") {
  const auto real = test::vector_of("token");
  CHECK(delegation_tokens{{"secret", 600s}}.issue(stream, permission::read,
                                                  1'795'975'701'000) == real);
}

TEST_CASE("delegation tokens: a lifetime in whole seconds, or none") {
  const auto token = ours.issue(stream, permission::read_update, noon + 999);
  CHECK(ours.check(token, in_stream, permission::read_update, noon).ends_at_ms ==
        noon + 600'000);
  const delegation_tokens endless{{"secret", -1s}};
  const auto found = ours.check(endless.issue(stream, permission::read, noon), in_stream,
                                permission::read, noon * 2);
  CHECK(found.state == token_state::good);
  CHECK_FALSE(found.ends_at_ms);
}

TEST_CASE("delegation tokens: a clock of its own") {
  const delegation_tokens shifted{{"secret", 10s}, noon};
  const auto token = shifted.issue(stream, permission::read, 5);
  CHECK(shifted.check(token, in_stream, permission::read, 5).ends_at_ms == 10'000);
  CHECK(shifted.check(token, in_stream, permission::read, 10'001).state ==
        token_state::expired);
  CHECK(ours.check(token, in_stream, permission::read, noon + 5).state == token_state::good);
}

TEST_CASE("delegation tokens: segments of the stream, and of no other") {
  const auto token = ours.issue(stream, permission::read, noon);
  CHECK(state_of(token, "s/t/7.#epoch.3") == token_state::good);
  CHECK(state_of(token, "s/t/0.#epoch.0#transaction.1") == token_state::good);
  CHECK(state_of(token, "s/t") == token_state::good);
  CHECK(state_of(token, "s/tt/0.#epoch.0") == token_state::refused);
  CHECK(state_of(token, "s/t_kvtable/0.#epoch.0") == token_state::refused);
  CHECK(state_of(token, "other/t/0.#epoch.0") == token_state::refused);
}

TEST_CASE("delegation tokens: what a claim covers") {
  const auto covers = [](const std::string& claim, std::string_view segment) {
    return state_of(signed_token("{\"" + claim + "\":\"READ\"}"), segment) == token_state::good;
  };
  CHECK(covers("*", "anything"));
  CHECK(covers("prn::*", "anything"));
  CHECK(covers("prn::/scope:s/", "s/t/0"));
  CHECK(covers("prn::/scope:s", "s/t/0"));
  CHECK(covers("s/t/0", "s/t/0"));
  CHECK_FALSE(covers("prn::/scope:s", "st/0"));
  CHECK_FALSE(covers("sub", "s/t/0"));
  CHECK_FALSE(covers("", "s/t/0"));
}

TEST_CASE("delegation tokens: any HMAC with SHA-2, but not none") {
  const std::string claims = "{\"*\":\"READ\"}";
  CHECK(state_of(signed_token(claims)) == token_state::good);
  CHECK(state_of(signed_token(claims, R"({"alg":"HS384"})", EVP_sha384())) ==
        token_state::good);
  CHECK(state_of(signed_token(claims, R"({"alg":"HS512"})", EVP_sha512())) ==
        token_state::good);
  CHECK(state_of(signed_token(claims, R"({"alg":"HS512"})")) == token_state::refused);
  CHECK(state_of(signed_token(claims, R"({"alg":"none"})")) == token_state::refused);
  CHECK(state_of(to_base64url(R"({"alg":"none"})") + "." + to_base64url(claims) + ".") ==
        token_state::refused);
}

TEST_CASE("delegation tokens: the signature comes first, then the time, then the claim") {
  const auto spoiled = ours.issue_spoiled(stream, permission::read, noon);
  CHECK(state_of(spoiled) == token_state::refused);
  CHECK(state_of(spoiled, in_stream, permission::read, noon + 700'000) == token_state::refused);
  const auto expired = ours.issue(stream, permission::read, noon - 700'000);
  CHECK(state_of(expired) == token_state::expired);
  CHECK(state_of(expired, "other/x") == token_state::expired);
  CHECK(state_of(signed_token("{\"*\":\"READ\",\"nbf\":1700000001}")) == token_state::refused);
  CHECK(state_of(signed_token("{\"*\":\"READ\",\"exp\":\"soon\"}")) == token_state::refused);
}

TEST_CASE("delegation tokens: what is not a token") {
  const auto good = ours.issue(stream, permission::read, noon);
  for (const auto& text :
       {std::string{}, std::string{"x"}, std::string{"a.b"}, std::string{"a.b.c"}, good + "x",
        good + ".x", "x" + std::string(security_limits::token_bytes_max, '.')}) {
    INFO(text.substr(0, 300));
    CHECK(state_of(text) == token_state::refused);
  }
  CHECK(state_of(" ") == token_state::broken);
  CHECK(state_of(signed_token("{\"*\":\"ALL\"}")) == token_state::broken);
  CHECK(state_of(signed_token("{\"*\":\"NONE\"}")) == token_state::refused);
}
