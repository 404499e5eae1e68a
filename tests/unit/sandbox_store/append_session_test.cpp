#include "store/append_session.hpp"

#include <string>

#include "unit/sandbox_store/session_client.hpp"

using namespace pravega_sandbox;
using namespace pravega_sandbox::test;

namespace {

std::string content(const segment_model& segment) {
  return text_of(segment.read(0, 1 << 20));
}

std::string event_bytes(std::string_view payload) {
  std::string text(8, '\0');
  text[7] = static_cast<char>(payload.size());
  return text.append(payload);
}

}  // namespace

TEST_CASE("append session: a new writer has no number, and each append names the one before") {
  session_fixture f;
  CHECK(f.client.setup() == no_value);
  f.client.append("ab", 4);
  CHECK(f.client.expect<wire::data_appended>() ==
        wire::data_appended{writer_id, 4, no_value, 7, 2});
  f.client.append("cde", 10);
  CHECK(f.client.expect<wire::data_appended>() == wire::data_appended{writer_id, 10, 4, 7, 5});
  CHECK(f.segment->attribute(writer_id) == 10);
  CHECK(content(*f.segment) == "abcde");
}

TEST_CASE("append session: set-up answers with what is stored, on any connection") {
  session_fixture f;
  f.client.setup();
  f.client.append("a", 3);
  f.client.expect<wire::data_appended>();
  session_client other{f.store.model};
  CHECK(other.setup() == 3);
  other.append("b", 4);
  CHECK(other.expect<wire::data_appended>().previous_event_number == 3);
  CHECK(f.client.setup() == 4);
}

TEST_CASE("append session: set-up on a missing segment") {
  session_fixture f;
  f.client.send(wire::setup_append{8, writer_id, "s/t/9.#epoch.0", {}});
  CHECK(f.client.expect<wire::no_such_segment>() ==
        wire::no_such_segment{8, "s/t/9.#epoch.0", {}, -1});
  CHECK(f.client.closes == 0);
}

TEST_CASE("append session: an append without events or bytes") {
  session_fixture f;
  f.client.setup();
  f.client.append("", 1);
  CHECK(f.client.expect<wire::data_appended>().current_segment_write_offset == 0);
  f.client.send(session_client::block_end("x", 2, writer_id, 0));
  CHECK(f.client.closes == 1);
  CHECK(f.segment->length() == 0);
}

TEST_CASE("append session: the number of the append before is stored again without an answer") {
  session_fixture f;
  f.client.setup();
  f.client.append("a", 1);
  f.client.expect<wire::data_appended>();
  f.client.append("b", 1);
  CHECK(f.client.replies.empty());
  CHECK(f.client.closes == 0);
  CHECK(content(*f.segment) == "ab");
  f.client.append("c", 2);
  CHECK(f.client.expect<wire::data_appended>().previous_event_number == 1);
}

TEST_CASE("append session: a smaller number ends the session, also after a new set-up") {
  session_fixture f;
  f.client.setup();
  f.client.append("a", 5);
  f.client.append("b", 4);
  CHECK(f.client.closes == 1);
  session_client again{f.store.model};
  CHECK(again.setup() == 5);
  again.append("b", 4);
  CHECK(again.closes == 1);
  CHECK(again.replies.empty());
  CHECK(content(*f.segment) == "a");
}

TEST_CASE("append session: another connection went on: InvalidEventNumber, then the end") {
  session_fixture f;
  f.client.setup();
  session_client other{f.store.model};
  other.setup();
  other.append("a", 1);
  f.client.append("b", 2);
  const auto reply = f.client.expect<wire::invalid_event_number>();
  CHECK(reply.writer_id == writer_id);
  CHECK(reply.event_number == 2);
  CHECK(reply.request_id == 7);
  CHECK(f.client.closes == 1);
  CHECK(content(*f.segment) == "a");
}

