#include "pravega_actor/two_phase_sink.hpp"

#include "support/catch.hpp"

using namespace pravega_actor;

TEST_CASE("prepared transactions as text: there and back") {
  const scoped_stream stream{"scope", "stream"};
  const prepared_transaction some{stream, transaction_id{{1LL << 32, 7}}};
  CHECK(some.to_text() == "scope/stream/00000001-0000-0000-0000-000000000007");
  CHECK(*prepared_transaction::from_text(some.to_text()) == some);
  const prepared_transaction nothing{stream, std::nullopt};
  CHECK(nothing.to_text() == "scope/stream/none");
  CHECK(*prepared_transaction::from_text(nothing.to_text()) == nothing);
}

TEST_CASE("prepared transactions as text: what is no such text") {
  for (const auto* text :
       {"", "none", "/none", "stream/none", "scope/stream/", "scope/stream/7",
        "scope//00000001-0000-0000-0000-000000000007", "a b/stream/none",
        "scope/stream/00000001-0000-0000-0000-00000000000g"}) {
    INFO(text);
    const auto parsed = prepared_transaction::from_text(text);
    REQUIRE_FALSE(parsed);
    CHECK((parsed.error() == errc::invalid_argument || parsed.error() == errc::invalid_name));
  }
}

TEST_CASE("sink: an empty handle is closed") {
  two_phase_sink sink;
  CHECK_FALSE(sink.valid());
  CHECK(sink.write({}, seconds{1}).error() == errc::closed);
  CHECK(sink.write("key", {}, seconds{1}).error() == errc::closed);
  CHECK(sink.current(seconds{1}).error() == errc::closed);
  CHECK(sink.pre_commit(seconds{1}).error() == errc::closed);
  CHECK(sink.commit({}, seconds{1}).error() == errc::closed);
  CHECK(sink.abort({}, seconds{1}).error() == errc::closed);
  CHECK(sink.discard(seconds{1}).error() == errc::closed);
}

TEST_CASE("sink: over an empty writer every call says that it is closed") {
  two_phase_sink sink{transactional_event_writer{}};
  CHECK(sink.valid());
  CHECK(sink.current(seconds{1}).error() == errc::closed);
  CHECK(sink.write("key", {}, seconds{1}).error() == errc::closed);
  CHECK(sink.commit({{}, transaction_id{{1, 2}}}, seconds{1}).error() == errc::closed);
}
