#include "synchronizer/local_copy.hpp"

#include "support/catch.hpp"
#include "support/text_model.hpp"
#include "synchronizer/log_entry.hpp"

using namespace pravega_actor;
using namespace pravega_actor::internal;
using test::bytes_of;
using test::text_model;
using words = text_model::state_type;

namespace {

struct words_copy {
  local_copy copy{std::make_unique<model_replica<text_model>>()};

  result<void> initial(std::int64_t begin, std::int64_t end, std::string_view state) {
    return copy.take(begin, end, *encode_initial_entry(as_bytes(state)));
  }
  result<void> updates(std::int64_t begin, std::int64_t end,
                       const std::vector<std::string>& all) {
    std::vector<shared_bytes> bytes;
    for (const auto& each : all)
      bytes.push_back(bytes_of(each));
    return copy.take(begin, end, *encode_update_entry(bytes));
  }
  words state() { return *std::static_pointer_cast<const words>(copy.snapshot()); }
};

}  // namespace

TEST_CASE("local copy: updates before the first whole state do not count") {
  words_copy w;
  CHECK_FALSE(w.copy.has_state());
  CHECK(w.copy.snapshot() == nullptr);
  REQUIRE(w.updates(0, 10, {"a"}));
  CHECK_FALSE(w.copy.has_state());
  w.copy.reached(10);
  CHECK(w.copy.at() == revision{10, 0});
  REQUIRE(w.initial(10, 20, "x,."));
  CHECK(w.copy.at() == revision{20, 0});
  CHECK(w.state() == words{"x"});
}

TEST_CASE("local copy: each update has a revision, and none is applied twice") {
  words_copy w;
  REQUIRE(w.initial(0, 10, "."));
  REQUIRE(w.updates(10, 30, {"a", "b"}));
  CHECK(w.copy.at() == revision{30, 1});
  CHECK(w.copy.bytes_since_compaction() == 30);
  REQUIRE(w.initial(0, 10, "."));
  REQUIRE(w.updates(10, 30, {"a", "b"}));
  CHECK(w.state() == words{"a", "b"});
  REQUIRE(w.updates(30, 40, {}));
  CHECK(w.copy.at() == revision{40, 0});
  // It no longer moves a copy with a state.
  w.copy.reached(50);
  CHECK(w.copy.at() == revision{40, 0});
}

TEST_CASE("local copy: a whole state in the middle replaces what was there") {
  words_copy w;
  REQUIRE(w.initial(0, 10, "a,."));
  REQUIRE(w.initial(10, 25, "b,."));
  CHECK(w.state() == words{"b"});
  CHECK(w.copy.bytes_since_compaction() == 15);
}

TEST_CASE("local copy: after a new begin the next whole state counts first") {
  words_copy w;
  REQUIRE(w.initial(0, 10, "a,."));
  w.copy.begin_again();
  REQUIRE(w.updates(50, 60, {"x"}));
  CHECK(w.copy.is_skipping());
  CHECK(w.copy.at() == revision{10, 0});
  CHECK(w.state() == words{"a"});
  REQUIRE(w.initial(60, 70, "b,."));
  CHECK_FALSE(w.copy.is_skipping());
  REQUIRE(w.updates(70, 80, {"y"}));
  CHECK(w.state() == words{"b", "y"});
}

TEST_CASE("local copy: an error names the entry and the update") {
  words_copy w;
  REQUIRE(w.initial(0, 10, "."));
  CHECK(w.updates(10, 30, {"a", "bad"}).error().detail() ==
        "the entry at offset 10, update 1: a bad word");
  CHECK(w.copy.at() == revision{30, 0});
  words_copy other;
  CHECK(other.initial(7, 10, "x").error().detail() ==
        "the entry at offset 7: a state without an end");
  CHECK(other.copy.take(9, 12, as_bytes("?")).error().detail() ==
        "the entry at offset 9: an entry without a kind");
}

TEST_CASE("local copy: what it wrote itself stands at its place") {
  words_copy w;
  REQUIRE(w.copy.rehearse_initial(as_bytes("a,.")));
  w.copy.commit_initial(20);
  CHECK(w.copy.has_state());
  CHECK(w.copy.at() == revision{20, 0});
  REQUIRE(w.copy.rehearse({bytes_of("b"), bytes_of("c")}));
  w.copy.commit_updates(45, 2);
  CHECK(w.copy.at() == revision{45, 1});
  CHECK(w.state() == words{"a", "b", "c"});
  w.copy.compacted(70);
  CHECK(w.copy.at() == revision{70, 0});
  CHECK(w.copy.bytes_since_compaction() == 25);
  CHECK(w.state() == words{"a", "b", "c"});
}
