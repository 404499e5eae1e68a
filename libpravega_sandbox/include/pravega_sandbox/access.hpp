// Who may do what: accounts, permissions and delegation tokens of a sandbox or a simulation.
#pragma once

#include <chrono>
#include <functional>
#include <optional>
#include <string>
#include <string_view>

namespace pravega_sandbox {

/// Delegation tokens: the controller signs them, and segment stores ask for them.
struct token_options {
  /// The key of the signatures.
  std::string key = "secret";
  /// The lifetime, in whole seconds. Negative: tokens have no end, as with Pravega's -1.
  std::chrono::seconds lifetime{600};
};

/// A user, and what he may do.
struct known_user {
  std::string name;
  /// As in a password file: "prn::/scope:s,READ;prn::/scope:s/stream:*,READ_UPDATE". The first
  /// resource that fits decides. `*` stands for any characters, `.` for any one.
  std::string permissions;
};

/// Access control as in Pravega 0.13. Users are authenticated at each controller call.
struct access_options {
  /// Text of a password file: a line "user:hash:permissions" for each user (`password_line`
  /// makes one). Lines that begin with `#` are comments. What comes after the first empty line
  /// does not count, as in Pravega.
  std::string accounts;
  /// Called with the token of "authorization: Bearer TOKEN"; nothing refuses it. Without it
  /// only Basic is known. Called on the sandbox's thread: it must not call the sandbox.
  std::function<std::optional<known_user>(std::string_view token)> bearer = {};
  token_options tokens = {};
  /// Reader groups need only READ of their scope for what they keep themselves. True in a
  /// distributed controller, false in a standalone server.
  bool groups_write_with_read = true;
};

/// A line for `access_options::accounts`, with a new salt. Without the line's end.
[[nodiscard]] std::string password_line(const std::string& user, const std::string& password,
                                        const std::string& permissions);
/// The header "Basic ..." for a user.
[[nodiscard]] std::string basic_authorization(const std::string& user,
                                              const std::string& password);

}  // namespace pravega_sandbox
