#include "security/base64url.hpp"

#include <algorithm>

#include "core/base64.hpp"
#include "pravega_actor/bytes.hpp"

namespace pravega_sandbox {

std::string to_base64url(std::string_view bytes) {
  auto text = pravega_actor::internal::to_base64(pravega_actor::as_bytes(bytes));
  std::replace(text.begin(), text.end(), '+', '-');
  std::replace(text.begin(), text.end(), '/', '_');
  text.resize(text.find_last_not_of('=') + 1);
  return text;
}

std::optional<std::string> from_base64url(std::string_view text) {
  if (text.find_first_of("+/=") != std::string_view::npos) return std::nullopt;
  std::string padded{text};
  std::replace(padded.begin(), padded.end(), '-', '+');
  std::replace(padded.begin(), padded.end(), '_', '/');
  padded.append((4 - padded.size() % 4) % 4, '=');
  const auto bytes = pravega_actor::internal::from_base64(padded);
  if (!bytes) return std::nullopt;
  return std::string{pravega_actor::as_text({bytes->data(), bytes->size()})};
}

}  // namespace pravega_sandbox
