// Tests an application in the simulation kit: the billing service of billing.hpp and three bugs
// that can be planted in it. The sweep passes for the service as it should be, and finds each
// bug.
#include <iostream>
#include <memory>
#include <string>

#include "billing.hpp"
#include "pravega_sandbox/sweep.hpp"

using namespace pravega_actor;
using pravega_sandbox::event_history;
using pravega_sandbox::fault_plan;
using pravega_sandbox::simulation;
using pravega_sandbox::sweep;
using pravega_sandbox::sweep_options;
using shop::bug;
using shop::invoices;
using shop::orders;

namespace {

constexpr int order_count = 100;
constexpr int customers = 3;

/// The customers: they write an order every now and then, and the stream is sealed after the
/// last one.
struct ordering {
  simulation& world;
  client& pravega;
  event_history history = {};
  event_writer writer = {};

  void open() {
    pravega.create_writer_async(orders, pravega.default_writer_options(),
                                [this](result<event_writer> opened) {
                                  if (!opened)
                                    return world.after(milliseconds{100}, [this] { open(); });
                                  writer = *opened;
                                  order(0);
                                });
  }
  void order(int number) {
    const auto customer = "customer " + std::to_string(number % customers);
    const auto text = customer + ": order " + std::to_string(number);
    history.sent(customer, text);
    (void)writer.try_write(customer, as_bytes(text), [this, text](const write_result& done) {
      history.completed(text, done);
    });
    if (number == order_count / 2) world.split(orders, {0, 0});
    if (number + 1 < order_count)
      world.after(milliseconds{world.random() % 200}, [this, number] { order(number + 1); });
  }
};

std::string every_order_gets_an_invoice(simulation& world, bug planted) {
  world.create_stream(orders, 2);
  world.create_stream(invoices, 2);
  config settings;
  settings.restart_intensity_max = 1000;      // the plan kills more often than bugs would
  settings.reader_recovery_timeout_ms = 500;  // shorter than some outages: readers fail, too
  auto shoppers = world.make_client(settings);
  auto pravega = make_client_actor(world.system(), settings, world.ports());
  if (!pravega) return pravega.error().to_string();

  ordering work{world, shoppers};
  work.open();
  const auto report = std::make_shared<shop::office_report>();
  const auto dies = [&world](std::string_view place) {
    return world.strikes("billing", place);
  };
  // A handle keeps the office alive: CAF ends an actor that nobody refers to.
  const auto office = world.system().spawn(shop::office_actor, *pravega, report, planted, dies);

  const auto ordered = [&] { return work.history.durable_count() == order_count; };
  if (!world.run_until(ordered, seconds{120})) return "not every order is durable";
  if (!world.control(controller::seal_stream{orders})) return "the orders cannot be sealed";
  const auto billed = [&] { return report->all_billed || !report->failure.empty(); };
  if (!world.run_until(billed, seconds{60})) return "the office does not end";
  if (!report->failure.empty()) return "the writer failed: " + report->failure;

  for (const auto& segment : world.stored_events_of(invoices))
    for (const auto& invoice : segment)
      work.history.processed(invoice.substr(shop::invoice_for.size()));
  return pravega_sandbox::to_lines(work.history.check_processed(
      world.stored_events_of(orders), pravega_sandbox::delivery::at_least_once));
}

fault_plan the_plan(std::uint64_t) {
  fault_plan plan;
  plan.cut = 0.02;
  plan.cut_after_apply = 0.05;
  plan.crash = 0.1;
  plan.kill = 0.01;
  return plan;
}

pravega_sandbox::sweep_outcome sweep_with(bug planted) {
  sweep_options options;
  options.seeds = 100;
  options.shrinking_runs_max = 20;
  options.plan = the_plan;
  return sweep(options, [planted](simulation& world) {
    return every_order_gets_an_invoice(world, planted);
  });
}

bool finds(bug planted, const std::string& name) {
  const auto found = sweep_with(planted);
  if (found) {
    std::cout << name << ": not found in " << found.runs << " runs\n";
    return false;
  }
  std::cout << name << ": found with seed " << found.failure->seed << " and the faults "
            << to_string(found.failure->plan) << ":\n  "
            << found.failure->what.substr(0, found.failure->what.find('\n')) << '\n';
  return true;
}

}  // namespace

int main() {
  const auto correct = sweep_with(bug::none);
  if (!correct) {
    std::cout << correct.failure->to_string() << '\n';
    return 1;
  }
  std::cout << correct.runs << " runs without a bug pass\n";
  bool all = finds(bug::forgets_refused, "refused invoices are forgotten");
  all = finds(bug::releases_early, "items are released too early") && all;
  all = finds(bug::ignores_outcome, "the reader's failure is ignored") && all;
  return all ? 0 : 1;
}
