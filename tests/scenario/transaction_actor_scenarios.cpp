// Transactions as actors: their messages, their owners, and closing.
#include "scenario/transaction_world.hpp"

namespace pravega_actor::scenario {

/// Something that the owner of a transaction does.
struct run_in_owner {
  std::function<void(caf::event_based_actor*)> what;
};

}  // namespace pravega_actor::scenario

CAF_ALLOW_UNSAFE_MESSAGE_TYPE(pravega_actor::scenario::run_in_owner)

using namespace pravega_actor;
using namespace pravega_actor::internal;
using namespace pravega_actor::scenario;

namespace {

struct actor_world : transaction_world {
  using transaction_world::transaction_world;

  transactional_writer_handle open_actor(const transactional_writer_options& options = {}) {
    std::optional<result<transactional_writer_handle>> opened;
    create_transactional_writer_actor(
        *user, stream, options,
        [&](result<transactional_writer_handle> r) { opened = std::move(r); });
    REQUIRE(world.run_until([&] { return opened.has_value(); }, seconds{10}));
    REQUIRE(opened->has_value());
    return **opened;
  }
};

/// An actor that begins a transaction, owns it, and sends what it is told to.
struct owner_state {
  transaction_handle transaction;
  std::vector<std::string> answers;
  std::vector<transaction_ended> ends;
  std::vector<transaction_expiring> notices;
};

class owner {
 public:
  owner(simulation& world, const transactional_writer_handle& writer,
        const transaction_options& options = {})
      : world_{world} {
    actor_ = world.system().spawn([=,
                                   got = got_](caf::event_based_actor* self) -> caf::behavior {
      self->request(writer, seconds{60}, begin_transaction{options})
          .then([=](const transaction_opened& opened) {
            if (opened.transaction) got->transaction = *opened.transaction;
            got->answers.push_back(
                opened.transaction ? "begun"
                                   : std::string{to_string(opened.transaction.error().code())});
          });
      return {[self](const run_in_owner& todo) { todo.what(self); },
              [got](const transaction_ended& e) { got->ends.push_back(e); },
              [got](const transaction_expiring& e) { got->notices.push_back(e); }};
    });
    REQUIRE(world.run_until([&] { return !got_->answers.empty(); }, seconds{100}));
    got_->answers.clear();
  }
  const transaction_handle& transaction() const { return got_->transaction; }
  owner_state& got() { return *got_; }
  void run(std::function<void(caf::event_based_actor*)> what) {
    caf::anon_send(actor_, run_in_owner{std::move(what)});
  }
  /// Sends events and then a commit, all at once.
  void write_and_commit(std::vector<write_event> events) {
    run([=, got = got_](caf::event_based_actor* self) {
      for (const auto& each : events)
        self->request(got->transaction, seconds{60}, each).then([got](const event_written& w) {
          got->answers.push_back("event " + code_of(w.outcome.outcome));
        });
      self->request(got->transaction, seconds{60}, commit_transaction{})
          .then([got](const transaction_outcome& o) {
            got->answers.push_back("commit " + code_of(o.outcome));
          });
    });
  }
  void subscribe() {
    run([got = got_](caf::event_based_actor* self) {
      self->send(got->transaction,
                 subscribe_transaction{caf::actor_cast<transaction_sink>(caf::actor{self})});
    });
  }
  void let_go() { got_->transaction = nullptr; }
  void die() { caf::anon_send_exit(actor_, caf::exit_reason::kill); }
  bool answered(std::size_t count) {
    return world_.run_until([&] { return got_->answers.size() >= count; }, seconds{100});
  }

 private:
  simulation& world_;
  std::shared_ptr<owner_state> got_ = std::make_shared<owner_state>();
  caf::actor actor_;
};

transaction_id id_of(actor_world& w, const transaction_handle& txn) {
  const auto status = ask<transaction_status>(w.world, txn, get_transaction_status{});
  REQUIRE(status);
  return status->id;
}

}  // namespace

TEST_CASE("transaction actor: events and a commit in one go, in their order") {
  actor_world w{{}, 2};
  auto writer = w.open_actor();
  owner o{w.world, writer};
  std::vector<write_event> events;
  texts wanted;
  texts answers;
  for (int i = 0; i < 50; ++i) {
    wanted.push_back("event " + std::to_string(100 + i));
    events.push_back({wanted.back(), "key"});
    answers.push_back("event ok");
  }
  answers.push_back("commit ok");
  o.write_and_commit(events);
  REQUIRE(o.answered(51));
  CHECK(o.got().answers == answers);
  CHECK(w.stored() == wanted);
  o.let_go();
  o.die();
  writer = nullptr;
  w.end();
}

TEST_CASE(
    "transaction actor: a commit is refused while something of its sender was not taken") {
  actor_world w;
  transactional_writer_options options;
  options.writer = w.user->default_writer_options();
  options.writer->outstanding_events_max = 3;
  auto writer = w.open_actor(options);
  owner o{w.world, writer};
  o.write_and_commit({{"1", "key"}, {"2", "key"}, {"3", "key"}, {"4", "key"}, {"5", "key"}});
  REQUIRE(o.answered(6));
  auto answers = o.got().answers;
  std::sort(answers.begin(), answers.end());
  CHECK(answers == texts{"commit would_block", "event ok", "event ok", "event ok",
                         "event would_block", "event would_block"});
  CHECK(w.stored().empty());
  // What was refused comes again behind a credit, and then everything is committed.
  o.got().answers.clear();
  o.run([got = &o.got()](caf::event_based_actor* self) {
    self->request(got->transaction, seconds{60}, await_credit{2, 2}).then([=](const credit& c) {
      self->send(got->transaction, use_credit{c.number});
      for (const auto* each : {"4", "5"})
        self->request(got->transaction, seconds{60}, write_event{each, "key"})
            .then([=](const event_written& e) {
              got->answers.push_back("event " + code_of(e.outcome.outcome));
            });
      self->request(got->transaction, seconds{60}, commit_transaction{})
          .then([=](const transaction_outcome& t) {
            got->answers.push_back("commit " + code_of(t.outcome));
          });
    });
  });
  REQUIRE(o.answered(3));
  CHECK(o.got().answers == texts{"event ok", "event ok", "commit ok"});
  CHECK(w.stored() == texts{"1", "2", "3", "4", "5"});
  o.let_go();
  o.die();
  writer = nullptr;
  w.end();
}

