#include "pravega_actor/endpoint.hpp"

#include <algorithm>

#include "core/numbers.hpp"

namespace pravega_actor {

using namespace internal;

namespace {

constexpr std::size_t host_characters_max = 255;

// Without the text: it may hold a password.
error refused_endpoint(std::string_view reason) {
  return {errc::invalid_argument, std::string{"the address "}.append(reason)};
}

bool host_character(char c) {
  return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
         c == '.' || c == '-' || c == '_';
}

// Zone names may follow '%'.
bool v6_character(char c) {
  return host_character(c) || c == ':' || c == '%';
}

}  // namespace

std::string endpoint::to_string() const {
  const bool v6 = host.find(':') != std::string::npos;
  std::string text;
  if (v6) text += '[';
  text += host;
  if (v6) text += ']';
  return text.append(":").append(std::to_string(port));
}

result<endpoint> endpoint::parse(std::string_view text) {
  std::string_view host;
  std::string_view rest;
  if (text.starts_with('[')) {
    const auto bracket = text.find(']');
    if (bracket == std::string_view::npos) return refused_endpoint("lacks a ']'");
    host = text.substr(1, bracket - 1);
    rest = text.substr(bracket + 1);
    if (host.find(':') == std::string_view::npos)
      return refused_endpoint("has brackets around what is not an IPv6 address");
    if (!std::all_of(host.begin(), host.end(), v6_character))
      return refused_endpoint("has a character that an IPv6 address cannot have");
  } else {
    const auto colon = text.find(':');
    host = text.substr(0, colon);
    rest = colon == std::string_view::npos ? std::string_view{} : text.substr(colon);
    if (rest.find(':', 1) != std::string_view::npos)
      return refused_endpoint("has several colons; write an IPv6 address as [address]:port");
    if (!std::all_of(host.begin(), host.end(), host_character))
      return refused_endpoint("has a character that a host cannot have");
  }
  if (host.empty()) return refused_endpoint("lacks a host");
  if (host.size() > host_characters_max) return refused_endpoint("has too long a host");
  if (!rest.starts_with(':')) return refused_endpoint("lacks a port; write host:port");
  const auto port = parse_number<std::uint16_t>(rest.substr(1));
  if (!port || *port == 0) return refused_endpoint("needs a port from 1 to 65535");
  return endpoint{std::string{host}, *port};
}

}  // namespace pravega_actor
