// The simulation kit: client, network and server in one thread and in virtual time, driven by a
// seed.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "pravega_actor/actors.hpp"
#include "pravega_sandbox/access.hpp"
#include "pravega_sandbox/event_history.hpp"
#include "pravega_sandbox/sandbox_limits.hpp"

namespace pravega_sandbox {

/// The faults of a run and their probabilities, per occasion. All faults end at `heal_after` of
/// virtual time, so that a run can show that everything recovers.
struct fault_plan {
  pravega_actor::duration heal_after = pravega_actor::seconds{20};
  /// A message between client and store cuts its connection instead of arriving.
  double cut = 0;
  /// Bytes of a cut connection that are on their way to the store still arrive, up to
  /// `late_max` later: perhaps after the bytes of the next connection, perhaps after the
  /// segment is sealed.
  double late_delivery = 0.5;
  pravega_actor::duration late_max = pravega_actor::milliseconds{300};
  /// Only the first part of such bytes arrives; never bytes after lost ones.
  double partial_late = 0;
  /// The connection ends at an append: before it is applied, or after it is applied but before
  /// its acknowledgement.
  double cut_before_apply = 0;
  double cut_after_apply = 0;
  /// A connection falls silent for up to `silence_max`: in both directions or in one.
  double silence = 0;
  pravega_actor::duration silence_max = pravega_actor::seconds{15};
  /// Connecting is refused.
  double refuse = 0;
  /// The store ends all its connections and refuses new ones for up to `crash_max`.
  double crash = 0;
  pravega_actor::duration crash_max = pravega_actor::seconds{4};
  /// A controller call fails, or is lost on its way, or is carried out but its answer is lost.
  /// Even without these faults, calls and answers overtake each other: an answer may be out of
  /// date.
  double controller_failure = 0;
  double controller_silence = 0;
  double controller_answer_loss = 0;
  /// The store answers WrongHost.
  double wrong_host = 0;
  /// A segment moves to another store, soon after a request about it. Needs several stores.
  double move = 0;
  /// A store dies when a client connects to it. Its segments move to the others within
  /// `failover_max`, and it lives again within `store_down_max`. The last living store never
  /// dies.
  double store_kill = 0;
  pravega_actor::duration failover_max = pravega_actor::seconds{5};
  pravega_actor::duration store_down_max = pravega_actor::seconds{20};
  /// The connection ends at an append after one that met a sealed segment. The client loses
  /// everything that it has not received yet, including SegmentIsSealed.
  double seal_close = 0;
  /// A scale names the successors at once, as a real controller does, and seals the old
  /// segments up to `seal_delay_max` later.
  double seal_delay = 0;
  pravega_actor::duration seal_delay_max = pravega_actor::seconds{2};
  /// A transaction that commits or aborts ends up to `transaction_delay_max` later, as with a
  /// real controller, and not at once.
  double transaction_delay = 0;
  pravega_actor::duration transaction_delay_max = pravega_actor::seconds{1};
  /// The controller accepts a commit and then loses what remains to be done, as one that dies.
  /// The transaction stays committing until its commit is asked for again, another transaction
  /// ends, or `heal`.
  double commit_loss = 0;
  /// A store takes the delegation token of a request for expired, whatever it says. Needs
  /// `simulation_options::tokens` or `access`.
  double token_expiry = 0;
  /// A connection that ends because a token has ended is reset: the client loses everything
  /// that it has not received yet.
  double token_reset = 0;
  /// An actor dies before or after an action of its machine.
  double kill = 0;
  /// An actor dies exactly at this action of the run, counted from 1; 0: none.
  std::uint64_t kill_at = 0;
  /// `kill` and `kill_at` also reach actors whose death the application sees: supervisors
  /// (their writer, reader or client fails), readers that are being opened (opening or the
  /// reader fails), synchronizers, and scalings of the stream manager. Readers of groups die
  /// without this option, too.
  bool kill_visibly = false;
  /// Ordinary delays of the network, uniform between these bounds.
  pravega_actor::duration delay_min = pravega_actor::microseconds{50};
  pravega_actor::duration delay_max = pravega_actor::milliseconds{3};
  /// Bytes arrive in pieces of at most this size.
  std::size_t piece_bytes_max = 65536;

