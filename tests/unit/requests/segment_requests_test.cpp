#include "requests/segment_requests.hpp"

#include "requests/segment_info.hpp"
#include "support/actor_world.hpp"
#include "support/catch.hpp"

using namespace pravega_actor;
using namespace pravega_actor::internal;
using namespace pravega_actor::test;

namespace {

struct request_world : actor_world {
  std::shared_ptr<inbox<segment_answer>> box = std::make_shared<inbox<segment_answer>>();
  segment_requests client;
  caf::actor asker;

  request_world() {
    request_timing t;
    t.backoff = {milliseconds{10}, 2.0, milliseconds{100}, 0.0};
    t.answer_timeout = milliseconds{200};
    t.request_timeout = seconds{2};
    client = system.spawn(segment_requests_actor,
                          std::shared_ptr<const segment_context>{context}, t);
    asker = system.spawn(collector<segment_answer>, box);
  }
  ~request_world() {
    caf::anon_send_exit(client, caf::exit_reason::user_shutdown);
    caf::anon_send_exit(asker, caf::exit_reason::user_shutdown);
    client = nullptr;
    asker = nullptr;
    jobs.run();
  }
  void ask(std::int32_t number, duration timeout = duration{0}) {
    ask(number, question_of(wire::get_stream_segment_info{}), timeout);
  }
  void ask(std::int32_t number, std::shared_ptr<const segment_question> what,
           duration timeout = duration{0}) {
    caf::send_as(asker, client,
                 segment_request{test_segment(number), std::move(what), timeout, "token"});
  }
  template <class Reply>
  result<Reply> answer_as(std::size_t at = 0) const {
    REQUIRE(box->got.size() > at);
    const auto& outcome = std::get<0>(box->got[at]).outcome;
    if (!outcome) return outcome.error();
    return outcome->get<Reply>();
  }
  result<segment_info> answer(std::size_t at = 0) const {
    return info_of(answer_as<wire::stream_segment_info>(at));
  }
};

}  // namespace

TEST_CASE("a segment's information", "[segment_requests]") {
  request_world w;
  w.store.put(test_segment(3), byte_vector(50), true);
  w.store.change([](auto& all) { all.begin()->second.start = 20; });
  w.ask(3);
  w.run();
  REQUIRE(w.answer());
  CHECK(*w.answer() == segment_info{true, 20, 50, 7});
}

TEST_CASE("many requests at once share what is open", "[segment_requests]") {
  request_world w;
  auto shared = w.store.connect_session();
  *w.on_session = [&](const open_session& what) -> result<std::shared_ptr<session>> {
    CHECK_FALSE(what.dedicated);
    return shared;
  };
  for (std::int32_t n = 0; n < 20; ++n) {
    w.store.put(test_segment(n), byte_vector(static_cast<std::size_t>(n)));
    w.ask(n);
  }
  w.run();
  REQUIRE(w.box->got.size() == 20);
  std::int64_t sum = 0;
  for (std::size_t i = 0; i < 20; ++i)
    sum += w.answer(i)->write_offset;
  CHECK(sum == 190);
  CHECK(shared->flows() == 0);
}

TEST_CASE("a missing segment is an error with its context", "[segment_requests]") {
  request_world w;
  w.ask(0);
  w.run();
  const auto reason = w.answer().error();
  CHECK(reason.code() == errc::segment_not_found);
  CHECK(reason.subject() == "scope/stream/0.#epoch.0");
  CHECK(reason.segment_store() == "store:1");
  CHECK(reason.controller() == "controller:9090");
  CHECK(reason.at() == stage::segment_request);
}

