// What the demo works against: an embedded sandbox, or any Pravega.
#pragma once

#include <memory>
#include <optional>
#include <string>

#include "common/command_line.hpp"
#include "demo/cutting_port.hpp"
#include "demo/demo_environment.hpp"

namespace pravega_sandbox {
class sandbox;
}

namespace pravega_actor::tool {

class demo_target {
 public:
  /// With --controller (or a configured one) that Pravega; else starts a sandbox.
  [[nodiscard]] static result<std::unique_ptr<demo_target>> make(const common_options& common);
  ~demo_target();
  demo_target(const demo_target&) = delete;
  demo_target& operator=(const demo_target&) = delete;

  [[nodiscard]] const common_options& common() const noexcept { return common_; }
  [[nodiscard]] client& pravega() noexcept { return *pravega_; }
  [[nodiscard]] const config& settings() const noexcept { return settings_; }
  [[nodiscard]] const std::string& controller() const noexcept {
    return settings_.controller_uri;
  }
  [[nodiscard]] bool embedded() const noexcept { return sandbox_ != nullptr; }

  struct cut_made {
    std::size_t connections = 0;
    /// What was done, in words.
    std::string what;
  };
  /// Cuts connections. The embedded server does it in turns in two ways: all connections at
  /// once, and one between storing an append and acknowledging it.
  [[nodiscard]] cut_made cut(std::size_t number);
  /// All connections at once.
  [[nodiscard]] cut_made cut_all();
  /// Undoes what has not struck yet.
  void end_cuts();
  /// Kills segment writers on command. Only while the target lives.
  [[nodiscard]] demo_environment& killer() noexcept { return *environment_; }

 private:
  explicit demo_target(const common_options& common);
  result<void> connect(const config& configuration);

  const common_options& common_;
  std::unique_ptr<pravega_sandbox::sandbox> sandbox_;
  std::shared_ptr<cutting_port> port_;
  std::shared_ptr<demo_environment> environment_;
  std::optional<client> pravega_;
  config settings_;
};

}  // namespace pravega_actor::tool
