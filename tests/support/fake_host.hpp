// A client for features in one thread and virtual time; its children have no supervisor.
#pragma once

#include "host/client_host.hpp"
#include "support/actor_world.hpp"

namespace pravega_actor::test {

using namespace internal;

class fake_host final : public client_host {
 public:
  explicit fake_host(actor_world& world) : world_{world}, context_{world.context} {}
  ~fake_host() override {
    for (const auto& each : children)
      caf::anon_send_exit(each, caf::exit_reason::user_shutdown);
    world_.run();
  }
  fake_host(const fake_host&) = delete;
  fake_host& operator=(const fake_host&) = delete;

  config chosen;
  bool is_closed = false;
  /// A child is asked for and never made, as when the supervisor ends just then.
  bool loses_children = false;
  std::vector<caf::actor> children;
  std::vector<std::string> kinds;
  std::size_t drained = 0;

  const config& settings() const noexcept override { return chosen; }
  caf::actor_system& system() noexcept override { return world_.system; }
  const std::shared_ptr<const segment_context>& context() const noexcept override {
    return context_;
  }
  bool closed() const override { return is_closed; }
  bool add_child(const std::string& kind, feature_factory make) override {
    if (is_closed) return false;
    kinds.push_back(kind);
    if (loses_children) return true;
    world_.system.spawn([this, kind, make](caf::event_based_actor* parent) {
      children.push_back(make(parent, "client/" + kind + "-1"));
    });
    world_.run();
    return true;
  }
  bool add_drained_child(const std::string& kind, drained_factory make) override {
    ++drained;
    return add_child(kind, [make](caf::event_based_actor* parent, const std::string& path) {
      return caf::actor_cast<caf::actor>(make(parent, path));
    });
  }
  bool add_task(const std::function<caf::actor()>& spawn) override {
    if (!is_closed) children.push_back(spawn());
    return !is_closed;
  }
  void call(controller::request request, duration,
            std::function<void(const result<controller::reply>&)> done) override {
    done(world_.answer(request));
  }

 private:
  actor_world& world_;
  std::shared_ptr<const segment_context> context_;
};

}  // namespace pravega_actor::test
