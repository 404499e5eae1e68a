// Writers of transactions in a simulated world, and readers that judge them.
#pragma once

#include <cstdint>
#include <list>
#include <memory>
#include <set>
#include <string>
#include <vector>

#include "pravega_actor/client.hpp"
#include "pravega_actor/transactional_event_writer.hpp"
#include "pravega_sandbox/simulation.hpp"
#include "simulation/breakable_link.hpp"
#include "simulation/mortal_network.hpp"
#include "simulation/transaction_history.hpp"

namespace simulation_tests {

struct transaction_size {
  /// Each has a client of its own.
  std::size_t processes = 2;
  /// Transactions of a process that are begun or resumed one after the other.
  std::size_t lanes = 2;
  /// Transactions of each lane.
  std::size_t transactions = 5;
  std::int32_t segments = 2;
  /// Splits and merges while transactions are open.
  std::size_t scales = 3;
  /// Processes that are killed, or close, while they have transactions; others come.
  std::size_t ends = 2;
  /// Times in which a process does not reach the controller, some longer than a lease.
  std::size_t outages = 1;
  enum class fate : std::uint8_t { lives, is_sealed, is_deleted };
  fate stream = fate::lives;
  /// Nobody kills actors, and the controller answers: then no lease may end while somebody has
  /// the transaction, and only transactions are aborted of which somebody asked for it.
  bool calm = false;
  /// Some events are stored in parts.
  bool large = false;
};

struct transaction_counters {
  std::uint64_t begun = 0;
  std::uint64_t not_begun = 0;
  std::uint64_t committed = 0;
  std::uint64_t aborted = 0;
  /// Their lease ended although a process had them.
  std::uint64_t expired = 0;
  /// Commits whose outcome the writer could not find out.
  std::uint64_t unknown = 0;
  /// The same, but the events are there.
  std::uint64_t unknown_but_there = 0;
  /// Handles that were dropped without a word.
  std::uint64_t dropped = 0;
  /// Transactions that another process took over.
  std::uint64_t resumed = 0;
  /// Transactions that one process ended while another one had them.
  std::uint64_t taken = 0;
  std::uint64_t scales = 0;
  std::uint64_t outages = 0;
  std::uint64_t killed = 0;
  std::uint64_t closed = 0;
  /// Streams that were sealed, or sealed and deleted.
  std::uint64_t sealed = 0;
};

/// Each lane of each process begins one transaction after the other, writes to it, and commits
/// it, aborts it, drops it, keeps it or leaves it to others. A reader reads along. Each report
/// must be true when it is made. When all is healed and a minute has passed, nothing is open
/// any more, and the reader, a reader group and the stores must have the same whole
/// transactions.
class transaction_workload {
 public:
  transaction_workload(pravega_sandbox::simulation& world, transaction_size size);
  ~transaction_workload();
  transaction_workload(const transaction_workload&) = delete;
  transaction_workload& operator=(const transaction_workload&) = delete;
  /// Runs everything to the end; returns what is wrong.
  [[nodiscard]] std::vector<std::string> run();
  [[nodiscard]] const transaction_counters& counters() const noexcept { return counters_; }

