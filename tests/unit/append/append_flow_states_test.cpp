// Every event of an append flow in every state: what it leads to where it matters, and nothing
// elsewhere.
#include "support/catch.hpp"
#include "unit/append/append_flow_support.hpp"

using namespace pravega_actor;
using namespace pravega_actor::internal;
using namespace pravega_actor::test;
using connection = append_flow::connection;
using life = append_flow::life;
using duty = append_flow::duty;

namespace {

const std::vector<connection> all_connections{connection::none, connection::handshake,
                                              connection::open, connection::lost};
const std::vector<life> all_lives{life::live, life::final_known, life::retired};

// For each connection: the reaction to the event, then the connection after it.
template <class Event>
std::vector<lines> in_each_connection(Event&& event) {
  std::vector<lines> out;
  for (const auto at : all_connections) {
    append_flow_fixture f;
    f.lead_to(at);
    out.push_back(event(f));
    out.back().push_back("-> " + std::string{to_string(f.flow.at())});
  }
  return out;
}

}  // namespace

using rows = std::vector<lines>;

TEST_CASE("attach, in every connection", "[append_flow]") {
  const lines ended{"end_session cancelled", "-> none"};
  CHECK(in_each_connection([](auto& f) {
          const auto before = f.flow.generation();
          auto out = text_of(f.flow.attach());
          CHECK(f.flow.generation() == before + 1);
          return out;
        }) == rows{{"-> none"}, ended, ended, ended});
}

TEST_CASE("detach, in every connection", "[append_flow]") {
  const lines ended{"end_session cancelled", "-> none"};
  CHECK(in_each_connection([](auto& f) {
          return text_of(f.flow.detach(f.flow.generation()));
        }) == rows{{"-> none"}, ended, ended, ended});
}

TEST_CASE("a new session, in every connection", "[append_flow]") {
  const lines ended{"end_session cancelled", "-> handshake"};
  CHECK(in_each_connection([](auto& f) {
          const auto before = f.flow.serial();
          auto out = f.use();
          CHECK(f.flow.serial() == before + 1);
          return out;
        }) == rows{{"-> handshake"}, ended, ended, ended});
}

TEST_CASE("resume, in every connection", "[append_flow]") {
  CHECK(in_each_connection([](auto& f) { return f.resume(); }) ==
        rows{{"-> none"}, {"advance", "-> open"}, {"advance", "-> open"}, {"-> lost"}});
  // It cannot be.
  CHECK(in_each_connection([](auto& f) { return f.resume(77); }) ==
        rows{{"-> none"},
             {"error protocol_violation", "-> handshake"},
             {"error protocol_violation", "-> open"},
             {"-> lost"}});
}

TEST_CASE("finalize, in every connection", "[append_flow]") {
  const lines ended{"end_session segment_sealed", "advance", "-> none"};
  CHECK(in_each_connection([](auto& f) { return f.finalize(std::nullopt); }) ==
        rows{{"advance", "-> none"}, ended, ended, ended});
}

TEST_CASE("disconnect, in every connection", "[append_flow]") {
  const lines ended{"end_session token_expired", "-> none"};
  CHECK(in_each_connection([](auto& f) {
          return text_of(f.flow.disconnect(f.flow.generation(), errc::token_expired));
        }) == rows{{"-> none"}, ended, ended, ended});
}

TEST_CASE("a session that ends by itself, in every connection", "[append_flow]") {
  const lines ended{"end_session", "report closed connection_lost", "-> none"};
  CHECK(in_each_connection([](auto& f) { return f.closed(); }) ==
        rows{{"report closed connection_lost", "-> none"}, ended, ended, ended});
}

TEST_CASE("an acknowledgement, in every connection", "[append_flow]") {
  CHECK(in_each_connection([](auto& f) {
          f.write();
          (void)f.send();
          return f.acknowledged(1);
        }) == rows{{"-> none"},
                   {"-> handshake"},
                   {"advance 1-1", "report progressed", "-> open"},
                   {"-> lost"}});
}

TEST_CASE("answers and refusals, in every connection but none", "[append_flow]") {
  for (const auto at : {connection::handshake, connection::open, connection::lost}) {
    append_flow_fixture f;
    f.lead_to(at);
    CHECK(f.set_up(3) == lines{"report setup_answered 3"});
    CHECK(f.inspected() == lines{"report inspected sealed"});
    CHECK(f.refused() == lines{"report refused segment_not_found"});
    CHECK(f.flow.at() == at);
  }
}

TEST_CASE("what is due, in every connection", "[append_flow]") {
  std::vector<duty> with_events;
  std::vector<duty> without;
  for (const auto at : all_connections) {
    append_flow_fixture f;
    f.lead_to(at);
    without.push_back(f.flow.due());
    f.write();
    with_events.push_back(f.flow.due());
  }
  CHECK(with_events ==
        std::vector{duty::nothing, duty::nothing, duty::send, duty::report_loss});
  CHECK(without == std::vector{duty::nothing, duty::nothing, duty::nothing, duty::report_loss});
}

TEST_CASE("a loss is taken in the connection that is lost only", "[append_flow]") {
  CHECK(in_each_connection([](auto& f) { return text_of(f.flow.take_loss()); }) ==
        rows{{"-> none"},
             {"-> handshake"},
             {"-> open"},
             {"end_session", "report closed out_of_memory", "-> none"}});
}

TEST_CASE("every event in every life of the segment", "[append_flow]") {
  std::vector<lines> resumed;
  std::vector<lines> finalized;
  std::vector<bool> heard;
  std::vector<bool> retired;
  for (const auto of : all_lives) {
    append_flow_fixture f;
    f.lead_to(of);
    (void)f.use();
    heard.push_back(f.flow.hears(f.flow.serial()));
    resumed.push_back(f.resume());
    finalized.push_back(f.finalize(std::nullopt));
    CHECK((f.flow.segment_life() == life::retired) == (of == life::retired));
    retired.push_back(f.flow.retire());
    CHECK(f.flow.segment_life() == life::retired);
  }
  CHECK(resumed == rows{{"advance"}, {}, {}});
  CHECK(finalized == rows{{"end_session segment_sealed", "advance"}, {}, {}});
  CHECK(heard == std::vector{true, true, false});
  CHECK(retired == std::vector{true, true, false});
}

TEST_CASE("a segment that connects for its first event", "[append_flow]") {
  append_flow flow{"name", append_log{{5, 6}, 1, std::make_shared<buffer_pool>(), {9, 8, 1}},
                   connection::unused};
  CHECK(flow.due() == duty::nothing);
  CHECK_FALSE(flow.take_first_event());
  flow.log().append({0.5, 1}, as_bytes(std::string_view{"x"}));
  CHECK(flow.due() == duty::report_first_event);
  CHECK(text_of(flow.take_loss()).empty());
  CHECK(flow.take_first_event());
  CHECK(flow.at() == connection::none);
  CHECK(flow.due() == duty::nothing);
  CHECK_FALSE(flow.take_first_event());
  // There was no memory for the report: the next thread makes it.
  flow.on_first_event_unreported();
  CHECK(flow.due() == duty::report_first_event);
  // Its end ends no session.
  CHECK(text_of(flow.attach()).empty());
  CHECK(flow.at() == connection::none);
}

TEST_CASE("states have names", "[append_flow]") {
  lines names;
  names.emplace_back(to_string(connection::unused));
  for (const auto at : all_connections)
    names.emplace_back(to_string(at));
  for (const auto of : all_lives)
    names.emplace_back(to_string(of));
  CHECK(names ==
        lines{"unused", "none", "handshake", "open", "lost", "live", "final_known", "retired"});
}
