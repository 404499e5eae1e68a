// Whether a group has anything left to read.
#pragma once

#include <memory>
#include <string>

#include "pravega_actor/names.hpp"
#include "pravega_actor/reader_group_manager.hpp"
#include "pravega_actor/time.hpp"

namespace pravega_actor::tool {

/// Asks again and again, without waiting, whether a group has something left to read.
class caught_up_check {
 public:
  caught_up_check(reader_group_manager groups, scoped_group group);
  /// True once an answer says that nothing was left. Asks again after a pause otherwise.
  [[nodiscard]] bool look();
  /// Why the last question had no answer, or "": readers that do not answer.
  [[nodiscard]] std::string obstacle() const;

 private:
  struct shared;
  const reader_group_manager groups_;
  const scoped_group group_;
  const std::shared_ptr<shared> shared_;
  time_point ask_again_{};
};

}  // namespace pravega_actor::tool
