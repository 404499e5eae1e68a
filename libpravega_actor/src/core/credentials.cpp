#include "pravega_actor/credentials.hpp"

#include <string>
#include <utility>

#include "core/authorization.hpp"

namespace pravega_actor {

using namespace internal;

namespace {

/// The same header for each call.
class fixed_credentials final : public credentials {
 public:
  explicit fixed_credentials(secret header) : header_{std::move(header)} {}
  void get(duration, callback answer) override { answer(header_); }

 private:
  const secret header_;
};

class asked_credentials final : public credentials {
 public:
  using function = std::function<void(duration, callback)>;
  explicit asked_credentials(function ask) : ask_{std::move(ask)} {}
  void get(duration timeout, callback answer) override { ask_(timeout, std::move(answer)); }

 private:
  const function ask_;
};

result<std::shared_ptr<credentials>> fixed(secret header) {
  if (auto fits = check_authorization(header.reveal()); !fits)
    return error{errc::invalid_argument, fits.error().detail()};
  return std::shared_ptr<credentials>{std::make_shared<fixed_credentials>(std::move(header))};
}

}  // namespace

result<std::shared_ptr<credentials>> basic_credentials(std::string_view user,
                                                       const secret& password) {
  if (user.empty() || user.find(':') != std::string_view::npos)
    return error{errc::invalid_argument, "a user has a name, without a ':'"};
  return fixed(basic_authorization(user, password.reveal()));
}

result<std::shared_ptr<credentials>> bearer_credentials(const secret& token) {
  return header_credentials("Bearer", token);
}

result<std::shared_ptr<credentials>> header_credentials(std::string_view method,
                                                        const secret& token) {
  return fixed(authorization_of(method, token.reveal()));
}

std::shared_ptr<credentials> credentials_from(
    std::function<void(duration timeout, credentials::callback answer)> ask) {
  return std::make_shared<asked_credentials>(std::move(ask));
}

}  // namespace pravega_actor
