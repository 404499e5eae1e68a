// "The log" in docs/protocols/append.md, row by row, against the log.
#include <functional>
#include <set>
#include <sstream>

#include "append/append_log.hpp"
#include "support/catch.hpp"
#include "support/state_table.hpp"

using namespace pravega_actor;
using namespace pravega_actor::internal;
using namespace pravega_actor::test;

namespace {

/// Three blocks of two events each are in flight, after one that was acknowledged.
struct log_in_use {
  append_log log{uuid{1, 2}, 77, std::make_shared<buffer_pool>(), {20, 4, 1}};
  std::uint64_t tickets = 0;

  log_in_use() {
    add(2);
    (void)log.next_to_send();
    REQUIRE(log.acknowledge(2));
    add(6);
    while (log.in_flight() < 3)
      REQUIRE(log.next_to_send());
    REQUIRE(log.acknowledged() == 2);
  }
  void add(int events) {
    for (; events > 0; --events)
      log.append({0.5, ++tickets}, as_bytes(std::string_view{"x"}));
  }
  /// The numbers with which the blocks end; the last one may be open.
  [[nodiscard]] std::vector<std::int64_t> blocks() const {
    std::vector<std::int64_t> ends;
    auto last = log.acknowledged();
    log.for_each_block([&](const append_block& each) {
      ends.push_back(last += static_cast<std::int64_t>(each.events()));
    });
    return ends;
  }
};

using numbers = std::vector<std::int64_t>;
using refusals = std::map<std::string, std::function<result<append_log::blocks>(log_in_use&)>>;

struct stimulus {
  std::function<void(log_in_use&)> does;
  /// By the words of the table.
  refusals refused = {};
};

void check_ready() {
  log_in_use f;
  // The window has room, nothing waits.
  CHECK_FALSE(f.log.ready());
  f.add(1);
  // One byte is enough to be eager.
  CHECK(f.log.ready());
  append_log patient{uuid{1, 2}, 77, std::make_shared<buffer_pool>(), {100, 4, 50}};
  const auto event = as_bytes(std::string_view{"x"});
  patient.append({0.5, 1}, event);
  CHECK(patient.ready());
  REQUIRE(patient.next_to_send());
  REQUIRE(patient.acknowledge(1));
  patient.append({0.5, 2}, event);
  REQUIRE(patient.next_to_send());
  patient.append({0.5, 3}, event);
  // Something is in flight, and the block is small.
  CHECK_FALSE(patient.ready());
}

void check_next(log_in_use& f) {
  CHECK(f.log.next_to_send() == nullptr);
  f.add(1);
  const auto block = f.log.next_to_send();
  REQUIRE(block);
  CHECK(block->last_event_number() == 9);
  CHECK(f.log.in_flight() == 4);
}

void check_next_large(log_in_use& f) {
  f.log.append_large({0.5, ++f.tickets}, shared_bytes::copy_of(as_bytes("large")));
  CHECK_FALSE(f.log.large_next());
  CHECK_FALSE(f.log.ready());
  REQUIRE(f.log.acknowledge(8));
  REQUIRE(f.log.large_next());
  CHECK(f.log.next_large()->last_event_number() == 9);
  CHECK(f.log.in_flight() == 1);
  f.log.disconnect();
  CHECK_FALSE(f.log.in_doubt());
}

void check_acknowledge(log_in_use& f) {
  REQUIRE(f.log.acknowledge(6));
  CHECK(f.blocks() == numbers{8});
  CHECK(f.log.acknowledged() == 6);
}

void check_resume(log_in_use& f) {
  REQUIRE(f.log.resume(4));
  CHECK(f.log.acknowledged() == 4);
  CHECK(f.blocks() == numbers{6, 8});
  CHECK(f.log.in_flight() == 0);
  REQUIRE(f.log.next_to_send());
  // The first travels alone.
  CHECK(f.log.next_to_send() == nullptr);
}

const refusals& refused_acknowledgements() {
  static const refusals all{
      {"n was acknowledged", [](log_in_use& f) { return f.log.acknowledge(2); }},
      {"n was not sent",
       [](log_in_use& f) {
         f.add(1);
         return f.log.acknowledge(9);
       }},
      {"n is not the end of a block", [](log_in_use& f) { return f.log.acknowledge(3); }}};
  return all;
}

const refusals& refused_resumptions() {
  static const refusals all{
      {"n is less than the acknowledged number", [](log_in_use& f) { return f.log.resume(1); }},
      {"n was never sent",
       [](log_in_use& f) {
         f.add(1);
         return f.log.resume(9);
       }},
      {"n is not the end of a block", [](log_in_use& f) { return f.log.resume(3); }}};
  return all;
}

const std::map<std::string, stimulus>& stimuli() {
  static const std::map<std::string, stimulus> all{
      {"append", {[](log_in_use& f) {
         f.add(3);
         CHECK(f.blocks() == numbers{4, 6, 8, 10, 11});
       }}},
      {"append_large", {[](log_in_use& f) {
         f.add(1);
         f.log.append_large({0.5, ++f.tickets}, shared_bytes::copy_of(as_bytes("large")));
         f.add(1);
         CHECK(f.blocks() == numbers{4, 6, 8, 9, 10, 11});
       }}},
      {"ready", {[](log_in_use&) { check_ready(); }}},
      {"next_to_send", {check_next}},
      {"next_large", {check_next_large}},
      {"acknowledge(n)", {check_acknowledge, refused_acknowledgements()}},
      {"resume(n)", {check_resume, refused_resumptions()}},
      {"disconnect", {[](log_in_use& f) {
         f.log.disconnect();
         CHECK(f.log.in_flight() == 0);
         CHECK(f.blocks() == numbers{4, 6, 8});
       }}},
      {"for_each_block", {[](log_in_use& f) {
         f.add(1);
         CHECK(f.blocks() == numbers{4, 6, 8, 9});
       }}},
      {"clear", {[](log_in_use& f) {
         f.log.clear();
         CHECK(f.log.empty());
       }}},
  };
  return all;
}

}  // namespace

TEST_CASE("the table of the append log says what it does and refuses", "[append_table]") {
  const auto table = read_state_table("docs/protocols/append.md", "The log");
  check_rows(table, stimuli(), [&](const auto& row, const auto& how) {
    log_in_use fresh;
    how.does(fresh);
    std::set<std::string> refused;
    // An empty cell means the same as the one before it.
    std::istringstream clauses{how.refused.empty() ? "" : row.cells.at(1)};
    for (std::string each; std::getline(clauses, each, ';');) {
      each.erase(0, each.find_first_not_of(' '));
      CAPTURE(each);
      refused.insert(each);
      const auto call = how.refused.find(each);
      REQUIRE(call != how.refused.end());
      log_in_use f;
      CHECK(call->second(f).error() == errc::protocol_violation);
    }
    CHECK(refused.size() == how.refused.size());
  });
}
