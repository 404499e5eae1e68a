// Limits of the sandbox's servers, by name.
#pragma once

#include <chrono>
#include <cstddef>

namespace pravega_sandbox::server_limits {

/// To one segment store.
inline constexpr std::size_t connections_max = 10000;
/// To the controller. A client has one to each controller.
inline constexpr std::size_t controller_connections_max = 1000;
/// Connections that one listening socket accepts before others have their turn.
inline constexpr std::size_t accepts_per_turn_max = 64;
/// The longest header of a call that is sent back when it is refused.
inline constexpr std::size_t repeated_header_bytes_max = 8u << 10;
/// The end of gRPC's server is waited for this long.
inline constexpr std::chrono::seconds end_max{10};
/// A connection that takes its replies slower than it asks is not read from above this.
inline constexpr std::size_t unsent_bytes_max = 16u << 20;
/// One connection is read from at most this long before others have their turn.
inline constexpr std::size_t turn_bytes_max = 1u << 20;
/// Parts of one system call that sends.
inline constexpr std::size_t send_parts_max = 64;

/// A TLS handshake must be over by then; a real server's limit is the same.
inline constexpr std::chrono::milliseconds handshake_max{10000};
/// What OpenSSL keeps for one connection: an estimate.
inline constexpr std::size_t tls_connection_bytes = 32u << 10;
/// Certificates that the controller may show one after the other: each needs a server of gRPC.
inline constexpr std::size_t certificates_max = 32;

/// So much that is not needed any more goes back to the system: the allocator would keep it.
inline constexpr std::size_t trim_bytes_min = 32u << 20;

/// The time between two looks for transactions whose leases have ended; a real server's is the
/// same.
inline constexpr std::chrono::milliseconds lease_tick{400};

/// Longest wait of a timer: tokens may end in centuries.
inline constexpr std::chrono::milliseconds timer_max{3'600'000};

/// Before the next try when accepting a connection failed.
inline constexpr std::chrono::milliseconds accept_pause{10};

}  // namespace pravega_sandbox::server_limits
