// An embedded Pravega: a controller and segment stores in this process, with the real
// protocols.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "pravega_actor/endpoint.hpp"
#include "pravega_actor/ports/controller_port.hpp"
#include "pravega_actor/result.hpp"
#include "pravega_sandbox/access.hpp"
#include "pravega_sandbox/certificates.hpp"
#include "pravega_sandbox/sandbox_limits.hpp"

namespace pravega_sandbox {

/// Addresses, limits and timing of a sandbox.
struct sandbox_options {
  /// The address or host name to listen on.
  std::string host = "127.0.0.1";
  /// The host that the controller names to clients; under TLS its certificate must have this
  /// name. "": `host`, or the loopback address if
  /// `host` is the wildcard.
  std::string published_host;
  /// 0: any free port.
  std::uint16_t controller_port = 0;
  /// Port of the first segment store; the others follow. 0: any free port for each.
  std::uint16_t store_port = 0;
  /// Port of the first segment store that the controller names to clients, for proxies in
  /// between; the others follow. 0: the ports that they listen on.
  std::uint16_t published_store_port = 0;
  /// Segment stores, 1 to `stores_max`.
  std::size_t stores = 1;
  /// Time after which the other stores serve the segments of a killed store, as when a cluster
  /// notices its death. Until then the controller names the dead store.
  std::int64_t failover_ms = 3500;
  /// The window whose load scales streams with a policy by rate; 0: never. The shortest window
  /// of a real server is 2 minutes.
  std::int64_t auto_scale_window_ms = 120000;
  /// The period of retention; 0: never. After each period the sandbox records a cut at the tail
  /// of each stream with a retention policy and truncates the stream at an older cut. The
  /// default is that of a real controller.
  std::int64_t retention_period_ms = 1800000;
  /// Limit of the bytes of events in all segments together, which are kept in memory;
  /// `drop_oldest` says what happens above it. Everything else that the sandbox keeps for
  /// clients (names, attributes, incomplete frames, waiting reads ...) may use what the events
  /// leave, plus a quarter of this limit (at least 16 MiB). Above that, connections end and
  /// calls are refused.
  std::size_t memory_bytes_max = std::size_t{4} << 30;
  /// How the sandbox treats an append that does not fit. False: it refuses it and ends the
  /// connection, and nothing is lost. True: it drops the oldest appends of the segment that
  /// holds the most, until the append fits. Readers see each drop as a truncation. Transient
  /// segments lose nothing.
  bool drop_oldest = false;
  /// Access control. Nothing: everybody who can connect may do everything.
  std::optional<access_options> access = std::nullopt;
  /// TLS on all ports, with this certificate (and those of its chain after it). Nothing: plain
  /// text.
  std::optional<certificate> tls = std::nullopt;
};

/// Counters since the start of a sandbox.
struct sandbox_counters {
  std::uint64_t connections_open = 0;
  std::uint64_t connections_accepted = 0;
  std::uint64_t controller_calls = 0;
  std::uint64_t appends = 0;
  /// Appends that did not fit into memory.
  std::uint64_t appends_refused_full = 0;
  std::uint64_t events_appended = 0;
  std::uint64_t bytes_appended = 0;
  /// Bytes of events that `drop_oldest` has dropped.
  std::uint64_t bytes_dropped = 0;
  std::uint64_t reads = 0;
  std::uint64_t bytes_read = 0;
  /// Bytes that the segments hold now.
  std::uint64_t memory_bytes = 0;
  /// The same, plus everything else that the sandbox keeps for clients.
  std::uint64_t memory_bytes_all = 0;
  /// Scalings by load.
  std::uint64_t auto_scales = 0;
  /// Truncations by retention policies.
  std::uint64_t retention_truncations = 0;
  /// Transactions that were aborted because their leases had ended.
  std::uint64_t expired_transactions = 0;
  /// Requests whose delegation token had ended, and those whose token stores refused for
  /// another reason.
  std::uint64_t tokens_expired = 0;
  std::uint64_t tokens_refused = 0;
  /// Connections that ended because a token of theirs had ended.
  std::uint64_t token_ends = 0;
};

/// Where `cut_after_appends` ends the connection.
enum class cut_moment : std::uint8_t {
  /// Before the append is applied: it is lost.
  before_append,
  /// After it is applied, before its acknowledgement: it is stored, but the writer does not
  /// know.
  before_ack,
  /// After its acknowledgement was sent.
  after_ack,
};

/// One running sandbox. Its events are in memory and end with it. It prints nothing; under TLS,
/// gRPC reports failed handshakes on standard error. Any thread may call any member.
///
/// It serves scopes, streams, segments, scaling, truncation, event writers, readers, reader
/// groups and transactions of Pravega 0.13 clients. It answers UNIMPLEMENTED to calls about
/// key-value tables.
class sandbox {
 public:
  /// Starts a sandbox, which is ready for clients when the call returns. invalid_argument for a
  /// host that does not resolve or options out of their ranges, io_error for a port in use; the
  /// detail names the address.
  [[nodiscard]] static pravega_actor::result<std::unique_ptr<sandbox>> start(
      const sandbox_options& options = {});
  /// Stops the sandbox.
  ~sandbox();
  sandbox(const sandbox&) = delete;
  sandbox& operator=(const sandbox&) = delete;

