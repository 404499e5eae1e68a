#include "store/store_session.hpp"

#include <algorithm>
#include <bit>
#include <cstring>

#include "pravega_actor/limits.hpp"

namespace pravega_sandbox {

namespace limits = pravega_actor::limits;

namespace {

// A real server counts the header, too.
constexpr std::size_t payload_bytes_max = limits::frame_bytes_max - limits::frame_header_bytes;

constexpr auto idle_bytes =
    store_limits::connection_bytes + wire::frame_reader::receive_buffer_bytes;

/// What a pool's buffer for so much takes.
std::size_t buffer_bytes(std::size_t wanted) {
  using pravega_actor::internal::buffer_pool;
  if (wanted <= wire::frame_reader::receive_buffer_bytes)
    return wire::frame_reader::receive_buffer_bytes;
  return std::bit_ceil(wanted - buffer_pool::slack_bytes) + buffer_pool::slack_bytes;
}

}  // namespace

store_session::store_session(store_model& store, session_output& output)
    : store_session{store, output, options{}} {}

store_session::store_session(store_model& store, session_output& output, options chosen)
    : output_{output},
      context_{store, chosen.faults != nullptr ? *chosen.faults : no_faults_,
               chosen.store_index},
      memory_{store.memory(), memory_use::connections},
      reader_{payload_bytes_max, store.receive_pool()},
      appends_{context_},
      reads_{context_, *this},
      requests_{context_} {}

store_session::~store_session() {
  on_closed();
}

// What a frame takes is known when its header is there: that is when it is asked for. An open
// block keeps the frame that it came in.
bool store_session::take_memory() {
  const auto block = assembler_.block_writer() ? received_.block_bytes() : 0;
  return memory_.resize(store_limits::connection_bytes + block +
                        buffer_bytes(reader_.bytes_of_first_frame()));
}

std::span<std::byte> store_session::receive_buffer() {
  if (closed_) return {};
  if (take_memory()) return reader_.prepare();
  shut();
  return {};
}

// A large frame's buffer would stay until more is received.
void store_session::free_large_buffer() {
  if (memory_.bytes() <= idle_bytes || reader_.buffered_bytes() > 0) return;
  (void)reader_.prepare();
  (void)take_memory();
}

void store_session::on_received(std::size_t count) {
  reader_.commit(count);
  take_frames();
}

void store_session::on_bytes(pravega_actor::byte_view bytes) {
  while (!bytes.empty()) {
    const auto room = receive_buffer();
    if (room.empty()) return;
    const auto count = std::min(room.size(), bytes.size());
    std::memcpy(room.data(), bytes.data(), count);
    reader_.commit(count);
    bytes = bytes.subspan(count);
    if (bytes.empty() || room.size() == count) take_frames();
  }
}

void store_session::take_frames() {
  if (closed_) return;
  in_turn_ = true;
  while (!doomed_) {
    auto next = reader_.next();
    if (!next) {
      doomed_ = true;
    } else if (!next->has_value()) {
      break;
    } else if (!handle(**next)) {
      doomed_ = true;
    }
  }
  in_turn_ = false;
  free_large_buffer();
  end_turn();
}

void store_session::on_frame(const wire::frame& frame) {
  if (closed_) return;
  in_turn_ = true;
  if (!handle(frame)) doomed_ = true;
  in_turn_ = false;
  end_turn();
}

void store_session::on_readable(std::uint64_t read_id) {
  if (closed_) return;
  if (!reads_.resume(read_id)) doomed_ = true;
  if (!in_turn_) end_turn();
}

void store_session::on_time() {
  if (closed_) return;
  appends_.release_due();
  const auto ends_at = appends_.ends_at_ms();
  if (ends_at && *ends_at <= context_.store.now_ms()) {
    ended_with_token_ = doomed_ = true;
    context_.store.count_token_end();
  }
  end_turn();
}

void store_session::evict_parked_reads() {
  if (closed_) return;
  if (!reads_.evict_parked()) doomed_ = true;
  end_turn();
}

void store_session::shut() {
  if (closed_) return;
  doomed_ = true;
  if (!in_turn_) end_turn();
}

void store_session::on_closed() {
  if (closed_) return;
  closed_ = true;
  release();
}

void store_session::end_turn() {
  appends_.flush_ack();
  if (!context_.replies.empty()) output_.send(context_.replies.take());
  if (!doomed_ || closed_) return;
  closed_ = true;
  release();
  output_.close();
}

void store_session::release() {
  reads_.clear();
  appends_.clear();
  requests_.clear();
  memory_.set(0);
}

bool store_session::handle(const wire::frame& frame) {
  const auto append = assembler_.feed(frame);
  if (!append) return false;
  if (*append) return appends_.append(**append, received_.kept_by(**append, frame));
  if (frame.type == wire::append_block::code) {
    received_.begin_block(frame);
    return appends_.accepts(assembler_.block_writer().value_or(uuid{}));
  }
  appends_.flush_ack();
  switch (frame.type) {
    // A real server ignores what stands outside of a block.
    case wire::padding::code:
      return true;
    case wire::hello::code:
      return handle_hello(frame);
    case wire::keep_alive::code:
      return context_.replies.add(wire::keep_alive{});
    case wire::setup_append::code: {
      const auto request = wire::decode_as<wire::setup_append>(frame.payload);
      return request && appends_.setup(*request);
    }
    case wire::read_segment::code: {
      const auto request = wire::decode_as<wire::read_segment>(frame.payload);
      return request && reads_.read(*request);
    }
    default:
      return handle_request(frame);
  }
}

// The answer comes before the end, so that the client can say what it met.
bool store_session::handle_hello(const wire::frame& frame) {
  const auto request = wire::decode_as<wire::hello>(frame.payload);
  if (!request) return false;
  const bool compatible = request->low_version <= limits::wire_version &&
                          request->high_version >= limits::wire_version_oldest;
  return context_.replies.add(wire::hello{limits::wire_version, limits::wire_version_oldest}) &&
         compatible;
}

template <class Request>
bool store_session::request(const wire::frame& frame) {
  const auto decoded = wire::decode_as<Request>(frame.payload);
  return decoded && requests_.handle(*decoded);
}

bool store_session::handle_request(const wire::frame& frame) {
  switch (frame.type) {
    case wire::get_stream_segment_info::code:
      return request<wire::get_stream_segment_info>(frame);
    case wire::create_segment::code:
      return request<wire::create_segment>(frame);
    case wire::seal_segment::code:
      return request<wire::seal_segment>(frame);
    case wire::delete_segment::code:
      return request<wire::delete_segment>(frame);
    case wire::update_segment_policy::code:
      return request<wire::update_segment_policy>(frame);
    case wire::get_segment_attribute::code:
      return request<wire::get_segment_attribute>(frame);
    case wire::update_segment_attribute::code:
      return request<wire::update_segment_attribute>(frame);
    case wire::truncate_segment::code:
      return request<wire::truncate_segment>(frame);
    case wire::create_transient_segment::code:
      return request<wire::create_transient_segment>(frame);
    case wire::merge_segments::code:
      return request<wire::merge_segments>(frame);
    case wire::merge_segments_batch::code:
      return request<wire::merge_segments_batch>(frame);
    case wire::create_table_segment::code: {
      const auto table = wire::decode_as<wire::create_table_segment>(frame.payload);
      return table && context_.replies.add(wire::operation_unsupported{
                          table->request_id, "create table segment", {}});
    }
    default:
      return false;
  }
}

}  // namespace pravega_sandbox
