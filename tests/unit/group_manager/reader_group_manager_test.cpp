#include "pravega_actor/reader_group_manager.hpp"

#include "core/access.hpp"
#include "group_manager/group_watcher.hpp"
#include "group_manager/open_group_log.hpp"
#include "host/client_host.hpp"
#include "support/catch.hpp"

using namespace pravega_actor;
using namespace pravega_actor::internal;

TEST_CASE("without a client, every call about reader groups is closed",
          "[reader_group_manager]") {
  const auto groups =
      access::make<reader_group_manager>(std::shared_ptr<internal::client_host>{});
  const scoped_group group{"scope", "group"};
  constexpr seconds timeout{1};
  CHECK(groups.ensure_group(group, {}).error() == errc::closed);
  CHECK(groups.delete_group(group).error() == errc::closed);
  CHECK(groups.list_groups("scope").error() == errc::closed);
  CHECK(groups.config_of(group).error() == errc::closed);
  CHECK(groups.describe(group).error() == errc::closed);
  CHECK(groups.distribution(group).error() == errc::closed);
  CHECK(groups.set_reader_offline(group, "reader").error() == errc::closed);
  CHECK(groups.initiate_checkpoint(group, "name", timeout).error() == errc::closed);
  CHECK(groups.cancel_checkpoints(group).error() == errc::closed);
  CHECK(groups.generate_stream_cuts(group, timeout).error() == errc::closed);
  CHECK(groups.stream_cuts(group).error() == errc::closed);
  CHECK(groups.reset(group, reset_to::last_checkpoint{}).error() == errc::closed);
  CHECK(groups.update_retention_cut(group, {}).error() == errc::closed);
  CHECK(groups.unread(group, unread_since::live_position).error() == errc::closed);
}
