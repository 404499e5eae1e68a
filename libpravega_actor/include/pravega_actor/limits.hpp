// Every fixed limit of the protocol and of the library, by name.
#pragma once

#include <cstddef>
#include <cstdint>

namespace pravega_actor::limits {

/// Largest payload of one event. Pravega's Serializer.MAX_EVENT_SIZE.
inline constexpr std::size_t event_payload_bytes_max = 8u << 20;
/// Largest payload of an event that a reader accepts: large events, which writers store in
/// parts, may be larger than event_payload_bytes_max.
inline constexpr std::size_t large_event_payload_bytes_max = 64u << 20;
/// Events of one atomic batch, each with its header: what one append block carries (checked on
/// a real 0.13 server; the Java client's bound is 69 bytes more).
inline constexpr std::size_t batch_bytes_max = 16777163;
/// Type and length before each event's payload.
inline constexpr std::size_t event_header_bytes = 8;
/// Largest whole frame, its header of eight bytes included (0.13 server; checked on a real
/// one).
inline constexpr std::size_t frame_bytes_max = 16777215;
/// Largest payload of a frame that we accept: clients check the payload's length only.
inline constexpr std::size_t frame_payload_bytes_max = 16777215;
inline constexpr std::size_t frame_header_bytes = 8;
/// Slices of one segment that a reader may fetch before they are asked for.
inline constexpr std::size_t prefetch_slices_max = 64;
/// Bytes that wait in all segments of a reader together before it asks for no more; a segment
/// in which nothing waits is read all the same.
inline constexpr std::size_t reader_bytes_max = 64u << 20;
/// A text on the wire has a length of 16 bits.
inline constexpr std::size_t wire_text_bytes_max = 65535;
/// Largest data of one read that a server returns.
inline constexpr std::size_t read_bytes_max = 2u << 20;
/// Length of a name that a user chooses.
inline constexpr std::size_t name_characters_max = 250;
/// Entries that a position, a cut or a checkpoint may have when it is decoded.
inline constexpr std::size_t cut_entries_max = 1u << 20;
/// Compact text of a stream cut, and its base64 form: room for `cut_entries_max` of the
/// longest.
inline constexpr std::size_t cut_text_bytes_max = 48u << 20;
/// A configuration file.
inline constexpr std::size_t config_file_bytes_max = 1u << 20;
/// Addresses in one controller URI.
inline constexpr std::size_t controller_addresses_max = 64;
/// Controllers in the list that a controller gives of all of them.
inline constexpr std::size_t controller_servers_max = 1024;
/// Segments that a controller's reply may name as a stream's at one time: current ones, those
/// of an epoch, of the head or of a scale, or the successors of a segment.
inline constexpr std::size_t stream_segments_max = 1u << 14;
/// Names of scopes or streams in one page of a listing.
inline constexpr std::size_t names_per_page_max = 1u << 16;
/// Tags of one stream in a controller's reply (a 0.13 server allows 128).
inline constexpr std::size_t reply_tags_max = 1024;
/// Writers that one connection may have (the Java client drops a connection above it).
inline constexpr std::size_t appends_per_connection_max = 2000;
/// Elements of a list in a frame.
inline constexpr std::size_t wire_list_entries_max = 1u << 20;
/// Wire protocol version that we speak, and the oldest that we accept.
inline constexpr std::int32_t wire_version = 16;
inline constexpr std::int32_t wire_version_oldest = 5;

}  // namespace pravega_actor::limits
