#include "server/fault_switches.hpp"

#include "support/catch.hpp"

using namespace pravega_sandbox;

namespace {

const append_info append{"s/t/0.#epoch.0", {1, 2}, 1, 1, 1};

// What happens to the next append: "lost", "silent", "told then closed" or "acknowledged".
std::string next_append(fault_switches& faults) {
  if (faults.close_before(append) || faults.close_instead(append)) return "lost";
  const auto plan = faults.after(append);
  if (plan.close) return "silent";
  return plan.close_after ? "told then closed" : "acknowledged";
}

}  // namespace

TEST_CASE("fault switches: the n-th append, once, at the chosen moment") {
  fault_switches faults;
  CHECK(next_append(faults) == "acknowledged");
  faults.cut_after_appends(2, cut_moment::before_append);
  CHECK(next_append(faults) == "acknowledged");
  CHECK(next_append(faults) == "lost");
  CHECK(next_append(faults) == "acknowledged");
  faults.cut_after_appends(1, cut_moment::before_ack);
  CHECK(next_append(faults) == "silent");
  faults.cut_after_appends(1, cut_moment::after_ack);
  CHECK(next_append(faults) == "told then closed");
  CHECK(next_append(faults) == "acknowledged");
}

TEST_CASE("fault switches: an append that is refused does not count") {
  for (const auto moment :
       {cut_moment::before_append, cut_moment::before_ack, cut_moment::after_ack}) {
    fault_switches faults;
    faults.cut_after_appends(2, moment);
    CHECK_FALSE(faults.close_before(append));
    CHECK(next_append(faults) == "acknowledged");
    CHECK_FALSE(faults.close_before(append));
    CHECK_FALSE(faults.close_before(append));
    CHECK(next_append(faults) != "acknowledged");
    CHECK(next_append(faults) == "acknowledged");
  }
}

TEST_CASE("fault switches: an order is taken back, and acknowledgements are delayed") {
  fault_switches faults;
  faults.cut_after_appends(1, cut_moment::before_append);
  faults.cut_after_appends(0, cut_moment::before_append);
  CHECK(next_append(faults) == "acknowledged");
  faults.delay_acks(70);
  CHECK(faults.after({}).delay_ms == 70);
  faults.delay_acks(0);
  CHECK(faults.after({}).delay_ms == 0);
}