TEST_CASE("a request survives lost connections and a silent server", "[segment_requests]") {
  request_world w;
  w.store.put(test_segment(0), byte_vector(5));
  w.ask(0);
  w.jobs.run();
  REQUIRE(w.store.requests_waiting() == 1);
  w.store.cut();
  for (int i = 0; i < 4; ++i) {
    w.jobs.run();
    w.jobs.advance_time(milliseconds{5});
  }
  w.jobs.run();
  REQUIRE(w.store.take_request());
  for (int i = 0; i < 50; ++i) {
    w.jobs.advance_time(milliseconds{5});
    w.jobs.run();
  }
  CHECK(w.box->got.empty());
  CHECK(w.store.requests_waiting() == 1);
  w.run();
  CHECK(w.answer()->write_offset == 5);
  CHECK(w.calls == 3);
}

TEST_CASE("the controller is asked again only after a failure", "[segment_requests]") {
  request_world w;
  w.store.put(test_segment(0), byte_vector(5));
  for (std::size_t i = 0; i < 3; ++i) {
    w.ask(0);
    w.run();
    REQUIRE(w.answer(i));
  }
  CHECK(w.calls == 1);
  // A refusal for good comes from the right store.
  w.ask(1);
  w.run();
  w.ask(1);
  w.run();
  CHECK(w.answer(4).error().code() == errc::segment_not_found);
  CHECK(w.calls == 2);
  w.ask(0);
  w.jobs.run();
  w.store.cut();
  w.jobs.run();
  w.jobs.advance_time(milliseconds{10});
  w.run();
  REQUIRE(w.answer(5));
  CHECK(w.calls == 3);
}

TEST_CASE("a request ends with its deadline", "[segment_requests]") {
  request_world w;
  *w.on_session = [](const open_session&) -> result<std::shared_ptr<session>> {
    return errc::segment_store_unreachable;
  };
  w.ask(0, milliseconds{300});
  w.run_for(milliseconds{290});
  CHECK(w.box->got.empty());
  w.run_for(milliseconds{20});
  CHECK(w.answer().error().code() == errc::deadline_exceeded);
  CHECK(w.answer().error().segment_store() == "store:1");
}

TEST_CASE("garbage is an error", "[segment_requests]") {
  request_world w;
  w.ask(0);
  w.jobs.run();
  auto asked = w.store.take_request();
  const auto id = wire::decode_as<wire::get_stream_segment_info>(asked->payload)->request_id;
  asked->answer(wire::segment_sealed{id, "scope/stream/0.#epoch.0"});
  w.run();
  CHECK(w.answer().error().code() == errc::protocol_violation);
}

TEST_CASE("offsets that cannot be are an error", "[segment_requests]") {
  request_world w;
  w.ask(0);
  w.jobs.run();
  auto asked = w.store.take_request();
  const auto id = wire::decode_as<wire::get_stream_segment_info>(asked->payload)->request_id;
  static constexpr std::int64_t most = (1LL << 61) - 2;
  const auto [start, write] = GENERATE(std::pair<std::int64_t, std::int64_t>{0, -1},
                                       std::pair<std::int64_t, std::int64_t>{-1, 5},
                                       std::pair<std::int64_t, std::int64_t>{6, 5},
                                       std::pair<std::int64_t, std::int64_t>{0, most + 1},
                                       std::pair<std::int64_t, std::int64_t>{most, most});
  const std::string name{"scope/stream/0.#epoch.0"};
  // An answer to another request is none.
  asked->answer(wire::stream_segment_info{id + 1, name, true, false, false, 7, 5, 0});
  asked->answer(wire::stream_segment_info{id, name, true, false, false, 7, write, start});
  w.run();
  if (start == most)
    CHECK(w.answer()->write_offset == most);
  else
    CHECK(w.answer().error().code() == errc::protocol_violation);
}

