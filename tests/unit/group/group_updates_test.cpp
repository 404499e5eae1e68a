#include "group/group_updates.hpp"

#include "support/catch.hpp"

using namespace pravega_actor;
using namespace pravega_actor::internal;

TEST_CASE("group updates: the position of a type is its number on the wire") {
  CHECK(group_update{group_init{}}.position() == 0);
  CHECK(group_update{group_snapshot{}}.position() == 1);
  CHECK(group_update{add_reader{}}.position() == 2);
  CHECK(group_update{remove_reader{}}.position() == 3);
  CHECK(group_update{release_segment{}}.position() == 4);
  CHECK(group_update{acquire_segment{}}.position() == 5);
  CHECK(group_update{update_distance{}}.position() == 6);
  CHECK(group_update{segment_completed{}}.position() == 7);
  CHECK(group_update{checkpoint_reader{}}.position() == 8);
  CHECK(group_update{create_checkpoint{}}.position() == 9);
  CHECK(group_update{clear_checkpoints_before{}}.position() == 10);
  CHECK(group_update{checkpoint_published{}}.position() == 11);
  CHECK(group_update{updating_config{}}.position() == 12);
  CHECK(group_update{remove_outstanding_checkpoints{}}.position() == 13);
}

TEST_CASE("group updates: the first two types are initial") {
  CHECK(is_initial(group_init{}));
  CHECK(is_initial(group_snapshot{}));
  CHECK_FALSE(is_initial(add_reader{}));
  CHECK_FALSE(is_initial(remove_outstanding_checkpoints{}));
}

TEST_CASE("group updates: types have names") {
  CHECK(group_update_name(0) == "group_init");
  CHECK(group_update_name(13) == "remove_outstanding_checkpoints");
  CHECK(group_update_name(14) == "unknown");
  CHECK(group_update_name(-1) == "unknown");
}

TEST_CASE("group updates: equal means the same type and fields") {
  const group_update a{create_checkpoint{"id"}};
  CHECK(a == group_update{create_checkpoint{"id"}});
  CHECK_FALSE(a == group_update{create_checkpoint{"other"}});
  CHECK_FALSE(a == group_update{clear_checkpoints_before{"id"}});
}