  /// Closes all connections and frees the ports. Idempotent. Afterwards the switches below have
  /// no effect.
  void stop();

  /// For clients: "tcp://host:port", under TLS "tls://host:port".
  [[nodiscard]] std::string controller_uri() const;
  [[nodiscard]] pravega_actor::endpoint controller_endpoint() const;
  /// The endpoint of the first store.
  [[nodiscard]] pravega_actor::endpoint store_endpoint() const;
  /// The endpoint of each store. It stays the same when a store is killed and started.
  [[nodiscard]] const std::vector<pravega_actor::endpoint>& store_endpoints() const;

  /// A controller call without the network and without access control, for example to create or
  /// scale a stream.
  [[nodiscard]] pravega_actor::result<pravega_actor::controller::reply> call(
      const pravega_actor::controller::request& request);

  [[nodiscard]] sandbox_counters counters();

  // Stores and their segments. Stores and containers are numbered from 0. All stores share one
  // durable model, so a move or a death loses nothing. A store answers WrongHost to requests
  // for a segment of another store, also to reads that wait there.

  /// The number of containers. Each segment is hashed into one; each container runs in one
  /// store.
  [[nodiscard]] std::size_t containers();
  [[nodiscard]] std::size_t container_of(const std::string& segment);
  /// The store that the controller names; it may be dead.
  [[nodiscard]] std::size_t owner_of(const std::string& segment);
  /// From now on this store serves the segment, whichever store has its container, until the
  /// store dies. invalid_argument if there is no such living store.
  [[nodiscard]] pravega_actor::result<void> move_segment(const std::string& segment,
                                                         std::size_t store);
  /// From now on this store serves all segments of the container. invalid_argument if there is
  /// no such container or no such living store.
  [[nodiscard]] pravega_actor::result<void> move_container(std::size_t container,
                                                           std::size_t store);
  /// Resets the store's connections and closes its port. `sandbox_options::failover_ms` later
  /// the other stores have its segments. invalid_argument if there is no such living store.
  [[nodiscard]] pravega_actor::result<void> kill_store(std::size_t store);
  /// Starts a dead store again, on the same port; it takes over its share of the containers.
  /// invalid_argument if there is no such dead store, io_error if the port is taken.
  [[nodiscard]] pravega_actor::result<void> start_store(std::size_t store);

  // Faults of one segment store, or of all if no number is given. The number of a store that
  // does not exist has no effect.

  /// Ends all connections now and drops unsent data; returns the number of connections.
  std::size_t cut_connections();
  std::size_t cut_connections(std::size_t store);
  /// Ends one connection, once, at the n-th append from now, counted over all connections.
  /// Refused appends do not count. 0 cancels the order.
  void cut_after_appends(std::uint64_t n, cut_moment moment);
  /// New connections get this certificate from now on, as when a server's file was replaced;
  /// present ones stay. invalid_argument if the sandbox has no TLS or it is no certificate with
  /// its key, limit_exceeded after 32 certificates.
  [[nodiscard]] pravega_actor::result<void> show_certificate(const certificate& shown);
  /// True: handshakes of TLS hang, on all ports, for as long as clients wait. False: they go
  /// on.
  void stall_handshakes(bool stalled);
  /// At the n-th request from now that needs a delegation token, counted over all connections,
  /// the store takes it for expired, once. 0 cancels the order.
  void expire_token_at(std::uint64_t n);
  /// The same for a token that is refused for ever: wrong, or for another stream.
  void refuse_token_at(std::uint64_t n);
  /// The next `count` delegation tokens of the controller have a wrong signature.
  void spoil_tokens(std::uint64_t count);
  /// Acknowledges each append this much later; 0 ends the delay.
  void delay_acks(std::int64_t delay_ms);
  /// True: connections stay open and new ones are accepted, but nothing is answered, as with a
  /// stopped process. False: answers again, beginning with the requests that have arrived
  /// meanwhile.
  void stop_answering(bool stopped);
  void stop_answering(std::size_t store, bool stopped);
  /// True: refuses new connections and keeps existing ones. False: listens again on the same
  /// port, or returns the error. A dead store stays dead; giving its number is
  /// invalid_argument.
  [[nodiscard]] pravega_actor::result<void> refuse_connections(bool refused);
  [[nodiscard]] pravega_actor::result<void> refuse_connections(std::size_t store, bool refused);

 private:
  struct parts;
  explicit sandbox(std::unique_ptr<parts> running);
  std::unique_ptr<parts> parts_;
};

}  // namespace pravega_sandbox