TEST_CASE("a request names its segment, token and id in each attempt", "[segment_requests]") {
  request_world w;
  const uuid attribute{1, 2};
  w.ask(0, question_of(wire::get_segment_attribute{0, "", attribute, ""}));
  w.jobs.run();
  auto first = w.store.take_request();
  REQUIRE(first->type == wire::get_segment_attribute::code);
  const auto asked = *wire::decode_as<wire::get_segment_attribute>(first->payload);
  CHECK(asked.segment == "scope/stream/0.#epoch.0");
  CHECK(asked.attribute_id == attribute);
  CHECK(asked.delegation_token == "token");
  // It expired: the next attempt has another one.
  first->answer(
      wire::auth_token_check_failed{asked.request_id, "", wire::token_error::token_expired});
  for (int i = 0; i < 4; ++i) {
    w.jobs.run();
    w.jobs.advance_time(milliseconds{5});
  }
  w.jobs.run();
  auto second = w.store.take_request();
  REQUIRE(second);
  const auto again = *wire::decode_as<wire::get_segment_attribute>(second->payload);
  CHECK(again.delegation_token == "fresh");
  CHECK(again.request_id != asked.request_id);
  // A late answer to the first attempt is none.
  second->answer(wire::segment_attribute{asked.request_id, 1});
  second->answer(wire::segment_attribute{again.request_id, 2});
  w.run();
  CHECK(w.answer_as<wire::segment_attribute>()->value == 2);
}

TEST_CASE("a request that does not encode ends at once", "[segment_requests]") {
  request_world w;
  wire::merge_segments bad;
  bad.source = "\xFF";
  w.ask(0, question_of(bad));
  w.run();
  CHECK(w.answer_as<wire::segments_merged>().error() == errc::invalid_argument);
}

TEST_CASE("another one's token that ends the connection fails no request",
          "[segment_requests]") {
  request_world w;
  w.store.put(test_segment(0), byte_vector(5));
  w.ask(0);
  w.jobs.run();
  auto asked = w.store.take_request();
  asked->answer(wire::auth_token_check_failed{4711, "", wire::token_error::token_check_failed});
  w.run_for(milliseconds{50});
  CHECK(w.answer()->write_offset == 5);
}

TEST_CASE("a connection that ends for good fails no request", "[segment_requests]") {
  int made = 0;
  request_world w;
  w.store.put(test_segment(0), byte_vector(5));
  const auto why = GENERATE(errc::malformed_frame, errc::frame_too_large, errc::unknown_command,
                            errc::protocol_violation, errc::incompatible_version);
  SECTION("while it asks") {
    w.ask(0);
    w.jobs.run();
    auto asked = w.store.take_request();
    asked->from.lock()->close(why);
  }
  SECTION("while it is made") {
    *w.on_session = [&, why](const open_session&) -> result<std::shared_ptr<session>> {
      if (++made == 1) return why;
      return w.store.connect_session();
    };
    w.ask(0);
  }
  w.run_for(milliseconds{50});
  CHECK(w.answer()->write_offset == 5);
}

TEST_CASE("a store that is not accepted fails its requests at once", "[segment_requests]") {
  request_world w;
  w.store.put(test_segment(0), byte_vector(5));
  const auto why = GENERATE(errc::certificate_rejected, errc::tls_failed);
  *w.on_session = [why](const open_session&) -> result<std::shared_ptr<session>> {
    return why;
  };
  w.ask(0);
  w.run_for(milliseconds{1});
  REQUIRE_FALSE(w.answer());
  CHECK(w.answer().error() == why);
}

TEST_CASE("the death of the client answers what is open", "[segment_requests]") {
  request_world w;
  w.ask(0);
  w.jobs.run();
  caf::anon_send_exit(w.client, caf::exit_reason::kill);
  w.run();
  CHECK(w.answer().error().code() == errc::actor_terminated);
}

TEST_CASE("the client may die before or after each action", "[segment_requests]") {
  for (int moment = 0;; ++moment) {
    request_world w;
    w.store.put(test_segment(0), byte_vector(5));
    int left = moment;
    bool struck = false;
    w.env->on_strike = [&](std::string_view machine, std::string_view, strike_moment) {
      CHECK(machine == "segment_requests");
      return left-- == 0 && (struck = true);
    };
    w.ask(0);
    w.run();
    const auto answer = w.answer();
    if (!struck) {
      CHECK(answer->write_offset == 5);
      CHECK(moment > 10);
      break;
    }
    if (!answer) CHECK(answer.error().code() == errc::actor_terminated);
  }
}