  /// A plan with a mixture of all faults, drawn from the seed.
  [[nodiscard]] static fault_plan from_seed(std::uint64_t seed);
  bool operator==(const fault_plan&) const = default;
};

/// Counters of a run, for checks.
struct simulation_counters {
  std::uint64_t steps = 0;
  std::uint64_t connections = 0;
  std::uint64_t cuts = 0;
  std::uint64_t kills = 0;
  std::uint64_t crashes = 0;
  std::uint64_t actions = 0;
  std::uint64_t moves = 0;
  std::uint64_t store_kills = 0;
  /// Controller calls that were carried out but never answered.
  std::uint64_t answer_losses = 0;
  /// Connections on which SegmentIsSealed was lost.
  std::uint64_t seal_closes = 0;
  /// Segments that were sealed only after their successors were named.
  std::uint64_t seal_delays = 0;
  /// Cut connections whose late bytes arrived only in part.
  std::uint64_t partial_lates = 0;
  /// Scalings by load.
  std::uint64_t auto_scales = 0;
  /// Truncations by retention policies.
  std::uint64_t retention_truncations = 0;
  /// Times that transactions ended late.
  std::uint64_t transaction_delays = 0;
  /// Accepted commits whose work was lost.
  std::uint64_t commit_losses = 0;
  /// Transactions that were aborted because their leases had ended.
  std::uint64_t expired_transactions = 0;
  /// Requests whose delegation token had ended, and those whose token stores refused for
  /// another reason.
  std::uint64_t tokens_expired = 0;
  std::uint64_t tokens_refused = 0;
  /// Connections that ended because a token of theirs had ended.
  std::uint64_t token_ends = 0;
};

/// Options of a simulated world.
struct simulation_options {
  /// Segment stores, 1 to `stores_max`.
  std::size_t stores = 1;
  /// The window whose load scales streams with a policy by rate; 0: never.
  pravega_actor::duration auto_scale_window{0};
  /// The period after which retention policies take effect; 0: never. A real controller's is 30
  /// minutes.
  pravega_actor::duration retention_period{0};
  /// Steps that the world may make while no virtual time passes, at least 1. After them it
  /// stands still: see `simulation::standstill`.
  std::uint64_t steps_at_instant_max = steps_at_instant_default;
  /// Delegation tokens, with their lifetime in virtual time: the controller gives them to
  /// everybody, and stores ask for them.
  std::optional<token_options> tokens = std::nullopt;
  /// Access control with users, which includes tokens; then `tokens` does not count.
  std::optional<access_options> access = std::nullopt;
};

/// Asked for the `authorization` header of each controller call of a simulated client; nothing:
/// the call has none.
using authorization_source = std::function<std::optional<std::string>()>;

/// One simulated world. Everything runs in the calling thread. Seed, plan and script alone
/// determine a run; its trace is the same, byte by byte, in every process.
///
/// While a world lives, waiting calls of the client return would_block in its thread, since no
/// other thread could answer them. Declare the world before clients, and before objects that
/// callbacks refer to. Once the world ends, it calls no callback of the application and runs
/// nothing given to `after`. Actors run for two more virtual minutes; those that live longer
/// are killed.
class simulation {
 public:
  simulation(std::uint64_t seed, const fault_plan& plan,
             const simulation_options& options = {});
  ~simulation();
  simulation(const simulation&) = delete;
  simulation& operator=(const simulation&) = delete;

  /// Makes a client in this world. Use only calls that do not wait (`_async`, `try_`).
  [[nodiscard]] pravega_actor::client make_client(
      const pravega_actor::config& configuration = {});
  [[nodiscard]] pravega_actor::client_ports ports();  ///< Of one more client.
  /// The same for a client with credentials. The kit sends what `authorization` returns, for
  /// example `basic_authorization("user", "password")`.
  [[nodiscard]] pravega_actor::client_ports ports(authorization_source authorization);
  [[nodiscard]] caf::actor_system& system() noexcept;

  /// Calls the sandbox's controller directly, without delays, without access control, and with
  /// no fault but `seal_delay`.
  [[nodiscard]] pravega_actor::result<pravega_actor::controller::reply> control(
      const pravega_actor::controller::request& call);
  /// Splits a segment into `into` equal parts, at once. False if that is not possible, for
  /// example because the segment is not current.
  bool split(const pravega_actor::scoped_stream& stream, pravega_actor::segment_id of,
             std::size_t into = 2);
  /// Merges neighbouring segments into one, at once; false if that is not possible.
  bool merge(const pravega_actor::scoped_stream& stream,
             const std::vector<pravega_actor::segment_id>& neighbours);
  /// The segments that accept events, sorted by range; none if the stream is sealed or gone.
  [[nodiscard]] std::vector<pravega_actor::segment_with_range> current_segments(
      const pravega_actor::scoped_stream& stream);
  /// Creates scope and stream.
  void create_stream(const pravega_actor::scoped_stream& stream, std::int32_t segments);
  /// All events of a segment, in order. If bytes of an incomplete event follow, the last entry
  /// is "(torn: N bytes)".
  [[nodiscard]] std::vector<std::string> events_of(const std::string& segment) const;
  /// The names of the stream's segments that exist in the store, those of open transactions
  /// included, in order.
  [[nodiscard]] std::vector<std::string> segments_of(
      const pravega_actor::scoped_stream& stream) const;