TEST_CASE("append session: a sealed segment is told once, further appends end the session") {
  session_fixture f;
  f.client.setup();
  f.client.append("a", 1);
  f.client.expect<wire::data_appended>();
  f.store.model.seal(segment_name);
  f.client.append("b", 2);
  CHECK(f.client.expect<wire::segment_is_sealed>() ==
        wire::segment_is_sealed{7, segment_name, {}, 2});
  CHECK(f.client.closes == 0);
  CHECK(f.client.setup() == 1);
  f.client.append("b", 2);
  f.client.expect<wire::segment_is_sealed>();
  f.client.append("c", 3);
  CHECK(f.client.closes == 1);
  CHECK(content(*f.segment) == "a");
}

TEST_CASE("append session: sealed is said even if another connection went on") {
  session_fixture f;
  f.client.setup();
  session_client late{f.store.model};
  late.setup();
  late.append("a", 1);
  f.store.model.seal(segment_name);
  f.client.append("a", 1);
  f.client.expect<wire::segment_is_sealed>();
  CHECK(f.client.setup() == 1);
}

TEST_CASE("append session: a segment that is deleted under its writer") {
  session_fixture f;
  f.client.setup();
  f.store.model.remove(segment_name);
  f.store.segment(segment_name);
  f.client.append("a", 1);
  CHECK(f.client.expect<wire::no_such_segment>().request_id == 7);
  CHECK(f.client.closes == 0);
  f.client.append("b", 2);
  CHECK(f.client.closes == 1);
}

TEST_CASE("append session: the last set-up of a writer id decides its segment") {
  session_fixture f;
  const auto second = f.store.segment("s/t/1.#epoch.0");
  f.client.setup();
  f.client.setup("s/t/1.#epoch.0");
  f.client.append("x", 1);
  CHECK(content(*second) == "x");
  CHECK(f.segment->length() == 0);
}

TEST_CASE("append session: too many writers on one connection end the session") {
  session_fixture f;
  const auto most = pravega_actor::limits::appends_per_connection_max;
  for (std::size_t i = 0; i < most; ++i)
    f.client.setup(segment_name, uuid{1, i});
  f.client.setup(segment_name, uuid{1, 0});
  f.client.send(wire::setup_append{1, uuid{1, most}, segment_name, {}});
  CHECK(f.client.closes == 1);
}

TEST_CASE("append session: acknowledgements of one turn are sent as one") {
  session_fixture f;
  f.client.setup();
  using c = session_client;
  f.client.send_together(c::block_end("a", 1), c::block_end("b", 2), c::block_end("c", 3));
  CHECK(f.client.expect<wire::data_appended>() ==
        wire::data_appended{writer_id, 3, no_value, 7, 3});
  CHECK(f.client.replies.empty());
  const uuid second{3, 3};
  f.client.setup(segment_name, second);
  f.client.send_together(c::block_end("d", 4), c::block_end("e", 1, second), wire::keep_alive{},
                         c::block_end("f", 5));
  CHECK(f.client.expect<wire::data_appended>().event_number == 4);
  CHECK(f.client.expect<wire::data_appended>().writer_id == second);
  f.client.expect<wire::keep_alive>();
  CHECK(f.client.expect<wire::data_appended>().previous_event_number == 4);
}

TEST_CASE("append session: a block with a partial event is put together") {
  session_fixture f;
  f.client.setup();
  const auto first = event_bytes("one");
  const auto second = event_bytes("second");
  std::vector<std::byte> block = raw(first);
  REQUIRE(wire::encode_to(block, wire::partial_event{raw(second.substr(0, 10))}));
  f.client.send(wire::append_block{writer_id, block});
  CHECK(f.client.replies.empty());
  f.client.send(wire::append_block_end{writer_id, static_cast<std::int32_t>(first.size()),
                                       raw(second.substr(10)), 2, 2, 7});
  CHECK(f.client.expect<wire::data_appended>().event_number == 2);
  CHECK(content(*f.segment) == first + second);
  CHECK(f.segment->attribute(event_count_attribute) == 2);
}

