// A stage that reads one stream in a group and writes another in transactions, and is killed
// with kill -9 at each of its steps: every order gets exactly one invoice.
//
// The stage works from checkpoint to checkpoint. At a checkpoint of its group it prepares the
// transaction with the results of everything before, stores both in one step, and commits. A
// new stage commits what its predecessor has prepared, and lets the group go on behind the
// checkpoint. Results that were not prepared are never seen.
//
// Without arguments, or with the controller of a Pravega, the program is the parent: it writes
// the input, starts stages that kill themselves, and checks the results.
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <csignal>
#include <filesystem>
#include <fstream>
#include <future>
#include <iostream>
#include <map>
#include <memory>
#include <optional>
#include <sstream>
#include <string>
#include <thread>
#include <vector>

#include "pravega_actor/client.hpp"
#include "pravega_actor/two_phase_sink.hpp"
#include "pravega_sandbox/sandbox.hpp"

extern char** environ;
using namespace pravega_actor;

namespace {

const scoped_stream orders{"examples", "exact-orders"};
const scoped_stream invoices{"examples", "exact-invoices"};
const scoped_group billing{"examples", "exact-billing"};
constexpr std::uint64_t order_count = 12'000;
constexpr std::uint64_t customers = 20;
constexpr int orders_per_checkpoint = 700;
constexpr seconds patience{30};
/// The work on a slice takes this long, and longer and longer while a checkpoint is awaited, so
/// that it comes before the last order.
constexpr milliseconds time_of_a_slice{3};
/// The steps of the stage. A stage that is to die dies at the first one with its name.
constexpr std::array<std::string_view, 7> steps{"restored", "written",   "marked",  "prepared",
                                                "stored",   "committed", "going on"};

// --- what survives the stage ----------------------------------------------------------------

/// What a stage stores at a checkpoint.
struct record {
  /// Where the group goes on if `prepared` was aborted; none: at the head.
  std::optional<checkpoint> before;
  /// Where it goes on otherwise; none: everything is read.
  std::optional<checkpoint> after;
  prepared_transaction prepared;
};

std::string text_of(const std::optional<checkpoint>& at) {
  return at ? at->name + ' ' + at->cuts.at(orders).to_text() : std::string{"none"};
}

result<std::optional<checkpoint>> parse_checkpoint(const std::string& line) {
  std::istringstream fields{line};
  std::string name;
  std::string cut;
  if (!(fields >> name >> cut)) return std::optional<checkpoint>{};
  PRAVEGA_ACTOR_LET(auto parsed, stream_cut::from_text(cut));
  return std::optional{checkpoint{name, {{orders, std::move(parsed)}}}};
}

// `rename` is atomic: a kill leaves the old record or the new one. A program that must survive
// a loss of power calls `fsync` before it.
result<void> save(const std::string& path, const record& what) {
  const auto fresh = path + ".new";
  std::ofstream file{fresh};
  file << text_of(what.before) << '\n' << text_of(what.after) << '\n';
  file << what.prepared.to_text() << '\n';
  file.close();
  std::error_code failure;
  if (file) std::filesystem::rename(fresh, path, failure);
  if (!file || failure) return error{errc::io_error, path};
  return {};
}

result<std::optional<record>> load(const std::string& path) {
  std::ifstream file{path};
  std::array<std::string, 3> lines;
  for (auto& line : lines)
    if (!std::getline(file, line)) return std::optional<record>{};
  record out;
  PRAVEGA_ACTOR_LET(out.before, parse_checkpoint(lines[0]));
  PRAVEGA_ACTOR_LET(out.after, parse_checkpoint(lines[1]));
  PRAVEGA_ACTOR_LET(out.prepared, prepared_transaction::from_text(lines[2]));
  return std::optional{std::move(out)};
}

// --- the stage ------------------------------------------------------------------------------

class billing_stage {
 public:
  billing_stage(client pravega, two_phase_sink sink, std::string record_file, std::string dies)
      : pravega_{std::move(pravega)},
        sink_{std::move(sink)},
        record_file_{std::move(record_file)},
        dies_at_{std::move(dies)} {}

  result<void> run() {
    PRAVEGA_ACTOR_LET(const bool complete, restore());
    if (complete) return {};
    event_reader_options options;
    options.request_bytes = 2048;  // small slices
    PRAVEGA_ACTOR_LET(auto reader, pravega_.create_event_reader(billing, "stage", options));
    for (;;) {
      const auto item = reader.next(patience);
      if (!item && item.error() == errc::end_of_segment) return finish();
      if (!item) return item.error();
      if (!*item) return error{errc::deadline_exceeded, "no orders"};
      PRAVEGA_ACTOR_TRY(take(reader, **item));
    }
  }

