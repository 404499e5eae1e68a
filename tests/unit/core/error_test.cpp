#include "pravega_actor/error.hpp"

#include <set>
#include <string>
#include <vector>

#include "pravega_actor/limits.hpp"
#include "pravega_actor/result.hpp"
#include "support/catch.hpp"

using namespace pravega_actor;

namespace {

const std::vector<errc> all_codes{
#define X(name, retriable, fatal, sentence, advice) errc::name,
    PRAVEGA_ACTOR_ERRORS(X)
#undef X
};

bool plain_sentence(std::string_view text) {
  return !text.empty() && !text.ends_with('.') && !text.ends_with(' ') &&
         !(text.front() >= 'A' && text.front() <= 'Z') &&
         text.find("  ") == std::string_view::npos;
}

}  // namespace

TEST_CASE("each error has a name, a sentence and an advice of its own") {
  REQUIRE(all_codes.size() > 40);
  std::set<std::string_view> names;
  std::set<std::string_view> sentences;
  for (const errc code : all_codes) {
    CAPTURE(to_string(code));
    names.insert(to_string(code));
    sentences.insert(describe(code));
    CHECK(plain_sentence(describe(code)));
    CHECK(plain_sentence(advice(code)));
  }
  CHECK(names.size() == all_codes.size());
  CHECK(sentences.size() == all_codes.size());
}

TEST_CASE("the table's columns reach the functions") {
  CHECK(to_string(errc::would_block) == "would_block");
  CHECK(is_retriable(errc::would_block));
  CHECK_FALSE(is_fatal(errc::would_block));
  CHECK_FALSE(is_retriable(errc::closed));
  CHECK(is_fatal(errc::closed));
  CHECK(describe(errc::stream_not_found) == "the stream does not exist");
  CHECK(advice(errc::closed) == "open a new one");
}

TEST_CASE("what the library retries by itself is retriable") {
  for (const errc code : {errc::wrong_host, errc::connection_lost, errc::token_expired,
                          errc::controller_unreachable, errc::segment_store_unreachable})
    CHECK(is_retriable(code));
  for (const errc code : {errc::invalid_argument, errc::stream_sealed, errc::outcome_unknown})
    CHECK_FALSE(is_retriable(code));
}

TEST_CASE("a number outside the table reads as an internal error") {
  const auto stray = static_cast<errc>(255);
  CHECK(to_string(stray) == "internal_error");
  CHECK(is_fatal(stray));
  CHECK(to_string(static_cast<stage>(200)) == "none");
}

// New errors go to the end: actors exit with these numbers.
TEST_CASE("an error keeps its number") {
  // clang-format off
  const std::vector<std::string_view> names{
      "invalid_argument", "invalid_configuration", "invalid_name", "event_too_large",
      "would_block", "limit_exceeded", "out_of_memory", "closed", "cancelled",
      "deadline_exceeded", "controller_unreachable", "controller_failure", "unauthenticated",
      "permission_denied", "scope_not_found", "scope_exists", "scope_not_empty",
      "stream_not_found", "stream_exists", "stream_sealed", "stream_not_sealed",
      "precondition_failed", "wrong_host", "segment_store_unreachable", "connection_lost",
      "incompatible_version", "protocol_violation", "malformed_frame", "frame_too_large",
      "unknown_command", "segment_exists", "segment_not_found", "segment_sealed",
      "segment_truncated", "conditional_check_failed", "invalid_event_number",
      "token_expired", "token_rejected", "unsupported_operation", "server_error",
      "table_key_not_found", "table_bad_version", "table_not_empty", "retries_exhausted",
      "not_written", "outcome_unknown", "earlier_event_failed", "reader_exists",
      "reader_offline", "end_of_segment", "actor_terminated", "io_error", "internal_error", "reader_group_not_found",
      "reader_group_exists", "reader_group_changed", "transaction_not_found",
      "transaction_committed", "transaction_aborted", "transaction_expired"};
  // clang-format on
  REQUIRE(all_codes.size() >= names.size());
  for (std::size_t i = 0; i < names.size(); ++i) {
    CHECK(to_string(all_codes[i]) == names[i]);
    CHECK(static_cast<std::size_t>(all_codes[i]) == i);
  }
}

