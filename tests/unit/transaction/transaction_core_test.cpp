#include "transaction/transaction_core.hpp"

#include "support/actor_world.hpp"
#include "support/catch.hpp"
#include "transaction/transactional_writer_core.hpp"

using namespace pravega_actor;
using namespace pravega_actor::internal;

namespace {

const scoped_stream stream{"scope", "stream"};
const transaction_id id{uuid{1, 2}};

/// A transaction whose controller says what the test wants.
struct open_transaction_world : test::actor_world {
  transaction_state state = transaction_state::open;
  std::optional<opened_transaction> opened;
  std::vector<transaction_ended> ends;
  int gone = 0;
  std::unique_ptr<transaction_core> core;

  open_transaction_world() {
    *on_call = [this](const controller::request& what) { return reply_to(what); };
    transaction_actor_setup setup;
    setup.what.stream = stream;
    setup.timeout = seconds{10};
    setup.path = "client/transactions-1/transaction-1";
    setup.has_handle = true;
    setup.board = std::make_shared<transaction_board>();
    setup.on_open = [this](const result<opened_transaction>& got) {
      REQUIRE(got);
      opened = *got;
    };
    setup.on_over = [this](const transaction_ended& how) { ends.push_back(how); };
    setup.on_gone = [this] { ++gone; };
    (void)system.spawn(transaction_actor, context, setup);
    run();
    REQUIRE(opened);
    core = std::make_unique<transaction_core>(stream, *opened, nullptr, [](const char*) {});
  }
  ~open_transaction_world() {
    core.reset();
    if (opened) caf::anon_send_exit(opened->actor, caf::exit_reason::user_shutdown);
    opened.reset();
    run();
  }
  result<controller::reply> reply_to(const controller::request& what) {
    if (what.holds<controller::create_transaction>())
      return controller::reply{controller::created_transaction{id, {{{0, 0}, {0.0, 1.0}}}, ""}};
    if (what.holds<controller::ping_transaction>())
      return controller::reply{controller::transaction_pinged{controller::ping_status::open}};
    if (what.holds<controller::abort_transaction>()) {
      state = transaction_state::aborted;
      return controller::reply{controller::done{}};
    }
    if (what.holds<controller::check_transaction>())
      return controller::reply{controller::transaction_checked{state}};
    return answer(what);
  }
};

}  // namespace

TEST_CASE("the core of a transaction tells its status and its state", "[transaction_core]") {
  open_transaction_world w;
  CHECK(w.core->id() == id);
  CHECK(w.core->stream() == stream);
  std::optional<result<transaction_status>> status;
  w.core->find_status([&](const result<transaction_status>& s) { status = s; });
  std::optional<result<transaction_state>> state;
  w.core->find_state({seconds{1}}, [&](const result<transaction_state>& s) { state = s; });
  w.run();
  REQUIRE(status);
  REQUIRE(*status);
  CHECK((*status)->id == id);
  CHECK((*status)->state == "open");
  REQUIRE(state);
  REQUIRE(*state);
  CHECK(**state == transaction_state::open);
}

TEST_CASE("the core of a transaction aborts it", "[transaction_core]") {
  open_transaction_world w;
  std::optional<result<void>> done;
  w.core->abort({seconds{1}}, [&](const result<void>& r) { done = r; });
  w.run();
  REQUIRE(done);
  CHECK(*done);
  REQUIRE(w.ends.size() == 1);
  CHECK(w.ends[0].how == transaction_end::aborted);
  const auto late = event_writer{w.core->writer()}.try_write(as_bytes("late"));
  REQUIRE_FALSE(late);
  CHECK(late.error() == errc::transaction_aborted);
}

TEST_CASE("the end of a transaction's core drops it", "[transaction_core]") {
  open_transaction_world w;
  w.core.reset();
  w.run();
  REQUIRE(w.ends.size() == 1);
  CHECK(w.ends[0].how == transaction_end::aborted);
  w.opened.reset();
  w.run();
  CHECK(w.gone == 1);
}

TEST_CASE("the core of a transaction whose actor is dead", "[transaction_core]") {
  open_transaction_world w;
  caf::anon_send_exit(w.opened->actor, caf::exit_reason::kill);
  w.run();
  std::vector<errc> outcomes;
  const auto note = [&](const result<void>& r) {
    outcomes.push_back(r ? errc::internal_error : r.error().code());
  };
  w.core->commit({{}, seconds{1}}, note);
  w.core->abort({seconds{1}}, note);
  w.run();
  CHECK(outcomes == std::vector{errc::outcome_unknown, errc::actor_terminated});
}

TEST_CASE("the core of a transaction knows its end though the actor is dead",
          "[transaction_core]") {
  open_transaction_world w;
  std::vector<std::string> outcomes;
  const auto note = [&](const result<void>& r) {
    outcomes.push_back(r ? "ok" : std::string{to_string(r.error().code())});
  };
  w.core->abort({seconds{1}}, note);
  w.run();
  caf::anon_send_exit(w.opened->actor, caf::exit_reason::kill);
  w.run();
  w.core->commit({{}, seconds{1}}, note);
  w.core->abort({seconds{1}}, note);
  w.run();
  CHECK(outcomes == std::vector<std::string>{"ok", "transaction_aborted", "ok"});
}
