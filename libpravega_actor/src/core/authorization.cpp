#include "core/authorization.hpp"

#include <algorithm>
#include <string>

#include "core/base64.hpp"
#include "core/wipe.hpp"
#include "pravega_actor/limits.hpp"

namespace pravega_actor::internal {
namespace {

constexpr std::string_view basic = "Basic";

error malformed(std::string_view what) {
  return error{errc::unauthenticated,
               std::string{"the credentials have a wrong form: "}.append(what)};
}

bool is_visible(char c) noexcept {
  return c > 0x20 && c < 0x7F;
}

// Others may leave out the padding.
bool has_user(std::string_view token) {
  while (token.ends_with('='))
    token.remove_suffix(1);
  wiped_text padded{token.size() + 3};
  padded.get().append(token);
  while (padded.get().size() % 4 != 0)
    padded.get() += '=';
  auto decoded = from_base64(padded.get());
  if (!decoded) return false;
  const bool found =
      std::find(decoded->begin(), decoded->end(), std::byte{':'}) != decoded->end();
  wipe(decoded->data(), decoded->size());
  return found;
}

}  // namespace

secret authorization_of(std::string_view method, std::string_view token) {
  wiped_text header{method.size() + 1 + token.size()};
  header.get().append(method).append(" ").append(token);
  return secret{header.get()};
}

secret basic_authorization(std::string_view user, std::string_view password) {
  wiped_text both{user.size() + 1 + password.size()};
  both.get().append(user).append(":").append(password);
  wiped_text token{to_base64(as_bytes(both.get()))};
  return authorization_of(basic, token.get());
}

bool is_basic(std::string_view header) noexcept {
  return header.substr(0, header.find(' ')) == basic;
}

result<void> check_authorization(std::string_view header) {
  if (header.size() > limits::authorization_bytes_max)
    return malformed("they are longer than authorization_bytes_max");
  const auto space = header.find(' ');
  const auto method = header.substr(0, space);
  if (method.empty() || space == std::string_view::npos || space + 1 == header.size())
    return malformed("a method and a token are needed");
  const auto token = header.substr(space + 1);
  if (!std::all_of(method.begin(), method.end(), is_visible) ||
      !std::all_of(token.begin(), token.end(), is_visible))
    return malformed("the method or the token has spaces or characters that no header has");
  if (method == basic && !has_user(token))
    return malformed("the token of the method Basic is not the base64 of user:password");
  return {};
}

}  // namespace pravega_actor::internal
