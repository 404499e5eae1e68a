// Limits of the sandbox's segment store, by name.
#pragma once

#include <cstddef>

namespace pravega_sandbox::store_limits {

/// Appends of this size or more are kept where they were received; smaller ones are copied, so
/// that a small append never keeps a large receive buffer alive.
inline constexpr std::size_t kept_append_bytes_min = 32u << 10;
/// Memory that kept data may keep alive, as a multiple of its size: data that would keep more
/// is copied.
inline constexpr std::size_t kept_memory_ratio_max = 2;
/// Smallest and largest buffer that collects small appends.
inline constexpr std::size_t tail_buffer_bytes_min = 1u << 10;
inline constexpr std::size_t tail_buffer_bytes_max = 256u << 10;
/// What connections, names and waiting reads may take although events fill their memory: this
/// part of that, but at least so much. Replies that are not taken may be as much again.
inline constexpr std::size_t memory_reserve_part = 4;
inline constexpr std::size_t memory_reserve_bytes_min = 16u << 20;
/// What things take, names and data apart: estimates of what is allocated.
inline constexpr std::size_t connection_bytes = 4u << 10;
inline constexpr std::size_t attribute_bytes = 80;
inline constexpr std::size_t writer_bytes = 144;
inline constexpr std::size_t held_ack_bytes = 64;
inline constexpr std::size_t parked_read_bytes = 256;
/// Unused receive buffers that are kept for all connections of a sandbox together.
inline constexpr std::size_t receive_pool_bytes = 16u << 20;
/// Smallest read that a server serves (0.13: fewer bytes asked for are raised to this).
inline constexpr std::size_t read_bytes_min = 8;
/// Reads of one connection that may wait at tails.
inline constexpr std::size_t parked_reads_max = 10000;
/// Attributes of one segment: each writer id is one.
inline constexpr std::size_t attributes_max = 1u << 20;
/// Attributes of all segments together.
inline constexpr std::size_t attributes_total_max = 1u << 23;
/// Segments of one store.
inline constexpr std::size_t segments_max = 1u << 20;
/// Name of a segment: twice what a controller's longest is.
inline constexpr std::size_t segment_name_bytes_max = 1u << 10;
/// What a segment takes without its events: itself, its name in several places, and the
/// attributes that it is made with.
inline constexpr std::size_t segment_bytes = 1u << 10;
inline constexpr std::size_t name_copies = 3;
inline constexpr std::size_t first_attributes = 4;
inline constexpr std::size_t segment_bytes_max =
    segment_bytes + name_copies * segment_name_bytes_max + first_attributes * attribute_bytes;
/// Names of all segments together.
inline constexpr std::size_t names_bytes_max = 256u << 20;
/// Containers that each store of a cluster has at its start.
inline constexpr std::size_t containers_per_store = 4;
/// Segments that are served elsewhere than the rest of their containers.
inline constexpr std::size_t moved_segments_max = 1u << 16;
/// Acknowledgements of one connection that a fault may hold back.
inline constexpr std::size_t held_acks_max = 1u << 20;

}  // namespace pravega_sandbox::store_limits
