#include "group/caught_up_check.hpp"

#include <mutex>

#include "group/groups.hpp"

namespace pravega_actor::tool {

struct caught_up_check::shared {
  std::mutex mutex;
  bool asked = false;
  bool caught_up = false;
  std::string obstacle;
};

caught_up_check::caught_up_check(reader_group_manager groups, scoped_group group)
    : groups_{std::move(groups)},
      group_{std::move(group)},
      shared_{std::make_shared<shared>()} {}

bool caught_up_check::look() {
  constexpr seconds pause{1};
  // A dead reader does not answer: after this time it is named.
  constexpr seconds answer_within{10};
  const auto now = clock_type::now();
  {
    const std::lock_guard held{shared_->mutex};
    if (shared_->caught_up) return true;
    if (shared_->asked || now < ask_again_) return false;
    shared_->asked = true;
  }
  ask_again_ = now + pause;
  groups_.unread_async(group_, unread_since::live_position, answer_within,
                       [into = shared_](const result<unread_bytes>& got) {
                         const std::lock_guard held{into->mutex};
                         into->asked = false;
                         into->caught_up = got && got->total == 0;
                         // One that another question displaced is asked again.
                         const bool open = got || got.error() == errc::cancelled;
                         into->obstacle =
                             open ? std::string{} : with_offline_hint(got.error()).detail();
                       });
  return false;
}

std::string caught_up_check::obstacle() const {
  const std::lock_guard held{shared_->mutex};
  return shared_->obstacle;
}

}  // namespace pravega_actor::tool
