#include "transaction/transactional_writer_core.hpp"

#include "support/actor_world.hpp"
#include "support/catch.hpp"
#include "transaction/open_transactional_writer.hpp"

using namespace pravega_actor;
using namespace pravega_actor::internal;

namespace {

const scoped_stream stream{"scope", "stream"};

struct core_world : test::actor_world {
  transactional_writer_inside actor;
  std::shared_ptr<transactional_writer_core> core;
  core_world() {
    transactional_writer_setup setup;
    setup.stream = stream;
    setup.transactions_open_max = 1;
    setup.path = "client/transactions-1";
    actor = system.spawn(transactional_writer_actor, context, setup,
                         [](const result<transactional_writer_inside>&) {});
    core = std::make_shared<transactional_writer_core>(stream, actor, [](const char*) {});
    run();
  }
  ~core_world() {
    core.reset();
    caf::anon_send_exit(actor, caf::exit_reason::user_shutdown);
    actor = nullptr;
    run();
  }
};

}  // namespace

TEST_CASE("the core of a transactional writer tells its status", "[transactional_writer]") {
  core_world w;
  std::optional<result<transactional_writer_status>> status;
  w.core->find_status([&](const result<transactional_writer_status>& s) { status = s; });
  w.run();
  REQUIRE(status);
  REQUIRE(*status);
  CHECK((*status)->stream == stream);
  CHECK((*status)->state == "open");
  CHECK((*status)->transactions.empty());
}

TEST_CASE("the core of a transactional writer that is closed answers closed",
          "[transactional_writer]") {
  core_world w;
  std::optional<result<transactional_close_report>> report;
  w.core->close(seconds{1}, [&](const result<transactional_close_report>& r) { report = r; });
  w.run();
  REQUIRE(report);
  REQUIRE(*report);
  CHECK((*report)->outcome);
  CHECK((*report)->transactions.empty());
  // Once more: the same.
  report.reset();
  w.core->close(seconds{1}, [&](const result<transactional_close_report>& r) { report = r; });
  REQUIRE(report);
  REQUIRE(*report);
  CHECK((*report)->outcome);
  std::optional<errc> begun;
  w.core->begin(std::nullopt, {}, seconds{1}, [&](const result<transaction>& t) {
    begun = t ? errc::internal_error : t.error().code();
  });
  w.run();
  CHECK(begun == errc::closed);
}

TEST_CASE("a lease that is not allowed is refused by a transactional writer",
          "[transactional_writer]") {
  core_world w;
  transaction_options options;
  options.lease = seconds{1};
  std::optional<error> why;
  w.core->begin(std::nullopt, options, seconds{1}, [&](const result<transaction>& t) {
    if (!t) why = t.error();
  });
  w.run();
  REQUIRE(why);
  CHECK(*why == errc::invalid_argument);
}
