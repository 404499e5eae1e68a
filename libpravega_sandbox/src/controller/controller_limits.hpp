// Limits of the sandbox's controller, by name.
#pragma once

#include <cstddef>
#include <cstdint>

namespace pravega_sandbox::controller_limits {

/// Length of the name of a scope or a stream.
inline constexpr std::size_t name_characters_max = 255;
/// Names in one page of a listing.
inline constexpr std::size_t page_names_max = 1000;
/// Active segments of one stream.
inline constexpr std::int32_t active_segments_max = 10000;
/// Segments that one stream may ever have.
inline constexpr std::int32_t segments_max = 1 << 20;
/// Epochs of one stream.
inline constexpr std::size_t epochs_max = 10000;
/// Segments of all epochs of one stream together; one that lives through several epochs counts
/// in each of them.
inline constexpr std::size_t epoch_segments_max = 1u << 21;
inline constexpr std::size_t scopes_max = 100000;
inline constexpr std::size_t streams_per_scope_max = 100000;
/// Deleted streams whose segment numbers are remembered.
inline constexpr std::size_t deleted_streams_max = 100000;
/// Cuts of one stream that are kept for its retention policy; with so many there is none anew.
inline constexpr std::size_t retention_cuts_max = 10000;
/// Transactions of one stream that are open, committing or aborting.
inline constexpr std::size_t transactions_max = 10000;
/// The lease of a transaction, in milliseconds, as on a 0.13 server.
inline constexpr std::int64_t lease_ms_min = 10'000;
inline constexpr std::int64_t lease_ms_max = 600'000;
/// How long a transaction may be open, however often it is pinged: so many leases, and a day.
inline constexpr std::int64_t execution_leases_max = 1000;
inline constexpr std::int64_t execution_ms_max = 86'400'000;
/// Transactions that are committed together.
inline constexpr std::size_t commit_batch_max = 100;
/// Transactions of one stream that ended: how many are remembered and how long, how often those
/// that are too old are looked for, and how many are listed.
inline constexpr std::size_t completed_transactions_max = 10000;
inline constexpr std::int64_t completed_kept_ms = 86'400'000;
inline constexpr std::int64_t completed_tick_ms = 60'000;
inline constexpr std::size_t listed_transactions_max = 500;
/// What things take, names and what the store keeps apart: estimates of what is allocated.
inline constexpr std::size_t scope_bytes = 256;
inline constexpr std::size_t stream_bytes = 512;
inline constexpr std::size_t segment_bytes = 320;
inline constexpr std::size_t cut_place_bytes = 64;
inline constexpr std::size_t tag_bytes = 48;
inline constexpr std::size_t transaction_bytes = 512;
/// A stream's or scope's name stands in several places.
inline constexpr std::size_t name_copies = 3;
/// Tags of one stream, and the length of each (0.13's limits).
inline constexpr std::size_t tags_max = 128;
inline constexpr std::size_t tag_characters_max = 256;

}  // namespace pravega_sandbox::controller_limits
