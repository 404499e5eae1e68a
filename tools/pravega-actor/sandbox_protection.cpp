#include "sandbox_protection.hpp"

#include <fmt/format.h>
#include <sys/stat.h>

#include <cerrno>
#include <cstring>
#include <fstream>
#include <iterator>
#include <random>

#include "pravega_sandbox/certificates.hpp"

namespace pravega_actor::tool {

namespace {

namespace kit = pravega_sandbox;

/// A century.
constexpr double token_lifetime_s_max = 100.0 * 365 * 24 * 3600;
constexpr std::size_t accounts_bytes_max = 16u << 20;

std::string path_in(const std::string& folder, const char* name) {
  return folder + (folder.ends_with('/') ? "" : "/") + name;
}

bool is_address(const std::string& host) {
  return host.find(':') != std::string::npos ||
         host.find_first_not_of("0123456789.") == std::string::npos;
}

bool is_loopback(const std::string& host) {
  return host == "localhost" || host == "::1" || (is_address(host) && host.starts_with("127."));
}

/// For this machine, and for the names that clients get.
kit::certificate_request wanted_certificate(const kit::sandbox_options& sandbox) {
  kit::certificate_request wanted;
  wanted.valid_to = std::chrono::hours{24 * 365};
  for (const auto& host : {sandbox.host, sandbox.published_host}) {
    if (host.empty() || host == "localhost" || host == "127.0.0.1" || host == "::1") continue;
    (is_address(host) ? wanted.ip_addresses : wanted.dns_names).push_back(host);
  }
  return wanted;
}

result<void> make_certificates(const std::string& folder, kit::sandbox_options& sandbox) {
  if (::mkdir(folder.c_str(), 0700) != 0 && errno != EEXIST)
    return error{errc::io_error, "cannot make " + folder + ": " + std::strerror(errno)};
  const auto authority = kit::certificate_authority::make();
  if (!authority) return authority.error();
  const auto made = authority->issue(wanted_certificate(sandbox));
  if (!made) return made.error();
  const std::pair<const char*, const std::string&> files[]{
      {"ca-cert.pem", authority->certificate_pem()},
      {"server-cert.pem", made->certificate_pem},
      {"server-key.pem", made->key_pem}};
  for (const auto& [name, pem] : files)
    if (auto done = kit::write_pem_file(path_in(folder, name), pem); !done) return done;
  sandbox.tls = *made;
  return {};
}

result<std::string> read_accounts(const std::string& path) {
  std::ifstream file{path, std::ios::binary};
  if (!file) return error{errc::io_error, "cannot read " + path + ": " + std::strerror(errno)};
  std::string text(accounts_bytes_max + 1, '\0');
  file.read(text.data(), static_cast<std::streamsize>(text.size()));
  text.resize(static_cast<std::size_t>(file.gcount()));
  if (file.bad()) return error{errc::io_error, "cannot read " + path};
  if (text.size() > accounts_bytes_max)
    return error{errc::limit_exceeded, path + " has more than 16 MiB"};
  return text;
}

// Whoever knows the key can sign tokens that allow everything.
std::string random_key() {
  constexpr int words = 8;
  std::random_device entropy;
  std::string key;
  for (int i = 0; i < words; ++i)
    key += fmt::format("{:08x}", entropy());
  return key;
}

}  // namespace

void add_protection(verb_row& verb, protection_options& options) {
  verb.add("--tls", options.tls_folder,
           "TLS on all ports, with a new certificate; DIR receives it and the trust store "
           "ca-cert.pem")
      .type("DIR");
  verb.add("--auth", options.accounts_file,
           "Access control with the users of a password file of Pravega")
      .type("FILE");
  verb.add("--token-lifetime-s", options.token_lifetime_s,
           "Lifetime of delegation tokens, with --auth; -1: without an end")
      .range(-1, token_lifetime_s_max)
      .needs("--auth")
      .with_default();
}

result<void> protect(const protection_options& chosen, kit::sandbox_options& sandbox) {
  if (!chosen.accounts_file.empty()) {
    auto accounts = read_accounts(chosen.accounts_file);
    if (!accounts) return accounts.error();
    kit::access_options access;
    access.accounts = std::move(*accounts);
    access.tokens.key = random_key();
    access.tokens.lifetime = std::chrono::seconds{chosen.token_lifetime_s};
    sandbox.access = std::move(access);
  }
  if (chosen.tls_folder.empty()) return {};
  return make_certificates(chosen.tls_folder, sandbox);
}

protection_told protection_notes(const protection_options& chosen,
                                 const kit::sandbox_options& sandbox) {
  protection_told told;
  if (sandbox.tls)
    told.infos.push_back("TLS: clients trust " + path_in(chosen.tls_folder, "ca-cert.pem"));
  if (sandbox.access && !sandbox.tls && !is_loopback(sandbox.host))
    told.warnings.push_back("passwords and events can be read on the way: --tls protects them");
  if (is_loopback(sandbox.host))
    told.infos.push_back("listens on " + sandbox.host + ": only this machine can connect");
  else if (!sandbox.access)
    told.warnings.push_back(fmt::format(
        "listens on {}: everybody who can connect may do everything; --auth asks for passwords",
        sandbox.host));
  return told;
}

}  // namespace pravega_actor::tool