 private:
  // Commits what was prepared, and sends the group to the place behind it. True: there is
  // nothing more to do.
  result<bool> restore() {
    PRAVEGA_ACTOR_LET(const auto last, load(record_file_));
    if (last) {
      const auto committed = sink_.commit(last->prepared, patience);
      const bool gone = !committed && (committed.error() == errc::transaction_aborted ||
                                       committed.error() == errc::transaction_expired);
      if (!committed && !gone) return committed.error();
      if (committed && !last->after) return true;
      // If the restart took longer than the lease, the work is done once more.
      reached_ = gone ? last->before : last->after;
    }
    const auto groups = pravega_.reader_groups();
    PRAVEGA_ACTOR_LET(const auto config, groups.config_of(billing));
    reset_target target = reset_to::configuration{config};
    if (reached_) target = reset_to::given_checkpoint{*reached_};
    PRAVEGA_ACTOR_TRY(groups.reset(billing, target));
    pass("restored");
    return false;
  }

  result<void> take(event_reader& reader, const event_item& item) {
    if (const auto* slice = std::get_if<event_slice>(&item)) return process(*slice);
    const auto* mark = std::get_if<checkpoint_mark>(&item);
    if (mark == nullptr || mark->name != asked_) return {};
    pass("marked");
    return reach_checkpoint(reader);
  }

  result<void> process(const event_slice& slice) {
    for (const auto event : slice) {
      const std::string order{as_text(event.payload)};
      PRAVEGA_ACTOR_TRY(
          sink_.write(order.substr(0, order.find(' ')), as_bytes(order), patience));
      ++since_checkpoint_;
    }
    waited_slices_ = asked_.empty() ? 0 : waited_slices_ + 1;
    std::this_thread::sleep_for(time_of_a_slice * (1 + waited_slices_));
    pass("written");
    if (since_checkpoint_ >= orders_per_checkpoint && asked_.empty()) ask_for_checkpoint();
    return {};
  }

  void ask_for_checkpoint() {
    asked_ = "stage-" + std::to_string(getpid()) + '-' + std::to_string(++checkpoints_);
    auto done = std::make_shared<std::promise<result<checkpoint>>>();
    made_ = done->get_future();
    pravega_.reader_groups().initiate_checkpoint_async(
        billing, asked_, patience, [done](result<checkpoint> at) { done->set_value(at); });
  }

  // All results of what was read before the checkpoint are in the sink.
  result<void> reach_checkpoint(event_reader& reader) {
    PRAVEGA_ACTOR_LET(auto prepared, sink_.pre_commit(patience));
    pass("prepared");
    reader.release();  // confirms the checkpoint
    PRAVEGA_ACTOR_LET(auto at, made_.get());
    asked_.clear();
    since_checkpoint_ = 0;
    if (at.cuts.count(orders) == 0) return publish({reached_, std::nullopt, prepared});
    PRAVEGA_ACTOR_TRY(publish({reached_, at, prepared}));
    reached_ = at;
    pass("going on");
    return {};
  }

  result<void> finish() {
    PRAVEGA_ACTOR_LET(auto prepared, sink_.pre_commit(patience));
    PRAVEGA_ACTOR_TRY(publish({reached_, std::nullopt, prepared}));
    return {};
  }

  // From here on the checkpoint counts, and so do its results.
  result<void> publish(const record& what) {
    PRAVEGA_ACTOR_TRY(save(record_file_, what));
    pass("stored");
    PRAVEGA_ACTOR_TRY(sink_.commit(what.prepared, patience));
    pass("committed");
    return {};
  }

  void pass(std::string_view step) const {
    if (step == dies_at_) kill(getpid(), SIGKILL);
  }

