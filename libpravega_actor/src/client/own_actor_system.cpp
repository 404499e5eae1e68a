#include "client/own_actor_system.hpp"

#include <caf/all.hpp>
#include <caf/policy/work_sharing.hpp>
#include <caf/scheduler/coordinator.hpp>
#include <exception>
#include <string>
#include <utility>

#include "core/blocked_signals.hpp"
#include "core/library_thread.hpp"
#include "pravega_actor/actor_errors.hpp"

namespace pravega_actor::internal {

namespace {

struct library_thread_hook final : caf::thread_hook {
  void init(caf::actor_system&) override {}
  void thread_started() override { mark_library_thread(); }
  void thread_terminates() override {}
};

// CAF's default policy burns CPU while idle and answers slower than "sharing".
using sharing = caf::scheduler::coordinator<caf::policy::work_sharing>;

/// An exception that leaves CAF's start meets threads that run already: their destructors end
/// the process. So none leaves, and who made the system has to ask.
class careful_scheduler final : public sharing {
 public:
  using sharing::sharing;
  static caf::actor_system::module* make(caf::actor_system& in, caf::detail::type_list<>) {
    return new careful_scheduler{in};
  }
  [[nodiscard]] const std::string& failure() const noexcept { return failure_; }

 protected:
  void start() override {
    try {
      sharing::start();
    } catch (const std::exception& refused) {
      failure_ = refused.what();
      if (failure_.empty()) failure_ = "no reason given";
    }
  }

 private:
  std::string failure_;
};

}  // namespace

result<own_actor_system> make_own_actor_system() {
  own_actor_system made;
  made.settings = std::make_unique<caf::actor_system_config>();
  made.settings->set("scheduler.max-threads", std::size_t{own_actor_system::workers});
  made.settings->add_thread_hook<library_thread_hook>();
  made.settings->load<careful_scheduler>();
  add_error_category(*made.settings);
  const blocked_signals inherited_by_the_threads;
  made.system = std::make_unique<caf::actor_system>(*made.settings);
  const auto& scheduler = static_cast<const careful_scheduler&>(made.system->scheduler());
  if (scheduler.failure().empty()) return made;
  error refused{errc::io_error, "no thread for the actor system: " + scheduler.failure()};
  // Half a scheduler cannot be ended: its idle threads are left alone.
  (void)made.system.release();
  (void)made.settings.release();
  return refused;
}

}  // namespace pravega_actor::internal
