#include "core/configured_credentials.hpp"

#include <functional>
#include <mutex>
#include <utility>

#include "core/authorization.hpp"
#include "core/secret_file.hpp"

namespace pravega_actor::internal {
namespace {

/// A header made from the content of a file.
class file_credentials final : public credentials {
 public:
  using maker = std::function<secret(std::string_view content)>;
  file_credentials(std::string path, std::string key, maker make)
      : file_{std::move(path), std::move(key)}, make_{std::move(make)} {}

  void get(duration, callback answer) override { answer(current()); }

  [[nodiscard]] result<secret> current() {
    auto content = file_.get();
    if (!content) return content.error();
    const std::lock_guard lock{mutex_};
    if (content->version > version_) {
      auto header = make_(content->text.reveal());
      // A file with nonsense does not replace what was good.
      if (auto fits = check_authorization(header.reveal()); fits)
        header_ = std::move(header);
      else if (version_ == 0)
        return fits.error();
      version_ = content->version;
    }
    return header_;
  }

 private:
  secret_file file_;
  const maker make_;
  std::mutex mutex_;
  std::uint64_t version_ = 0;
  secret header_;
};

error unusable(std::string_view key, const error& why) {
  if (why == errc::invalid_configuration) return why;
  return error{errc::invalid_configuration, std::string{key}.append(": ").append(why.detail())}
      .with_stage(stage::configuration);
}

result<std::shared_ptr<credentials>> from_file(const std::string& path, const std::string& key,
                                               file_credentials::maker make) {
  auto made = std::make_shared<file_credentials>(path, key, std::move(make));
  if (auto first = made->current(); !first) return unusable(key, first.error());
  return std::shared_ptr<credentials>{std::move(made)};
}

}  // namespace

result<std::shared_ptr<credentials>> configured_credentials(const config& from) {
  if (auto valid = check(from); !valid) return valid.error();
  if (!from.auth_user.empty())
    return from_file(from.auth_password_file, "auth_password_file",
                     [user = from.auth_user](std::string_view password) {
                       return basic_authorization(user, password);
                     });
  if (!from.auth_token_file.empty())
    return from_file(from.auth_token_file, "auth_token_file",
                     [](std::string_view token) { return authorization_of("Bearer", token); });
  if (from.auth_method.empty()) return std::shared_ptr<credentials>{};
  auto made = header_credentials(from.auth_method, from.auth_token);
  if (!made) return unusable("auth_token", made.error());
  return made;
}

}  // namespace pravega_actor::internal
