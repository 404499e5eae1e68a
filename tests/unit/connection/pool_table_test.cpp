// The table of the pool in docs/protocols/connection.md, row by row, against the manager.
#include <functional>

#include "support/state_table.hpp"
#include "unit/connection/manager_world.hpp"

namespace pravega_actor::test {

using namespace internal;
namespace {

constexpr std::size_t per_store_max = 3;

/// A manager whose connections get flows.
struct pool_world : manager_world {
  pool_world() : manager_world{per_store_max} {}
  std::int32_t flows_given = 0;

  std::shared_ptr<session> opened(std::size_t which) const { return port->opened.at(which); }
  /// A new connection that has so many flows; none is left connecting.
  void connect(std::size_t flows, const endpoint& to = store, bool dedicated = false) {
    const auto made = port->opened.size();
    open(to, dedicated);
    REQUIRE(port->opened.size() == made + 1);
    greet(made);
    for (std::size_t i = 0; i < flows; ++i)
      REQUIRE(opened(made)->attach(++flows_given, std::make_shared<no_answers>()));
  }
};

/// The connections that are there, and which one a request for a shared one gets, if it is not
/// a new one.
struct pool_request {
  std::function<void(pool_world&)> before;
  std::optional<std::size_t> expected = std::nullopt;
  bool dedicated = false;
};

using pool_requests = std::map<std::string, std::vector<pool_request>>;

void connect_each(pool_world& w, const std::vector<std::size_t>& flows) {
  // A connection without a flow would be taken for the next one.
  for (const auto count : flows)
    w.connect(count);
}

std::function<void(pool_world&)> connections(std::vector<std::size_t> flows) {
  return [flows](pool_world& w) { connect_each(w, flows); };
}

const pool_requests& requests_of_pool() {
  static const pool_requests all{
      {"dedicated",
       {{[](pool_world&) {}, std::nullopt, true},
        {connections({0}), std::nullopt, true},
        {connections({1, 1, 1}), std::nullopt, true}}},
      {"shared, and the store has no shared connection",
       {{[](pool_world&) {}},
        {[](pool_world& w) { w.connect(0, other); }},
        {[](pool_world& w) { w.connect(0, store, true); }},
        {[](pool_world& w) {
          w.connect(0);
          w.opened(0)->close(errc::connection_lost);
        }}}},
      {"shared, and a connection has no flow",
       {{connections({0}), 0}, {connections({2, 0}), 1}, {connections({2, 1, 0}), 2}}},
      {"shared, all have flows, and there are fewer than `connections_per_store_max`",
       {{connections({1})},
        {connections({2, 1})},
        {[](pool_world& w) { w.open(store); }},
        {[](pool_world& w) {
          connect_each(w, {1, 1, 1});
          w.opened(0)->close(errc::connection_lost);
        }}}},
      {"shared, all have flows, and there are `connections_per_store_max`",
       {{connections({2, 1, 2}), 1},
        {connections({1, 2, 3}), 0},
        {[](pool_world& w) {
           connect_each(w, {2, 2});
           w.open(store);
         },
         2}}},
  };
  return all;
}

// In the words of the table, and what the request gets once everything is connected.
std::string result_of(const pool_request& how) {
  pool_world w;
  how.before(w);
  const auto connections_before = w.port->opened.size();
  const auto answers_before = w.got.size();
  w.open(store, how.dedicated);
  const bool is_new = w.port->opened.size() > connections_before;
  bool connecting = false;
  for (std::size_t i = 0; i < w.port->opened.size(); ++i) {
    if (w.opened(i)->closed() || w.opened(i)->received() > 0) continue;
    connecting = true;
    w.greet(i);
  }
  CHECK(w.got.size() > answers_before);
  REQUIRE_FALSE(w.got.empty());
  REQUIRE(w.got.back());
  const auto given = w.got.back().value();
  CHECK(given->dedicated() == how.dedicated);
  if (is_new) {
    CHECK(given == w.port->opened.back());
    CHECK_FALSE(how.expected);
    return "a new connection";
  }
  REQUIRE(how.expected);
  CHECK(given == w.opened(*how.expected));
  if (given->flows() == 0 && !connecting) return "this connection";
  return "the one with the fewest flows, even if it is still connecting";
}

}  // namespace

TEST_CASE("the table of the pool says what a request gets", "[connection_table]") {
  const auto table = read_state_table("docs/protocols/connection.md", "The pool");
  check_rows(table, requests_of_pool(), [](const auto& row, const auto& how) {
    REQUIRE(row.cells.size() == 1);
    for (const auto& request : how)
      CHECK(result_of(request) == row.cells[0]);
  });
}

}  // namespace pravega_actor::test
