// Certificates in files, for tests of TLS.
#pragma once

#include <unistd.h>

#include <array>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <string>

#include "pravega_actor/ports/tls_settings.hpp"
#include "pravega_sandbox/certificates.hpp"

namespace pravega_actor::test {

/// A folder that goes with its end.
class scratch_folder {
 public:
  scratch_folder() {
    auto name = (std::filesystem::temp_directory_path() / "pravega-tls-XXXXXX").string();
    path_ = ::mkdtemp(name.data()) == nullptr ? std::string{} : name;
  }
  ~scratch_folder() {
    std::error_code ignored;
    std::filesystem::remove_all(path_, ignored);
  }
  scratch_folder(const scratch_folder&) = delete;
  scratch_folder& operator=(const scratch_folder&) = delete;

  /// Replaces a file, as those do who renew certificates; returns its path.
  std::string write(const std::string& name, const std::string& text) const {
    const auto path = path_ + "/" + name;
    { std::ofstream{path + ".new", std::ios::binary} << text; }
    std::filesystem::rename(path + ".new", path);
    return path;
  }

 private:
  std::string path_;
};

/// An authority, a server's certificate of it, and what a client needs to trust it.
struct test_pki {
  scratch_folder folder{};
  pravega_sandbox::certificate_authority authority =
      *pravega_sandbox::certificate_authority::make("test CA");
  pravega_sandbox::certificate server = *authority.issue();

  [[nodiscard]] tls_settings trusting() const {
    return {folder.write("ca.pem", authority.certificate_pem()), true, {}, {}};
  }
  [[nodiscard]] tls_settings with_client(const pravega_sandbox::certificate& client) const {
    auto settings = trusting();
    settings.certificate_file = folder.write("client.pem", client.certificate_pem);
    settings.key_file = folder.write("client-key.pem", client.key_pem);
    return settings;
  }
};

}  // namespace pravega_actor::test
