#include "tls/tls_files.hpp"

#include <openssl/crypto.h>
#include <openssl/x509.h>
#include <sys/stat.h>

#include <array>
#include <cerrno>
#include <cstdlib>
#include <fstream>
#include <string_view>
#include <system_error>
#include <utility>

#include "pravega_actor/limits.hpp"
#include "tls/pem.hpp"

namespace pravega_actor::internal {
namespace {

error refused_file(std::string_view key, const std::string& path, std::string_view reason) {
  auto text = std::string{key}.append(": file \"").append(path).append("\": ").append(reason);
  return error{errc::invalid_configuration, std::move(text)}.with_stage(stage::configuration);
}

std::string system_text(int system_error) {
  return std::error_code{system_error, std::system_category()}.message();
}

result<std::string> read_file(std::string_view key, const std::string& path) {
  struct stat seen {};
  if (::stat(path.c_str(), &seen) != 0)
    return refused_file(key, path, "it cannot be read: " + system_text(errno));
  // A pipe would wait for somebody who writes.
  if (!S_ISREG(seen.st_mode)) return refused_file(key, path, "it is not a file");
  errno = 0;
  std::ifstream file{path, std::ios::binary};
  if (!file) return refused_file(key, path, "it cannot be read: " + system_text(errno));
  if (static_cast<std::uintmax_t>(seen.st_size) > limits::tls_file_bytes_max)
    return refused_file(key, path, "it is larger than tls_file_bytes_max");
  std::string text(limits::tls_file_bytes_max + 1, '\0');
  file.read(text.data(), static_cast<std::streamsize>(text.size()));
  if (file.bad()) return refused_file(key, path, "it cannot be read");
  const auto count = static_cast<std::size_t>(file.gcount());
  if (count > limits::tls_file_bytes_max) {
    OPENSSL_cleanse(text.data(), text.size());
    return refused_file(key, path, "it is larger than tls_file_bytes_max");
  }
  std::string fitting{text.data(), count};
  OPENSSL_cleanse(text.data(), count);
  return fitting;
}

/// Changes whenever one of the files is replaced or written to.
std::string stamp_of(const tls_settings& settings) {
  std::string stamp;
  for (const auto* path :
       {&settings.trust_store_file, &settings.certificate_file, &settings.key_file}) {
    struct stat seen {};
    if (!path->empty() && ::stat(path->c_str(), &seen) == 0) {
      for (const auto number :
           {static_cast<std::int64_t>(seen.st_dev), static_cast<std::int64_t>(seen.st_ino),
            static_cast<std::int64_t>(seen.st_size),
            static_cast<std::int64_t>(seen.st_mtim.tv_sec),
            static_cast<std::int64_t>(seen.st_mtim.tv_nsec),
            static_cast<std::int64_t>(seen.st_ctim.tv_sec),
            static_cast<std::int64_t>(seen.st_ctim.tv_nsec)})
        stamp.append(std::to_string(number)).append(":");
    }
    stamp += '/';
  }
  return stamp;
}

result<void> check_pair(const tls_settings& settings, const tls_files& files) {
  const auto chain = read_certificates(files.certificate_pem);
  if (!chain)
    return refused_file("tls_certificate_file", settings.certificate_file,
                        chain.error().detail());
  const auto key = read_key(files.key_pem);
  if (!key) return refused_file("tls_key_file", settings.key_file, key.error().detail());
  if (X509_check_private_key(chain->front().get(), key->get()) != 1)
    return refused_file("tls_key_file", settings.key_file,
                        "its key is not that of the first certificate of tls_certificate_file");
  return {};
}

}  // namespace

tls_files::~tls_files() {
  OPENSSL_cleanse(key_pem.data(), key_pem.size());
}

result<tls_files_pointer> read_tls_files(const tls_settings& settings) {
  if (settings.certificate_file.empty() != settings.key_file.empty())
    return error{errc::invalid_configuration,
                 "tls_certificate_file and tls_key_file need each other"}
        .with_stage(stage::configuration);
  const auto files = std::make_shared<tls_files>();
  if (!settings.trust_store_file.empty()) {
    constexpr std::string_view key = "tls_trust_store_file";
    auto text = read_file(key, settings.trust_store_file);
    if (!text) return text.error();
    if (const auto found = read_certificates(*text); !found)
      return refused_file(key, settings.trust_store_file, found.error().detail());
    files->trust_pem = std::move(*text);
  }
  if (!settings.certificate_file.empty()) {
    auto certificate = read_file("tls_certificate_file", settings.certificate_file);
    if (!certificate) return certificate.error();
    files->certificate_pem = std::move(*certificate);
    auto key = read_file("tls_key_file", settings.key_file);
    if (!key) return key.error();
    files->key_pem = std::move(*key);
    if (auto fits = check_pair(settings, *files); !fits) return fits.error();
  }
  return tls_files_pointer{files};
}

std::string system_trust_file() {
  const char* const chosen = std::getenv(X509_get_default_cert_file_env());
  if (chosen != nullptr && *chosen != '\0') return chosen;
  const std::array<const char*, 4> usual{
      X509_get_default_cert_file(), "/etc/ssl/certs/ca-certificates.crt",
      "/etc/pki/tls/certs/ca-bundle.crt", "/etc/ssl/cert.pem"};
  for (const auto* path : usual) {
    struct stat seen {};
    if (::stat(path, &seen) == 0 && S_ISREG(seen.st_mode)) return path;
  }
  return {};
}

result<std::shared_ptr<tls_file_watch>> tls_file_watch::open(const tls_settings& settings) {
  std::shared_ptr<tls_file_watch> watch{new tls_file_watch{settings}};
  // Before the files are read: what changes meanwhile is noticed later.
  watch->stamp_ = stamp_of(settings);
  auto files = read_tls_files(settings);
  if (!files) return files.error();
  watch->files_ = std::move(*files);
  return watch;
}

tls_files_pointer tls_file_watch::latest() {
  const std::lock_guard lock{mutex_};
  auto stamp = stamp_of(settings_);
  if (stamp == stamp_) return files_;
  stamp_ = std::move(stamp);
  auto files = read_tls_files(settings_);
  refusal_ = files ? std::string{} : files.error().detail();
  if (files) files_ = std::move(*files);
  return files_;
}

std::string tls_file_watch::refusal() const {
  const std::lock_guard lock{mutex_};
  return refusal_;
}

}  // namespace pravega_actor::internal
