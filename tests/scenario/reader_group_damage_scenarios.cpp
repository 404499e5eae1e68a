// A reader group whose state holds what cannot be understood: each call says so within seconds,
// and nobody writes to it any more.
#include "scenario/reader_group_world.hpp"

using namespace pravega_actor;
using namespace pravega_actor::scenario;
using namespace std::string_literals;

namespace {

struct damage {
  const char* what;
  std::string entry;
  const char* said;
};

// An entry of updates that holds one.
std::string entry_of(const std::string& update) {
  return "\0\0\0\2\0\0\0"s + static_cast<char>(update.size()) + update;
}

std::vector<damage> damages() {
  return {
      {"neither a beginning nor updates", "\0\0\0\3"s, "entry"},
      {"an unknown type", entry_of("\0\x63\0\1\0"s), "unknown type 99"},
      {"an unknown version", entry_of("\0\5\1\1"s), "the version"},
      {"an update that is cut off", entry_of("\0\5\0\1\0\0\0\0\6"s), "acquire_segment"},
      {"a reader that is not there acquires a segment that is not there",
       entry_of("\0\5\0\1\0\0\0\0\x1d\0\4none\0\x15scope/none/0.#epoch.0"s), "offline"},
  };
}

const std::string state_segment = "scope/_RGgroup/0.#epoch.0";

}  // namespace

TEST_CASE("group: damage to its state is named by every call, and stays as it is") {
  for (const auto& each : damages()) {
    CAPTURE(each.what);
    group_world w;
    w.make_group();
    reading_member member{w, "member"};
    {
      auto opened = w.try_open({"scope", "_RGgroup"});
      REQUIRE(opened);
      REQUIRE(*opened);
      bool durable = false;
      REQUIRE((*opened)->try_write("", as_bytes(each.entry), [&](const write_result& outcome) {
        durable = static_cast<bool>(outcome.outcome);
      }));
      REQUIRE(w.world.run_until([&] { return durable; }, seconds{10}));
    }
    const auto began = w.world.now();
    const auto check = [&](const error& why) {
      INFO(why.to_string());
      CHECK_THAT(why.to_string(), Catch::Contains(each.said));
      CHECK_THAT(why.to_string(), Catch::Contains("_RGgroup"));
      CHECK_FALSE(why.retriable());
    };
    REQUIRE(w.world.run_until([&] { return member.over().has_value(); }, seconds{10}));
    REQUIRE_FALSE(*member.over());
    CHECK_THAT(member.over()->error().to_string(), Catch::Contains(each.said));
    const auto before = w.world.events_of(state_segment).size();
    check(w.describe().error());
    check(w.make_checkpoint("cp").error());
    check(w.reset(reset_to::last_checkpoint{}).error());
    check(w.unread(unread_since::last_checkpoint).error());
    check(w.get<bool>([&](auto done) {
             w.groups().set_reader_offline_async(w.group, "member", std::nullopt, done);
           }).error());
    check(w.get<event_reader_handle>([&](auto done) {
             create_event_reader_actor(*w.user, w.group, "other", {},
                                       std::function<void(result<event_reader_handle>)>{done});
           }).error());
    CHECK(w.world.now() - began < seconds{10});
    w.world.run_for(seconds{60});
    CHECK(w.world.events_of(state_segment).size() == before);
    // It can be deleted, and made again.
    CHECK(*w.get<bool>([&](auto done) { w.groups().delete_group_async(w.group, done); }));
    w.make_group();
    CHECK(w.describe());
    member.leave();
    w.finish();
  }
}