TEST_CASE("transaction actor: it is aborted when its owner is down") {
  actor_world w;
  auto writer = w.open_actor();
  owner o{w.world, writer};
  const auto id = id_of(w, o.transaction());
  (void)ask<event_written>(w.world, o.transaction(), write_event{"never", "key"});
  o.let_go();
  o.die();
  CHECK(w.comes_to(id, transaction_state::aborted, seconds{5}));
  CHECK(w.stored().empty());
  writer = nullptr;
  w.end();
}

TEST_CASE("transaction actor: state, status and subscription") {
  actor_world w;
  auto writer = w.open_actor();
  owner o{w.world, writer};
  o.subscribe();
  w.world.run_for(seconds{1});
  auto status = ask<transaction_status>(w.world, o.transaction(), get_transaction_status{});
  REQUIRE(status);
  CHECK(status->state == "open");
  CHECK(status->stream == w.stream);
  REQUIRE(status->lease_left);
  CHECK(*status->lease_left <= seconds{90});
  CHECK(*status->lease_left > seconds{45});
  REQUIRE(status->time_left);
  auto all =
      ask<transactional_writer_status>(w.world, writer, get_transactional_writer_status{});
  REQUIRE(all);
  REQUIRE(all->transactions.size() == 1);
  CHECK(all->transactions[0].id == status->id);
  CHECK(all->transactions[0].state == "open");
  auto state = ask<transaction_state_found>(w.world, o.transaction(), get_transaction_state{});
  REQUIRE(state);
  REQUIRE(state->state);
  CHECK(*state->state == transaction_state::open);
  o.write_and_commit({});
  REQUIRE(o.answered(1));
  CHECK(o.got().answers == texts{"commit ok"});
  w.world.run_for(seconds{1});
  REQUIRE(o.got().ends.size() == 1);
  CHECK(o.got().ends[0].how == transaction_end::committed);
  CHECK_FALSE(o.got().ends[0].why);
  all = ask<transactional_writer_status>(w.world, writer, get_transactional_writer_status{});
  REQUIRE(all);
  CHECK(all->transactions.empty());
  CHECK(all->committed == 1);
  o.let_go();
  o.die();
  writer = nullptr;
  w.end();
}

TEST_CASE("transaction actor: the client's actor opens the writer, which ends with its owner") {
  actor_world w;
  auto pravega = make_client_actor(*w.user);
  w.user.reset();
  const auto opened =
      ask<transactional_writer_opened>(w.world, pravega, create_transactional_writer{w.stream});
  REQUIRE(opened);
  REQUIRE(opened->writer);
  // The one who asked has ended.
  w.world.run_for(seconds{1});
  CHECK_FALSE(ask<transactional_writer_status>(w.world, *opened->writer,
                                               get_transactional_writer_status{}, seconds{1}));
  const auto closed = ask<client_closed>(w.world, pravega, close_client{});
  REQUIRE(closed);
  CHECK(closed->report.outcome);
}

TEST_CASE("transaction: closing its writer waits for commits and lists what was open") {
  actor_world w{{}, 2};
  auto aborted = w.begin();
  w.write(aborted, "never");
  transaction_options options;
  options.leave_open = true;
  auto left = w.begin(options);
  w.write(left, "later");
  auto committed = w.begin();
  w.write(committed, "event");
  w.world.run_for(seconds{1});
  std::optional<result<void>> done;
  committed.commit_async(seconds{60}, {}, [&](const result<void>& r) { done = r; });
  w.world.run_for(microseconds{1});
  const auto report = w.close_writer();
  CHECK(report.outcome);
  CHECK(report.stream == w.stream);
  std::map<transaction_id, transaction_end> ends;
  for (const auto& each : report.transactions)
    ends.emplace(each.id, each.how);
  CHECK(ends == std::map<transaction_id, transaction_end>{
                    {aborted.id(), transaction_end::aborted},
                    {left.id(), transaction_end::left_open},
                    {committed.id(), transaction_end::committed}});
  REQUIRE(done);
  CHECK(*done);
  CHECK(w.stored() == texts{"event"});
  CHECK(w.state_of(left.id()) == transaction_state::open);
  CHECK(w.try_begin().error() == errc::closed);
  // Another writer goes on with the one that was left.
  w.writer.reset();
  auto resumed = w.resume(left.id());
  REQUIRE(w.commit(resumed));
  CHECK(w.sorted() == texts{"event", "later"});
  w.end();
}

TEST_CASE("transaction: closing the client reports the transactions that were open") {
  actor_world w;
  auto txn = w.begin();
  w.write(txn, "never");
  w.world.run_for(seconds{1});
  const auto report = w.close_client();
  CHECK(report.outcome);
  REQUIRE(report.transactional_writers.size() == 1);
  REQUIRE(report.transactional_writers[0].transactions.size() == 1);
  CHECK(report.transactional_writers[0].transactions[0].id == txn.id());
  CHECK(report.transactional_writers[0].transactions[0].how == transaction_end::aborted);
  CHECK(w.stored().empty());
  CHECK(code_of(w.commit(txn)) != "ok");
  w.end();
}
