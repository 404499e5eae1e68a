// An embedded Pravega: a controller and segment stores in this process, with the real
// protocols.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "pravega_actor/endpoint.hpp"
#include "pravega_actor/ports/controller_port.hpp"
#include "pravega_actor/result.hpp"
#include "pravega_sandbox/sandbox_limits.hpp"

namespace pravega_sandbox {

/// How a sandbox listens and how much it keeps.
struct sandbox_options {
  /// The address or host name to listen on.
  std::string host = "127.0.0.1";
  /// What clients are told to connect to; "" is `host` (the loopback address if `host` is the
  /// wildcard).
  std::string published_host;
  /// 0 is any free port.
  std::uint16_t controller_port = 0;
  /// Of the first segment store; the next ones follow. 0 is any free port for each.
  std::uint16_t store_port = 0;
  /// The first segment store's port that clients are told, for proxies in between; the next
  /// ones follow. 0 are those that they listen on.
  std::uint16_t published_store_port = 0;
  /// Segment stores, 1 to `stores_max`.
  std::size_t stores = 1;
  /// After so long the segments of a store that was killed are served by the others, as when a
  /// cluster notices; until then the controller names the dead store.
  std::int64_t failover_ms = 3500;
  /// Streams with a policy by rate are scaled by the load of each such window; 0: never. The
  /// shortest that a real server looks at is 2 minutes.
  std::int64_t auto_scale_window_ms = 120000;
  /// Streams with a retention policy are looked at after each such period: a cut of the tail is
  /// kept, and the stream is truncated at an older one; 0: never. The default is a real
  /// controller's.
  std::int64_t retention_period_ms = 1800000;
  /// Bytes of events of all segments together; all is kept in memory. What happens above it
  /// says `drop_oldest`. Everything else that clients make it keep (names, attributes, frames
  /// that are not whole, waiting reads ...) may take what the events leave, and a quarter of
  /// this on top (at least 16 MiB). Above that connections end and calls are refused.
  std::size_t memory_bytes_max = std::size_t{4} << 30;
  /// False: an append that does not fit is refused, the connection ends, nothing is lost. True:
  /// the segment that is written to is truncated at its oldest appends, if that makes room.
  bool drop_oldest = false;
};

/// What a sandbox did since its start.
struct sandbox_counters {
  std::uint64_t connections_open = 0;
  std::uint64_t connections_accepted = 0;
  std::uint64_t controller_calls = 0;
  std::uint64_t appends = 0;
  /// Appends that did not fit into memory.
  std::uint64_t appends_refused_full = 0;
  std::uint64_t events_appended = 0;
  std::uint64_t bytes_appended = 0;
  std::uint64_t reads = 0;
  std::uint64_t bytes_read = 0;
  /// Bytes that the segments hold now.
  std::uint64_t memory_bytes = 0;
  /// These, and what clients make it keep besides.
  std::uint64_t memory_bytes_all = 0;
  /// Scalings by load.
  std::uint64_t auto_scales = 0;
  /// Truncations by retention policies.
  std::uint64_t retention_truncations = 0;
};

/// Where `cut_after_appends` ends the connection.
enum class cut_moment : std::uint8_t {
  /// Before the append is applied: it is lost.
  before_append,
  /// After it is applied, before its acknowledgement: it is stored and the writer does not
  /// know.
  before_ack,
  /// After its acknowledgement was sent.
  after_ack,
};

/// One running sandbox. Events live in memory and end with it. It prints nothing. All members
/// may be called from any thread.
///
/// It serves scopes, streams, segments, scaling, truncation, event writers and raw readers of
/// Pravega 0.13 clients. Transactions, reader groups and key-value tables are answered with
/// UNIMPLEMENTED.
class sandbox {
 public:
  /// Starts listening; ready for clients when it returns. invalid_argument for a host that does
  /// not resolve and options out of their ranges, io_error if a port is in use; the detail
  /// names the address.
  [[nodiscard]] static pravega_actor::result<std::unique_ptr<sandbox>> start(
      const sandbox_options& options = {});
  /// Stops.
  ~sandbox();
  sandbox(const sandbox&) = delete;
  sandbox& operator=(const sandbox&) = delete;

  /// Closes all connections and frees the ports. Idempotent. The switches below have no effect
  /// afterwards.
  void stop();

  /// For clients: "tcp://host:port".
  [[nodiscard]] std::string controller_uri() const;
  [[nodiscard]] pravega_actor::endpoint controller_endpoint() const;
  /// Of the first store.
  [[nodiscard]] pravega_actor::endpoint store_endpoint() const;
  /// Where each store listens; they do not change, whichever are killed and started.
  [[nodiscard]] const std::vector<pravega_actor::endpoint>& store_endpoints() const;

  /// A controller call without the network, for example to create or scale a stream.
  [[nodiscard]] pravega_actor::result<pravega_actor::controller::reply> call(
      const pravega_actor::controller::request& request);

  [[nodiscard]] sandbox_counters counters();

  // Which store serves what. Stores and containers are numbered from 0. All stores have one
  // durable model behind them: nothing is lost by a move or a death. A store that is asked for
  // a segment of another answers WrongHost, and so do reads that wait there.

  /// Segments are hashed into so many containers, and each runs in one store.
  [[nodiscard]] std::size_t containers();
  [[nodiscard]] std::size_t container_of(const std::string& segment);
  /// The store that the controller names; it may be dead.
  [[nodiscard]] std::size_t owner_of(const std::string& segment);
  /// The segment is served by this store from now on, wherever its container goes; until that
  /// store dies. invalid_argument if there is no such living store.
  [[nodiscard]] pravega_actor::result<void> move_segment(const std::string& segment,
                                                         std::size_t store);
  /// invalid_argument if there is no such container or no such living store.
  [[nodiscard]] pravega_actor::result<void> move_container(std::size_t container,
                                                           std::size_t store);
  /// Its connections are reset and its port is closed; `sandbox_options::failover_ms` later
  /// the other stores have its segments. invalid_argument if there is no such living store.
  [[nodiscard]] pravega_actor::result<void> kill_store(std::size_t store);
  /// A dead store lives again, on the same port, and takes a part of the containers over.
  /// invalid_argument if there is no such dead store, io_error if the port is taken.
  [[nodiscard]] pravega_actor::result<void> start_store(std::size_t store);

  // Faults of the segment stores; without a number of all of them. A number that is no store's
  // has no effect.

  /// Ends all connections now, unsent data included; returns how many there were.
  std::size_t cut_connections();
  std::size_t cut_connections(std::size_t store);
  /// Ends one connection at the n-th append from now, counted over all connections; once.
  /// Appends that are refused do not count. 0 takes the order back.
  void cut_after_appends(std::uint64_t n, cut_moment moment);
  /// Acknowledges each append this much later; 0 ends it.
  void delay_acks(std::int64_t delay_ms);
  /// True: connections stay open and new ones are accepted, but nothing is answered, as by a
  /// stopped process. False: goes on with what has arrived meanwhile.
  void stop_answering(bool stopped);
  void stop_answering(std::size_t store, bool stopped);
  /// True: new connections are refused; those that exist live on. False: listens again on the
  /// same port, or says why not. A dead store stays dead: for one by its number that is
  /// invalid_argument.
  [[nodiscard]] pravega_actor::result<void> refuse_connections(bool refused);
  [[nodiscard]] pravega_actor::result<void> refuse_connections(std::size_t store, bool refused);

 private:
  struct parts;
  explicit sandbox(std::unique_ptr<parts> running);
  std::unique_ptr<parts> parts_;
};

}  // namespace pravega_sandbox
