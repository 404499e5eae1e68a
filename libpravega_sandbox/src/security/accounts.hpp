// The users of a password file, and what they may do.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "security/permission.hpp"

namespace pravega_sandbox {

/// What one user may do, in the order of his entries. The first entry that fits a resource
/// decides, also if it grants less than a later one.
class permission_list {
 public:
  /// "resource,PERMISSION;..." An entry that is not of this form does not count.
  [[nodiscard]] static permission_list parse(std::string_view text);
  [[nodiscard]] permission of(std::string_view resource) const;
  [[nodiscard]] std::size_t size() const noexcept { return entries_.size(); }

 private:
  struct entry {
    std::string pattern;
    permission granted = permission::none;
  };
  std::vector<entry> entries_;
};

/// Whether a resource has the form of a pattern: `*` stands for any characters, `.` for any
/// one. Takes at most the product of both lengths.
[[nodiscard]] bool fits(std::string_view resource, std::string_view pattern) noexcept;

/// A password file of Pravega 0.13, read up to its first empty line.
class accounts {
 public:
  accounts() = default;
  /// Lines of another form do not count, and what is above `security_limits` neither.
  [[nodiscard]] static accounts parse(std::string_view text);

  [[nodiscard]] std::size_t size() const noexcept { return users_.size(); }
  /// False for unknown users, too. Costs as many rounds as the user's hash says.
  [[nodiscard]] bool knows(const std::string& user, std::string_view password) const;
  /// Null for unknown users.
  [[nodiscard]] const permission_list* permissions_of(const std::string& user) const;

 private:
  struct account {
    std::string hash;
    permission_list permissions;
  };
  std::map<std::string, account> users_;
};

}  // namespace pravega_sandbox
