// How a client says to controllers who it is.
#pragma once

#include <functional>
#include <memory>
#include <string_view>

#include "pravega_actor/export.hpp"
#include "pravega_actor/result.hpp"
#include "pravega_actor/secret.hpp"
#include "pravega_actor/time.hpp"

namespace PRAVEGA_ACTOR_API pravega_actor {

/// Gives the value of the header `authorization`, for example "Bearer " and a token. A client
/// asks for it before each call to a controller, so a value may change at any time. Every
/// client has credentials of its own.
class credentials {
 public:
  using callback = std::function<void(result<secret>)>;
  virtual ~credentials() = default;
  /// Asks for the header of one call. Any thread may call it, several at once. It must not
  /// block: `answer` is called once, inside of this call or later, from any thread. An answer
  /// that comes after `timeout` is not used, and the call fails with deadline_exceeded. An
  /// error is the outcome of the call; the client repeats the call if the error is retriable.
  virtual void get(duration timeout, callback answer) = 0;
};

/// The scheme `Basic` with a user and a password. invalid_argument if the user is empty or has
/// a
/// ':', or if the header would be longer than limits::authorization_bytes_max.
[[nodiscard]] result<std::shared_ptr<credentials>> basic_credentials(std::string_view user,
                                                                     const secret& password);
/// The scheme `Bearer` with a token. invalid_argument if the token is empty, too long, or has
/// characters that a header cannot have.
[[nodiscard]] result<std::shared_ptr<credentials>> bearer_credentials(const secret& token);
/// Any scheme: the header is `method`, a space and `token`, as with the Java client's method
/// and token. For `Basic`, the token is the base64 of "user:password". Errors as above.
[[nodiscard]] result<std::shared_ptr<credentials>> header_credentials(std::string_view method,
                                                                      const secret& token);
/// The application's own: `ask` is called as `credentials::get`, and may answer later.
[[nodiscard]] std::shared_ptr<credentials> credentials_from(
    std::function<void(duration timeout, credentials::callback answer)> ask);

}  // namespace pravega_actor
