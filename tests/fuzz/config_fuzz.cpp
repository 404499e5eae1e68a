// Controller URIs, addresses and configuration from every source. Input: a number that chooses
// the source, then the text.
#include <sstream>

#include "fuzz/fuzz.hpp"
#include "pravega_actor/config.hpp"

using namespace pravega_actor;
using fuzz::require;

namespace {

// What a builder accepted stands in its dump, and the dump gives the same configuration.
void check(const config_builder& builder) {
  const auto built = builder.build();
  if (!built) return require(!built.error().detail().empty(), "an error has a detail");
  require(pravega_actor::check(*built).has_value(), "what was built is valid");
  config_builder copy;
  bool secrets = false;
  for (const auto& entry : builder.dump()) {
    // A secret is not shown, so its dump gives another one.
    secrets = secrets || (entry.is_secret && !entry.value.empty());
    require(!entry.key.empty() && !entry.sentence.empty(), "a key is explained");
    require(entry.origin == config_origin::built_in || !entry.source.empty(),
            "a value has a source");
    require(copy.add_option(entry.key, entry.value).has_value(), "a value is accepted again");
  }
  if (secrets) return;
  const auto again = copy.build();
  require(again && *again == *built, "a dump gives the same configuration");
}

// A text that is refused may hold a password: no part of it stands in the error. The secret has
// no word of any error in it, which the text itself may have.
template <class Parse>
void require_no_secret(std::string_view text, Parse parse) {
  constexpr std::string_view secret = "Zq7Xw4Vk9";
  auto with_secret = std::string{text};
  with_secret.insert(text.size() / 2, secret);
  const auto read = parse(with_secret);
  require(read || read.error().to_string().find(secret) == std::string::npos,
          "an error does not repeat the text");
}

void controller_uri(std::string_view text) {
  require_no_secret(text, [](std::string_view uri) { return parse_controller_uri(uri); });
  const auto address = parse_controller_uri(text);
  if (!address) return;
  std::string written = address->scheme + "://";
  for (std::size_t i = 0; i < address->endpoints.size(); ++i)
    written.append(i > 0 ? "," : "").append(address->endpoints[i].to_string());
  const auto again = parse_controller_uri(written);
  require(again && again->scheme == address->scheme && again->endpoints == address->endpoints,
          "a controller's URI reads back");
}

void address(std::string_view text) {
  require_no_secret(text, [](std::string_view one) { return endpoint::parse(one); });
  const auto read = endpoint::parse(text);
  if (!read) return;
  const auto again = endpoint::parse(read->to_string());
  require(again && *again == *read, "an address reads back");
}

void from_uri(std::string_view text) {
  config_builder builder;
  if (builder.add_uri(text)) check(builder);
}

void from_file(std::string_view text) {
  config_builder builder;
  if (builder.add_file_text(text, "a file")) check(builder);
}

void from_environment(std::string_view text) {
  std::vector<std::string> variables;
  std::istringstream lines{std::string{text}};
  for (std::string line; std::getline(lines, line);)
    variables.push_back(line);
  config_builder builder;
  if (builder.add_environment(variables)) check(builder);
}

void from_options(std::string_view text) {
  config_builder builder;
  std::istringstream lines{std::string{text}};
  for (std::string line; std::getline(lines, line);) {
    const auto equals = line.find('=');
    if (equals == std::string::npos) continue;
    if (!builder.add_option(line.substr(0, equals), line.substr(equals + 1))) return;
  }
  check(builder);
}

}  // namespace

int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  constexpr void (*checks[])(std::string_view) = {
      controller_uri, address, from_uri, from_file, from_environment, from_options};
  fuzz::input from{data, size};
  const auto chosen = from.u8() % std::size(checks);
  checks[chosen](from.text());
  return 0;
}
