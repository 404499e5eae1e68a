#include "connection/session.hpp"

#include <new>
#include <string>
#include <utility>

#include "pravega_actor/limits.hpp"
#include "wire/codec.hpp"
#include "wire/hot.hpp"

namespace pravega_actor::internal {
namespace {

/// With this a server answers who does not speak TLS to it; no frame begins with it.
constexpr auto tls_alert = std::byte{0x15};

}  // namespace

session::session(endpoint peer, bool dedicated, std::shared_ptr<buffer_pool> pool,
                 notice_handler on_notice, clock now)
    : peer_{std::move(peer)},
      dedicated_{dedicated},
      on_notice_{std::move(on_notice)},
      now_{std::move(now)},
      reader_{limits::frame_payload_bytes_max, std::move(pool)} {}

void session::open(connection_port& port, duration timeout) {
  std::lock_guard lock{mutex_};
  connection_ = port.connect(peer_, timeout, shared_from_this());
}

bool session::attach(std::int32_t flow, std::shared_ptr<reply_sink> sink) {
  std::lock_guard lock{mutex_};
  if (closed_ || sinks_.size() >= limits::appends_per_connection_max) return false;
  if (dedicated_ && !sinks_.empty()) return false;
  return sinks_.emplace(flow, std::move(sink)).second;
}

void session::detach(std::int32_t flow) {
  std::shared_ptr<reply_sink> old;
  std::lock_guard lock{mutex_};
  auto at = sinks_.find(flow);
  if (at == sinks_.end()) return;
  old = std::move(at->second);
  sinks_.erase(at);
}

std::size_t session::flows() const {
  std::lock_guard lock{mutex_};
  return sinks_.size();
}

void session::send(std::span<const shared_bytes> parts) {
  std::shared_ptr<connection> to;
  {
    std::lock_guard lock{mutex_};
    if (closed_) return;
    to = connection_;
  }
  if (!to) return;
  std::size_t bytes = 0;
  for (const auto& part : parts)
    bytes += part.size();
  const auto end_bytes = sent_bytes_.fetch_add(bytes, std::memory_order_relaxed) + bytes;
  const bool begins = owed_.said(now_, end_bytes);
  to->send(parts);
  // What others counted later may have been sent before.
  if (begins) owed_.ends_at(sent_bytes_.load(std::memory_order_relaxed));
}

std::size_t session::unsent_bytes() const {
  std::shared_ptr<connection> from;
  {
    std::lock_guard lock{mutex_};
    from = connection_;
  }
  return from ? from->unsent_bytes() : 0;
}

void session::send(std::vector<std::byte> frame) {
  const shared_bytes part{std::move(frame)};
  send(std::span{&part, 1});
}

void session::on_connected() {
  const auto hello =
      wire::encode(wire::hello{limits::wire_version, limits::wire_version_oldest});
  if (hello) send(*hello);
  on_notice_(session_connected{});
}

std::span<std::byte> session::receive_buffer() {
  const auto room = reader_.prepare();
  if (!heard_) first_byte_ = room.data();
  return room;
}

void session::on_received(std::size_t count) {
  if (!std::exchange(heard_, true) && count > 0 && *first_byte_ == tls_alert)
    return close(error{errc::tls_failed, "this is a TLS port: use tls:// for it"}
                     .with_stage(stage::handshake)
                     .with_segment_store(peer_.to_string()));
  reader_.commit(count);
  trickled_bytes_ += count;
  if (trickled_bytes_ >= limits::sign_of_life_bytes_min) on_sign_of_life();
  try {
    receive();
  } catch (const std::bad_alloc&) {
    // A reply is lost: the user that waits for it must start again.
    close(errc::out_of_memory);
  }
}

// A peer could send byte by byte for ever: only a whole frame is an answer, or the part of a
// large one that a slow link brings meanwhile.
void session::on_sign_of_life() {
  trickled_bytes_ = 0;
  received_.fetch_add(1, std::memory_order_relaxed);
  owed_.heard();
}

void session::receive() {
  for (bool first = true;; first = false) {
    auto next = reader_.next();
    if (!next) return close(next.error().with_segment_store(peer_.to_string()));
    if (!*next) return;
    if (first) on_sign_of_life();
    dispatch(**next);
    if (closed_) return;
  }
}

void session::dispatch(const wire::frame& reply) {
  if (reply.type == wire::keep_alive::code) return on_keep_alive();
  if (reply.type == wire::hello::code) {
    auto hello = wire::decode_as<wire::hello>(reply.payload);
    if (!hello) return close(hello.error().with_segment_store(peer_.to_string()));
    if (std::exchange(greeted_, true))
      return close(error{errc::protocol_violation, "a second Hello"}.with_segment_store(
          peer_.to_string()));
    return on_notice_(session_greeted{hello->high_version, hello->low_version});
  }
  // A reply that names no request would leave somebody waiting for ever.
  if (!dedicated_ && !wire::peek_request_id(reply.type, reply.payload))
    return close(error{errc::unknown_command,
                       "a reply without request id, type " + std::to_string(reply.type)}
                     .with_segment_store(peer_.to_string()));
  const auto sink = sink_for(reply);
  if (!dedicated_ && reply.type == wire::auth_token_check_failed::code) {
    const auto id = wire::peek_request_id(reply.type, reply.payload);
    if (!sink || !sink->expects(*id)) return on_stray_token_failure(reply);
  }
  if (sink) sink->on_reply(reply);
}

void session::on_keep_alive() {
  const auto count = 1 + keep_alives_.fetch_add(1, std::memory_order_relaxed);
  if (count > limits::keep_alives_per_interval_max)
    close(error{errc::protocol_violation,
                "more than " + std::to_string(limits::keep_alives_per_interval_max) +
                    " KeepAlives at once"}
              .with_segment_store(peer_.to_string()));
}

// A 0.13 server puts the offset of a read into the place of the request id, so that nobody
// knows whose token it was: everybody begins anew.
void session::on_stray_token_failure(const wire::frame& reply) {
  const auto failed = wire::decode_as<wire::auth_token_check_failed>(reply.payload);
  if (!failed) return close(failed.error().with_segment_store(peer_.to_string()));
  const bool expired = failed->error_code == wire::token_error::token_expired;
  close(error{expired ? errc::token_expired : errc::token_rejected,
              "the token of a read on this connection"}
            .with_segment_store(peer_.to_string()));
}

std::shared_ptr<reply_sink> session::sink_for(const wire::frame& reply) const {
  if (dedicated_) {
    std::lock_guard lock{mutex_};
    return sinks_.empty() ? nullptr : sinks_.begin()->second;
  }
  const auto id = wire::peek_request_id(reply.type, reply.payload);
  if (!id) return nullptr;
  std::lock_guard lock{mutex_};
  auto at = sinks_.find(static_cast<std::int32_t>(*id >> 32));
  return at == sinks_.end() ? nullptr : at->second;
}

void session::on_closed(const error& reason) {
  close(reason);
}

void session::close(const error& reason) {
  std::map<std::int32_t, std::shared_ptr<reply_sink>> sinks;
  std::shared_ptr<connection> old;
  {
    std::lock_guard lock{mutex_};
    if (closed_.exchange(true)) return;
    sinks.swap(sinks_);
    old = std::move(connection_);
  }
  if (old) old->close();
  for (auto& [flow, sink] : sinks)
    sink->on_session_closed(reason);
  on_notice_(session_ended{reason});
}

}  // namespace pravega_actor::internal
