#include "simulation/frame_trace.hpp"

#include <algorithm>
#include <cstring>

#include "wire/codec.hpp"
#include "wire/hot.hpp"

namespace pravega_sandbox {

namespace {

std::string bytes_text(std::size_t count) {
  return std::to_string(count) + (count == 1 ? " byte" : " bytes");
}

std::string events_text(std::int32_t count) {
  return std::to_string(count) + (count == 1 ? " event" : " events");
}

std::string read_text(const wire::segment_read_view& read) {
  auto text = "segment_read " + std::string{read.segment} + " at " +
              std::to_string(read.offset) + ", " + bytes_text(read.data.size());
  if (read.at_tail) text += ", at the tail";
  if (read.end_of_segment) text += ", the end of the segment";
  return text;
}

}  // namespace

std::vector<std::string> frame_trace::lines_of(byte_view bytes) {
  std::vector<std::string> lines;
  while (!broken_ && !bytes.empty()) {
    const auto room = reader_.prepare();
    const auto size = std::min(room.size(), bytes.size());
    std::memcpy(room.data(), bytes.data(), size);
    reader_.commit(size);
    bytes = bytes.subspan(size);
    for (;;) {
      const auto next = reader_.next();
      broken_ = !next;
      if (broken_) lines.push_back("no frame: " + next.error().detail());
      if (broken_ || !*next) break;
      lines.push_back(describe(**next));
    }
  }
  return lines;
}

std::string frame_trace::segment_of(const pravega_actor::uuid& writer) const {
  const auto at = segments_.find(writer);
  return at == segments_.end() ? "writer " + writer.to_string() : at->second;
}

std::string frame_trace::describe(const wire::frame& frame) {
  if (frame.type == wire::append_block_end::code) {
    if (const auto block = wire::view_append_block_end(frame.payload))
      return "append_block_end " + segment_of(block->writer_id) + ", " +
             events_text(block->num_events) + " up to number " +
             std::to_string(block->last_event_number) + ", " + bytes_text(block->data.size());
  }
  if (frame.type == wire::append_block::code) {
    if (const auto block = wire::view_append_block(frame.payload))
      return "append_block " + segment_of(block->writer_id) + ", " +
             bytes_text(block->data.size());
  }
  if (frame.type == wire::data_appended::code) {
    if (const auto ack = wire::view_data_appended(frame.payload))
      return "data_appended " + segment_of(ack->writer_id) + " up to number " +
             std::to_string(ack->event_number);
  }
  if (frame.type == wire::segment_read::code) {
    if (const auto read = wire::view_segment_read(frame.payload)) return read_text(*read);
  }
  const auto command = wire::decode(frame.type, frame.payload);
  if (!command) return std::string{wire::type_name(frame.type)} + " that does not decode";
  if (const auto* setup = command->get_if<wire::setup_append>())
    segments_[setup->writer_id] = setup->segment;
  return wire::to_string(*command);
}

}  // namespace pravega_sandbox