TEST_CASE("append session: the padding of a block is not stored") {
  session_fixture f;
  f.client.setup();
  std::vector<std::byte> block = raw(event_bytes("one"));
  REQUIRE(wire::encode_to(block, wire::padding{20}));
  f.client.send_together(wire::append_block{writer_id, block},
                         wire::append_block_end{writer_id, 11, {}, 1, 1, 7});
  f.client.expect<wire::data_appended>();
  CHECK(content(*f.segment) == event_bytes("one"));
}

TEST_CASE("append session: no other append may come between a block and its end") {
  session_fixture f;
  f.client.setup();
  f.client.send(wire::append_block{writer_id, raw("abc")});
  f.client.send(wire::setup_append{1, writer_id, segment_name, {}});
  CHECK(f.client.closes == 1);
  CHECK(f.client.replies.empty());
}

TEST_CASE("append session: what is no append may come between a block and its end") {
  session_fixture f;
  f.client.setup();
  f.client.send(wire::append_block{writer_id, raw("abc")});
  f.client.send(wire::keep_alive{});
  f.client.expect<wire::keep_alive>();
  f.client.send(wire::append_block_end{writer_id, 3, {}, 1, 1, 7});
  CHECK(f.client.expect<wire::data_appended>().event_number == 1);
  CHECK(content(*f.segment) == "abc");
}

TEST_CASE("append session: a block of an unknown writer ends the session") {
  session_fixture f;
  f.client.send(wire::append_block{writer_id, raw("abc")});
  CHECK(f.client.closes == 1);
}

TEST_CASE("append session: a conditional append needs the right length") {
  session_fixture f;
  f.client.setup();
  f.client.send(wire::conditional_append{writer_id, 1, 5, raw("hello"), 9});
  CHECK(f.client.expect<wire::conditional_check_failed>() ==
        wire::conditional_check_failed{writer_id, 1, 9});
  f.client.send(wire::conditional_append{writer_id, 1, 0, raw("hello"), 9});
  CHECK(f.client.expect<wire::data_appended>() ==
        wire::data_appended{writer_id, 1, no_value, 9, 13});
  CHECK(content(*f.segment) == event_bytes("hello"));
  f.client.send(wire::conditional_block_end{writer_id, 3, 13, raw("raw"), 10});
  CHECK(f.client.expect<wire::data_appended>().previous_event_number == 1);
  f.store.model.seal(segment_name);
  f.client.send(wire::conditional_append{writer_id, 4, 0, raw("late"), 9});
  CHECK(f.client.expect<wire::segment_is_sealed>().offset == 4);
}

TEST_CASE("append session: a store without memory ends the session") {
  store_fixture store{{4, when_full::refuse}};
  const auto segment = store.segment(segment_name);
  session_client client{store.model};
  client.setup();
  client.append("1234", 1);
  client.expect<wire::data_appended>();
  client.append("5", 2);
  const auto refusal = client.expect<wire::error_message>();
  CHECK(refusal.segment == segment_name);
  CHECK(
      refusal.message.starts_with("the sandbox is full: an append of 1 bytes does not fit "
                                  "beside the 4 bytes of events that it holds (at most 4)"));
  CHECK(client.closes == 1);
  CHECK(client.replies.empty());
  CHECK(segment->attribute(writer_id) == 1);
  CHECK(store.model.counters().appends_refused_full == 1);
  CHECK(store.model.counters().appends == 1);
}

TEST_CASE("append session: a fault before an append loses it, one after it keeps it") {
  struct cut final : store_faults {
    std::int64_t before = -1;
    std::int64_t after_number = -1;
    bool close_before(const append_info& append) override {
      return append.event_number == before;
    }
    ack_plan after(const append_info& append) override {
      CHECK(append.segment == segment_name);
      CHECK(append.bytes == 1);
      return {append.event_number == after_number, 0};
    }
  } faults;
  session_fixture f;
  session_client first{f.store.model, {0, &faults}};
  first.setup();
  first.append("a", 1);
  first.expect<wire::data_appended>();
  faults.before = 2;
  first.append("b", 2);
  CHECK(first.closes == 1);
  CHECK(first.replies.empty());
  faults = {};
  faults.after_number = 2;
  session_client second{f.store.model, {0, &faults}};
  CHECK(second.setup() == 1);
  second.append("b", 2);
  CHECK(second.closes == 1);
  CHECK(second.replies.empty());
  CHECK(f.client.setup() == 2);
  CHECK(content(*f.segment) == "ab");
}

