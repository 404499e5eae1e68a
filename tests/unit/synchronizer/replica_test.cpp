#include "pravega_actor/replica.hpp"

#include "support/catch.hpp"
#include "support/text_model.hpp"

using namespace pravega_actor;
using test::bytes_of;
using test::text_model;
using words = text_model::state_type;

namespace {

struct words_replica {
  model_replica<text_model> replica;
  words_replica() { REQUIRE(replica.initialize(as_bytes("a,b,."))); }
  std::shared_ptr<const words> state() {
    return std::static_pointer_cast<const words>(replica.state());
  }
};

}  // namespace

TEST_CASE("replica: there is no state before the first") {
  model_replica<text_model> fresh;
  CHECK(fresh.state() == nullptr);
  CHECK(fresh.initialize(as_bytes("a,")).error() == errc::invalid_argument);
  CHECK(fresh.state() == nullptr);
}

TEST_CASE("replica: snapshots stay as they are") {
  words_replica w;
  const auto before = w.state();
  CHECK(*before == words{"a", "b"});
  REQUIRE(w.replica.apply(as_bytes("c")));
  REQUIRE(w.replica.apply(as_bytes("d")));
  const auto after = w.state();
  CHECK(*before == words{"a", "b"});
  CHECK(*after == words{"a", "b", "c", "d"});
  REQUIRE(w.replica.initialize(as_bytes("z,.\0\0")));
  CHECK(*after == words{"a", "b", "c", "d"});
  CHECK(*w.state() == words{"z"});
}

TEST_CASE("replica: a state that nobody looked at is not copied") {
  words_replica w;
  const auto* before = w.state().get();
  REQUIRE(w.replica.apply(as_bytes("c")));
  REQUIRE(w.replica.apply(as_bytes("d")));
  const auto* after = w.state().get();
  CHECK(before != after);
  REQUIRE(w.replica.initialize(as_bytes("z,.")));
  REQUIRE(w.replica.apply(as_bytes("c")));
  CHECK(*w.state() == words{"z", "c"});
}

TEST_CASE("replica: what is rehearsed counts when it is committed") {
  words_replica w;
  REQUIRE(w.replica.rehearse({bytes_of("c"), bytes_of("d")}));
  CHECK(*w.state() == words{"a", "b"});
  w.replica.commit();
  CHECK(*w.state() == words{"a", "b", "c", "d"});
  REQUIRE(w.replica.rehearse_initial(as_bytes("z,.")));
  CHECK(*w.state() == words{"a", "b", "c", "d"});
  w.replica.commit();
  CHECK(*w.state() == words{"z"});
}

TEST_CASE("replica: a rehearsal that fails changes nothing") {
  words_replica w;
  CHECK(w.replica.rehearse({bytes_of("c"), bytes_of("bad")}).error() ==
        errc::precondition_failed);
  CHECK(w.replica.rehearse({bytes_of("unreadable")}).error() == errc::invalid_argument);
  CHECK(w.replica.rehearse_initial(as_bytes("x")).error() == errc::invalid_argument);
  CHECK(*w.state() == words{"a", "b"});
}

TEST_CASE("replica: a model that throws is an error") {
  words_replica w;
  CHECK(w.replica.rehearse({bytes_of("throw")}).error().detail() == "the model threw");
  CHECK(w.replica.apply(as_bytes("throw")).error() == errc::invalid_argument);
  const auto named =
      call_model([]() -> result<void> { throw std::runtime_error{"out of words"}; });
  CHECK(named.error().detail() == "the model threw: out of words");
}

TEST_CASE("replica: the whole state reads back") {
  words_replica w;
  model_replica<text_model> other;
  REQUIRE(other.initialize(*w.replica.whole()));
  CHECK(*std::static_pointer_cast<const words>(other.state()) == words{"a", "b"});
}
