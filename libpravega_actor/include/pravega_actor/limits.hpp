// The fixed limits that applications, servers and data can reach. If the detail of an error
// names a limit, the limit is here or is a key of the configuration.
#pragma once

#include <cstddef>
#include <cstdint>

namespace pravega_actor::limits {

/// Largest payload of one event. Pravega's Serializer.MAX_EVENT_SIZE.
inline constexpr std::size_t event_payload_bytes_max = 8u << 20;
/// Largest payload of an event that a reader accepts unless its options allow more. Large
/// events, which writers store in parts, may exceed event_payload_bytes_max.
inline constexpr std::size_t large_event_payload_bytes_max = 64u << 20;
/// Bytes of an atomic batch, including headers: the capacity of one append block (checked on a
/// real 0.13 server; the Java client's bound is 69 bytes more).
inline constexpr std::size_t batch_bytes_max = 16777163;
/// Characters in the name of a writer.
inline constexpr std::size_t writer_name_characters_max = 250;
/// The highest number of an event that a writer with a name writes; the lowest is 1.
inline constexpr std::int64_t event_number_max = (std::int64_t{1} << 47) - 1;
/// Segments of a stream, sealed ones included, that a writer with a name asks what they hold
/// when it opens.
inline constexpr std::size_t writer_name_segments_max = 1u << 14;
/// Type and length before each event's payload.
inline constexpr std::size_t event_header_bytes = 8;
/// Largest whole frame, including its header of eight bytes (checked on a real 0.13 server).
inline constexpr std::size_t frame_bytes_max = 16777215;
/// Largest payload of a frame that this library accepts: clients check only the payload's
/// length.
inline constexpr std::size_t frame_payload_bytes_max = 16777215;
inline constexpr std::size_t frame_header_bytes = 8;
/// Slices of one segment that a reader may prefetch.
inline constexpr std::size_t prefetch_slices_max = 64;
/// Bytes that a reader may hold for all its segments together: waiting data, requested bytes
/// and partial large events. At the limit, a segment with waiting data asks for nothing, a
/// segment without waiting data asks for `reader_request_bytes_least`, and one large event may
/// be partial. So a reader holds at most this, plus `reader_request_bytes_least` for each
/// segment, plus one event of `reader_options::event_payload_bytes_max`.
inline constexpr std::size_t reader_bytes_max = 64u << 20;
/// Bytes in the first request of a segment, and in any request of a segment without waiting
/// data while its reader holds limits::reader_bytes_max (waiting data, requested bytes and
/// partial events). Only one segment may then keep a partial event that is larger than this.
inline constexpr std::size_t reader_request_bytes_least = 64u << 10;
/// Bytes of delivered items that a reader holds for its subscribers until they release them.
/// While it holds this much, it delivers nothing new. It always delivers one item.
inline constexpr std::size_t reader_unreleased_bytes_max = 64u << 20;
/// The least number of bytes that a delivered item counts.
inline constexpr std::size_t reader_unreleased_item_bytes_least = 4u << 10;
/// Bytes of an incomplete frame that count as a sign of life. A peer that sends fewer bytes and
/// no whole frame within liveness_timeout_ms (2.7 KB/s at 6 s) counts as silent.
inline constexpr std::size_t sign_of_life_bytes_min = 16u << 10;
/// KeepAlives that a peer may send within keep_alive_interval_ms.
inline constexpr std::uint32_t keep_alives_per_interval_max = 1000;
/// Longest text on the wire: its length has 16 bits.
inline constexpr std::size_t wire_text_bytes_max = 65535;
/// Largest data of one read that a server returns.
inline constexpr std::size_t read_bytes_max = 2u << 20;
/// Longest name that a user may choose.
inline constexpr std::size_t name_characters_max = 250;
/// Entries of a position, cut or checkpoint that is decoded.
inline constexpr std::size_t cut_entries_max = 1u << 20;
/// Bytes of the compact text of a stream cut, and of its base64 form: room for
/// `cut_entries_max` of the longest entries.
inline constexpr std::size_t cut_text_bytes_max = 48u << 20;
/// One entry of a reader group's state: Pravega's limit of an event.
inline constexpr std::size_t group_entry_bytes_max = 8u << 20;
/// Updates in one entry of a reader group's state.
inline constexpr std::size_t group_updates_max = 1u << 16;
/// Segments in one list of a reader group's state, and predecessors of one segment.
inline constexpr std::size_t group_segments_max = 1u << 16;
/// Readers of a group.
inline constexpr std::size_t group_readers_max = 1u << 14;
/// Checkpoints that a group's state holds.
inline constexpr std::size_t group_checkpoints_max = 1u << 14;
/// Streams that a group reads.
inline constexpr std::size_t group_streams_max = 1u << 14;
/// Payload of one entry in the log of a replicated state: Pravega's limit of an event.
inline constexpr std::size_t synchronizer_entry_bytes_max = event_payload_bytes_max;
/// Updates in one entry.
inline constexpr std::size_t synchronizer_updates_max = 1u << 16;
/// Bytes of the log that one fetch reads; compaction keeps the log far below it.
inline constexpr std::size_t synchronizer_fetch_bytes_max = 256u << 20;
/// Bytes that a synchronizer asks for in one read.
inline constexpr std::size_t synchronizer_read_bytes = 256u << 10;
/// Operations that wait at one synchronizer.
inline constexpr std::size_t synchronizer_queue_max = 1024;
/// Bytes of the path of a file in the configuration.
inline constexpr std::size_t path_bytes_max = 4096;
/// Bytes of a file with certificates or a key.
inline constexpr std::size_t tls_file_bytes_max = 4u << 20;
/// Bytes of the name of a user, and of an authentication method.
inline constexpr std::size_t user_bytes_max = 1024;
/// Bytes of the header `authorization`, and of a file with a password or a token (gRPC servers
/// take 8 KiB of headers).
inline constexpr std::size_t authorization_bytes_max = 7u << 10;
/// Bytes of a configuration file.
inline constexpr std::size_t config_file_bytes_max = 1u << 20;
/// Addresses in one controller URI.
inline constexpr std::size_t controller_addresses_max = 64;
/// Controllers in the list that a controller returns.
inline constexpr std::size_t controller_servers_max = 1024;
/// Segments of a stream at one time in a controller's reply: the current ones, those of an
/// epoch, of the head or of a scale, or the successors of a segment.
inline constexpr std::size_t stream_segments_max = 1u << 14;
/// The lease of a transaction, in milliseconds: the range of a 0.13 server with its own
/// settings.
inline constexpr std::int64_t transaction_lease_min_ms = 10'000;
inline constexpr std::int64_t transaction_lease_max_ms = 600'000;
/// Transactions in a controller's list of those that ended (a 0.13 server lists 500).
inline constexpr std::size_t completed_transactions_max = 1u << 16;
/// Names of scopes or streams in one page of a listing.
inline constexpr std::size_t names_per_page_max = 1u << 16;
/// Tags of one stream in a controller's reply (a 0.13 server allows 128).
inline constexpr std::size_t reply_tags_max = 1024;
/// Bytes of one reply of a controller; the largest are lists of segments.
inline constexpr std::size_t reply_bytes_max = 64u << 20;
/// Calls of one client to the controller that are under way.
inline constexpr std::size_t controller_calls_max = 4096;
/// Requests about segments of one reader or stream manager that are under way.
inline constexpr std::size_t segment_requests_max = 4096;
/// Look-ups of segment stores' names that wait for their turn or for an answer.
inline constexpr std::size_t lookups_waiting_max = 4096;
/// Tags of a stream, and characters of a tag (0.13 servers).
inline constexpr std::size_t stream_tags_max = 128;
inline constexpr std::size_t stream_tag_characters_max = 256;
/// Names that a listing returns in one vector; the forms with a callback have no such limit.
inline constexpr std::size_t listed_names_max = 1u << 20;
/// Epochs of a stream that `lineage` reads.
inline constexpr std::int32_t lineage_epochs_max = 10'000;
/// Parts of one split.
inline constexpr std::int32_t split_parts_max = 1'000;
/// Bytes of each text of an error; a longer text is cut, and says so.
inline constexpr std::size_t error_text_bytes_max = 4096;
/// Writers that one connection may have (above this number, the Java client drops the
/// connection).
inline constexpr std::size_t appends_per_connection_max = 2000;
/// Elements of a list in a frame.
inline constexpr std::size_t wire_list_entries_max = 1u << 20;
/// The version of the wire protocol that this library speaks, and the oldest that it accepts.
inline constexpr std::int32_t wire_version = 16;
inline constexpr std::int32_t wire_version_oldest = 5;

}  // namespace pravega_actor::limits
