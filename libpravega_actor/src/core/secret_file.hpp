// A file with a password or a token, which may be replaced at any time.
#pragma once

#include <sys/stat.h>

#include <cstdint>
#include <mutex>
#include <string>
#include <string_view>
#include <utility>

#include "pravega_actor/result.hpp"
#include "pravega_actor/secret.hpp"

namespace pravega_actor::internal {

/// Thread-safe. The content without the line's end, at most limits::authorization_bytes_max.
class secret_file {
 public:
  /// `key`: of the configuration, for errors.
  secret_file(std::string path, std::string key)
      : path_{std::move(path)}, key_{std::move(key)} {}

  struct content {
    secret text;
    /// Grows whenever the file was read again.
    std::uint64_t version = 0;
  };
  /// Reads the file if it is another one than before, or was written since. While that cannot
  /// be done, what was read last counts. invalid_configuration: nothing was ever read; the
  /// error names key and path.
  [[nodiscard]] result<content> get();

 private:
  struct identity {
    dev_t device = 0;
    ino_t node = 0;
    off_t size = 0;
    std::int64_t seconds = 0;
    std::int64_t nanoseconds = 0;
    friend bool operator==(const identity&, const identity&) = default;
  };
  [[nodiscard]] static identity identity_of(const struct ::stat& of) noexcept;
  [[nodiscard]] result<secret> read(identity& seen) const;
  [[nodiscard]] error refusal(std::string_view why) const;

  const std::string path_;
  const std::string key_;
  std::mutex mutex_;
  identity seen_;
  content last_;
};

}  // namespace pravega_actor::internal