  client pravega_;
  two_phase_sink sink_;
  const std::string record_file_;
  const std::string dies_at_;
  std::optional<checkpoint> reached_;
  /// The checkpoint that was asked for; "" if there is none.
  std::string asked_;
  std::future<result<checkpoint>> made_;
  int since_checkpoint_ = 0;
  int waited_slices_ = 0;
  int checkpoints_ = 0;
};

result<void> run_stage(const std::string& controller, const std::string& record_file,
                       const std::string& dies) {
  config settings;
  settings.controller_uri = controller;
  PRAVEGA_ACTOR_LET(auto pravega, client::create(settings));
  PRAVEGA_ACTOR_LET(auto writer, pravega.open_transactional_writer(invoices));
  PRAVEGA_ACTOR_TRY(billing_stage(pravega, two_phase_sink{writer}, record_file, dies).run());
  return pravega.close().outcome;
}

// --- the parent -----------------------------------------------------------------------------

result<void> write_orders(client& pravega) {
  const auto streams = pravega.streams();
  PRAVEGA_ACTOR_TRY(streams.ensure_scope(orders.scope));
  PRAVEGA_ACTOR_TRY(streams.ensure_stream(orders, fixed_segments(2)));
  PRAVEGA_ACTOR_TRY(streams.ensure_stream(invoices, fixed_segments(2)));
  PRAVEGA_ACTOR_LET(auto writer, pravega.create_writer(orders));
  for (std::uint64_t i = 0; i < order_count; ++i) {
    if (i == order_count / 2) PRAVEGA_ACTOR_TRY(streams.split_segment({orders, {0, 0}}, 2));
    const auto customer = "customer-" + std::to_string(i % customers);
    const auto order = customer + ' ' + std::to_string(i / customers);
    PRAVEGA_ACTOR_TRY(writer.write(customer, as_bytes(order), patience));
  }
  PRAVEGA_ACTOR_TRY(writer.flush(patience));
  reader_group_config group;
  group.starting_cuts[orders] = std::nullopt;
  PRAVEGA_ACTOR_LET(group.ending_cuts[orders], streams.tail_cut(orders));
  group.automatic_checkpoint_interval_ms = 0;
  group.group_refresh_time_ms = 20;
  PRAVEGA_ACTOR_TRY(pravega.reader_groups().ensure_group(billing, group));
  return {};
}

// A client does not survive a fork, so the child executes a program at once. True: the stage
// has ended with success. False: it was killed.
result<bool> run_child(const std::string& controller, const std::string& record_file,
                       std::string_view dies) {
  std::vector<std::string> words{"stage", "stage", controller, record_file, std::string{dies}};
  std::vector<char*> arguments;
  for (auto& word : words)
    arguments.push_back(word.data());
  arguments.push_back(nullptr);
  pid_t child = 0;
  if (posix_spawn(&child, "/proc/self/exe", nullptr, nullptr, arguments.data(), environ) != 0)
    return error{errc::io_error, "the stage cannot be started"};
  int status = 0;
  if (waitpid(child, &status, 0) != child) return error{errc::io_error, "the stage is lost"};
  if (WIFSIGNALED(status) && WTERMSIG(status) == SIGKILL) return false;
  if (WIFEXITED(status) && WEXITSTATUS(status) == 0) return true;
  return error{errc::internal_error, "the stage failed"};
}

result<void> run_stages(const std::string& controller, const std::string& record_file) {
  for (const auto step : steps) {
    PRAVEGA_ACTOR_LET(const bool ended, run_child(controller, record_file, step));
    if (ended) return error{errc::internal_error, "no step " + std::string{step}};
    std::cout << "a stage was killed at the step \"" << step << "\"\n";
  }
  PRAVEGA_ACTOR_LET(const bool ended, run_child(controller, record_file, ""));
  return ended ? result<void>{} : error{errc::internal_error, "the last stage was killed"};
}

// Each order has exactly one invoice, and the invoices of a customer are in order.
result<void> check_invoices(client& pravega) {
  auto options = pravega.default_reader_options();
  PRAVEGA_ACTOR_LET(options.end, pravega.streams().tail_cut(invoices));
  PRAVEGA_ACTOR_LET(auto reader, pravega.create_reader(invoices, options));
  std::map<std::string, std::uint64_t> next;
  std::uint64_t count = 0;
  for (;;) {
    const auto item = reader.next(patience);
    if (!item && item.error() == errc::end_of_segment) break;
    if (!item) return item.error();
    if (!*item) return error{errc::deadline_exceeded, "no invoices"};
    const auto* slice = std::get_if<event_slice>(&**item);
    if (slice == nullptr) continue;
    for (const auto event : *slice) {
      std::istringstream fields{std::string{as_text(event.payload)}};
      std::string customer;
      std::uint64_t number = 0;
      fields >> customer >> number;
      if (number != next[customer]++)
        return error{errc::internal_error, fields.str() + ": missing, twice or out of order"};
      ++count;
    }
  }
  std::cout << count << " orders have exactly one invoice each\n";
  if (count != order_count) return error{errc::internal_error, "orders without an invoice"};
  return {};
}

result<void> parent(const std::string& controller) {
  config settings;
  settings.controller_uri = controller;
  PRAVEGA_ACTOR_LET(auto pravega, client::create(settings));
  PRAVEGA_ACTOR_TRY(write_orders(pravega));
  auto folder = (std::filesystem::temp_directory_path() / "stage-XXXXXX").string();
  if (mkdtemp(folder.data()) == nullptr) return error{errc::io_error, folder};
  const auto ran = run_stages(controller, folder + "/record");
  std::error_code ignored;
  std::filesystem::remove_all(folder, ignored);
  PRAVEGA_ACTOR_TRY(ran);
  return check_invoices(pravega);
}

result<void> parent_with_sandbox() {
  PRAVEGA_ACTOR_LET(const auto server, pravega_sandbox::sandbox::start());
  return parent(server->controller_uri());
}

}  // namespace

int main(int argc, char** argv) {
  const std::vector<std::string> words{argv + 1, argv + argc};
  const bool is_stage = words.size() >= 3 && words[0] == "stage";
  const auto outcome =
      is_stage ? run_stage(words[1], words[2], words.size() > 3 ? words[3] : std::string{})
      : words.size() == 1 ? parent(words[0])
                          : parent_with_sandbox();
  if (!outcome) std::cerr << outcome.error().to_string() << '\n';
  return outcome ? 0 : 1;
}