TEST_CASE("append session: acknowledgements can be held back and stay in order") {
  struct hold final : store_faults {
    ack_plan after(const append_info& append) override {
      return {false, append.event_number == 1 ? 100 : 0};
    }
  } faults;
  session_fixture f;
  session_client client{f.store.model, {0, &faults}};
  client.setup();
  CHECK_FALSE(client.session.next_due_ms());
  client.append("a", 1);
  client.append("b", 2);
  client.send(wire::keep_alive{});
  client.expect<wire::keep_alive>();
  CHECK(client.replies.empty());
  CHECK(client.session.next_due_ms() == 100);
  f.store.model.set_now_ms(99);
  client.session.on_time();
  CHECK(client.replies.empty());
  f.store.model.set_now_ms(100);
  client.session.on_time();
  CHECK(client.expect<wire::data_appended>().event_number == 1);
  CHECK(client.expect<wire::data_appended>().event_number == 2);
  client.append("c", 3);
  CHECK(client.expect<wire::data_appended>().event_number == 3);
}

TEST_CASE("append session: held acknowledgements come before a refusal") {
  struct hold final : store_faults {
    ack_plan after(const append_info&) override { return {false, 1000}; }
  } faults;
  session_fixture f;
  session_client client{f.store.model, {0, &faults}};
  client.setup();
  client.append("a", 1);
  f.store.model.seal(segment_name);
  client.append("b", 2);
  CHECK(client.expect<wire::data_appended>().event_number == 1);
  client.expect<wire::segment_is_sealed>();
}

TEST_CASE("append session: a conditional append can be made to fail") {
  struct refuse final : store_faults {
    int left = 1;
    bool fail_condition(const append_info&) override { return left-- > 0; }
  } faults;
  session_fixture f;
  session_client client{f.store.model, {0, &faults}};
  client.setup();
  client.send(wire::conditional_append{writer_id, 1, 0, raw("x"), 9});
  client.expect<wire::conditional_check_failed>();
  client.send(wire::conditional_append{writer_id, 1, 0, raw("x"), 9});
  client.expect<wire::data_appended>();
}

TEST_CASE("append session: knows that it ended at an append behind a seal") {
  session_fixture f;
  f.client.setup();
  f.store.model.seal(segment_name);
  using c = session_client;
  f.client.send_together(c::block_end("a", 1), c::block_end("b", 2));
  CHECK(f.client.closes == 1);
  CHECK(f.client.session.ended_behind_seal());
  session_client other{f.store.model};
  other.append("a", 1);
  CHECK(other.closes == 1);
  CHECK_FALSE(other.session.ended_behind_seal());
}

TEST_CASE("append session: a segment that moved away, and came back") {
  std::size_t owner = 0;
  session_fixture f;
  f.store.model.set_owner([&](std::string_view) { return owner; });
  session_client there{f.store.model, {1, nullptr}};
  f.client.setup();
  f.client.append("a", 1);
  f.client.expect<wire::data_appended>();
  owner = 1;
  f.client.append("b", 2);
  CHECK(f.client.expect<wire::wrong_host>() == wire::wrong_host{7, segment_name, {}, {}});
  CHECK(f.client.closes == 0);
  CHECK(there.setup() == 1);
  there.append("b", 2);
  there.expect<wire::data_appended>();
  owner = 0;
  CHECK(f.client.setup() == 2);
  CHECK(content(*f.segment) == "ab");
}
