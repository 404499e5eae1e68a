// Every event in every phase: what it leads to where it matters, and nothing elsewhere.
#include "support/catch.hpp"
#include "unit/append/append_machine_support.hpp"

using namespace pravega_actor;
using namespace pravega_actor::internal;
using namespace pravega_actor::test;
using phase = append_machine::phase;

namespace {

const std::vector<phase> all_phases{
    phase::idle,    phase::locating, phase::connecting, phase::setting_up, phase::open,
    phase::waiting, phase::checking, phase::asking,     phase::inspecting, phase::ended};

// The first action that the event brings in each phase, or "" for none.
template <class Event>
lines first_actions(Event&& event) {
  lines out;
  for (const auto at : all_phases) {
    append_fixture f;
    f.lead_to(at);
    const auto todo = event(f);
    out.push_back(todo.empty() ? "" : todo.front());
    if (todo.empty()) CHECK(f.machine.at() == at);
  }
  return out;
}

}  // namespace

TEST_CASE("start, in every phase", "[append_machine]") {
  CHECK(first_actions([](auto& f) { return text_of(f.machine.start()); }) ==
        lines{"locate", "", "", "", "", "", "", "", "", ""});
}

TEST_CASE("located, in every phase", "[append_machine]") {
  CHECK(first_actions([](auto& f) { return f.located(); }) ==
        lines{"", "connect store:12345", "", "", "", "", "", "", "", ""});
  CHECK(first_actions([](auto& f) { return f.not_located(errc::controller_failure); }) ==
        lines{"", "disconnect controller_failure", "", "", "", "", "", "", "", ""});
  CHECK(first_actions([](auto& f) { return f.not_located(errc::stream_not_found); }) ==
        lines{"", "disconnect stream_not_found", "", "", "", "", "", "", "", ""});
}

TEST_CASE("connected, in every phase", "[append_machine]") {
  CHECK(first_actions([](auto& f) { return f.connected(); }) ==
        lines{"", "", "send_setup", "", "", "", "", "", "", ""});
}

TEST_CASE("AppendSetup, in every phase", "[append_machine]") {
  CHECK(first_actions([](auto& f) { return f.setup(1); }) ==
        lines{"", "", "", "publish connected", "", "", "", "", "", ""});
}

TEST_CASE("inspected, in every phase", "[append_machine]") {
  CHECK(first_actions([](auto& f) { return f.inspected(true); }) ==
        lines{"", "", "", "", "", "", "", "", "publish sealed", ""});
  CHECK(first_actions([](auto& f) { return f.inspected(false); }) ==
        lines{"", "", "", "", "", "", "", "", "send_setup", ""});
}

TEST_CASE("failure, in every phase", "[append_machine]") {
  const std::string lost = "disconnect connection_lost";
  CHECK(first_actions([](auto& f) { return f.fails(); }) ==
        lines{"", lost, lost, lost, "publish disconnected", "", lost, lost, lost, ""});
}

TEST_CASE("sealed, in every phase", "[append_machine]") {
  const std::string told = "publish sealed";
  CHECK(first_actions([](auto& f) { return f.sealed(); }) ==
        lines{told, told, told, told, told, told, told, "", told, ""});
}

TEST_CASE("missing and violation, in every phase", "[append_machine]") {
  const std::string gone = "disconnect segment_not_found";
  CHECK(first_actions([](auto& f) { return f.missing(); }) ==
        lines{gone, gone, gone, gone, gone, gone, gone, gone, gone, ""});
  const std::string bad = "disconnect protocol_violation";
  CHECK(first_actions([](auto& f) { return f.violation(); }) ==
        lines{bad, bad, bad, bad, bad, bad, bad, bad, bad, ""});
}

TEST_CASE("successors, in every phase", "[append_machine]") {
  CHECK(first_actions([](auto& f) { return f.successors(f.two()); }) ==
        lines{"", "", "", "", "", "", "locate", "publish split", "", ""});
}

TEST_CASE("timers, in every phase", "[append_machine]") {
  CHECK(first_actions([](auto& f) { return f.handshake_over(1); }) ==
        lines{"", "", "", "disconnect segment_store_unreachable", "", "", "", "", "", ""});
  CHECK(first_actions([](auto& f) { return f.backoff_over(1); }) ==
        lines{"", "", "", "", "", "locate", "", "", "", ""});
  CHECK(first_actions([](auto& f) { return f.backoff_over(9); }) == lines(10));
}

TEST_CASE("stop, in every phase", "[append_machine]") {
  const std::string closed = "disconnect closed";
  CHECK(first_actions([](auto& f) { return f.stop(); }) ==
        lines{closed, closed, closed, closed, closed, closed, closed, closed, closed, ""});
}

TEST_CASE("a machine that has ended stays so", "[append_machine]") {
  append_fixture f;
  f.lead_to(phase::open);
  (void)f.violation();
  CHECK(f.machine.at() == phase::ended);
  CHECK(f.violation().empty());
  CHECK(f.missing().empty());
  CHECK(f.sealed().empty());
  CHECK(f.fails().empty());
  CHECK(f.stop().empty());
  CHECK(f.backoff_over(1).empty());
  CHECK(text_of(f.machine.start()).empty());
}
