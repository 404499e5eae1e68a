#include "pravega_actor/config.hpp"

#include <algorithm>
#include <array>
#include <fstream>
#include <set>
#include <utility>

#include "core/config_table.hpp"
#include "pravega_actor/limits.hpp"

namespace pravega_actor {

using namespace internal;

namespace {

constexpr std::string_view variable_prefix = "PRAVEGA_ACTOR_";
constexpr std::string_view uri_variable = "PRAVEGA_CONTROLLER_URI";
constexpr std::string_view uri_key = "controller_uri";
constexpr std::array<std::pair<std::string_view, std::string_view>, 2> java_variables{
    {{"pravega_client_auth_method", "auth_method"},
     {"pravega_client_auth_token", "auth_token"}}};
constexpr std::array<std::string_view, 5> origin_names{"built in", "URI", "environment", "file",
                                                       "option"};
// What is shown of a text that somebody got wrong.
constexpr std::size_t key_shown_max = 160;
constexpr std::size_t number_shown_max = 32;

error refusal(std::string detail) {
  return error{errc::invalid_configuration, std::move(detail)}.with_stage(stage::configuration);
}

bool looks_like_number(std::string_view value) {
  return !value.empty() && value.size() <= number_shown_max &&
         value.find_first_not_of("0123456789.+-") == std::string_view::npos;
}

// What has other characters is a URI, say, in the place of a key.
bool looks_like_key(std::string_view text) {
  return std::all_of(text.begin(), text.end(), [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
           c == '_' || c == '-' || c == '.';
  });
}

// `key (source): `
std::string place(std::string_view key, std::string_view source) {
  std::string text{looks_like_key(key) ? key.substr(0, key_shown_max) : "a key"};
  if (!source.empty()) text.append(" (").append(source).append(")");
  return text.append(": ");
}

// `key = "value" (source): `. Only numbers are shown: what is refused may be a password that
// stands in the wrong place.
std::string place_of_value(std::string_view key, std::string_view value,
                           std::string_view source) {
  if (!looks_like_number(value)) return place(key, source);
  std::string text{key};
  text.append(" = \"").append(value).append("\"");
  if (!source.empty()) text.append(" (").append(source).append(")");
  return text.append(": ");
}

error unknown_key(std::string_view key, std::string_view source) {
  auto detail = place(key, source).append("the key is not known");
  if (const auto nearest = nearest_config_key(key))
    detail.append("; did you mean \"").append(*nearest).append("\"?");
  return refusal(std::move(detail));
}

std::string_view trimmed(std::string_view text) {
  constexpr std::string_view blanks = " \t\r";
  const auto first = text.find_first_not_of(blanks);
  if (first == std::string_view::npos) return {};
  return text.substr(first, text.find_last_not_of(blanks) - first + 1);
}

std::string_view without_comment(std::string_view line) {
  for (std::size_t at = line.find('#'); at != std::string_view::npos;
       at = line.find('#', at + 1))
    if (at == 0 || line[at - 1] == ' ' || line[at - 1] == '\t') return line.substr(0, at);
  return line;
}

std::string lower_case(std::string_view text) {
  std::string lower{text};
  for (char& c : lower)
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
  return lower;
}

/// The ways to authenticate, each with its keys: a key without the others of its way is of no
/// use.
constexpr std::array<std::array<std::string_view, 2>, 3> auth_ways{
    {{"auth_user", "auth_password_file"},
     {"auth_token_file", "auth_token_file"},
     {"auth_method", "auth_token"}}};

result<void> check_authentication(const config& values) {
  const std::array<std::array<bool, 2>, 3> set{
      {{!values.auth_user.empty(), !values.auth_password_file.empty()},
       {!values.auth_token_file.empty(), !values.auth_token_file.empty()},
       {!values.auth_method.empty(), !values.auth_token.empty()}}};
  const std::string_view* first = nullptr;
  for (std::size_t i = 0; i < set.size(); ++i) {
    const auto& [one, other] = auth_ways[i];
    if (set[i][0] != set[i][1])
      return refusal(std::string{one}.append(" and ").append(other).append(" need each other"));
    if (!set[i][0]) continue;
    if (first != nullptr)
      return refusal(std::string{*first}.append(" and ").append(one).append(
          " exclude each other: a client authenticates in one way"));
    first = &one;
  }
  return {};
}

bool has_lower_case(std::string_view text) {
  return std::any_of(text.begin(), text.end(), [](char c) { return c >= 'a' && c <= 'z'; });
}

}  // namespace

std::string_view to_string(config_origin origin) noexcept {
  const auto index = static_cast<std::size_t>(origin);
  return index < origin_names.size() ? origin_names[index] : origin_names.front();
}

result<void> check(const config& values) {
  config scratch;
  for (const auto& row : config_rows()) {
    if (const auto* hidden = std::get_if<config::secret config::*>(&row.member)) {
      if (set_config_value(scratch, row, (values.*(*hidden)).reveal())) continue;
      return refusal(place(row.key, "").append("allowed is ").append(allowed_values(row)));
    }
    const auto value = config_value(values, row);
    if (set_config_value(scratch, row, value)) continue;
    if (row.key == uri_key) return parse_controller_uri(value).error();
    return refusal(
        place_of_value(row.key, value, "").append("allowed is ").append(allowed_values(row)));
  }
  const auto ordered = [&](std::int64_t lesser, std::string_view lesser_key,
                           std::int64_t greater, std::string_view greater_key,
                           bool equal_allowed) -> result<void> {
    if (lesser < greater || (equal_allowed && lesser == greater)) return {};
    return refusal(std::string{lesser_key}
                       .append(" (")
                       .append(std::to_string(lesser))
                       .append(equal_allowed ? ") must not exceed " : ") must be less than ")
                       .append(greater_key)
                       .append(" (")
                       .append(std::to_string(greater))
                       .append(")"));
  };
  if (auto checked = ordered(values.keep_alive_interval_ms, "keep_alive_interval_ms",
                             values.liveness_timeout_ms, "liveness_timeout_ms", false);
      !checked)
    return checked;
  if (auto checked = ordered(values.backoff_initial_ms, "backoff_initial_ms",
                             values.backoff_max_ms, "backoff_max_ms", true);
      !checked)
    return checked;
  if (values.tls_certificate_file.empty() != values.tls_key_file.empty())
    return refusal("tls_certificate_file and tls_key_file need each other");
  if (auto checked = check_authentication(values); !checked) return checked;
  return ordered(values.writer_block_bytes_max, "writer_block_bytes_max",
                 values.writer_outstanding_bytes_max, "writer_outstanding_bytes_max", true);
}

result<void> config_builder::set(std::string_view key, std::string_view value,
                                 config_origin origin, std::string source) {
  const config_row* row = find_config_row(key);
  if (row == nullptr) return unknown_key(key, source);
  config scratch;
  if (!set_config_value(scratch, *row, value)) {
    if (key != uri_key)
      return refusal(place_of_value(key, value, source)
                         .append("allowed is ")
                         .append(allowed_values(*row)));
    const auto address = parse_controller_uri(value);
    if (!address) return refusal(address.error().detail() + " (" + source + ")");
  }
  auto& held = given_[std::string{key}];
  if (origin < held.origin) return {};
  if (row->is_secret())
    held = {{}, secret{value}, origin, std::move(source)};
  else
    held = {std::string{value}, {}, origin, std::move(source)};
  return {};
}

result<void> config_builder::set_uri(std::string_view uri, config_origin origin,
                                     const std::string& source) {
  // Wherever an '@' stands: what is left of it may be a password, with a '?' in it.
  if (uri.find('@') != std::string_view::npos)
    return refusal(parse_controller_uri(uri).error().detail() + " (" + source + ")");
  const auto question = uri.find('?');
  if (auto done = set(uri_key, uri.substr(0, question), origin, source); !done) return done;
  if (question == std::string_view::npos) return {};
  auto query = uri.substr(question + 1);
  for (bool more = true; more;) {
    const auto end = query.find('&');
    const auto pair = query.substr(0, end);
    const auto equals = pair.find('=');
    if (equals == std::string_view::npos)
      return refusal(place(uri_key, source).append("after '?' stands key=value&key=value"));
    const auto key = pair.substr(0, equals);
    if (key == uri_key)
      return refusal(place(uri_key, source).append("the address stands before the '?'"));
    // URIs are logged and shown by everybody who handles them.
    if (const auto* row = find_config_row(key); row != nullptr && row->is_secret())
      return refusal(place(key, source).append("a secret does not belong in a URI"));
    if (auto done = set(key, pair.substr(equals + 1), origin, source); !done) return done;
    more = end != std::string_view::npos;
    if (more) query.remove_prefix(end + 1);
  }
  return {};
}

result<void> config_builder::add_uri(std::string_view uri) {
  return set_uri(uri, config_origin::uri, "the URI");
}

result<void> config_builder::add_environment(const std::vector<std::string>& variables) {
  const auto name_of = [](std::string_view variable) {
    return variable.substr(0, variable.find('='));
  };
  const auto value_of = [&](std::string_view variable) {
    const auto length = name_of(variable).size();
    return length == variable.size() ? std::string_view{} : variable.substr(length + 1);
  };
  for (const auto& variable : variables) {
    if (name_of(variable) != uri_variable || value_of(variable).empty()) continue;
    auto done =
        set_uri(value_of(variable), config_origin::environment, std::string{uri_variable});
    if (!done) return done;
  }
  for (const auto& variable : variables)
    for (const auto& [name, key] : java_variables) {
      if (name_of(variable) != name || value_of(variable).empty()) continue;
      auto done = set(key, value_of(variable), config_origin::environment, std::string{name});
      if (!done) return done;
    }
  for (const auto& variable : variables) {
    const auto name = name_of(variable);
    if (!name.starts_with(variable_prefix) || value_of(variable).empty()) continue;
    const auto capitals = name.substr(variable_prefix.size());
    const auto key = lower_case(capitals);
    // Others may use the prefix, too: a Kubernetes service called "pravega-actor" does.
    if (has_lower_case(capitals) || find_config_row(key) == nullptr) continue;
    auto done = set(key, value_of(variable), config_origin::environment, std::string{name});
    if (!done) return done;
  }
  return {};
}

result<void> config_builder::add_file_text(std::string_view text, std::string_view name) {
  std::set<std::string, std::less<>> seen;
  std::size_t number = 0;
  while (!text.empty()) {
    const auto end = text.find('\n');
    const auto line = trimmed(without_comment(text.substr(0, end)));
    text = end == std::string_view::npos ? std::string_view{} : text.substr(end + 1);
    const std::string source = std::string{name} + ":" + std::to_string(++number);
    if (line.empty()) continue;
    const auto equals = line.find('=');
    if (equals == std::string_view::npos)
      return refusal(source + ": a line has the form key = value");
    const auto key = trimmed(line.substr(0, equals));
    const auto value = trimmed(line.substr(equals + 1));
    if (!seen.emplace(key).second)
      return refusal(place(key, source).append("the key stands there twice"));
    if (auto done = set(key, value, config_origin::file, source); !done) return done;
  }
  return {};
}

result<void> config_builder::add_file(const std::string& path) {
  std::ifstream file{path, std::ios::binary};
  std::string text(limits::config_file_bytes_max + 1, '\0');
  file.read(text.data(), static_cast<std::streamsize>(text.size()));
  if (file.bad() || (file.fail() && !file.eof()))
    return refusal("file \"" + path + "\": it cannot be read");
  text.resize(static_cast<std::size_t>(file.gcount()));
  if (text.size() > limits::config_file_bytes_max)
    return refusal("file \"" + path + "\": it is larger than config_file_bytes_max");
  return add_file_text(text, path);
}

result<void> config_builder::add_option(std::string_view key, std::string_view value) {
  return set(key, value, config_origin::option, "option");
}

result<config> config_builder::build() const {
  config built;
  for (const auto& [key, held] : effective()) {
    const config_row* row = find_config_row(key);
    // `set` has checked both.
    if (row == nullptr ||
        !set_config_value(built, *row, row->is_secret() ? held.hidden.reveal() : held.value))
      return refusal(place(key, held.source));
  }
  if (auto checked = check(built); !checked) return checked.error();
  return built;
}

// A way to authenticate from a weaker source than another one does not count.
config_builder::given_values config_builder::effective() const {
  auto strongest = config_origin::built_in;
  const auto origin_of = [this](std::string_view key) {
    const auto found = given_.find(key);
    const bool set =
        found != given_.end() && !(found->second.value.empty() && found->second.hidden.empty());
    return set ? found->second.origin : config_origin::built_in;
  };
  for (const auto& way : auth_ways)
    for (const auto key : way)
      strongest = std::max(strongest, origin_of(key));
  auto values = given_;
  for (const auto& [one, other] : auth_ways) {
    if (std::max(origin_of(one), origin_of(other)) >= strongest) continue;
    values.erase(std::string{one});
    values.erase(std::string{other});
  }
  return values;
}

std::vector<config_builder::entry> config_builder::dump() const {
  const config defaults;
  const auto values = effective();
  std::vector<entry> entries;
  for (const auto& row : config_rows()) {
    entry line;
    line.key = row.key;
    line.default_value = config_value(defaults, row);
    line.sentence = row.sentence;
    line.is_secret = row.is_secret();
    const auto found = values.find(row.key);
    if (found == values.end()) {
      line.value = line.default_value;
    } else {
      line.value = found->second.value;
      if (!found->second.hidden.empty()) line.value = "(set)";
      line.origin = found->second.origin;
      line.source = found->second.source;
    }
    entries.push_back(std::move(line));
  }
  return entries;
}

}  // namespace pravega_actor
