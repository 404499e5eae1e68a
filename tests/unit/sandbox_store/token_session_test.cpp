// Delegation tokens in sessions of the store.
#include "security/delegation_tokens.hpp"
#include "unit/sandbox_store/session_client.hpp"

using namespace pravega_sandbox;
using namespace pravega_sandbox::test;
using namespace std::chrono_literals;
using wire::token_error;

namespace {

const std::string stream_resource = "prn::/scope:s/stream:t";
const std::string other_resource = "prn::/scope:s/stream:u";

struct strange_token final : store_faults {
  std::optional<token_state> next;
  std::optional<token_state> token_counts_as(std::string_view) override {
    return std::exchange(next, std::nullopt);
  }
};

struct token_fixture : session_fixture {
  explicit token_fixture(std::chrono::seconds lifetime = 10s)
      : tokens{std::make_shared<delegation_tokens>(token_options{"key", lifetime})} {
    store.model.require_tokens(tokens);
  }
  std::string token(permission granted, const std::string& resource = stream_resource) {
    return tokens->issue(resource, granted, store.model.now_ms());
  }
  void pass(std::int64_t ms) {
    store.model.set_now_ms(store.model.now_ms() + ms);
    client.session.on_time();
  }
  void set_up(const std::string& with, uuid writer = writer_id) {
    client.send(wire::setup_append{3, writer, segment_name, with});
  }
  void expect_refusal(std::int64_t id, token_error code) {
    const auto reply = client.expect<wire::auth_token_check_failed>();
    CHECK(reply.request_id == id);
    CHECK(reply.error_code == code);
    CHECK(client.closes == 0);
  }

  std::shared_ptr<delegation_tokens> tokens;
};

/// Every request but set-ups, reads and merges, all with one id.
template <class Do>
void each_request(const std::string& token, Do&& with) {
  with(wire::get_stream_segment_info{9, segment_name, token});
  with(wire::update_segment_policy{9, segment_name, 1, 1, token});
  with(wire::get_segment_attribute{9, segment_name, {1, 1}, token});
  with(wire::update_segment_attribute{9, segment_name, {1, 1}, 5, no_value, token});
  with(wire::truncate_segment{9, segment_name, 0, token});
  with(wire::create_segment{9, "s/t/1.#epoch.0", 0, 0, token, 0});
  with(wire::seal_segment{9, segment_name, token});
  with(wire::delete_segment{9, segment_name, token});
}

}  // namespace

TEST_CASE("store tokens: without them nothing is asked for") {
  session_fixture fixture;
  CHECK(fixture.client.setup() == no_value);
}

TEST_CASE("store tokens: a set-up needs the right to change") {
  token_fixture fixture;
  for (const auto& bad :
       {std::string{}, fixture.token(permission::read),
        fixture.token(permission::read_update, other_resource),
        fixture.tokens->issue_spoiled(stream_resource, permission::read_update, 0)}) {
    fixture.set_up(bad);
    fixture.expect_refusal(3, token_error::token_check_failed);
  }
  fixture.set_up(fixture.token(permission::read_update));
  CHECK(fixture.client.expect<wire::append_setup>().request_id == 3);
  fixture.client.append("event", 0);
  CHECK(fixture.client.expect<wire::data_appended>().event_number == 0);
}

