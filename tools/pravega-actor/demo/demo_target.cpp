#include "demo/demo_target.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "common/log_lines.hpp"
#include "common/waiting.hpp"
#include "pravega_sandbox/sandbox.hpp"

namespace pravega_actor::tool {

demo_target::demo_target(const common_options& common) : common_{common} {}

demo_target::~demo_target() {
  if (!pravega_) return;
  const closing_wait wait;
  static_cast<void>(pravega_->close());
}

result<void> demo_target::connect(const config& configuration) {
  settings_ = configuration;
  warn_if_insecure(configuration);
  auto ports = make_system_ports(configuration);
  if (!ports) return ports.error();
  if (!embedded()) {
    port_ = std::make_shared<cutting_port>(ports->connections);
    ports->connections = port_;
  }
  environment_ = std::make_shared<demo_environment>(ports->env, "segment_writer");
  ports->env = environment_;
  auto made = client::create(configuration, std::move(*ports));
  if (!made) return made.error();
  log_to_stderr(*made, configuration);
  pravega_.emplace(std::move(*made));
  return {};
}

result<std::unique_ptr<demo_target>> demo_target::make(const common_options& common) {
  auto builder = read_configuration(common);
  if (!builder) return builder.error();
  auto configuration = builder->build();
  if (!configuration) return configuration.error();
  apply_timeout(common, *configuration);
  const blocking_wait wait{common, for_local("the library and the sandbox to start")};
  const auto entries = builder->dump();
  const auto uri = std::find_if(entries.begin(), entries.end(),
                                [](const auto& each) { return each.key == "controller_uri"; });
  std::unique_ptr<demo_target> target{new demo_target{common}};
  if (uri == entries.end() || uri->origin == config_origin::built_in) {
    auto started = pravega_sandbox::sandbox::start();
    if (!started) return started.error();
    target->sandbox_ = std::move(*started);
    configuration->controller_uri = target->sandbox_->controller_uri();
  }
  if (auto connected = target->connect(*configuration); !connected) return connected.error();
  return target;
}

demo_target::cut_made demo_target::cut_all() {
  const auto count = embedded() ? sandbox_->cut_connections() : port_->cut();
  return {count, fmt::format("cut {} connections", count)};
}

demo_target::cut_made demo_target::cut(std::size_t number) {
  if (!embedded() || number % 2 == 0) return cut_all();
  sandbox_->cut_after_appends(1, pravega_sandbox::cut_moment::before_ack);
  return {1, "cut a connection between storing an append and acknowledging it"};
}

void demo_target::end_cuts() {
  if (sandbox_) sandbox_->cut_after_appends(0, pravega_sandbox::cut_moment::before_ack);
}

}  // namespace pravega_actor::tool