TEST_CASE("each stage has words") {
  std::set<std::string_view> words;
  for (int at = 0; at <= static_cast<int>(stage::tls_handshake); ++at)
    words.insert(to_string(static_cast<stage>(at)));
  CHECK(words.size() == static_cast<std::size_t>(stage::tls_handshake) + 1);
  CHECK(to_string(stage::setup_append) == "setup append");
  CHECK(to_string(stage::segment_request) == "segment request");
  CHECK(to_string(stage::close) == "close");
}

TEST_CASE("an error without context answers with empty texts") {
  const error bare{errc::closed};
  CHECK(bare == errc::closed);
  CHECK(bare.at() == stage::none);
  CHECK(bare.detail().empty());
  CHECK(bare.controller().empty());
  CHECK(bare.segment_store().empty());
  CHECK(bare.subject().empty());
  CHECK(bare.request_id() == 0);
  CHECK(bare.to_string() == "the object is closed (closed); advice: open a new one");
}

TEST_CASE("context is added to copies, the original stays as it was") {
  const error first{errc::connection_lost, "reset by peer"};
  const error full = first.with_stage(stage::append)
                         .with_controller("c:9090")
                         .with_segment_store("s:12345")
                         .with_subject("scope/stream/0.#epoch.0")
                         .with_request_id(-7);
  CHECK(first.at() == stage::none);
  CHECK(first.segment_store().empty());
  CHECK(full.code() == errc::connection_lost);
  CHECK(full.at() == stage::append);
  CHECK(full.detail() == "reset by peer");
  CHECK(full.controller() == "c:9090");
  CHECK(full.segment_store() == "s:12345");
  CHECK(full.subject() == "scope/stream/0.#epoch.0");
  CHECK(full.request_id() == -7);
  CHECK(full.to_string() ==
        "the connection ended: reset by peer [stage append, of scope/stream/0.#epoch.0, "
        "controller c:9090, segment store s:12345, request -7] (connection_lost); advice: "
        "nothing to do: the library reconnects");
  CHECK(full.with_detail("other").detail() == "other");
  CHECK(full.detail() == "reset by peer");
}

TEST_CASE("a result holds a value or an error") {
  const result<int> good{7};
  const result<int> bad{errc::closed};
  REQUIRE(good);
  CHECK(*good == 7);
  CHECK(good.map([](int v) { return v + 1; }).value() == 8);
  REQUIRE_FALSE(bad);
  CHECK(bad.error() == errc::closed);
  CHECK(bad.value_or(3) == 3);
  CHECK(bad.map([](int v) { return v + 1; }).error() == errc::closed);
  CHECK(result<void>{}.has_value());
  CHECK(result<void>{error{errc::cancelled, "why"}}.error().detail() == "why");
}

TEST_CASE("the summary of an error has no place and no advice") {
  const auto failed =
      error{errc::closed, "by its owner"}.with_controller("a:1").with_stage(stage::append);
  CHECK(failed.summary() == "the object is closed: by its owner");
  CHECK(error{errc::closed}.summary() == "the object is closed");
}

TEST_CASE("what others say in an error does nothing to a terminal") {
  const std::string evil{"\x1b]0;owned\x07\nfake: all durable\r\x9b\xff \xe2\x80\xae end \x7f"};
  const std::string harmless{
      R"(\x1b]0;owned\x07\nfake: all durable\r\x9b\xff \xe2\x80\xae end \x7f)"};
  const auto whole = error{errc::server_error, evil}
                         .with_controller(evil)
                         .with_segment_store(evil)
                         .with_subject(evil);
  CHECK(whole.detail() == harmless);
  CHECK(whole.controller() == harmless);
  CHECK(whole.segment_store() == harmless);
  CHECK(whole.subject() == harmless);
  CHECK(whole.with_detail(evil).detail() == harmless);
  // Nothing is escaped twice.
  CHECK(error{errc::retries_exhausted, whole.to_string()}.detail() == whole.to_string());
  CHECK(error{errc::io_error, "Zürich"}.detail() == "Zürich");
}

TEST_CASE("what others say in an error has a length") {
  constexpr auto most = limits::error_text_bytes_max;
  CHECK(error{errc::server_error, std::string(most, 'x')}.detail().size() == most);
  const auto cut = error{errc::server_error, std::string(60000, 'x')}.detail();
  CHECK(cut ==
        std::string(most, 'x') + " ... (" + std::to_string(60000 - most) + " bytes more)");
}