TEST_CASE("store tokens: a set-up with an expired or blank one ends the connection silently") {
  for (const bool blank : {false, true}) {
    token_fixture fixture;
    const auto token = blank ? " " : fixture.token(permission::read_update);
    fixture.pass(10'001);
    fixture.set_up(token);
    CHECK(fixture.client.replies.empty());
    CHECK(fixture.client.closes == 1);
  }
}

TEST_CASE("store tokens: the right to read is enough for all other requests") {
  token_fixture fixture;
  const auto token = fixture.token(permission::read);
  each_request(token, [&](const auto& request) {
    INFO(wire::type_name(request.code));
    fixture.client.send(request);
    REQUIRE(fixture.client.replies.size() == 1);
    CHECK(fixture.client.replies.front().type != wire::auth_token_check_failed::code);
    fixture.client.replies.clear();
  });
}

TEST_CASE("store tokens: one that grants nothing is refused by every request") {
  token_fixture fixture;
  const auto token = fixture.token(permission::none);
  each_request(token, [&](const auto& request) {
    fixture.client.send(request);
    fixture.expect_refusal(9, token_error::token_check_failed);
  });
  fixture.client.send(wire::read_segment{segment_name, 0, 100, token, 5});
  fixture.expect_refusal(5, token_error::token_check_failed);
}

TEST_CASE("store tokens: a refused request and an expired one have their codes") {
  token_fixture fixture;
  const auto expired = fixture.token(permission::read);
  const auto other = fixture.tokens->issue(other_resource, permission::read_update, 5000);
  fixture.pass(10'001);
  each_request(expired, [&](const auto& request) {
    fixture.client.send(request);
    fixture.expect_refusal(9, token_error::token_expired);
  });
  each_request(other, [&](const auto& request) {
    fixture.client.send(request);
    fixture.expect_refusal(9, token_error::token_check_failed);
  });
  CHECK(fixture.store.model.find(segment_name));
}

TEST_CASE("store tokens: a read is refused with its own id, and the connection goes on") {
  token_fixture fixture;
  fixture.store.append(fixture.segment, "event");
  const auto token = fixture.token(permission::read);
  fixture.client.send(wire::read_segment{segment_name, 2, 100, {}, 5});
  fixture.expect_refusal(5, token_error::token_check_failed);
  fixture.client.send(wire::read_segment{segment_name, 2, 100, token, 6});
  CHECK(fixture.client.expect<wire::segment_read>().request_id == 6);
  fixture.pass(10'001);
  fixture.client.send(wire::read_segment{segment_name, 2, 100, token, 7});
  fixture.expect_refusal(7, token_error::token_expired);
}

TEST_CASE("store tokens: a read that waits is answered after its token has ended") {
  token_fixture fixture;
  fixture.client.send(
      wire::read_segment{segment_name, 0, 100, fixture.token(permission::read), 5});
  CHECK(fixture.client.replies.empty());
  fixture.pass(20'000);
  fixture.store.append(fixture.segment, "event");
  CHECK(fixture.client.expect<wire::segment_read>().request_id == 5);
  CHECK(fixture.client.closes == 0);
}

TEST_CASE("store tokens: merges look at their sources, a batch at its target, too") {
  token_fixture fixture;
  fixture.store.segment("s/t/1.#epoch.0");
  fixture.store.segment("s/u/0.#epoch.0");
  const auto own = fixture.token(permission::read);
  const auto others = fixture.token(permission::read, other_resource);
  fixture.client.send(wire::merge_segments{9, "s/u/0.#epoch.0", segment_name, others, {}});
  fixture.expect_refusal(9, token_error::token_check_failed);
  fixture.client.send(wire::merge_segments{9, "s/u/0.#epoch.0", segment_name, own, {}});
  (void)fixture.client.expect<wire::segments_merged>();
  fixture.store.segment(segment_name);
  fixture.client.send(wire::merge_segments_batch{9, segment_name, {"s/t/1.#epoch.0"}, own});
  fixture.expect_refusal(9, token_error::token_check_failed);
  fixture.client.send(wire::merge_segments_batch{
      9, segment_name, {"s/u/0.#epoch.0"}, fixture.token(permission::read_update)});
  fixture.expect_refusal(9, token_error::token_check_failed);
  fixture.client.send(wire::merge_segments_batch{
      9, segment_name, {"s/t/1.#epoch.0"}, fixture.token(permission::read_update)});
  (void)fixture.client.expect<wire::segments_batch_merged>();
}

TEST_CASE("store tokens: nobody asks for one to make a transient segment") {
  token_fixture fixture;
  fixture.client.send(wire::create_transient_segment{9, writer_id, segment_name, {}});
  (void)fixture.client.expect<wire::segment_created>();
}

TEST_CASE("store tokens: the connection ends with the first token of a successful set-up") {
  token_fixture fixture;
  CHECK_FALSE(fixture.client.session.ends_at_ms());
  const auto first = fixture.token(permission::read_update);
  fixture.set_up(first);
  fixture.pass(4000);
  fixture.set_up(fixture.token(permission::read_update));
  fixture.set_up(fixture.token(permission::read_update), {7, 7});
  CHECK(fixture.client.session.ends_at_ms() == 10'000);
  fixture.pass(5999);
  CHECK(fixture.client.closes == 0);
  CHECK_FALSE(fixture.client.session.ended_with_token());
  fixture.client.replies.clear();
  fixture.pass(1);
  CHECK(fixture.client.closes == 1);
  CHECK(fixture.client.replies.empty());
  CHECK(fixture.client.session.ended_with_token());
}

TEST_CASE("store tokens: a set-up that fails, and a token without an end, end nothing") {
  token_fixture fixture;
  fixture.client.send(
      wire::setup_append{3, writer_id, "s/t/gone", fixture.token(permission::read_update)});
  (void)fixture.client.expect<wire::no_such_segment>();
  CHECK_FALSE(fixture.client.session.ends_at_ms());
  token_fixture endless{-1s};
  endless.set_up(endless.token(permission::read_update));
  (void)endless.client.expect<wire::append_setup>();
  CHECK_FALSE(endless.client.session.ends_at_ms());
}

TEST_CASE("store tokens: a fault makes a good token another one, once") {
  token_fixture fixture;
  strange_token faults;
  session_client client{fixture.store.model, {0, &faults}};
  const auto token = fixture.token(permission::read);
  const auto ask = [&] { client.send(wire::get_stream_segment_info{9, segment_name, token}); };
  faults.next = token_state::expired;
  ask();
  CHECK(client.expect<wire::auth_token_check_failed>().error_code ==
        token_error::token_expired);
  faults.next = token_state::refused;
  ask();
  CHECK(client.expect<wire::auth_token_check_failed>().error_code ==
        token_error::token_check_failed);
  ask();
  (void)client.expect<wire::stream_segment_info>();
}
