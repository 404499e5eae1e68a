// The file that the demo writes.
#pragma once

#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "common/key_rule.hpp"

namespace pravega_actor::tool {

/// A text file in memory, cut into lines.
struct demo_file {
  std::string name;
  std::shared_ptr<const std::string> text;
  std::vector<std::string_view> lines;
};

/// The file at `path`; without one the machine's own /var/log/dpkg.log, else a log that is made
/// from the list of installed packages. limit_exceeded for a file above demo_file_bytes_max.
[[nodiscard]] result<demo_file> load_demo_file(const std::string& path);

/// The rule that fits: for logs of dpkg the package, else the field that groups lines best.
[[nodiscard]] key_options guess_key(const demo_file& file);

}  // namespace pravega_actor::tool