 private:
  using outcome = transaction_history::outcome;
  struct process;
  /// One transaction, as one process has it.
  struct open_one {
    process* of = nullptr;
    std::size_t lane = 0;
    pravega_actor::transaction handle;
    pravega_actor::transaction_id id;
    std::string name;
    bool leave_open = false;
    /// Another process writes to it.
    bool only_ends = false;
    /// Its process closes or is dead.
    bool gone = false;
    /// Its process is dead: nobody hears what is reported to it.
    bool dead = false;
    /// Others may write to it.
    bool offered = false;
    std::size_t events_left = 0;
    std::size_t commits = 0;
    /// What this process has written.
    std::vector<std::string> written;
  };
  using one = std::shared_ptr<open_one>;
  struct process {
    std::string name;
    std::unique_ptr<pravega_actor::client> client;
    std::shared_ptr<breakable_link> link;
    std::shared_ptr<mortal_network> network;
    pravega_actor::transactional_event_writer writer;
    /// Stay open until it ends.
    std::vector<one> kept;
    /// Begins in a row that failed because actors have ended.
    std::size_t failures = 0;
    std::size_t life = 0;
  };
  /// A process that closes.
  struct leaving_process {
    std::unique_ptr<pravega_actor::client> client;
    pravega_actor::transactional_event_writer writer;
    std::vector<one> transactions;
  };
  struct lane_state {
    process* of = nullptr;
    std::size_t left = 0;
    bool done = false;
    one current = nullptr;
    /// Grows when its process ends: what was planned before is void.
    std::uint64_t turn = 0;
  };
  /// A transaction that any process may resume.
  struct left_one {
    pravega_actor::transaction_id id;
    bool only_to_end = false;
  };
  struct begin_request {
    std::size_t lane = 0;
    std::uint64_t turn = 0;
    bool leave_open = false;
    bool only_ends = false;
    bool resumes = false;
  };

  // Processes and lanes (transaction_workload.cpp):
  void start(process& who);
  [[nodiscard]] std::vector<one> take_all_of(process& who);
  void offer(const one& what);
  void kill(process& who);
  void close(process& who);
  void later(std::size_t lane);
  void next(std::size_t lane, std::uint64_t turn);
  void resume_left(std::size_t lane);
  void begun(const begin_request& what, pravega_actor::result<pravega_actor::transaction> got);
  void not_begun(const begin_request& what, const pravega_actor::error& why);
  // One transaction (transaction_workload_life.cpp):
  void write_some(const one& to);
  [[nodiscard]] bool write_one(const one& to);
  void end(const one& what);
  void leave(const one& what);
  void drop(const one& what);
  void keep(const one& what);
  void commit(const one& what);
  void ask_for_commit(const one& what,
                      std::function<void(const pravega_actor::result<void>&)> then);
  void abort(const one& what);
  void ask_for_abort(const one& what, std::function<void()> then);
  void finish(const one& what);
  /// True: the outcome is known.
  bool record_commit(const one& what, bool accepted_is_enough,
                     const pravega_actor::result<void>& got);
  void record_end(const pravega_actor::transaction_ended& how);
  void record_report(const pravega_actor::transactional_close_report& report);
  void must_be(const std::string& name, outcome said);
  // What disturbs (transaction_workload_course.cpp):
  void scale_sometimes();
  void end_processes_sometimes();
  void break_links_sometimes();
  void end_stream();
  // The reader (transaction_workload_course.cpp):
  void make_reading_client();
  void open_reader();
  void read_available();
  void read_again();
  [[nodiscard]] bool all_done() const;
  // The end (transaction_workload_checks.cpp):
  void check_kept();
  void close_writers();
  void check_reports();
  void read_with_group();
  void check_readers();
  void end_world();
  [[nodiscard]] pravega_actor::transaction_state state_of(const std::string& name);
  [[nodiscard]] std::vector<std::string> stored();
  void complain(std::string what);

  pravega_sandbox::simulation& world_;
  const transaction_size size_;
  const pravega_actor::scoped_stream stream_{"scope", "stream"};
  std::vector<std::unique_ptr<process>> processes_;
  std::list<leaving_process> leaving_;
  std::vector<lane_state> lanes_;
  std::vector<left_one> left_;
  /// Somebody has asked for the abort, or has dropped the transaction.
  std::set<std::string> abort_asked_;
  /// Two processes end them at the same time.
  std::set<std::string> rivals_;
  std::unique_ptr<pravega_actor::client> reading_;
  pravega_actor::stream_reader reader_;
  std::size_t reader_failures_ = 0;
  transaction_history history_;
  std::size_t events_read_ = 0;
  std::uint64_t events_written_ = 0;
  bool sealed_ = false;
  bool deleted_ = false;
  bool over_ = false;
  bool reading_over_ = false;
  std::size_t actors_before_ = 0;
  transaction_counters counters_;
  std::vector<std::string> trouble_;
};

}  // namespace simulation_tests
