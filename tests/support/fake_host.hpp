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
  std::vector<caf::strong_actor_ptr> children;
  std::vector<std::string> kinds;
  std::size_t drained = 0;

  const config& settings() const noexcept override { return chosen; }
  caf::actor_system& system() noexcept override { return world_.system; }
  const std::shared_ptr<const segment_context>& context() const noexcept override {
    return context_;
  }
  bool closed() const override { return is_closed; }
  bool add_child(const std::string& kind, child_factory make) override {
    if (is_closed) return false;
    kinds.push_back(kind);
    if (loses_children) return true;
    world_.system.spawn([this, kind, make](caf::event_based_actor* parent) {
      const auto made = make({parent, "client/" + kind + "-1", 1, world_.env});
      if (made.get()) children.push_back(*made.get());
    });
    world_.run();
    return true;
  }
  bool add_drained_child(const std::string& kind, drained_factory make) override {
    ++drained;
    return add_child(kind, [make](const child_start& as) { return started(make(as)); });
  }
  started_child make_drained(const child_start& as, const drained_factory& make) override {
    ++drained;
    if (is_closed) return error{errc::closed};
    return started(make(as));
  }
  bool add_task(const std::function<client_task()>& spawn) override {
    if (!is_closed) children.push_back(caf::actor_cast<caf::strong_actor_ptr>(spawn()));
    return !is_closed;
  }
  void call(controller::request request, duration,
            std::function<void(const result<controller::reply>&)> done) override {
    done(world_.answer(request));
  }

 private:
  static started_child started(const result<internal::drained_child>& made) {
    if (!made) return made.error();
    return *made;
  }
  actor_world& world_;
  std::shared_ptr<const segment_context> context_;
};

}  // namespace pravega_actor::test
