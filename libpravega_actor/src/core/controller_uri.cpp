#include <algorithm>
#include <array>

#include "pravega_actor/config.hpp"
#include "pravega_actor/limits.hpp"

namespace pravega_actor {
namespace {

struct scheme_row {
  std::string_view name;
  bool secure;
  bool discovers;
};
constexpr std::array<scheme_row, 5> schemes{{{"tcp", false, false},
                                             {"pravega", false, true},
                                             {"tls", true, false},
                                             {"ssl", true, false},
                                             {"pravegas", true, true}}};
constexpr std::string_view separator = "://";

// Without the URI: whatever is wrong with it, it may hold a password.
error refused_uri(std::string_view reason) {
  return error{errc::invalid_configuration, std::string{"controller_uri: "}.append(reason)}
      .with_stage(stage::configuration);
}

error refused_address(const error& why, std::size_t number) {
  return refused_uri("address " + std::to_string(number) + ": " + why.detail());
}

}  // namespace

result<controller_address> parse_controller_uri(std::string_view uri) {
  if (uri.find('@') != std::string_view::npos)
    return refused_uri(
        "it has user information (a name or password before '@'), which this library does not "
        "use; leave it out");
  const auto at = uri.find(separator);
  if (at == std::string_view::npos)
    return refused_uri("it lacks a scheme; write tcp://host:port or tls://host:port");
  controller_address address;
  for (const char c : uri.substr(0, at))
    address.scheme += c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
  const auto row = std::find_if(schemes.begin(), schemes.end(), [&](const scheme_row& each) {
    return each.name == address.scheme;
  });
  if (row == schemes.end())
    return refused_uri("its scheme is not known; write tcp://host:port or tls://host:port");
  address.secure = row->secure;
  address.discovers = row->discovers;
  auto rest = uri.substr(at + separator.size());
  if (rest.ends_with('/')) rest.remove_suffix(1);
  for (bool more = true; more;) {
    const auto comma = rest.find(',');
    auto parsed = endpoint::parse(rest.substr(0, comma));
    if (!parsed) return refused_address(parsed.error(), address.endpoints.size() + 1);
    address.endpoints.push_back(std::move(*parsed));
    if (address.endpoints.size() > limits::controller_addresses_max)
      return refused_uri("it has more addresses than controller_addresses_max");
    more = comma != std::string_view::npos;
    if (more) rest.remove_prefix(comma + 1);
  }
  return address;
}

}  // namespace pravega_actor
