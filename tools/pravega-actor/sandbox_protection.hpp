// TLS and access control of `pravega-actor sandbox`.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "common/option_table.hpp"
#include "pravega_actor/result.hpp"
#include "pravega_sandbox/sandbox.hpp"

namespace pravega_actor::tool {

struct protection_options {
  /// The folder that receives the certificates; "": no TLS.
  std::string tls_folder;
  /// A password file; "": no access control.
  std::string accounts_file;
  std::int64_t token_lifetime_s = 600;
};

void add_protection(verb_row& verb, protection_options& options);
/// Makes the certificates, reads the password file, and sets the sandbox's options. io_error
/// names the file.
[[nodiscard]] result<void> protect(const protection_options& chosen,
                                   pravega_sandbox::sandbox_options& sandbox);

struct protection_told {
  std::vector<std::string> infos;
  std::vector<std::string> warnings;
};
/// Where the certificates are, and who can connect.
[[nodiscard]] protection_told protection_notes(const protection_options& chosen,
                                               const pravega_sandbox::sandbox_options& sandbox);

}  // namespace pravega_actor::tool
