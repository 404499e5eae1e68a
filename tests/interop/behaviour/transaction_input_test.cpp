// Bad input of transactions: errors that say what is wrong, in time.
#include <thread>

#include "interop/behaviour/server_under_test.hpp"
#include "pravega_actor/client.hpp"

namespace pravega_actor::behaviour {

namespace {

using state = transaction_state;

constexpr seconds patience{60};
/// Where no retry can help, the answer comes much earlier than the patience ends.
constexpr seconds soon{10};

struct user_of_transactions {
  client pravega;
  scoped_stream stream;
  transactional_event_writer writer;

  explicit user_of_transactions(const scoped_stream& of) : pravega{connected()}, stream{of} {
    auto opened = pravega.open_transactional_writer(stream);
    if (!opened) FAIL(opened.error().to_string());
    writer = *opened;
  }
  ~user_of_transactions() {
    writer = {};
    static_cast<void>(pravega.close(patience));
  }
  static client connected() {
    config settings;
    settings.controller_uri = server().controller_uri;
    auto made = client::create(settings);
    if (!made) FAIL(made.error().to_string());
    return std::move(*made);
  }
  transaction begin() {
    auto begun = writer.begin(patience);
    if (!begun) FAIL(begun.error().to_string());
    return *begun;
  }
  transaction begin_with(std::string_view event) {
    auto begun = begin();
    REQUIRE(begun.write("key", as_bytes(event), patience));
    REQUIRE(begun.flush(patience));
    return begun;
  }
};

/// The name of the error of `call`, which must answer soon.
template <class Call>
std::string soon_error_of(const Call& call) {
  const auto began = clock_type::now();
  const auto got = call();
  CHECK(clock_type::now() - began < soon);
  if (got) return "ok";
  INFO(got.error().to_string());
  CHECK_FALSE(got.error().detail().empty());
  return std::string{to_string(got.error().code())};
}

void remove(const scoped_stream& stream) {
  must(controller::seal_stream{stream});
  must(controller::delete_stream{stream});
}

state end_of(const scoped_stream& stream, const transaction_id& id) {
  const auto last = clock_type::now() + call_timeout;
  auto now = must(controller::check_transaction{stream, id}).state;
  while ((now == state::open || now == state::aborting) && clock_type::now() < last) {
    std::this_thread::yield();
    now = must(controller::check_transaction{stream, id}).state;
  }
  return now;
}

}  // namespace

TEST_CASE("An id that the controller does not know cannot be resumed", "[transaction][input]") {
  user_of_transactions user{new_stream()};
  const transaction_id unknown{uuid{0, 4711}};
  CHECK(soon_error_of([&] { return user.writer.resume(unknown, patience); }) ==
        "transaction_not_found");
}

TEST_CASE("A lease out of range is refused with the range", "[transaction][input]") {
  user_of_transactions user{new_stream()};
  for (const auto lease : {milliseconds{9'999}, milliseconds{600'001}}) {
    transaction_options options;
    options.lease = lease;
    const auto begun = user.writer.begin(patience, options);
    REQUIRE_FALSE(begun);
    CHECK(begun.error() == errc::invalid_argument);
    CHECK(begun.error().detail().find("10000 to 600000 ms") != std::string::npos);
  }
}

TEST_CASE("A transaction whose lease has ended is neither committed nor resumed",
          "[transaction][input]") {
  user_of_transactions user{new_stream()};
  auto held = user.begin_with("never");
  // The lease ends at once, until the next ping.
  REQUIRE(must(controller::ping_transaction{user.stream, held.id(), 1}).status ==
          controller::ping_status::open);
  REQUIRE(end_of(user.stream, held.id()) == state::aborted);
  CHECK(soon_error_of([&] { return held.commit(patience); }) == "transaction_aborted");
  CHECK(soon_error_of([&] { return user.writer.resume(held.id(), patience); }) ==
        "transaction_aborted");
  CHECK(soon_error_of([&] { return held.write("key", as_bytes("late"), patience); }) ==
        "transaction_aborted");
  CHECK(held.abort(patience));
}

TEST_CASE("A sealed stream and a missing one begin no transaction", "[transaction][input]") {
  user_of_transactions user{new_stream()};
  auto open = user.begin_with("never");
  must(controller::seal_stream{user.stream});
  CHECK(soon_error_of([&] { return user.writer.begin(patience); }) == "stream_sealed");
  CHECK(soon_error_of([&] { return open.commit(patience); }) == "transaction_aborted");
  must(controller::delete_stream{user.stream});
  CHECK(soon_error_of([&] { return user.writer.begin(patience); }) == "stream_not_found");
  user_of_transactions lost{{shared_scope(), fresh_name("missing")}};
  CHECK(soon_error_of([&] { return lost.writer.begin(patience); }) == "stream_not_found");
  CHECK(soon_error_of([&] { return lost.writer.resume(open.id(), patience); }) ==
        "transaction_not_found");
}

TEST_CASE("A stream that is deleted under a transaction is an error soon",
          "[transaction][input]") {
  user_of_transactions user{new_stream()};
  auto open = user.begin_with("never");
  remove(user.stream);
  const bool made_again = GENERATE(false, true);
  if (made_again) must(controller::create_stream{user.stream, fixed_segments(1)});
  CAPTURE(made_again);
  // Whoever has the transaction, and however he uses it.
  const bool writes = GENERATE(false, true);
  if (writes) static_cast<void>(open.write("key", as_bytes("late"), patience));
  const auto outcome = soon_error_of([&] { return open.commit(patience); });
  CAPTURE(outcome);
  CHECK(std::set<std::string>{"transaction_not_found", "transaction_aborted", "outcome_unknown"}
            .contains(outcome));
  // A real server remembers for a while that the seal before the deletion has aborted it.
  const auto resumed = soon_error_of([&] { return user.writer.resume(open.id(), patience); });
  CAPTURE(resumed);
  CHECK(
      std::set<std::string>{"transaction_not_found", "transaction_aborted"}.contains(resumed));
  if (!made_again) return;
  // The new stream takes transactions, and has nothing of the old one.
  auto fresh = user.begin_with("fresh");
  REQUIRE(fresh.commit(patience));
  auto reader = user.pravega.create_reader(user.stream, user.pravega.default_reader_options());
  REQUIRE(reader);
  std::vector<std::string> events;
  while (events.empty()) {
    const auto item = reader->next(patience);
    REQUIRE(item);
    REQUIRE(*item);
    if (const auto* slice = std::get_if<event_slice>(&**item))
      for (const auto event : *slice)
        events.emplace_back(as_text(event.payload));
  }
  CHECK(events == std::vector<std::string>{"fresh"});
}

}  // namespace pravega_actor::behaviour
