#include "writer/room_queue.hpp"

#include "support/catch.hpp"

using namespace pravega_actor;
using namespace pravega_actor::internal;

namespace {

struct room_fixture {
  room_queue room{{1000, 10}};
  std::vector<std::uint64_t> served;

  void wait(std::uint64_t number, std::size_t bytes, bool reserves = false) {
    std::list<room_queue::waiter> one;
    one.push_back({number, {bytes, 1}, reserves, [] {}});
    room.wait(one);
    CHECK(one.empty());
  }
  std::vector<std::uint64_t> serve() {
    std::list<room_queue::waiter> out;
    room.serve(out);
    return numbers_of(out);
  }
  static std::vector<std::uint64_t> numbers_of(const std::list<room_queue::waiter>& from) {
    std::vector<std::uint64_t> out;
    for (const auto& each : from)
      out.push_back(each.number);
    return out;
  }
};

using numbers = std::vector<std::uint64_t>;

}  // namespace

TEST_CASE("senders are served in their order, one at a time", "[room_queue]") {
  room_fixture f;
  f.room.take({900, 1}, nullptr);
  f.wait(1, 100);
  f.wait(2, 10);
  // A quarter must be free.
  CHECK(f.serve().empty());
  f.room.give_back({200, 0});
  CHECK(f.serve() == numbers{1});
  CHECK(f.serve() == numbers{2});
  CHECK(f.serve().empty());
}

TEST_CASE("a sender that needs much is not overtaken by those who wait", "[room_queue]") {
  room_fixture f;
  f.room.take({700, 1}, nullptr);
  f.wait(1, 500);
  f.wait(2, 10);
  CHECK(f.serve().empty());
  f.room.give_back({300, 1});
  CHECK(f.serve() == numbers{1});
}

TEST_CASE("what is reserved is there for its sender only", "[room_queue]") {
  room_fixture f;
  f.room.take({600, 1}, nullptr);
  f.wait(1, 400, true);
  // It waits first: nothing else takes its room.
  CHECK_FALSE(f.room.fits({10, 1}, nullptr));
  CHECK(f.serve() == numbers{1});
  CHECK_FALSE(f.room.fits({10, 1}, nullptr));
  write_room mine{400, 1};
  CHECK(f.room.fits({400, 1}, &mine));
  f.room.take({300, 1}, &mine);
  CHECK(mine == write_room{100, 0});
  f.room.release(mine);
  CHECK(f.room.fits({100, 1}, nullptr));
}

TEST_CASE("one that waits without reserving keeps nobody out", "[room_queue]") {
  room_fixture f;
  f.room.take({600, 1}, nullptr);
  f.wait(1, 500);
  CHECK(f.room.fits({10, 1}, nullptr));
}

TEST_CASE("a sender that is forgotten is not served", "[room_queue]") {
  room_fixture f;
  f.wait(1, 10);
  f.wait(2, 10);
  std::list<room_queue::waiter> gone;
  f.room.forget(1, gone);
  f.room.forget(7, gone);
  CHECK(room_fixture::numbers_of(gone) == numbers{1});
  CHECK(f.serve() == numbers{2});
}

TEST_CASE("senders are dismissed when there will be no room any more", "[room_queue]") {
  room_fixture f;
  f.room.take({1000, 1}, nullptr);
  f.wait(1, 10, true);
  f.wait(2, 10);
  std::list<room_queue::waiter> out;
  f.room.dismiss(out);
  CHECK(room_fixture::numbers_of(out) == numbers{1, 2});
  // Nothing was set aside for them.
  CHECK(f.room.budget().reserved().empty());
  CHECK(f.serve().empty());
}
