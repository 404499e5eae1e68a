// A stage that reads one stream and writes another, and is killed with kill -9 again and again:
// nothing is lost, and readers of its results recognise what came twice.
//
// The stage saves a position only when the results of all events before it are durable. So a
// new stage repeats the last few events and leaves none out. Each result names the event it
// comes from. For one key these places only grow, also across splits and merges. A result whose
// place does not lie after the last one of its key is a repetition.
//
// Without arguments the program is the parent: it starts a sandbox, writes the input, starts
// the stage as another process, kills it at seeded moments, and checks the results. As a stage:
//     example_restartable_stage stage tcp://host:9090 POSITION_FILE
#include <spawn.h>
#include <sys/wait.h>

#include <array>
#include <csignal>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iostream>
#include <map>
#include <random>
#include <sstream>
#include <string>
#include <thread>

#include "pravega_actor/client.hpp"
#include "pravega_sandbox/sandbox.hpp"

extern char** environ;

using namespace pravega_actor;

namespace {

const scoped_stream orders{"examples", "stage-orders"};
const scoped_stream invoices{"examples", "stage-invoices"};
constexpr std::uint64_t order_count = 20'000;
constexpr std::uint64_t customers = 20;
constexpr int kills = 12;

// --- the stage ------------------------------------------------------------------------------

result<read_start> saved_position(const std::string& path) {
  std::ifstream file{path};
  std::string text;
  if (!(file >> text)) return read_start{read_from_head{}};
  PRAVEGA_ACTOR_LET(auto saved, stream_cut::from_text(text));
  return read_start{std::move(saved)};
}

// `rename` is atomic: a kill leaves the old position or the new one. A program that must
// survive a loss of power calls `fsync` before it.
result<void> save(const std::string& path, const stream_cut& position) {
  const auto fresh = path + ".new";
  std::ofstream file{fresh};
  file << position.to_text() << '\n';
  file.close();
  std::error_code failure;
  if (file) std::filesystem::rename(fresh, path, failure);
  if (!file || failure) return error{errc::io_error, path};
  return {};
}

// Writes a result for each event; it names its event and keeps the event's key.
result<void> process(event_writer& writer, const event_slice& slice) {
  for (const auto event : slice) {
    const std::string order{as_text(event.payload)};
    const auto key = order.substr(0, order.find(' '));
    const auto invoice = order + ' ' + event.pointer().to_string();
    PRAVEGA_ACTOR_TRY(writer.write(key, as_bytes(invoice), seconds{10}));
  }
  return writer.flush(seconds{10});
}

result<void> run_stage(const std::string& controller, const std::string& position_file) {
  config settings;
  settings.controller_uri = controller;
  PRAVEGA_ACTOR_LET(auto pravega, client::create(settings));
  auto options = pravega.default_reader_options();
  PRAVEGA_ACTOR_LET(options.start, saved_position(position_file));
  PRAVEGA_ACTOR_LET(options.end, pravega.streams().tail_cut(orders));  // the rest is not ours
  options.request_bytes = 4096;                                        // small slices
  PRAVEGA_ACTOR_LET(auto reader, pravega.create_reader(orders, options));
  PRAVEGA_ACTOR_LET(auto writer, pravega.create_writer(invoices));
  for (;;) {
    const auto item = reader.next(seconds{10});
    if (!item && item.error() == errc::end_of_segment) break;
    if (!item) return item.error();
    if (!*item) return error{errc::deadline_exceeded, "no orders"};
    if (const auto* slice = std::get_if<event_slice>(&**item))
      PRAVEGA_ACTOR_TRY(process(writer, *slice));
    reader.release();  // its results are durable
    PRAVEGA_ACTOR_TRY(save(position_file, reader.position()));
  }
  return pravega.close().outcome;
}

// --- the parent -----------------------------------------------------------------------------

result<void> write_orders(client& pravega) {
  PRAVEGA_ACTOR_TRY(pravega.streams().ensure_scope(orders.scope));
  PRAVEGA_ACTOR_TRY(pravega.streams().ensure_stream(orders, fixed_segments(2)));
  PRAVEGA_ACTOR_TRY(pravega.streams().ensure_stream(invoices, fixed_segments(2)));
  PRAVEGA_ACTOR_LET(auto writer, pravega.create_writer(orders));
  for (std::uint64_t i = 0; i < order_count; ++i) {
    if (i == order_count / 2)
      PRAVEGA_ACTOR_TRY(pravega.streams().split_segment({orders, {0, 0}}, 2));
    const auto customer = "customer-" + std::to_string(i % customers);
    const auto order = customer + ' ' + std::to_string(i / customers);
    PRAVEGA_ACTOR_TRY(writer.write(customer, as_bytes(order), seconds{10}));
  }
  return writer.flush(seconds{10});
}

// A client does not survive a fork, so the child executes a program at once.
result<pid_t> start_stage(const std::string& controller, const std::string& position_file) {
  std::string name = "stage";
  std::string role = name;
  std::string address = controller;
  std::string file = position_file;
  std::array<char*, 5> arguments{name.data(), role.data(), address.data(), file.data(),
                                 nullptr};
  pid_t child = 0;
  const auto failed =
      posix_spawn(&child, "/proc/self/exe", nullptr, nullptr, arguments.data(), environ);
  if (failed != 0) return error{errc::io_error, "the stage cannot be started"};
  return child;
}

// Kills the stage when `holds`; true if it had ended by itself before, with success.
template <class Condition>
result<bool> kill_when(pid_t child, Condition holds) {
  for (;;) {
    const bool due = holds();
    if (due) kill(child, SIGKILL);
    int status = 0;
    const auto ended = waitpid(child, &status, due ? 0 : WNOHANG);
    if (ended != child) {
      std::this_thread::sleep_for(microseconds{100});
      continue;
    }
    if (WIFSIGNALED(status) && WTERMSIG(status) == SIGKILL) return false;
    if (WIFEXITED(status) && WEXITSTATUS(status) == 0) return true;
    return error{errc::internal_error, "the stage failed"};
  }
}

// Half of the kills come some milliseconds after the start, at any step of the stage. The other
// half come when some more results are stored.
result<void> run_stages(pravega_sandbox::sandbox& server, const std::string& position_file) {
  std::mt19937_64 random{7};
  for (int i = 0; i < kills; ++i) {
    PRAVEGA_ACTOR_LET(const auto child, start_stage(server.controller_uri(), position_file));
    const auto stored = [&] { return server.counters().events_appended; };
    const auto enough = stored() + 1 + random() % (order_count / kills);
    const auto latest =
        clock_type::now() +
        (i % 2 == 0 ? duration{microseconds{random() % 150'000}} : duration{seconds{30}});
    const auto due = [&] { return stored() >= enough || clock_type::now() >= latest; };
    PRAVEGA_ACTOR_LET(const auto done, kill_when(child, due));
    if (done) return error{errc::internal_error, "the stage was too fast to be killed"};
  }
  PRAVEGA_ACTOR_LET(const auto child, start_stage(server.controller_uri(), position_file));
  const auto latest = clock_type::now() + seconds{60};
  PRAVEGA_ACTOR_LET(const auto done,
                    kill_when(child, [&] { return clock_type::now() >= latest; }));
  return done ? result<void>{} : error{errc::deadline_exceeded, "the last stage does not end"};
}

/// Takes results in stored order, recognises repetitions, and expects the rest complete and in
/// order for each customer.
class ledger {
 public:
  result<void> add(std::string_view invoice) {
    std::istringstream fields{std::string{invoice}};
    std::string customer;
    std::string pointer;
    std::uint64_t number = 0;
    fields >> customer >> number >> pointer;
    PRAVEGA_ACTOR_LET(const auto origin, event_pointer::parse(pointer));
    auto& last = last_[customer];
    // The successors of a segment have higher numbers, so places of one key are ordered.
    const place here{origin.in.id, origin.offset};
    if (last.count > 0 && here <= last.at) {
      ++repeated_;
      return {};
    }
    if (number != last.count)
      return error{errc::internal_error, std::string{invoice} + ": out of order"};
    last = {here, number + 1};
    ++invoices_;
    return {};
  }
  [[nodiscard]] std::uint64_t invoice_count() const { return invoices_; }
  [[nodiscard]] std::uint64_t repeated() const { return repeated_; }

 private:
  using place = std::pair<segment_id, std::int64_t>;
  struct state_of_customer {
    place at;
    std::uint64_t count = 0;
  };
  std::map<std::string, state_of_customer> last_;
  std::uint64_t invoices_ = 0;
  std::uint64_t repeated_ = 0;
};

result<void> check_invoices(client& pravega) {
  auto options = pravega.default_reader_options();
  PRAVEGA_ACTOR_LET(options.end, pravega.streams().tail_cut(invoices));
  PRAVEGA_ACTOR_LET(auto reader, pravega.create_reader(invoices, options));
  ledger all;
  for (;;) {
    const auto item = reader.next(seconds{10});
    if (!item && item.error() == errc::end_of_segment) break;
    if (!item) return item.error();
    if (!*item) return error{errc::deadline_exceeded, "no invoices"};
    if (const auto* slice = std::get_if<event_slice>(&**item))
      for (const auto event : *slice)
        PRAVEGA_ACTOR_TRY(all.add(as_text(event.payload)));
  }
  std::cout << all.invoice_count() << " orders have an invoice; " << kills
            << " killed stages left " << all.repeated() << " repetitions\n";
  if (all.invoice_count() != order_count)
    return error{errc::internal_error, "orders without an invoice"};
  return {};
}

result<void> parent() {
  PRAVEGA_ACTOR_LET(const auto server, pravega_sandbox::sandbox::start());
  config settings;
  settings.controller_uri = server->controller_uri();
  PRAVEGA_ACTOR_LET(auto pravega, client::create(settings));
  PRAVEGA_ACTOR_TRY(write_orders(pravega));
  server->delay_acks(1);  // ms: most kills meet results that are stored and not acknowledged
  auto folder = (std::filesystem::temp_directory_path() / "stage-XXXXXX").string();
  if (mkdtemp(folder.data()) == nullptr) return error{errc::io_error, folder};
  const auto ran = run_stages(*server, folder + "/position");
  std::error_code ignored;
  std::filesystem::remove_all(folder, ignored);
  PRAVEGA_ACTOR_TRY(ran);
  PRAVEGA_ACTOR_TRY(check_invoices(pravega));
  return pravega.close().outcome;
}

}  // namespace

int main(int argc, char** argv) {
  const bool is_stage = argc == 4 && std::string{argv[1]} == "stage";
  const auto outcome = is_stage ? run_stage(argv[2], argv[3]) : parent();
  if (!outcome) std::cerr << outcome.error().to_string() << '\n';
  return outcome ? 0 : 1;
}
