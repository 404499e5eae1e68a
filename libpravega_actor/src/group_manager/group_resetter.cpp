#include "group_manager/group_resetter.hpp"

#include <utility>

#include "group_manager/group_changes.hpp"
#include "group_manager/open_group_log.hpp"
#include "streams/stream_calls.hpp"

namespace pravega_actor::internal {

group_resetter resetter_of(std::weak_ptr<client_host> host) {
  return [kept = std::move(host)](
             const scoped_group& group, std::int64_t generation, const scoped_stream& truncated,
             std::function<void(const result<reader_group_config>&)> done) {
    const auto held = kept.lock();
    if (!held) return done(errc::closed);
    start_operation<reader_group_config>(
        held, {usual_limit(held)}, std::move(done),
        [=](const teller<reader_group_config>& tell) {
          return reset_behind_truncation(group, generation, truncated, tell);
        },
        open_group_log(*held, group));
  };
}

}  // namespace pravega_actor::internal
