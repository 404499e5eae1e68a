#include "unit/tidy/layer_rules.hpp"

#include <map>
#include <vector>

namespace pravega_actor::tidy {
namespace {

using names = std::set<std::string, std::less<>>;

names with(names some, const names& more) {
  some.insert(more.begin(), more.end());
  return some;
}

// What every actor of a client stands on.
const names services{"core", "wire", "supervision", "connection", "controller_client"};
// What a client is made of, but for its ports.
const names client_rooms =
    with(services, {"host", "requests", "append", "read", "writer", "transaction", "reader",
                    "streams", "synchronizer", "group", "group_reader", "group_manager"});

// What each layer may include, besides itself and the public headers.
const std::map<std::string, names, std::less<>> allowed{
    {"public", {}},
    {"core", {}},
    {"wire", {"core"}},
    {"group", {"core"}},
    {"supervision", {"core"}},
    {"tls", {"core"}},
    {"transport", {"core", "tls"}},
    {"grpc_port", {"core", "proto", "tls"}},
    {"controller_client", {"core", "supervision"}},
    {"connection", {"core", "wire", "supervision"}},
    {"host", {"core", "supervision", "connection", "controller_client"}},
    {"requests", with(services, {"host"})},
    {"append", with(services, {"host", "requests"})},
    {"read", with(services, {"host", "requests"})},
    {"writer", with(services, {"host", "requests", "append"})},
    {"transaction", with(services, {"host", "requests", "append", "writer"})},
    {"reader", with(services, {"host", "requests", "read"})},
    {"streams", with(services, {"host", "requests"})},
    {"synchronizer", with(services, {"host", "requests"})},
    {"group_reader",
     with(services, {"host", "requests", "read", "reader", "synchronizer", "group"})},
    {"group_manager",
     with(services, {"host", "requests", "streams", "synchronizer", "group", "group_reader"})},
    {"client", with(client_rooms, {"transport", "grpc_port"})},
    {"sandbox_public", {}},
    {"sandbox_security", {"core"}},
    {"sandbox_store", {"core", "wire", "sandbox_security"}},
    {"sandbox_controller", {"core", "wire", "sandbox_security", "sandbox_store"}},
    {"sandbox_server",
     {"core", "wire", "proto", "sandbox_security", "sandbox_store", "sandbox_controller"}},
    {"sandbox_simulation",
     with(client_rooms, {"client", "sandbox_security", "sandbox_store", "sandbox_controller"})},
};

struct third_party {
  std::string_view prefix;
  names layers;
};

const names actor_layers{"supervision",  "controller_client",
                         "connection",   "host",
                         "requests",     "append",
                         "read",         "writer",
                         "transaction",  "reader",
                         "streams",      "synchronizer",
                         "group_reader", "group_manager",
                         "client",       "sandbox_simulation"};
const std::vector<third_party> third_parties{
    {"caf/", actor_layers},
    {"asio", {"transport", "sandbox_server"}},
    {"grpc", {"grpc_port", "sandbox_server"}},
    {"google/protobuf", {"grpc_port", "sandbox_server"}},
    {"zlib.h", {"core"}},
    {"openssl/", {"tls", "sandbox_security", "sandbox_server"}},
    {"spdlog/", {}},
    {"nlohmann/", {}},
    {"CLI/", {}},
};

// The only public headers that know CAF: the interface for users who write actors themselves.
const names actor_headers{"libpravega_actor/include/pravega_actor/actor_errors.hpp",
                          "libpravega_actor/include/pravega_actor/actors.hpp",
                          "libpravega_actor/include/pravega_actor/client_messages.hpp",
                          "libpravega_actor/include/pravega_actor/credentials_actor.hpp",
                          "libpravega_actor/include/pravega_actor/supervision.hpp",
                          "libpravega_actor/include/pravega_actor/event_reader_messages.hpp",
                          "libpravega_actor/include/pravega_actor/writer_messages.hpp",
                          "libpravega_actor/include/pravega_actor/reader_messages.hpp",
                          "libpravega_actor/include/pravega_actor/reader_group_messages.hpp",
                          "libpravega_actor/include/pravega_actor/synchronizer_messages.hpp",
                          "libpravega_actor/include/pravega_actor/transaction_messages.hpp"};

constexpr std::string_view client_source = "libpravega_actor/src/";
constexpr std::string_view client_public = "libpravega_actor/include/";
constexpr std::string_view sandbox_source = "libpravega_sandbox/src/";
constexpr std::string_view sandbox_public = "libpravega_sandbox/include/";

std::string first_folder(std::string_view path) {
  return std::string{path.substr(0, path.find('/'))};
}

// The file that a quoted include means; empty if there is none.
std::string resolve(const source_file& from, const std::string& path,
                    const known_paths& known) {
  std::vector<std::string_view> roots{client_source, client_public, sandbox_source,
                                      sandbox_public};
  if (from.under("libpravega_sandbox/"))
    roots = {sandbox_source, sandbox_public, client_source, client_public};
  for (const auto root : roots)
    if (auto whole = std::string{root}.append(path); known.contains(whole)) return whole;
  return {};
}

bool is_generated(std::string_view path) {
  return path == "pravega_actor/internal/controller.pb.h";
}

bool may_include(const std::string& from, const std::string& to) {
  if (from == to || to == "public") return true;
  if (from.starts_with("sandbox_") && to == "sandbox_public") return true;
  const auto row = allowed.find(from);
  return row != allowed.end() && row->second.contains(to);
}

// Where the client looks into replies: each is compared with its request there.
const names reply_readers{"libpravega_actor/src/connection/session.cpp",
                          "libpravega_actor/src/requests/reply_check.cpp",
                          "libpravega_actor/src/requests/reply_error.cpp",
                          "libpravega_actor/src/requests/reply_error.hpp"};

bool is_machine(std::string_view path) {
  return path.ends_with("_machine.hpp") || path.ends_with("_machine.cpp");
}

}  // namespace

std::string layer_of(std::string_view path) {
  if (path.starts_with(client_source)) return first_folder(path.substr(client_source.size()));
  if (path.starts_with(client_public)) return "public";
  if (path.starts_with(sandbox_source))
    return "sandbox_" + first_folder(path.substr(sandbox_source.size()));
  return path.starts_with(sandbox_public) ? "sandbox_public" : "";
}

findings check_layers(const source_file& file, const known_paths& known) {
  const auto layer = layer_of(file.path);
  if (!file.is_cpp() || layer.empty()) return {};
  if (!allowed.contains(layer))
    return {{file.path, 1, "the layer \"" + layer + "\" is not in the table"}};
  findings found;
  for (const auto& include : includes_of(file.text)) {
    if (include.angled) continue;
    std::string to = "proto";
    if (!is_generated(include.path)) {
      const auto target = resolve(file, include.path, known);
      if (target.empty()) {
        found.push_back({file.path, include.line, "there is no file " + include.path});
        continue;
      }
      to = layer_of(target);
    }
    if (may_include(layer, to)) continue;
    std::string what{layer};
    what.append(" must not include ").append(to).append(": ").append(include.path);
    found.push_back({file.path, include.line, std::move(what)});
  }
  return found;
}

findings check_third_party(const source_file& file) {
  const auto layer = layer_of(file.path);
  if (!file.is_cpp() || layer.empty()) return {};
  findings found;
  for (const auto& include : includes_of(file.text)) {
    if (!include.angled) continue;
    const bool caf = include.path.starts_with("caf/");
    if (caf && actor_headers.contains(file.path)) continue;
    if (caf && is_machine(file.path))
      found.push_back({file.path, include.line, "a machine must not know CAF"});
    for (const auto& party : third_parties)
      if (include.path.starts_with(party.prefix) && !party.layers.contains(layer))
        found.push_back({file.path, include.line,
                         std::string{layer}.append(" must not include ").append(include.path)});
  }
  return found;
}

findings check_reply_readers(const source_file& file) {
  const auto layer = layer_of(file.path);
  const bool reads = layer == "wire" || !file.under(client_source);
  if (reads || !file.is_cpp() || reply_readers.contains(file.path)) return {};
  findings found;
  const auto code = code_only(file.text);
  std::size_t line = 0;
  for (const auto text : lines_of(code)) {
    ++line;
    for (const std::string_view call : {"wire::decode", "wire::view_", "error_of_reply"})
      if (text.find(call) != std::string_view::npos)
        found.push_back({file.path, line, "replies are read in requests/reply_check.cpp only"});
  }
  return found;
}

}  // namespace pravega_actor::tidy