  /// All events of a stream, segment by segment, without those of open transactions; a segment
  /// comes after its predecessors.
  [[nodiscard]] stored_events stored_events_of(
      const pravega_actor::scoped_stream& stream) const;

  [[nodiscard]] std::size_t stores() const noexcept;
  [[nodiscard]] bool store_alive(std::size_t store) const;
  /// The store that serves the segment. It may be a dead store whose segments have not moved
  /// yet.
  [[nodiscard]] std::size_t owner_of(const std::string& segment) const;
  /// From now on this store serves the segment. Waiting requests, and requests at other stores,
  /// get WrongHost. False if there is no such living store.
  bool move_segment(const std::string& segment, std::size_t store);
  /// Ends the store's connections; the store refuses new ones. The controller keeps naming it
  /// until its segments move to living stores after `failover`. False if it does not live.
  bool kill_store(std::size_t store, pravega_actor::duration failover);
  /// Starts a dead store again; it takes its share of the segments. False if it is not dead.
  bool start_store(std::size_t store);

  /// At the n-th request from now that needs a delegation token, counted over all connections,
  /// the store takes it for expired, once. 0 cancels the order.
  void expire_token_at(std::uint64_t n);
  /// The same for a token that is refused for ever: wrong, or for another stream.
  void refuse_token_at(std::uint64_t n);
  /// The next `count` delegation tokens of the controller have a wrong signature.
  void spoil_tokens(std::uint64_t count);

  /// Runs `what` after `delay` of virtual time, as part of the world.
  void after(pravega_actor::duration delay, std::function<void()> what);
  /// Makes one step: a message, a delivery, or the next timer. False if nothing is left to do,
  /// or if the world stands still.
  bool step();
  /// Steps until the condition holds; false if `limit` of virtual time passes first, or if the
  /// world stands still.
  bool run_until(const std::function<bool()>& holds, pravega_actor::duration limit);
  /// Steps until this much virtual time has passed, or until the world stands still.
  void run_for(pravega_actor::duration span);
  /// The world stands still if it has made `simulation_options::steps_at_instant_max` steps at
  /// one instant: actors keep exchanging messages, for example because a supervisor restarts an
  /// actor at once, without a pause, whenever it ends. Returns a sentence that names the actors
  /// which made the last steps; empty while the world does not stand still. The trace has the
  /// same sentence.
  [[nodiscard]] const std::string& standstill() const noexcept;
  /// Ends the world now instead of in the destructor, for tests that check `standstill` or the
  /// trace after the end. Clients, and all other objects that hold actors of the world, must be
  /// gone. Afterwards nothing happens in the world. Returns `standstill`.
  const std::string& end();
  /// Ends all connections now.
  std::size_t cut_connections();
  /// Ends all faults.
  void heal();

  [[nodiscard]] pravega_actor::time_point now() const;
  [[nodiscard]] std::uint64_t random();
  /// True with this probability.
  [[nodiscard]] bool chance(double probability);
  [[nodiscard]] const simulation_counters& counters() const noexcept;
  [[nodiscard]] std::size_t open_connections() const;
  [[nodiscard]] std::size_t live_actors();

  /// Whether an actor of the application dies at this place. The plan's `kill` and `kill_at`
  /// count such places like those in the library; the trace names them. For example:
  /// `if (world.strikes("shop", "before the release")) self->quit();`
  [[nodiscard]] bool strikes(std::string_view actor, std::string_view place);

  /// Where actors have died: "segment_writer before connect", "shop before the release".
  [[nodiscard]] const std::set<std::string>& struck() const noexcept;

  /// Adds a line to the trace, after the virtual time.
  void note(std::string_view line);
  [[nodiscard]] const std::string& trace() const noexcept;

 private:
  bool step_before(pravega_actor::time_point limit);
  bool scale(const pravega_actor::scoped_stream& stream,
             const std::vector<pravega_actor::segment_id>& sealed,
             const std::vector<pravega_actor::key_range>& ranges);
  void scale_by_load();
  void apply_retention();
  void expire_transactions();
  struct core;
  std::unique_ptr<core> core_;
};

}  // namespace pravega_sandbox
