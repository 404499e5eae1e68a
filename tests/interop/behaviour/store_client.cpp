#include "interop/behaviour/store_client.hpp"

#include <netdb.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <random>

#include "wire/big_endian.hpp"

namespace pravega_actor::behaviour {

using namespace internal;

namespace {

int connected_socket(const endpoint& to) {
  addrinfo hints{};
  hints.ai_family = AF_UNSPEC;
  hints.ai_socktype = SOCK_STREAM;
  addrinfo* found = nullptr;
  const auto port = std::to_string(to.port);
  REQUIRE(::getaddrinfo(to.host.c_str(), port.c_str(), &hints, &found) == 0);
  int fd = -1;
  for (const auto* each = found; each != nullptr && fd < 0; each = each->ai_next) {
    fd = ::socket(each->ai_family, each->ai_socktype, each->ai_protocol);
    if (fd < 0 || ::connect(fd, each->ai_addr, each->ai_addrlen) == 0) continue;
    ::close(fd);
    fd = -1;
  }
  ::freeaddrinfo(found);
  REQUIRE(fd >= 0);
  const int on = 1;
  ::setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
  return fd;
}

void put_i32(std::string& out, std::int32_t value) {
  const auto bits = static_cast<std::uint32_t>(value);
  for (const int shift : {24, 16, 8, 0})
    out += static_cast<char>(bits >> shift & 0xFF);
}

std::string framed(std::int32_t type, std::string_view payload) {
  std::string frame;
  put_i32(frame, type);
  put_i32(frame, static_cast<std::int32_t>(payload.size()));
  return frame.append(payload);
}

}  // namespace

blob bytes_of(std::string_view text) {
  const auto view = as_bytes(text);
  return {view.begin(), view.end()};
}

std::string event_text(std::string_view payload) {
  return framed(wire::event::code, payload);
}

blob raw_frame(std::int32_t type, std::string_view payload) {
  return bytes_of(framed(type, payload));
}

uuid new_uuid() {
  static std::mt19937_64 draw{std::random_device{}()};
  return {draw(), draw()};
}

store_client::store_client(greeting chosen) : fd_{connected_socket(server().store)} {
  if (chosen == greeting::exchanged) ask<wire::hello>(wire::hello{16, 5});
}

store_client::~store_client() {
  close();
}

void store_client::close() {
  if (fd_ >= 0) ::close(fd_);
  fd_ = -1;
}

bool store_client::send_bytes(byte_view bytes) {
  while (!bytes.empty()) {
    const auto sent = ::send(fd_, bytes.data(), bytes.size(), MSG_NOSIGNAL);
    if (sent <= 0) return false;
    bytes = bytes.subspan(static_cast<std::size_t>(sent));
  }
  return true;
}

std::optional<wire::frame> store_client::receive(int wait_ms) {
  for (;;) {
    auto next = reader_.next();
    REQUIRE(next);
    if (*next) return **next;
    pollfd watched{fd_, POLLIN, 0};
    if (::poll(&watched, 1, wait_ms) <= 0) return std::nullopt;
    const auto room = reader_.prepare();
    const auto count = ::recv(fd_, room.data(), room.size(), 0);
    if (count <= 0) {
      closed_ = true;
      return std::nullopt;
    }
    reader_.commit(static_cast<std::size_t>(count));
  }
}

bool store_client::closes() {
  const auto frame = receive();
  if (frame) WARN("instead of the end: " << wire::type_name(frame->type));
  return !frame && closed_;
}

bool store_client::is_silent() {
  const auto frame = receive(silence_ms);
  if (frame) WARN("instead of silence: " << wire::type_name(frame->type));
  return !frame && !closed_;
}

bool store_client::is_refused_or_ended(std::int64_t request_id) {
  const auto frame = receive();
  if (!frame) return closed_;
  if (frame->type != wire::error_message::code) return false;
  const auto reply = wire::decode_as<wire::error_message>(frame->payload);
  return reply && reply->request_id == request_id &&
         reply->error_code == wire::message_error::illegal_argument;
}

bool store_client::is_alive() {
  if (!send_bytes(*wire::encode(wire::keep_alive{}))) return false;
  const auto frame = receive();
  return frame && frame->type == wire::keep_alive::code;
}

std::string store_client::new_segment() {
  const auto name = shared_scope() + "/" + fresh_name("segment") + "/0.#epoch.0";
  const auto id = next_id();
  const auto made = ask<wire::segment_created>(wire::create_segment{id, name, 0, 0, {}, 0});
  REQUIRE(made == wire::segment_created{id, name});
  return name;
}

wire::append_setup store_client::setup(const std::string& segment, uuid writer) {
  const auto id = next_id();
  auto done = ask<wire::append_setup>(wire::setup_append{id, writer, segment, {}});
  CHECK(done.request_id == id);
  CHECK(done.segment == segment);
  CHECK(done.writer_id == writer);
  return done;
}

void store_client::append(uuid writer, std::int64_t number, std::string_view data,
                          std::int32_t events) {
  send(wire::append_block_end{writer, 0, bytes_of(data), events, number, next_id()});
}

wire::data_appended store_client::acknowledged(std::int64_t number) {
  auto ack = expect<wire::data_appended>();
  REQUIRE(ack.event_number == number);
  return ack;
}

wire::stream_segment_info store_client::info(const std::string& segment) {
  const auto id = next_id();
  auto found = ask<wire::stream_segment_info>(wire::get_stream_segment_info{id, segment, {}});
  CHECK(found.request_id == id);
  CHECK(found.segment == segment);
  return found;
}

wire::segment_read store_client::read(const std::string& segment, std::int64_t offset,
                                      std::int32_t length) {
  const auto id = next_id();
  auto found = ask<wire::segment_read>(wire::read_segment{segment, offset, length, {}, id});
  CHECK(found.segment == segment);
  CHECK(found.offset == offset);
  CHECK(found.request_id == id);
  return found;
}

std::string store_client::read_all(const std::string& segment, std::int64_t offset) {
  const auto end = info(segment).write_offset;
  std::string all;
  while (offset < end) {
    const auto part = read(segment, offset, static_cast<std::int32_t>(limits::read_bytes_max));
    all += as_text(part.data);
    offset += static_cast<std::int64_t>(part.data.size());
  }
  return all;
}

void store_client::seal(const std::string& segment) {
  const auto id = next_id();
  const auto done = ask<wire::segment_sealed>(wire::seal_segment{id, segment, {}});
  REQUIRE(done == wire::segment_sealed{id, segment});
}

void store_client::remove(const std::string& segment) {
  const auto id = next_id();
  const auto done = ask<wire::segment_deleted>(wire::delete_segment{id, segment, {}});
  REQUIRE(done == wire::segment_deleted{id, segment});
}

void store_client::truncate(const std::string& segment, std::int64_t offset) {
  const auto id = next_id();
  const auto done =
      ask<wire::segment_truncated>(wire::truncate_segment{id, segment, offset, {}});
  REQUIRE(done == wire::segment_truncated{id, segment});
}

}  // namespace pravega_actor::behaviour
